"""Whether two studies share participants, and what looks as if it belonged together."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.checks.study_checks import look_alike, traits
from pipeline.cli.console import counted, in_list, safe, say, say_json
from pipeline.duplicates.engines import DuckEngine
from pipeline.duplicates.relations import relation_of
from pipeline.duplicates.same_report import OTHER_REPORT
from pipeline.extraction.same_sample import signs
from pipeline.model.decision import Compared, Overlap
from pipeline.model.problem import ReviewError
from pipeline.model.review import Ledger, Review
from pipeline.model.standing import SOUGHT
from pipeline.notation.decision_lines import in_words
from pipeline.notation.typed import nearest
from pipeline.sessions.named_records import where_it_stands
from pipeline.sessions.pairs import find_pairs
from pipeline.snapshot.as_of import overlaps_of, pair_of
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder
from pipeline.store.files import reviewer_name


@dataclass(frozen=True, slots=True)
class Overlaps:
    """The study that was named behind --overlaps, --may-overlap or --apart-from."""

    overlaps: str = ""
    may_overlap: str = ""
    apart_from: str = ""

    @property
    def given(self) -> bool:
        return bool(self.overlaps or self.may_overlap or self.apart_from)

    def one(self) -> tuple[str, Overlap]:
        named = [
            (study, word)
            for study, word in (
                (self.overlaps, Overlap.OVERLAPPING),
                (self.may_overlap, Overlap.UNCLEAR),
                (self.apart_from, Overlap.APART),
            )
            if study
        ]
        if len(named) > 1:
            raise ReviewError(
                "two studies either overlap or do not",
                "Give one of --overlaps, --may-overlap, --apart-from",
            )
        return named[0]


def say_overlap(
    folder: ReviewFolder,
    study: str,
    said: Overlaps,
    reviewer: str,
    basis: str,
    note: str,
    as_json: bool,
) -> None:
    """Writes one `compared` line. Raises ReviewError for unknown studies and a missing basis."""
    other, overlap = said.one()
    if not reviewer:
        raise ReviewError("a decision needs the name of a person", "Add --as NAME")
    if not basis.strip():
        raise ReviewError("what shows whether they overlap?", 'Add --basis "…"')
    ledger = settle(folder.review)
    known = tuple(dict.fromkeys((*ledger.studies, *folder.review.studies)))
    for name in (study, other):
        if name not in known:
            raise ReviewError(
                f"there is no study {safe(name)!r}.{nearest(name, known)}" if name else "of what?",
                f"`review collate {folder.slug} --list` shows the studies; name one with --study",
            )
    if study == other:
        raise ReviewError("a study is not compared with itself", "Name another")
    decision = folder.append(
        reviewer_name(reviewer),
        Compared,
        study=study,
        other=other,
        overlap=overlap,
        reason=basis.strip(),
        note=note.strip(),
    )
    if as_json:
        say_json(decision)
        return
    say(f"Written ({decision.id}): {safe(in_words(decision))}")
    folder.reload()
    open_pairs = _open(folder.review, settle(folder.review), folder)
    if open_pairs:
        say(
            f"{counted(len(open_pairs), 'other pair')} of studies to look at: "
            f"review collate {folder.slug} --suggest"
        )
    else:
        say(f"Next: review status {folder.slug}")


def say_suggestions(folder: ReviewFolder, review: Review, ledger: Ledger, as_json: bool) -> None:
    """Included reports that may belong to a study, and studies that look like one."""
    reports = _reports(folder, review, ledger)
    pairs = _open(review, ledger, folder)
    related = related_records(folder, review, ledger)
    if as_json:
        say_json(
            {
                "related": [
                    {"records": [a, b], "kind": kind, "study": study}
                    for a, b, kind, study in related
                ],
                "reports": [
                    {"record": record, "like": other, "signs": told}
                    for record, other, told in reports
                ],
                "studies": [{"studies": pair, "signs": told} for pair, told in pairs.items()],
            }
        )
        return
    for record, other, told in reports:
        say(in_list(folder.records[record]))
        say(f"    looks like {safe(other)}: {safe('; '.join(told))}")
        study = other if ":" not in other else "STUDY"
        both = "" if ":" not in other else f" {other}"
        say(f"    review collate {folder.slug} {record}{both} --study {study} --basis … --as NAME")
    for (one, other), told in pairs.items():
        say(f"  {one} and {other} look like one study: {safe('; '.join(told))}")
        say(
            f"    review collate {folder.slug} --study {one} --overlaps {other} --basis … --as NAME"
            " (or --may-overlap, --apart-from)"
        )
    for a, b, kind, study in related:
        say(in_list(folder.records[a]))
        say(in_list(folder.records[b]))
        say(f"    {kind}")
        wanted = " ".join(r for r in (a, b) if not study or r not in ledger.studies.get(study, ()))
        say(
            f"    review collate {folder.slug} {wanted} --study {study or 'STUDY'} "
            f'--basis "{kind}" --as NAME'
        )
        sought = {r for r in (a, b) if ledger.positions[r].standing in SOUGHT}
        for record in (a, b):
            if record not in sought:
                where = where_it_stands(ledger.positions[record], review)
                say(f"    {record} {where}; if the study is wanted, so is its other report")
    if not reports and not pairs and not related:
        say("Nothing looks as if it belonged together that nobody has spoken about.")


def related_records(
    folder: ReviewFolder, review: Review, ledger: Ledger
) -> list[tuple[str, str, str, str]]:
    """Pairs of reports of one study by the rules for duplicates, or by a person's word: the two
    records, what they are to each other, and the study that one of them is placed in already.

    At least one of the two is included; none that nobody has to speak about any more.
    """
    placed = {record: study for study, reports in ledger.studies.items() for record in reports}
    if not placed:
        return []
    looked = find_pairs(folder, DuckEngine())
    said = [
        (m.duplicate_of, m.record)
        for m in looked.matched
        if not m.same and m.reason == OTHER_REPORT
    ]
    hinted = [(looked.ids[p.a], looked.ids[p.b]) for p in looked.found.related]
    found: dict[tuple[str, str], tuple[str, str, str, str]] = {}
    for a, b in (*said, *hinted):
        a, b = (ledger.positions[r].kept or r for r in (a, b))
        studies = {s for s in (placed.get(a), placed.get(b)) if s and ":" not in s}
        together = placed.get(a) == placed.get(b)
        if a == b or together or not (a in placed or b in placed) or len(studies) > 1:
            continue
        kind = relation_of(folder.as_read[a], folder.as_read[b])
        study = next(iter(studies), "")
        other = b if placed.get(a) == study else a
        # a report is proposed once for a study, however many of its reports it is like
        key = (study, other) if study else (min(a, b), max(a, b))
        found.setdefault(key, (a, b, kind, study))
    return list(found.values())


def _open(
    review: Review, ledger: Ledger, folder: ReviewFolder
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Pairs of placed studies that look like one and that nobody has spoken about."""
    answered = overlaps_of(review.decisions)
    return {
        pair: told
        for pair, told in look_alike(review, ledger, folder.records).items()
        if pair not in answered and not any(":" in id for id in pair)
    }


def _reports(
    folder: ReviewFolder, review: Review, ledger: Ledger
) -> list[tuple[str, str, tuple[str, ...]]]:
    """Included reports that stand alone, what each looks like, and the signs."""
    known = {t.id: t for t in traits(review, ledger, folder.records)}
    alone = [id for id in known if ":" in id]
    found = []
    for record in alone:
        for other, its_traits in known.items():
            later = ":" in other and pair_of(record, other)[0] != record
            told = () if other == record or later else signs(known[record], its_traits)
            if told:
                found.append((record, other, told))
    return found
