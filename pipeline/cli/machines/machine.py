"""`review machine`: a machine asked about records, evaluated, and shown beside a person's votes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import counted, progress, safe, say, say_json, tell
from pipeline.cli.machines.asking_machine import AskedMachine, Cost, ask_all, set_up
from pipeline.cli.machines.labels import read_labels
from pipeline.cli.prompt import agreed
from pipeline.model.decision import Stage
from pipeline.model.machine import Evaluation, Share, Suggestion
from pipeline.model.problem import ReviewError
from pipeline.screening.plans import shuffled
from pipeline.sessions.session import own_votes
from pipeline.snapshot.machine_evaluation import (
    Label,
    evaluated,
    interval,
    labels_of_pilot,
    meets,
    waiting_for_people,
)
from pipeline.snapshot.settle import settle
from pipeline.store import open_review
from pipeline.store.machine_logs import append_machine_line, read_machine_log


def machine(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    name: Annotated[str, typer.Option("--as", help="The machine, as the protocol names it.")] = "",
    sample: Annotated[
        int, typer.Option(min=0, help="Only so many of the records that wait, drawn by the seed.")
    ] = 0,
    evaluate: Annotated[
        Path | None, typer.Option(help="Hold it against labels: CSV of record, verdict, reason.")
    ] = None,
    on_pilot: Annotated[
        bool, typer.Option("--on-pilot", help="Hold it against what people settled of the pilot.")
    ] = False,
    beside: Annotated[
        str, typer.Option(help="Show its suggestions beside the votes that NAME has cast.")
    ] = "",
    again: Annotated[
        bool, typer.Option("--again", help="Ask once more where no answer came.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before records leave.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Asks a machine about titles and abstracts that wait. It suggests; people decide.

    The protocol says under `people:` what the machine is and where it runs. Its answers stand in a
    log of their own, machines/NAME.jsonl: on each criterion, with a quote that has to stand in
    title or abstract. They move no record and are no vote. A suggestion is shown only beside a vote
    that was cast already (--beside NAME). After a break the same command goes on. With --evaluate
    or --on-pilot it is asked about records that people have decided, and the comparison is kept.

    Example: review machine my-review --as scout --sample 50

    Example: review machine my-review --as scout --on-pilot

    Example: review machine my-review --as scout --beside ada
    """
    if not name:
        raise ReviewError("no machine is named", "Add --as NAME, the id under `people:`")
    if sum((bool(sample), evaluate is not None, on_pilot, bool(beside))) > 1:
        raise ReviewError(
            "--sample, --evaluate, --on-pilot and --beside do not go together", "Give one of them"
        )
    with progress("Reading exports") as tick:
        folder = open_review(review, tick=tick)
        asked = set_up(folder, name)
        ledger = settle(folder.review)
    if beside:
        _beside(asked, review, beside, as_json)
        return
    labels: Mapping[str, Label] = {}
    if evaluate is not None or on_pilot:
        plan = folder.protocol[0].plan(Stage.TITLE_ABSTRACT)
        known = {c.id for c in asked.criteria}
        labels = (
            read_labels(evaluate, folder.records, known)
            if evaluate is not None
            else labels_of_pilot(ledger, plan)
        )
        if not labels:
            raise ReviewError(
                "people have settled no record that it could be held against",
                "Screen the pilot first (`pilot:` in the protocol), or give labels",
            )
        records: Sequence[str] = tuple(labels)
    else:
        records = waiting_for_people(ledger)
        if sample:
            records = shuffled(records, folder.protocol[0].screening.seed)[:sample]
    cost, waiting = _run(asked, records, again, yes)
    if not labels:
        _say_run(asked, cost, len(records), waiting, as_json)
        return
    against = f"labels {_hash(evaluate)}" if evaluate is not None else "the pilot"
    found = evaluated(
        labels,
        asked.said(),
        asked.criteria,
        at=datetime.now().astimezone(),
        against=against,
        prompt=asked.prompt,
        settings=asked.settings,
        model=asked.machine.model,
    )
    append_machine_line(folder.places, name, found)
    _say_evaluation(asked, found, len(labels), as_json)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _run(asked: AskedMachine, records: Sequence[str], again: bool, yes: bool) -> tuple[Cost, int]:
    """What asking about those of `records` took that have no answer, and how many these were."""
    from pipeline.services.language_models import is_here, server_of

    said = asked.said()
    waiting = [r for r in records if r not in said or (again and said[r].no_answer)]
    if not waiting:
        return Cost(), 0
    tokens = asked.tokens_for(waiting)
    most = len(waiting) * asked.machine.most_tokens
    where = "on this machine" if is_here(asked.machine.address) else "on another machine"
    tell(
        f"{counted(len(waiting), 'record')} for {safe(asked.machine.model)} {where}: about "
        f"{tokens:,} tokens to read, at most {most:,} to write, more where it is asked again."
    )
    server_of(asked.machine, tell).close()  # refused before anybody is asked
    if not is_here(asked.machine.address) and not agreed(
        f"Send titles and abstracts of {counted(len(waiting), 'record')} to "
        f"{safe(asked.machine.address)}?",
        f"titles and abstracts would be sent to {safe(asked.machine.address)}",
        yes=yes,
    ):
        tell("Nothing was sent.")
        raise typer.Exit(1)
    with progress("Asking") as tick:
        return ask_all(asked, waiting, tell, lambda n: tick(n, len(waiting))), len(waiting)


def _say_run(asked: AskedMachine, cost: Cost, records: int, waiting: int, as_json: bool) -> None:
    if as_json:
        say_json(
            {
                "machine": asked.name,
                "records": records,
                "asked": waiting,
                "answered": cost.answered,
                "no_answer": cost.no_answer,
                "tokens_read": cost.tokens_read,
                "tokens_written": cost.tokens_written,
                "seconds": round(cost.seconds, 3),
            }
        )
        return
    if not waiting:
        say(f"Nothing waits for {asked.name}: {counted(records, 'record')} asked about before.")
        return
    say(
        f"{asked.name} answered on {counted(cost.answered, 'record')}; no answer on "
        f"{cost.no_answer}. {cost.tokens_read:,} tokens read, {cost.tokens_written:,} written, "
        f"{cost.seconds:.0f} seconds."
    )
    say("These are suggestions: no record was moved, and no vote was cast.")


def _say_evaluation(asked: AskedMachine, found: Evaluation, labels: int, as_json: bool) -> None:
    good = meets(found, asked.machine)
    if as_json:
        say_json({"machine": asked.name, "evaluation": found, "meets_threshold": good})
        return
    say(f"{asked.name} ({safe(asked.machine.model)}) against {counted(labels, 'record')}:")
    say(f"  sensitivity  {_share(found.sensitivity)}")
    say(f"  specificity  {_share(found.specificity)}")
    say(f"  no answer    {found.no_answer} (counted as kept)")
    say(f"  would have missed {counted(len(found.missed), 'relevant record')}")
    for record in found.missed:
        say(f"    {record}")
    for id, share in found.criteria_found.items():
        say(f"  {id}: found not met where people excluded for it, {_share(share)}")
    for id, share in found.criteria_spared.items():
        say(f"  {id}: not held against records that people kept, {_share(share)}")
    least = asked.machine.least_sensitivity
    say(
        f"The lower end of its sensitivity {'reaches' if good else 'does not reach'} the "
        f"protocol's {least:.0%}. Kept in machines/{asked.name}.jsonl; void when prompt, criteria "
        "or model change."
    )


def _share(share: Share) -> str:
    ends = interval(share)
    if ends is None:
        return "none to count"
    return f"{share.n} of {share.of} ({share.n / share.of:.1%}; 95% CI {ends[0]:.1%}–{ends[1]:.1%})"


def _beside(asked: AskedMachine, review: str, person: str, as_json: bool) -> None:
    """Its suggestions on the records that `person` has voted on; those that differ come first."""
    own = own_votes(open_review(review, as_reviewer=person), person, Stage.TITLE_ABSTRACT)
    said = asked.said()
    rows: list[tuple[str, str, Suggestion]] = [
        (record, str(vote.verdict), said[record]) for record, vote in own.items() if record in said
    ]
    rows.sort(key=lambda row: row[1] == row[2].verdict)
    log = read_machine_log(asked.folder.places, asked.name)
    if as_json:
        shown = [
            {"record": r, "vote": vote, "suggested": one.verdict, "suggestion": one}
            for r, vote, one in rows
        ]
        say_json({"machine": asked.name, "beside": person, "records": shown})
        return
    say(
        f"{asked.name} suggested on {counted(len(rows), 'record')} of the {len(own)} that {person} "
        f"has voted on ({len(log.suggestions)} lines in its log):"
    )
    for record, vote, one in rows:
        say(f"  {record}  {person}: {vote}; {asked.name}: {one.verdict or 'no answer'}")
        if one.no_answer:
            say(f"    {safe(one.no_answer)}")
        for id, part in one.criteria.items():
            quote = f"“{safe(part.quote)}”" if part.found else "no quote that stands there"
            say(f"    {id}: {part.counts}, {quote}")
