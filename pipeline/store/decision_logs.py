"""The decision logs of a review, one JSONL a reviewer, and where in them each decision stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from pipeline.model.decision import AUTOMATION, Decision
from pipeline.model.problem import Place, Problem
from pipeline.notation.decision_lines import DecisionLog, read_decisions
from pipeline.store.files import bytes_at
from pipeline.store.places import ReviewPlaces, shown


def log_at(places: ReviewPlaces, reviewer: str) -> Path:
    """The log of `reviewer`; it need not exist."""
    return places.decisions / f"{reviewer}.jsonl"


def read_logs(places: ReviewPlaces, as_reviewer: str = "") -> tuple[DecisionLog, ...]:
    """The logs by name of reviewer; with `as_reviewer` only that person's and that of the rules."""
    return tuple(
        read_decisions(bytes_at(path), path.stem, shown(path))
        for path in sorted(places.decisions.glob("*.jsonl"))
        if not as_reviewer or path.stem in (as_reviewer, AUTOMATION)
    )


def logs_of(places: ReviewPlaces) -> tuple[str, ...]:
    """The ids of the people who have a log, without looking into it."""
    return tuple(p.stem for p in sorted(places.decisions.glob("*.jsonl")) if p.stem != AUTOMATION)


def only(log: DecisionLog, ids: frozenset[str]) -> DecisionLog:
    """`log` with the decisions `ids`; what is wrong with other lines is not theirs."""
    kept = [(d, line) for d, line in zip(log.decisions, log.lines, strict=True) if d.id in ids]
    return replace(
        log,
        decisions=tuple(d for d, _ in kept),
        lines=tuple(line for _, line in kept),
        problems=(),
        torn=False,
    )


def decisions_lost(
    places: ReviewPlaces, counted: frozenset[str], logs: Iterable[DecisionLog]
) -> tuple[Problem, ...]:
    """The problem that decisions which a sealed edition counts, `counted`, stand in no log."""
    lost = counted - {d.id for log in logs for d in log.decisions}
    if not lost:
        return ()
    what = f"{len(lost)} of the decisions that this edition counts stand in no log any more"
    return (
        Problem(
            place=Place(file=shown(places.counted)),
            what=f"{what}: {', '.join(sorted(lost)[:5])}{' …' if len(lost) > 5 else ''}",
            remedy="Lines were removed or changed by hand: restore them from the history of the "
            "repository",
            check="logs",
        ),
    )


def decision_places(places: ReviewPlaces, logs: Iterable[DecisionLog]) -> Mapping[str, Place]:
    """The file and line of each decision by its id."""
    return {
        decision.id: Place(file=shown(log_at(places, log.reviewer)), line=line)
        for log in logs
        for decision, line in zip(log.decisions, log.lines, strict=True)
    }


def log_size(log: Path) -> int:
    """The bytes of `log`; 0 where it is not there."""
    try:
        return log.stat().st_size
    except FileNotFoundError:
        return 0


def mentioned_in(log: Path, records: Iterable[str]) -> frozenset[str]:
    """Those of `records` of which `log` speaks, without reading its lines."""
    try:
        content = log.read_bytes()
    except OSError:
        return frozenset()
    return frozenset(r for r in records if b'"' + r.encode() + b'"' in content)


def decisions_about(places: ReviewPlaces, records: Iterable[str]) -> tuple[Decision, ...]:
    """The decisions in which one of `records` is named, and those that take one of them back.

    Only their lines are read, so that it is quick in logs of any length.
    """
    wanted = [b'"' + record.encode() + b'"' for record in records]
    logs = {path.stem: bytes_at(path) for path in sorted(places.decisions.glob("*.jsonl"))}
    found: dict[str, Decision] = {}
    while wanted:
        new = [
            decision
            for reviewer, content in logs.items()
            for decision in read_decisions(_lines_with(content, wanted), reviewer, "").decisions
            if decision.id not in found
        ]
        found |= {decision.id: decision for decision in new}
        wanted = [b'"' + decision.id.encode() + b'"' for decision in new]
    return tuple(found.values())


def _lines_with(content: bytes, wanted: Iterable[bytes]) -> bytes:
    lines: dict[int, bytes] = {}
    for words in wanted:
        at = content.find(words)
        while at >= 0:
            start = content.rfind(b"\n", 0, at) + 1
            end = content.find(b"\n", at)
            end = len(content) if end < 0 else end
            lines[start] = content[start:end]
            at = content.find(words, end)
    return b"".join(line + b"\n" for _, line in sorted(lines.items()))
