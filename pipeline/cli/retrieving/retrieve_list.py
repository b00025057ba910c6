"""Reports that are wanted, each with what became of the attempts to have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.cli.console import counted, safe, say, say_json
from pipeline.cli.known_records import in_list
from pipeline.desk.named_records import citation, link
from pipeline.ledger.attempts import attempt_in_words, attempts_of
from pipeline.review_folder import ReviewFolder
from pipeline.terms.decision import Retrieved
from pipeline.terms.review import Ledger, Position
from pipeline.terms.standing import SOUGHT, Standing


def say_retrieval(folder: ReviewFolder, ledger: Ledger, as_json: bool) -> None:
    """What is to be retrieved, awaited and not obtained, with every attempt, and the sums."""
    waiting = ledger.at(Standing.AWAITING_RETRIEVAL)
    missing = ledger.at(Standing.NOT_RETRIEVED)
    attempts = attempts_of(folder.review.decisions, ledger.positions)
    if as_json:
        say_json([_for_programs(folder, p, attempts) for p in (*waiting, *missing)])
        return
    tried = tuple(p for p in waiting if p.record in attempts)
    untried = tuple(p for p in waiting if p.record not in attempts)
    for title, positions in (
        (f"{counted(len(untried), 'report')} to retrieve:", untried),
        (f"{counted(len(tried), 'report')} asked for and awaited:", tried),
        (f"{counted(len(missing), 'report')} not obtained:", missing),
    ):
        if not positions:
            continue
        say(title)
        for position in positions:
            record = folder.records[position.record]
            say(in_list(record))
            if where := link(record):
                say(f"    {where}")
            for attempt in attempts.get(position.record, ()):
                say(f"    {attempt.reviewer} {safe(attempt_in_words(attempt), 100)}")
    if not waiting and not missing:
        say("No report awaits retrieval.")
    have = [p for p in ledger.at(*SOUGHT) if p not in waiting and p not in missing]
    say(
        f"Sought {len(have) + len(waiting) + len(missing):,}: obtained {len(have):,}, "
        f"awaited {len(tried):,}, not obtained {len(missing):,}, not yet tried {len(untried):,}."
    )
    if waiting:
        slug, record_id = folder.slug, waiting[0].record
        say(f"Next: review retrieve {slug} {record_id} --obtained --file FILE --as NAME")
        say(f"  or: review retrieve {slug} {record_id} --not-obtained --reason WHY --as NAME")
        say(f"  or: review retrieve {slug} --from FOLDER --as NAME, for a folder of PDFs")


def _for_programs(
    folder: ReviewFolder, position: Position, attempts: Mapping[str, Sequence[Retrieved]]
) -> dict[str, Any]:
    record = folder.records[position.record]
    asked = position.retrieval
    return {
        "record": position.record,
        "standing": position.standing,
        "citation": citation(record),
        "doi": record.doi,
        "url": link(record),
        "outcome": asked.outcome if asked else None,
        "reason": asked.reason if asked else "",
        "at": asked.at if asked else None,
        "attempts": [
            {
                "by": a.reviewer,
                "on": a.tried_on or a.at.date(),
                "where": a.where,
                "outcome": a.outcome,
                "reason": a.reason,
            }
            for a in attempts.get(position.record, ())
        ],
    }
