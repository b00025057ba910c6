"""From what is said to what it rests on: finding, result, value, quote and page, report, export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial

from pipeline.document.citations import citable
from pipeline.document.counts import KEYS, Scope, boxes_of, count
from pipeline.document.finding_words import certainty_in_words, votes_in_words, votes_of
from pipeline.document.manuscript.claims import fault_of_support
from pipeline.document.tables.studies import numbers
from pipeline.document.theme_walk import theme_step
from pipeline.document.values import UnknownValue, absent, find, value_in_words
from pipeline.document.wording import counted, number
from pipeline.model.finding import Claim, Finding
from pipeline.model.problem import Place
from pipeline.model.standing import BOXES, Standing
from pipeline.model.statement import Statement, StatementKind, Step
from pipeline.model.study import Answer, Result, Source, Study
from pipeline.snapshot import Snapshot
from pipeline.snapshot.dependencies import parts_of
from pipeline.synthesis import results_by_id

MOST = 12
"""How many inputs of one kind are told one by one in a document; `review explain` tells all."""

_FOLDERS = frozenset({"studies", "searches", "synthesis", "decisions"})


def in_review(place: Place) -> Place:
    """`place` as a reader finds it in the folder of the review: `studies/aebi-2014.yaml:45`.

    The same whatever folder the program ran in, and whether a sealed edition was read or not.
    """
    parts = place.file.split("/")
    start = max((n for n, part in enumerate(parts) if part in _FOLDERS), default=len(parts) - 1)
    return Place(file="/".join(parts[start:]), line=place.line)


def steps_of(
    statement: Statement, claims: Mapping[str, Claim], snapshot: Snapshot, most: int = MOST
) -> tuple[Step, ...]:
    """What `statement` rests on, each input with what lies behind it; at most `most` of a kind."""
    claim = claims.get(statement.id) if statement.kind is StatementKind.CLAIM else None
    if claim is not None:
        return tuple(support_step(name, snapshot, most) for name in dict.fromkeys(claim.supports))
    kind, _, rest = statement.id.partition(":")
    if kind in ("finding", "votes"):
        return (support_step(f"finding:{rest.partition('[')[0]}", snapshot, most),)
    if kind == "percent":
        return tuple(_count_step(key, snapshot, most) for key in rest.split("/"))
    return tuple(_ground_steps(statement.grounds, snapshot, most))


def support_step(name: str, snapshot: Snapshot, most: int = MOST) -> Step:
    """The walk from one support of a claim; what is not there says so."""
    kind, _, rest = name.partition(":")
    if kind == "finding" and rest in snapshot.synthesis.findings:
        return _finding_step(snapshot.synthesis.findings[rest], snapshot)
    if kind == "n" and rest in KEYS:
        return _count_step(rest, snapshot, most)
    if name.startswith("@"):
        return _reference_step(name.removeprefix("@"), snapshot)
    if kind == "theme":
        return theme_step(rest, snapshot, partial(_record_step, snapshot=snapshot))
    return _extracted_step(name.removeprefix("quote:"), snapshot)


def fault_of_name(name: str, snapshot: Snapshot) -> str:
    """What is wrong with `name` as something that a claim may rest on, "" when it is there."""
    return fault_of_support(name, snapshot, citable(snapshot))


def _extracted_step(name: str, snapshot: Snapshot) -> Step:
    study_id, _, path = name.partition("/")
    study = snapshot.review.studies.get(study_id)
    if study is None:
        return Step(what=f"{name} is not there")
    results = _results(snapshot)
    result = results.get(name)
    if result is None and path.startswith("results/"):
        result = results.get(f"{study_id}/{path.removeprefix('results/')}")
    if result is not None:
        return _result_step(result, study, snapshot)
    if not path:
        title = study.title or study_id
        below = tuple(_record_step(report, snapshot) for report in study.reports)
        return Step(what=f"study {study_id}: {title}", place=study.place, below=below)
    answer = dict(parts_of(study)).get(name)
    try:
        found = find(snapshot.review, study, path)
        said = absent(found.answer)
        if found.answer.value is not None:
            said = value_in_words(found.answer.value, found.item)
        return _answer_step(name, said, found.answer, study, snapshot)
    except UnknownValue:
        if answer is None:
            return Step(what=f"{name} is not there")
        said = absent(answer) if answer.value is None else value_in_words(answer.value, None)
        return _answer_step(name, said, answer, study, snapshot)


def _answer_step(name: str, said: str, answer: Answer, study: Study, snapshot: Snapshot) -> Step:
    derived = f" (derived: {answer.derived})" if answer.derived else ""
    note = f" \u2014 {' '.join(answer.note.split())}" if answer.note else ""
    return Step(
        what=f"extracted value {name}: {said}{derived}{note}",
        place=answer.place,
        below=tuple(_sources(answer.sources, study, snapshot)),
    )


def _finding_step(finding: Finding, snapshot: Snapshot) -> Step:
    results = _results(snapshot)
    below = [
        _result_step(results[id], snapshot.review.studies[results[id].study], snapshot)
        for id in finding.results
        if id in results
    ]
    walk_on = partial(_record_step, snapshot=snapshot)
    below += [theme_step(theme, snapshot, walk_on) for theme in finding.themes]
    votes = votes_of(finding, snapshot)
    counts = f"; counted: {votes_in_words(votes)}" if votes.counted else ""
    return Step(
        what=f"finding {finding.id}: {' '.join(finding.statement.split())}{counts}; "
        f"certainty: {certainty_in_words(finding)}",
        place=snapshot.synthesis.places.get(finding.id),
        below=tuple(below),
    )


def _result_step(result: Result, study: Study, snapshot: Snapshot) -> Step:
    parts = (" ".join(result.statement.split()), numbers(result, study))
    way = str(result.direction).replace("_", " ")
    derived = f" (derived: {result.derived})" if result.derived else ""
    return Step(
        what=f"result {result.id}: {'; '.join(p for p in parts if p)}{derived}; direction: {way}",
        place=result.place,
        below=tuple(_sources(result.sources, study, snapshot)),
    )


def _sources(sources: Sequence[Source], study: Study, snapshot: Snapshot) -> Iterator[Step]:
    for source in sources or (Source(),):
        quote = f"\u201c{' '.join(source.quote.split())}\u201d" if source.quote else ""
        where = ", ".join(part for part in (source.where, quote, source.url) if part)
        report = source.report or (study.reports[0] if study.reports else "")
        below = (_record_step(report, snapshot),) if report else ()
        told = f"read at {where}" if where else "no page or quote is given"
        yield Step(what=told, below=below)


def _record_step(id: str, snapshot: Snapshot) -> Step:
    record = snapshot.records.get(id)
    if record is None:
        return Step(what=f"report {id} is not there")
    authors = [name.family or name.literal for name in record.author]
    who = f"{authors[0]}{' et al.' if len(authors) > 1 else ''}" if authors else "no author"
    search = next((s for s in snapshot.review.searches if s.id == record.search), None)
    source = f" of {search.source}" if search else ""
    return Step(
        what=f"report: {who} ({record.year or 'no year'}). {record.title or 'no title'} "
        f"[record {id}{source}]",
        place=record.place,
        record=id,
    )


def _reference_step(name: str, snapshot: Snapshot) -> Step:
    item = snapshot.references.get(name)
    if item is not None:
        return Step(what=f"reference {name}: {item.get('title', '')} (background)")
    return _record_step(name, snapshot)


def _count_step(key: str, snapshot: Snapshot, most: int, scope: Scope = Scope.ROUND) -> Step:
    flow = snapshot.ledger.whole if scope is Scope.ALL else snapshot.ledger.flow
    by_source: Counter[str] = Counter()
    for box in boxes_of(key):
        for stand, k in flow.census.items():
            if box.holds(stand.arm, stand.standing, stand.entrance):
                by_source[stand.source] += k
    parts = [f"{source} {number(k)}" for source, k in by_source.items() if k]
    told = f" ({'; '.join(parts)})" if parts else ""
    if key in _OF_STUDIES:
        told = (
            f" ({_named(tuple(snapshot.ledger.studies), most)})" if snapshot.ledger.studies else ""
        )
    n = count(snapshot, key, **({"scope": scope} if boxes_of(key) else {}))
    return Step(what=f"{_count_in_words(key)}{_of_rounds(snapshot, scope, key)}: {number(n)}{told}")


def _of_rounds(snapshot: Snapshot, scope: Scope, key: str) -> str:
    """In an update, of which searches a count is."""
    before = snapshot.ledger.before
    if before is None or not boxes_of(key):
        return ""
    return ", all searches" if scope is Scope.ALL else f", since edition {before.number}"


def _count_in_words(key: str) -> str:
    """The name of a count as the flow diagram has it, with its arm where there are two."""
    box = BOXES.get(key)
    if box is None:
        return f"count of {key.replace('_', ' ')}"
    arm = {"dbr": " (databases and registers)", "other": " (other methods)"}
    return f"{box.text}{arm.get(key.partition('_')[0], '')}"


def records_of_count(key: str, snapshot: Snapshot) -> tuple[str, ...]:
    """The records that `key` counts, as they came in; none for a count of other things."""
    if key in _OF_STUDIES:
        return tuple(r for reports in snapshot.ledger.studies.values() for r in reports)
    arms = {search.id: search.arm for search in snapshot.searches}
    boxes = boxes_of(key)
    entrances = snapshot.ledger.entrances
    return tuple(
        record
        for record, position in snapshot.ledger.positions.items()
        if (entrance := entrances.get(record)) is not None
        and any(box.holds(arms[position.search], position.standing, entrance) for box in boxes)
    )


_OF_STUDIES = frozenset({"included_studies", "included_reports", "new_studies", "new_reports"})


def _ground_steps(grounds: Mapping[str, str], snapshot: Snapshot, most: int) -> Iterator[Step]:
    """What a generated text, a number or a table was made from, by kind, a line each."""
    of_kind: dict[str, list[str]] = {"finding": [], "value": [], "record": [], "head": []}
    for name in grounds:
        kind, _, rest = name.partition(":")
        if kind in ("n", "n-all"):
            scope = Scope.ROUND if kind == "n" else Scope.ALL
            if rest not in BOXES or count(snapshot, rest, scope=scope):
                # boxes that hold nothing are told by the diagram
                yield _count_step(rest, snapshot, most, scope)
        elif name in _WHOLES:
            n = _WHOLES[name][1](snapshot)
            below = tuple(_files_of(name, snapshot, most))
            yield Step(what=f"{number(n)} {_WHOLES[name][0]}", below=below)
        elif kind == "protocol":
            yield Step(what=f"protocol: {rest}", place=snapshot.key_of(rest))
        elif kind == "form":
            form = snapshot.review.forms.get(rest)
            version = f", version {form.version}" if form else ""
            yield Step(what=f"form {rest}{version}", place=snapshot.form_of(rest))
        elif "#" in name:
            of_kind["head"].append(name)
        elif kind in ("standings", "standings-all"):
            flow = snapshot.ledger.flow if kind == "standings" else snapshot.ledger.whole
            n = flow.standing(*map(Standing, rest.split(",")))
            yield Step(what=f"{counted(n, 'record')} in {len(rest.split(','))} standings")
        elif kind in ("finding", "record", "standing"):
            of_kind["record" if kind == "standing" else kind].append(rest)
        elif "/" in name:
            of_kind["value"].append(name)
    studies = dict.fromkeys(name.partition("/")[0] for name in of_kind["value"])
    if "included" in grounds or len(of_kind["value"]) > most:
        told = tuple(studies) or tuple(snapshot.ledger.studies)
        yield Step(what=f"{counted(len(told), 'study', 'studies')}: {_named(told, most)}")
    if len(of_kind["value"]) <= most:
        yield from (_extracted_step(name, snapshot) for name in of_kind["value"])
    else:
        yield Step(what=f"{counted(len(of_kind['value']), 'extracted value')} of them")
    yield from _head_steps(of_kind["head"], snapshot, most)
    if of_kind["finding"]:
        ids = tuple(dict.fromkeys(of_kind["finding"]))
        yield Step(what=f"{counted(len(ids), 'finding')}: {_named(ids, most)}")
    records = tuple(dict.fromkeys(of_kind["record"]))
    if records and not of_kind["value"]:
        yield Step(what=f"{counted(len(records), 'record')}: {_named(records, most)}")


def _head_steps(names: Sequence[str], snapshot: Snapshot, most: int) -> Iterator[Step]:
    """What stands above the answers of studies, a step for each key that was read."""
    by_key: dict[str, list[str]] = {}
    for name in names:
        study, _, key = name.partition("#")
        if study in snapshot.review.studies:
            by_key.setdefault(key, []).append(study)
    for key, studies in by_key.items():
        told = f"{key.replace('_', ' ')} of {counted(len(studies), 'study', 'studies')}"
        yield Step(
            what=f"{told}: {_named(studies, most)}",
            below=tuple(
                Step(what=f"study {id}", place=snapshot.review.studies[id].place)
                for id in (studies if len(studies) <= most else ())
            ),
        )


def _files_of(whole: str, snapshot: Snapshot, most: int) -> Iterator[Step]:
    """The files that hold the searches, the editions or the decisions, where they are few."""
    if whole in ("searches", "readings"):
        files = [(s.id, snapshot.log_of(s.id)) for s in snapshot.searches]
    elif whole == "decisions":
        lines = Counter(snapshot.place_of(d).file for d in snapshot.decisions)
        files = [(f"{counted(n, 'line')} of", Place(file=file)) for file, n in lines.items()]
    else:
        return
    if len(files) <= most:
        yield from (Step(what=what, place=place) for what, place in files if place.file)


_WHOLES: Mapping[str, tuple[str, Callable[[Snapshot], int]]] = {
    "standings": ("records, each where it stands", lambda d: len(d.ledger.positions)),
    "decisions": ("decisions of the logs", lambda d: len(d.decisions)),
    "searches": ("searches of the log", lambda d: len(d.searches)),
    "readings": ("exports as they were read", lambda d: len(d.searches)),
    "editions": ("editions published", lambda d: len(d.review.editions)),
    "drafts": ("people who extracted apart", lambda d: len(d.review.drafts)),
}


def _named(ids: Sequence[str], most: int) -> str:
    more = f" and {number(len(ids) - most)} more" if len(ids) > most else ""
    return ", ".join(ids[:most]) + more


@lru_cache(maxsize=8)
def _results(snapshot: Snapshot) -> Mapping[str, Result]:
    return results_by_id(snapshot.review)
