"""`findings.yaml` and `groups.yaml`: what the authors conclude, and how studies are parted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from pipeline.model.finding import (
    DOMAINS,
    Approach,
    Domain,
    EstimateSet,
    Finding,
    FindingKind,
    Grouping,
)
from pipeline.model.narrative import Themes
from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.study import Direction, Result
from pipeline.notation.yaml_text import Path, YamlText
from pipeline.synthesis.certainty import (
    computed,
    concerns_against,
    out_of_bounds,
    overstated,
    start_of,
)
from pipeline.synthesis.directions import Vote, count_votes
from pipeline.synthesis.effects import effects_of
from pipeline.synthesis.imprecision import EVENTS, PEOPLE, imprecision_of
from pipeline.synthesis.pools import pool_effects, poolable
from pipeline.synthesis.reading.faults import KnownIds, path_of, read_into, twice, unknown, warning
from pipeline.synthesis.study_facts import with_members
from pipeline.synthesis.themes import studies_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsFile:
    findings: tuple[Finding, ...] = ()


def read_findings(
    file: tuple[str, str], known: KnownIds, themes: Themes
) -> tuple[Mapping[str, Finding], Mapping[str, Place], tuple[Problem, ...]]:
    """The findings by id, their places, and what is wrong with them.

    A finding that rests on themes rests on the studies whose words bear them.
    """
    whole, text, problems = read_into(FindingsFile, file)
    found: dict[str, Finding] = {}
    places: list[tuple[str, Place]] = []
    for n, written in enumerate(whole.findings if whole else ()):
        path = path_of(text, ("findings",), written.id, n)
        of_themes = (study for theme in written.themes for study in studies_of(themes, theme))
        studies = tuple(dict.fromkeys((*written.studies, *of_themes)))
        finding = replace(written, studies=studies)
        places.append((finding.id, text.place(path)))
        found[finding.id] = finding
        problems += _faults_of(finding, text, path, known)
    return found, dict(places), (*problems, *twice(places))


def _faults_of(finding: Finding, text: YamlText, path: Path, known: KnownIds) -> Iterator[Problem]:
    def at(name: str) -> Place:
        return text.place((*path, name))

    protocol = known.review.protocol
    results = known.results
    questions = [q.id for q in protocol.questions]
    outcomes = [o.id for o in protocol.outcomes]
    if finding.question:
        yield from unknown("question", [finding.question], questions, at("question"))
    if finding.outcome:
        yield from unknown("outcome", [finding.outcome], outcomes, at("outcome"))
    yield from unknown("result", finding.results, results, at("results"))
    yield from unknown("study", finding.studies, known.studies, at("studies"))
    yield from unknown("theme", finding.themes, known.themes, at("themes"))
    if finding.estimate:
        yield from unknown("set of estimates", [finding.estimate], known.estimates, at("estimate"))
    if finding.kind is not FindingKind.GAP and not finding.all_studies:
        yield Problem(
            place=text.place(path),
            what=f"the finding {finding.id!r} rests on no study",
            remedy="Name its `results` (or `studies`), or write `kind: gap`",
            check="finding",
        )
    yield from _other_outcomes(finding, results, at("results"))
    yield from _reading_against_votes(finding, results, at("direction"))
    yield from _certainty(finding, known, at)
    too_much = overstated(finding)
    if too_much:
        yield Problem(
            place=at("statement"),
            what=f"{finding.id!r} is worded for another certainty: {too_much}",
            remedy="Word it anew, or take `size` out to word it freely (GRADE guidelines 26)",
            severity=Severity.WARNING,
            check="finding-stem",
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


def _certainty(finding: Finding, known: KnownIds, at: Callable[[str], Place]) -> Iterator[Problem]:
    if finding.certainty and not finding.reasons:
        yield _about_certainty(
            at("certainty"),
            f"the certainty of {finding.id!r} is given without a reason",
            "Add `reasons:`, one for each step up or down (GRADE asks for every step)",
        )
    approach = finding.approach or Approach.GRADE
    for reason in finding.reasons:
        if reason.domain not in DOMAINS[approach]:
            yield _about_certainty(
                at("reasons"),
                f"{reason.domain} is no domain of {approach}",
                f"Its domains are {', '.join(DOMAINS[approach])}",
            )
    for what in out_of_bounds(finding):
        yield _about_certainty(
            at("reasons"),
            f"{finding.id}: {what}",
            "Judge the step again (GRADE guidelines 4 and 9)",
            Severity.WARNING,
        )
    if finding.certainty is None:
        return
    studies = [known.studies[id] for id in finding.all_studies if id in known.studies]
    level = computed(finding, studies)
    if finding.reasons and level is not None and level is not finding.certainty:
        steps = sum(reason.steps for reason in finding.reasons)
        yield _about_certainty(
            at("certainty"),
            f"the certainty of {finding.id!r} is {finding.certainty}, but it starts at "
            f"{start_of(finding, studies)} and its steps of {steps:+d} come to {level}",
            "Correct the certainty, a step, or say where it starts with `start:`",
        )
    yield from _imprecision(finding, known, at)
    against = concerns_against(finding)
    if against:
        yield _about_certainty(
            at("certainty"),
            f"the confidence in {finding.id!r} does not fit its concerns: {against}",
            "Judge it again",
            Severity.WARNING,
        )


def _imprecision(
    finding: Finding, known: KnownIds, at: Callable[[str], Place]
) -> Iterator[Problem]:
    """A pooled estimate whose numbers speak of imprecision, and a judgement that says nothing."""
    asked = known.estimates.get(finding.estimate)
    approach = finding.approach or Approach.GRADE
    judged = any(reason.domain is Domain.IMPRECISION for reason in finding.reasons)
    if not isinstance(asked, EstimateSet) or asked.pool is None or judged:
        return
    if approach is not Approach.GRADE:
        return
    taken = poolable(effects_of(asked, known.results, known.studies)[0], asked.pool)
    pooled = pool_effects(asked, taken)
    found = None if isinstance(pooled, str) else imprecision_of(asked, taken, pooled)
    if found is not None and found.steps:
        yield _about_certainty(
            at("reasons"),
            f"{finding.id}: nothing is said of imprecision, but "
            + (
                "its interval holds no difference"
                if found.holds_none
                else f"fewer than {EVENTS} events or {PEOPLE} people bear it"
            ),
            "Add a reason with `domain: imprecision`, with `steps: 0` where it takes nothing away",
            Severity.WARNING,
        )


def _about_certainty(
    place: Place, what: str, remedy: str, severity: Severity = Severity.ERROR
) -> Problem:
    return Problem(
        place=place, what=what, remedy=remedy, severity=severity, check="finding-certainty"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsFile:
    groupings: tuple[Grouping, ...] = ()


def read_groups(
    file: tuple[str, str], known: KnownIds
) -> tuple[Mapping[str, Grouping], tuple[Problem, ...]]:
    """The groupings by id, each group with all its members."""
    whole, text, problems = read_into(GroupsFile, file)
    found: dict[str, Grouping] = {}
    places = []
    for n, grouping in enumerate(whole.groupings if whole else ()):
        path = path_of(text, ("groupings",), grouping.id, n)
        places.append((grouping.id, text.place(path)))
        for m, group in enumerate(grouping.groups):
            at = text.place((*path_of(text, (*path, "groups"), group.id, m), "studies"))
            problems += unknown("study", group.studies, known.studies, at)
            if known.studies:
                problems += unknown("item of the form", group.where, known.items, at)
        found[grouping.id] = with_members(grouping, known.studies)
        for group in found[grouping.id].groups:
            if group.where and not group.studies and known.studies:
                problems.append(
                    warning(
                        text.place(path),
                        f"no study fits `where` of the group {group.id!r}",
                        "Look at the values in the study files; they are ids of options",
                    )
                )
    return found, (*problems, *twice(places))
