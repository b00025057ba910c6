"""The decision logs of a review, one JSONL a reviewer, and where in them each decision stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from pipeline.notation.decision_lines import DecisionLog, read_decisions
from pipeline.review_folder.places import ReviewPlaces, shown
from pipeline.review_folder.written_files import bytes_at
from pipeline.terms.decision import AUTOMATION
from pipeline.terms.problem import Place, Problem


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
            remedy="Restore the lines from the history of the repository",
            check="editions",
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
