"""Decisions that other tools wrote into their exports: Rayyan, Covidence, ASReview, EPPI.

They are offered as they stand there, with the words that say so; nothing takes them over unasked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model.decision import Stage, Verdict
from pipeline.model.record import Record
from pipeline.readers.columns import plain_name
from pipeline.readers.entries import words


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDecision:
    """A verdict found in an export. `by` is the person the tool names, "" when it names nobody.

    `reason` is the tool's own wording of why a record was excluded, `note` the words found.
    """

    stage: Stage
    verdict: Verdict
    reason: str = ""
    note: str = ""
    by: str = ""


_VERDICTS = {
    "included": Verdict.INCLUDE, "include": Verdict.INCLUDE, "yes": Verdict.INCLUDE,
    "relevant": Verdict.INCLUDE, "1": Verdict.INCLUDE, "1.0": Verdict.INCLUDE,
    "in": Verdict.INCLUDE,
    "excluded": Verdict.EXCLUDE, "exclude": Verdict.EXCLUDE, "no": Verdict.EXCLUDE,
    "irrelevant": Verdict.EXCLUDE, "0": Verdict.EXCLUDE, "0.0": Verdict.EXCLUDE,
    "out": Verdict.EXCLUDE,
    "not relevant": Verdict.EXCLUDE, "-1": Verdict.EXCLUDE,
    "maybe": Verdict.UNSURE, "undecided": Verdict.UNSURE, "unsure": Verdict.UNSURE,
    "unclear": Verdict.UNSURE,
}  # fmt: skip
_LABELS = frozenset(
    words(
        "included asreviewlabel labelincluded finallabel finalincluded label abstractlabel "
        "abstractincluded includedlabel relevance asreviewincluded"
    )
)
_RAYYAN = re.compile(r"RAYYAN-INCLUSION:\s*\{([^}]*)\}", re.IGNORECASE)
_RAYYAN_PAIR = re.compile(r'"([^"]+)"\s*=>\s*"([^"]+)"')
_RAYYAN_REASONS = re.compile(r"RAYYAN-EXCLUSION-REASONS:\s*([^|\n]*)", re.IGNORECASE)
_OURS = re.compile(
    r"Decision of (?P<by>[a-z0-9][a-z0-9._-]*): (?P<verdict>include|exclude|unsure)"
    r"(?: \((?P<reason>[^()]*)\))?\Z"
)
_ASREVIEW = re.compile(r"\bASReview_(relevant|irrelevant)\b")
_COVIDENCE = re.compile(
    r"\b(?:(?P<full>full[ -]?text)\s*:?\s*)?(?P<word>included|excluded|irrelevant)\b"
    r"(?:\s*(?:-|:|;|–)\s*(?:reason\s*:?\s*)?(?P<reason>[^;|\n]+))?",
    re.IGNORECASE,
)
_EPPI = re.compile(r"\b(include|exclude)(?:d)?\s*(?:on|at)\s+([^;|\n]+)", re.IGNORECASE)


def found_decisions(record: Record) -> list[FoundDecision]:
    """The verdicts on `record` that its export carries, in the order in which they stand there."""
    found: dict[FoundDecision, None] = {}
    for tag in record.as_exported:
        for decision in _of_tag(plain_name(tag.name), tag.value):
            found[decision] = None
    return list(found)


def _of_tag(name: str, value: str) -> Iterator[FoundDecision]:
    if not value:
        return
    if "RAYYAN-INCLUSION" in value:
        yield from _rayyan(value)
    elif own := _OURS.match(value.strip()):
        yield FoundDecision(
            stage=Stage.TITLE_ABSTRACT,
            verdict=Verdict(own["verdict"]),
            reason=own["reason"] or "",
            note=own.group(),
            by=own["by"],
        )
    elif found := _ASREVIEW.search(value):
        verdict = Verdict.INCLUDE if found[1] == "relevant" else Verdict.EXCLUDE
        yield FoundDecision(
            stage=Stage.TITLE_ABSTRACT, verdict=verdict, note=found.group(), by="asreview"
        )
    elif name in _LABELS:
        verdict_found = _VERDICTS.get(value.strip().lower())
        if verdict_found:
            stage = Stage.FULL_TEXT if name.startswith("final") else Stage.TITLE_ABSTRACT
            yield FoundDecision(stage=stage, verdict=verdict_found, note=f"{name}: {value.strip()}")
    elif name in (
        "decision",
        "consensus",
        "screeningdecision",
        "screening",
        "status",
        "fulltextdecision",
    ):
        yield from _in_words(name, value)
    elif name in ("tags", "notes", "n1", "codes", "exclusionreason") and len(value) < 2_000:
        yield from _covidence_or_eppi(name, value)


def _rayyan(value: str) -> Iterator[FoundDecision]:
    reasons = _RAYYAN_REASONS.search(value)
    reason = reasons[1].strip() if reasons else ""
    for block in _RAYYAN.findall(value):
        for who, word in _RAYYAN_PAIR.findall(block):
            verdict = _VERDICTS.get(word.strip().lower())
            if verdict:
                yield FoundDecision(
                    stage=Stage.TITLE_ABSTRACT,
                    verdict=verdict,
                    reason=reason if verdict is Verdict.EXCLUDE else "",
                    note=f'RAYYAN-INCLUSION: "{who}"=>"{word}"',
                    by=who,
                )


def _in_words(name: str, value: str) -> Iterator[FoundDecision]:
    verdict = _VERDICTS.get(value.strip().lower())
    if verdict and not (name in ("status", "consensus") and value.strip().lstrip("-").isdecimal()):
        stage = Stage.FULL_TEXT if "fulltext" in name else Stage.TITLE_ABSTRACT
        yield FoundDecision(stage=stage, verdict=verdict, note=f"{name}: {value.strip()}")
    elif name == "consensus" and value.strip() in ("1", "-1", "0"):
        words = {"1": Verdict.INCLUDE, "-1": Verdict.EXCLUDE, "0": Verdict.UNSURE}
        yield FoundDecision(
            stage=Stage.TITLE_ABSTRACT,
            verdict=words[value.strip()],
            note=f"consensus: {value.strip()}",
        )


def _covidence_or_eppi(name: str, value: str) -> Iterator[FoundDecision]:
    """Covidence writes `Included` or `Excluded - reason` (of full texts) and `Irrelevant`;
    EPPI-Reviewer writes codes such as `EXCLUDE on intervention`."""
    if eppi := _EPPI.search(value):
        excluded = eppi[1].lower() == "exclude"
        rest = eppi[2].strip()
        full = "full" in rest.lower()
        yield FoundDecision(
            stage=Stage.FULL_TEXT if full else Stage.TITLE_ABSTRACT,
            verdict=Verdict.EXCLUDE if excluded else Verdict.INCLUDE,
            reason=rest if excluded else "",
            note=eppi.group().strip(),
        )
        return
    if name == "exclusionreason" and value.strip():
        yield FoundDecision(
            stage=Stage.FULL_TEXT,
            verdict=Verdict.EXCLUDE,
            reason=value.strip(),
            note=f"{name}: {value.strip()}",
        )
        return
    found = _COVIDENCE.match(value.strip())
    if found:
        word = found["word"].lower()
        reason = (found["reason"] or "").strip()
        full = bool(found["full"]) or (word == "excluded" and bool(reason))
        yield FoundDecision(
            stage=Stage.FULL_TEXT if full else Stage.TITLE_ABSTRACT,
            verdict=Verdict.INCLUDE if word == "included" else Verdict.EXCLUDE,
            reason=reason if word != "included" else "",
            note=found.group().strip(),
        )
