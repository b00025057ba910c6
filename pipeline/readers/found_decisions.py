"""Decisions that other tools wrote into their exports: Rayyan, Covidence, ASReview, EPPI.

They are offered as they stand there, with the words that say so; nothing takes them over unasked.
Only a tool's own words are verdicts: its marks (`ASReview_relevant`, `RAYYAN-INCLUSION`), its own
columns, and in the notes of a Covidence or EPPI export the whole note in that tool's form. What
people write in a note ("Smokers were excluded at baseline") is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.model.decision import Stage, Verdict
from pipeline.model.record import Record
from pipeline.readers.columns import plain_name
from pipeline.readers.entries import words


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDecision:
    """A verdict found in an export. `by` is the person the tool names, "" when it names nobody.

    `reason` is the tool's own wording of why a record was excluded, `note` the words found and
    what the person noted, `tags` the labels that the tool kept beside them.
    """

    stage: Stage
    verdict: Verdict
    reason: str = ""
    note: str = ""
    by: str = ""
    tags: tuple[str, ...] = ()


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
_RAYYAN_LABELS = re.compile(r"RAYYAN-LABELS:\s*([^|\n]*)", re.IGNORECASE)
_RAYYAN_NOTES = re.compile(r"USER-NOTES:\s*\{([^}]*)\}", re.IGNORECASE)
_RAYYAN_NOTE = re.compile(r'"([^"]+)"\s*=>\s*\[([^\]]*)\]')
_OURS = re.compile(
    r"Decision of (?P<by>[a-z0-9][a-z0-9._-]*): (?P<verdict>include|exclude|unsure)"
    r"(?: \((?P<reason>[^()]*)\))?\Z"
)
_OUR_WORDS = re.compile(
    r"(?P<kind>Note|Tags) of (?P<by>[a-z0-9][a-z0-9._-]*): (?P<text>.*)\Z", re.S
)
_ASREVIEW = re.compile(r"ASReview_(relevant|irrelevant)\b")
_ASREVIEW_NOTE = re.compile(r"asreviewnote|exportednotes\d*|asreviewtags")
_COVIDENCE = re.compile(
    r"(?P<full>full[ -]?text\s*:?\s*)?(?P<word>included|excluded|irrelevant)\.?"
    r"(?:\s*(?:-|–|:\s*(?=wrong\b))\s*(?P<reason>[^;|\n]+);?)?\Z",
    re.IGNORECASE,
)
_COVIDENCE_REASON = re.compile(r"Exclusion reasons?:\s*(?P<reason>[^;|\n]+);?\Z", re.IGNORECASE)
_EPPI_CODE = re.compile(r"\b(INCLUDE|EXCLUDE)(?:D?)\s+(?:on|at|based on)\s+([^;|\n]+)")
_NOTES = frozenset(words("tags notes n1 note codes"))
_LONGEST = 100_000
"""Characters of a note in which verdicts are looked for."""


def found_decisions(record: Record) -> list[FoundDecision]:
    """The verdicts on `record` that its export carries, in the order in which they stand there."""
    found: dict[FoundDecision, None] = {}
    named = [(plain_name(tag.name), tag.value) for tag in record.as_exported if tag.value]
    covidence = any(name.startswith("covidence") for name, _ in named)
    for name, value in named:
        for decision in _of_tag(name, value, covidence):
            found[decision] = None
    return [_with_words(decision, named) for decision in found]


def _with_words(decision: FoundDecision, named: Sequence[tuple[str, str]]) -> FoundDecision:
    """`decision` with the note and the tags that stand beside it in other notes of its record."""
    notes, tags = [decision.note], list(decision.tags)
    for name, value in named:
        if own := _OUR_WORDS.match(value.strip()):
            if own["by"] == decision.by and own["kind"] == "Note":
                notes.append(own["text"])
            elif own["by"] == decision.by:
                tags += [tag.strip() for tag in own["text"].split(";") if tag.strip()]
        elif decision.note.startswith(("asreview", "included")) and _ASREVIEW_NOTE.fullmatch(name):
            if name == "asreviewtags":
                tags += [tag.strip() for tag in re.split(r"[;,|]", value) if tag.strip()]
            else:
                notes.append(value.strip())
    return replace(decision, note="; ".join(notes), tags=tuple(dict.fromkeys(tags)))


def _of_tag(name: str, value: str, covidence: bool) -> Iterator[FoundDecision]:
    if len(value) > _LONGEST:
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
        # the label -1 of ASReview is that of a record that nobody has labelled
        if verdict_found and not (value.strip() == "-1" and name.startswith("asreview")):
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
    elif name == "exclusionreason":
        yield from _reason_of_its_own(name, value.strip())
    elif name in _NOTES and len(value) < 2_000:
        yield from _covidence_or_eppi(name, value.strip(), covidence)


def _rayyan(value: str) -> Iterator[FoundDecision]:
    reasons = _RAYYAN_REASONS.search(value)
    reason = reasons[1].strip() if reasons else ""
    labels = _RAYYAN_LABELS.search(value)
    tags = tuple(tag.strip() for tag in labels[1].split(",") if tag.strip()) if labels else ()
    said = {
        who: text.replace('"', "").strip()
        for block in _RAYYAN_NOTES.findall(value)
        for who, text in _RAYYAN_NOTE.findall(block)
    }
    for block in _RAYYAN.findall(value):
        for who, word in _RAYYAN_PAIR.findall(block):
            verdict = _VERDICTS.get(word.strip().lower())
            if verdict:
                note = f'RAYYAN-INCLUSION: "{who}"=>"{word}"'
                yield FoundDecision(
                    stage=Stage.TITLE_ABSTRACT,
                    verdict=verdict,
                    reason=reason if verdict is Verdict.EXCLUDE else "",
                    note=f"{note}; {said[who]}" if said.get(who) else note,
                    by=who,
                    tags=tags,
                )


def _in_words(name: str, value: str) -> Iterator[FoundDecision]:
    verdict = _VERDICTS.get(value.strip().lower())
    if name == "status" and len(value.strip()) < 4:  # "yes", "in" and "1" say no verdict here
        return
    if verdict and not (name == "consensus" and value.strip().lstrip("-").isdecimal()):
        stage = Stage.FULL_TEXT if "fulltext" in name else Stage.TITLE_ABSTRACT
        yield FoundDecision(stage=stage, verdict=verdict, note=f"{name}: {value.strip()}")
    elif name == "consensus" and value.strip() in ("1", "-1", "0"):
        words = {"1": Verdict.INCLUDE, "-1": Verdict.EXCLUDE, "0": Verdict.UNSURE}
        yield FoundDecision(
            stage=Stage.TITLE_ABSTRACT,
            verdict=words[value.strip()],
            note=f"consensus: {value.strip()}",
        )


def _reason_of_its_own(name: str, value: str) -> Iterator[FoundDecision]:
    """A column in which a tool keeps why a report was excluded on full text."""
    if value.lower() not in ("", "-", "none", "n/a", "na", "nan"):
        yield FoundDecision(
            stage=Stage.FULL_TEXT,
            verdict=Verdict.EXCLUDE,
            reason=value,
            note=f"{name}: {value}",
        )


def _covidence_or_eppi(name: str, value: str, covidence: bool) -> Iterator[FoundDecision]:
    """Covidence writes `Included` or `Excluded - reason` (of full texts) and `Irrelevant`;
    EPPI-Reviewer writes codes such as `EXCLUDE on intervention`."""
    eppi = _EPPI_CODE.search(value) if name == "codes" else _EPPI_CODE.fullmatch(value)
    if eppi:
        excluded = eppi[1] == "EXCLUDE"
        rest = eppi[2].strip()
        yield FoundDecision(
            stage=Stage.FULL_TEXT if "full" in rest.lower() else Stage.TITLE_ABSTRACT,
            verdict=Verdict.EXCLUDE if excluded else Verdict.INCLUDE,
            reason=rest if excluded else "",
            note=eppi.group().strip(),
        )
        return
    if not covidence:
        return
    if found := _COVIDENCE_REASON.match(value):
        yield FoundDecision(
            stage=Stage.FULL_TEXT,
            verdict=Verdict.EXCLUDE,
            reason=found["reason"].strip(),
            note=value,
        )
    elif found := _COVIDENCE.match(value):
        word = found["word"].lower()
        reason = (found["reason"] or "").strip()
        full = bool(found["full"]) or (word == "excluded" and bool(reason))
        yield FoundDecision(
            stage=Stage.FULL_TEXT if full else Stage.TITLE_ABSTRACT,
            verdict=Verdict.INCLUDE if word == "included" else Verdict.EXCLUDE,
            reason=reason if word != "included" else "",
            note=value,
        )
