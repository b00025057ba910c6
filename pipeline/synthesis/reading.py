"""`synthesis/findings.yaml` and `synthesis/groups.yaml` into values, held against the review."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.notation.typed import into, nearest
from pipeline.notation.yaml_text import Path, YamlText, read_yaml
from pipeline.synthesis.directions import Vote, count_votes
from pipeline.terms.finding import DOMAINS, Approach, Finding, FindingKind, Grouping, Synthesis
from pipeline.terms.problem import Place, Problem, Severity
from pipeline.terms.review import Review
from pipeline.terms.study import Direction, Result


@dataclass(frozen=True, slots=True, kw_only=True)
class _Findings:
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Groupings:
    groupings: tuple[Grouping, ...] = ()


def read_synthesis(
    findings: tuple[str, str], groups: tuple[str, str], review: Review
) -> tuple[Synthesis, tuple[Problem, ...]]:
    """The synthesis of `review` from its two files, each as (text, name of the file).

    An empty text is a file that is not there. What the files name and the review does not have is
    a problem at its line; so is a reading that the votes do not bear out (a warning).
    """
    problems: list[Problem] = []
    places: dict[str, Place] = {}
    found: dict[str, Finding] = {}
    text = read_yaml(*findings)
    if findings[0].strip():
        whole, faults = into(_Findings, text)
        problems += faults
        for n, finding in enumerate(whole.findings if whole else ()):
            path = _path_of(text, "findings", finding.id, n)
            if finding.id in found:
                problems.append(_twice(text.place(path), finding.id))
            found[finding.id] = finding
            places[finding.id] = text.place(path)
            problems += _faults_of(finding, text, path, review)
    groupings: dict[str, Grouping] = {}
    text = read_yaml(*groups)
    if groups[0].strip():
        parted, faults = into(_Groupings, text)
        problems += faults
        for n, grouping in enumerate(parted.groupings if parted else ()):
            path = _path_of(text, "groupings", grouping.id, n)
            if grouping.id in groupings:
                problems.append(_twice(text.place(path), grouping.id))
            groupings[grouping.id] = grouping
            named = (study for group in grouping.groups for study in group.studies)
            problems += _unknown("study", named, review.studies, text.place((*path, "groups")))
    return Synthesis(findings=found, groupings=groupings, places=places), tuple(problems)


def results_by_id(review: Review) -> Mapping[str, Result]:
    """Every extracted result of `review` by its id `<study>/<entry>`."""
    return {result.id: result for study in review.studies.values() for result in study.results}


def _path_of(text: YamlText, top: str, id: str, n: int) -> Path:
    by_id: Path = (top, id)
    return by_id if by_id in text.places else (top, n)


def _faults_of(finding: Finding, text: YamlText, path: Path, review: Review) -> Iterator[Problem]:
    def at(name: str) -> Place:
        return text.place((*path, name))

    protocol = review.protocol
    results = results_by_id(review)
    questions = [q.id for q in protocol.questions]
    outcomes = [o.id for o in protocol.outcomes]
    if finding.question:
        yield from _unknown("question", [finding.question], questions, at("question"))
    if finding.outcome:
        yield from _unknown("outcome", [finding.outcome], outcomes, at("outcome"))
    yield from _unknown("result", finding.results, results, at("results"))
    yield from _unknown("study", finding.studies, review.studies, at("studies"))
    if finding.kind is not FindingKind.GAP and not finding.all_studies:
        yield Problem(
            place=text.place(path),
            what=f"the finding {finding.id!r} rests on no study",
            remedy="Name its `results` (or `studies`), or write `kind: gap`",
            check="finding",
        )
    yield from _other_outcomes(finding, results, at("results"))
    yield from _reading_against_votes(finding, results, at("direction"))
    yield from _certainty(finding, at)


def _unknown(
    what: str, named: Iterable[str], known: Iterable[str], place: Place
) -> Iterator[Problem]:
    known = tuple(known)
    for name in named:
        if name not in known:
            yield Problem(
                place=place,
                what=f"there is no {what} {name!r}.{nearest(name, known)}",
                remedy=f"Write the id of a {what} that is there",
                check="finding",
            )


def _twice(place: Place, id: str) -> Problem:
    return Problem(
        place=place, what=f"{id!r} stands here twice", remedy="Rename one of them", check="finding"
    )


def _other_outcomes(
    finding: Finding, results: Mapping[str, Result], place: Place
) -> Iterator[Problem]:
    for id in finding.results:
        result = results.get(id)
        if result and finding.outcome and result.outcome != finding.outcome:
            yield Problem(
                place=place,
                what=f"the result {id} is about {result.outcome!r}, the finding about "
                f"{finding.outcome!r}",
                remedy="Take the result out, or leave the outcome of the finding empty",
                severity=Severity.WARNING,
                check="finding",
            )


def _reading_against_votes(
    finding: Finding, results: Mapping[str, Result], place: Place
) -> Iterator[Problem]:
    if finding.direction not in (Direction.HIGHER, Direction.LOWER):
        return
    count = count_votes(results[id] for id in finding.results if id in results)
    read = Vote(finding.direction.value)
    if count.leading is not read:
        yield Problem(
            place=place,
            what=f"{finding.id!r} is read as {finding.direction}, but {len(count.higher)} "
            f"of the studies point higher, {len(count.lower)} lower",
            remedy="Read it as its results point, or say in `notes` why not",
            severity=Severity.NOTE if finding.notes else Severity.WARNING,
            check="finding-direction",
        )


def _certainty(finding: Finding, at: Callable[[str], Place]) -> Iterator[Problem]:
    if finding.certainty and not finding.reasons:
        yield Problem(
            place=at("certainty"),
            what=f"the certainty of {finding.id!r} is given without a reason",
            remedy="Add `reasons:`, one for each step up or down (GRADE asks for every step)",
            check="finding-certainty",
        )
    approach = finding.approach or Approach.GRADE
    for reason in finding.reasons:
        if reason.domain not in DOMAINS[approach]:
            yield Problem(
                place=at("reasons"),
                what=f"{reason.domain} is no domain of {approach}",
                remedy=f"Its domains are {', '.join(DOMAINS[approach])}",
                check="finding-certainty",
            )
