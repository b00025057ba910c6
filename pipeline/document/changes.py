"""What changed since an edition, in sentences for the write-up (PRISMA-LSR 2024, L2 and L3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from pipeline.document.citations import citable, citation
from pipeline.document.methods.changes_of_protocol import NOT_A_METHOD
from pipeline.document.wording import counted, listed, paragraph, sentence
from pipeline.model.finding import FindingKind
from pipeline.model.protocol import Amendment
from pipeline.model.standing import Standing
from pipeline.notation.safe_text import for_markdown
from pipeline.notation.spelling import day_in_words
from pipeline.snapshot import Snapshot
from pipeline.snapshot.compare import compare
from pipeline.snapshot.comparison import Aspect, Change, Comparison, Kind

_RESTS_ON = ", rests on"


def changes_since(before: Snapshot, now: Snapshot, number: int, on: date) -> str:
    """Paragraphs on what is not as it was in edition `number` of the day `on`."""
    found = compare(before, now)
    parts = [
        ("Records and studies", _selection(found, before, now)),
        ("Methods", _methods(found, now, on)),
        ("Results", _results(found)),
        ("Conclusions", _conclusions(found, before, now)),
    ]
    head = f"This is what changed since edition {number} of {day_in_words(on)}."
    return "\n\n".join([head, *(f"**{word}.** {text}" for word, text in parts)])


def _selection(found: Comparison, before: Snapshot, now: Snapshot) -> str:
    searches = [c for c in found.of(Aspect.SEARCHES) if c.kind is Kind.ADDED]
    records = [c for c in found.of(Aspect.RECORDS) if c.kind is Kind.ADDED]
    positions = now.ledger.positions
    merged = sum(positions[c.what].standing is Standing.DUPLICATE for c in records)
    said = []
    if searches:
        exports = counted(len(searches), "further export", "further exports", words=True)
        came = f"{exports} brought {counted(len(records), 'record')}"
        kept = f"{counted(merged, 'duplicate')} among them" if records else ""
        said.append(f"{came}, {kept}" if kept else came)
    else:
        said.append("no search was added")
    moved = [c for c in found.of(Aspect.RECORDS) if c.kind is Kind.CHANGED]
    if moved:
        said.append(
            f"{counted(len(moved), 'earlier record stands', 'earlier records stand')} "
            "elsewhere than then"
        )
    said += _studies(found, before, now)
    return paragraph(said)


def _studies(found: Comparison, before: Snapshot, now: Snapshot) -> Iterator[str]:
    flow = now.ledger.flow
    names = citable(now)
    new, gone = _kinds(found.of(Aspect.STUDIES))
    # a study that only goes by another name now is no new one
    if flow.is_update:
        new = [c for c in new if c.what in flow.new_studies]
        gone = [c for c in gone if c.what in flow.removed_studies]

    def cited(changes: list[Change], side: Snapshot) -> str:
        keys = [key for c in changes if (key := names.key(c.what))]
        others = [for_markdown(c.what) for c in changes if not names.key(c.what)]
        return listed([*([citation(keys)] if keys else []), *others])

    total = len(now.ledger.studies)
    if new:
        yield (
            f"{counted(len(new), 'study is', 'studies are', words=True)} newly included "
            f"{cited(new, now)}"
        )
    else:
        yield "no study is newly included"
    if gone:
        yield (
            f"{counted(len(gone), 'study is', 'studies are', words=True)} no longer included: "
            f"{cited(gone, before)}"
        )
    reports = [c for c in found.of(Aspect.REPORTS) if c.kind is Kind.ADDED]
    if reports:
        of = listed(dict.fromkeys(citation([k]) for c in reports if (k := names.key(c.what))))
        yield (
            f"{counted(len(reports), 'further report', words=True)} of studies included before "
            f"came in{f' {of}' if of else ''}"
        )
    yield f"{counted(total, 'study is', 'studies are', words=True)} included in all"


def _methods(found: Comparison, now: Snapshot, on: date) -> str:
    protocol = now.review.protocol
    day = now.day
    amendments = [a for a in protocol.amendments if a.on > on and (day is None or a.on <= day)]
    amendments.sort(key=lambda a: a.on)
    keys = [c for c in found.of(Aspect.PROTOCOL) if c.what.split(".")[0] not in NOT_A_METHOD]
    if not keys and not amendments:
        return "The methods were not changed."
    lines = [_amendment(a) for a in amendments]
    told = "" if not lines else "\n\n" + "\n".join(f"- {line}" for line in lines)
    if not keys:
        return f"The protocol was amended:{told}"
    names = list(dict.fromkeys(".".join(c.what.split(".")[:2]) for c in keys))
    where = listed(f"*{for_markdown(name.replace('_', ' '))}*" for name in names[:12])
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    differs = f"These parts of the protocol differ: {where}{more}."
    if not lines:
        return f"{differs} No amendment says why."
    return f"{differs} The amendments since then:{told}"


def _amendment(amendment: Amendment) -> str:
    what, why = sentence(for_markdown(amendment.what)), sentence(for_markdown(amendment.why))
    return f"{day_in_words(amendment.on)}: {what} {why}"


def _results(found: Comparison) -> str:
    values = [c for c in found.of(Aspect.VALUES) if "/" in c.what]
    said = []
    if values:
        studies = {c.what.partition("/")[0] for c in values}
        said.append(
            f"{counted(len(values), 'extracted value', words=True)} of "
            f"{counted(len(studies), 'study', 'studies', words=True)} included before "
            f"{'is' if len(values) == 1 else 'are'} not what they were"
            if len(values) > 1
            else "one extracted value of a study included before is not what it was"
        )
    else:
        said.append("no extracted value of a study included before was changed")
    directions = [c for c in found.of(Aspect.DIRECTIONS) if c.kind is Kind.CHANGED]
    if directions:
        each = (f"{for_markdown(c.what)} from *{c.before}* to *{c.after}*" for c in directions)
        said.append(f"the direction changed of {listed(each)}")
    return paragraph(said)


def _conclusions(found: Comparison, before: Snapshot, now: Snapshot) -> str:
    """Findings that are new, answered, gone or reworded, and how their certainty moved."""
    lines = [*_worded(found, before, now), *_on_other_grounds(found, now)]
    answered = _answered(before, now)
    for change in _in_order(found.of(Aspect.CERTAINTY), now):
        both = change.what in before.synthesis.findings and change.what in now.synthesis.findings
        if both and change.what not in answered:
            text = sentence(for_markdown(now.synthesis.findings[change.what].statement))
            was = change.before or "not judged"
            lines.append(f"Certainty was {was}, is {change.after or 'not judged'}: {text}")
    if not lines:
        return "The findings are those of that edition, with the same certainty."
    head = f"{counted(len(now.synthesis.findings), 'finding', words=True)} in all."
    return sentence(head) + "\n\n" + "\n".join(f"- {line}" for line in lines)


def _worded(found: Comparison, before: Snapshot, now: Snapshot) -> Iterator[str]:
    """What was answered since, then what is new, reworded, and no longer drawn."""
    changed = [c for c in found.of(Aspect.FINDINGS) if not c.what.endswith(_RESTS_ON)]
    changed = _in_order(changed, now)
    answered = _answered(before, now)
    for change in changed:
        if change.what in answered:
            was, is_now = _both(change)
            yield f"Answered now: {is_now} It was: {was}"
    for change in changed:
        if change.kind is Kind.ADDED:
            yield f"New: {sentence(for_markdown(change.after))}"
    for change in changed:
        if change.kind is Kind.CHANGED and change.what not in answered:
            was, is_now = _both(change)
            yield f"Reworded: {is_now} It was: {was}{_rests_on(change.what, found)}"
    for change in changed:
        if change.kind is Kind.REMOVED:
            yield f"No longer drawn: {sentence(for_markdown(change.before))}"


def _on_other_grounds(found: Comparison, now: Snapshot) -> Iterator[str]:
    """Findings that are worded as before and rest on something else."""
    worded = {c.what for c in found.of(Aspect.FINDINGS)}
    for change in found.of(Aspect.FINDINGS):
        id = change.what.removesuffix(_RESTS_ON)
        if id != change.what and id not in worded and change.kind is Kind.CHANGED:
            text = sentence(for_markdown(now.synthesis.findings[id].statement))
            yield f"On other evidence than before: {text}"


def _answered(before: Snapshot, now: Snapshot) -> set[str]:
    """The ids of findings that were gaps and are none any more."""
    gaps = {f.id for f in before.synthesis.findings.values() if f.kind is FindingKind.GAP}
    return {
        f.id
        for f in now.synthesis.findings.values()
        if f.id in gaps and f.kind is not FindingKind.GAP
    }


def _in_order(changes: Iterable[Change], now: Snapshot) -> list[Change]:
    """`changes` of findings in the order in which the authors wrote the findings."""
    place = {id: n for n, id in enumerate(now.synthesis.findings)}
    return sorted(changes, key=lambda c: place.get(c.what, len(place)))


def _both(change: Change) -> tuple[str, str]:
    return sentence(for_markdown(change.before)), sentence(for_markdown(change.after))


def _rests_on(id: str, found: Comparison) -> str:
    name = f"{id}{_RESTS_ON}"
    moved = any(c.what == name for c in found.of(Aspect.FINDINGS))
    return " It rests on other evidence than before." if moved else ""


def _kinds(changes: tuple[Change, ...]) -> tuple[list[Change], list[Change]]:
    pick: Callable[[Kind], list[Change]] = lambda kind: [c for c in changes if c.kind is kind]  # noqa: E731
    return pick(Kind.ADDED), pick(Kind.REMOVED)
