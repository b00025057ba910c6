"""What changed in what studies say and what is made of it: values, directions, findings, claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.comparing.side import Aspect, Change, held, words
from pipeline.snapshot import Snapshot
from pipeline.terms.finding import Claim, Finding
from pipeline.terms.study import Answer, Part, Study


def values(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """Extracted values of studies that are there on both days, path by path.

    What a study says that came in or went is told with the study.
    """
    before, after = old.review.studies, new.review.studies
    for study in sorted(before.keys() & after.keys()):
        yield from held(Aspect.VALUES, dict(_values(before[study])), dict(_values(after[study])))
    extracted = {s: _basis(before[s]) for s in before}, {s: _basis(after[s]) for s in after}
    for change in held(Aspect.VALUES, *extracted):
        if change.what not in before or change.what not in after:
            yield change


def _basis(study: Study) -> str:
    return f"extracted from {words(study.basis)}"


def _values(study: Study) -> Iterator[tuple[str, str]]:
    yield f"{study.id}/basis", words(study.basis)
    top = Part(id="", answers=study.answers, parts=study.parts, place=study.place)
    yield from _of_part(study.id, top)
    for instrument, part in study.appraisals.items():
        yield from _of_part(f"{study.id}/{instrument}", part)


def _of_part(path: str, part: Part) -> Iterator[tuple[str, str]]:
    for name, answer in part.answers.items():
        if (said := in_words(answer)) != "not yet":
            yield f"{path}/{name}", said
    for name, entries in part.parts.items():
        for n, entry in enumerate(entries, 1):
            yield from _of_part(f"{path}/{name}/{entry.id or n}", entry)


def in_words(answer: Answer) -> str:
    """An answer as plain words: its value, or why it has none."""
    value = answer.value
    if value is None:
        return str(answer.absent) if answer.absent else "not yet"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {n}" for name, n in value.items() if n is not None)
    if isinstance(value, tuple):
        return "; ".join(str(v) for v in value)
    return str(value)


def directions(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """Directions of results and of findings."""

    def told(side: Snapshot) -> Mapping[str, str]:
        results = {
            result.id: words(result.direction)
            for study in side.review.studies.values()
            for result in study.results
        }
        return results | {
            f"finding {f.id}": words(f.direction)
            for f in side.synthesis.findings.values()
            if f.direction is not None
        }

    yield from held(Aspect.DIRECTIONS, told(old), told(new))


def findings(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """Findings that are new, gone or worded otherwise, and what they rest on."""

    def told(side: Snapshot) -> Mapping[str, str]:
        said = {f.id: f.statement.strip() for f in side.synthesis.findings.values()}
        rests = {f"{f.id}, rests on": _supports(f) for f in side.synthesis.findings.values()}
        return said | {name: text for name, text in rests.items() if text}

    yield from held(Aspect.FINDINGS, told(old), told(new))


def _supports(finding: Finding) -> str:
    return ", ".join((*finding.results, *finding.studies))


def certainty(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """How certain each finding is, and the steps that led there."""

    def told(side: Snapshot) -> Mapping[str, str]:
        return {
            f.id: _certainty(f) for f in side.synthesis.findings.values() if f.certainty is not None
        }

    yield from held(Aspect.CERTAINTY, told(old), told(new))


def _certainty(finding: Finding) -> str:
    steps = [
        f"{words(r.domain)} {words(r.concern) if r.concern else f'{r.steps:+d}'}"
        for r in finding.reasons
        if r.steps or r.concern
    ]
    return words(finding.certainty) + (f" ({', '.join(steps)})" if steps else "")


def claims(old: Mapping[str, Claim], new: Mapping[str, Claim]) -> Iterator[Change]:
    """Claims of the manuscript that are new, gone, worded otherwise or rest on something else."""

    def told(claims: Mapping[str, Claim]) -> Mapping[str, str]:
        said = {id: claim.text for id, claim in claims.items()}
        return said | {f"{id}, rests on": ", ".join(c.supports) for id, c in claims.items()}

    yield from held(Aspect.CLAIMS, told(old), told(new))
