"""`review rank`: rank what is unscreened; replay a labelled screening."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import counted, progress, safe, say, say_json, tell
from pipeline.cli.screening.rank_replay import replay_labelled
from pipeline.model.decision import Stage, Verdict
from pipeline.model.problem import ReviewError
from pipeline.model.protocol import RankingModel
from pipeline.notation.safe_text import for_spreadsheet
from pipeline.screening.ranker import Ranker
from pipeline.sessions.ranking import review_features
from pipeline.sessions.session import open_session


def rank(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")] = "",
    reviewer: Annotated[str, typer.Option("--as", help="Whose verdicts teach the ranking.")] = "",
    most: Annotated[int, typer.Option("--most", help="How many records to print.")] = 20,
    simulate: Annotated[
        Path | None,
        typer.Option(help="Replay a labelled CSV: record_id, title, abstract, included."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Draws the include and the exclude known at the start.")
    ] = None,
    known: Annotated[
        str, typer.Option(help="Ids of the records known at the start, with commas.")
    ] = "",
    cold: Annotated[
        Path | None, typer.Option(help="A text of criteria to start from, nothing known.")
    ] = None,
    order: Annotated[
        Path | None, typer.Option(help="Write the order shown to this CSV file.")
    ] = None,
    model: Annotated[
        RankingModel | None, typer.Option(help="What ranks; by default as the protocol says.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Prints what waits for a reviewer, best first, with the words that speak for each record.

    With --simulate no review is needed: a labelled screening is played again and the work that the
    ranking saves is told. It starts from one included and one excluded record, drawn by --seed or
    named by --known, or from a text of criteria alone (--cold).

    Example: review rank ta-hsb --as ada

    Example: review rank --simulate labelled.csv --seed 1 --order order.csv
    """
    if simulate is not None:
        replay_labelled(
            simulate,
            seed=seed,
            known=known,
            cold=cold,
            order=order,
            model=model or RankingModel.SVM,
            as_json=as_json,
        )
        return
    if seed is not None or known or cold is not None:
        raise ReviewError("--seed, --known and --cold are for --simulate", "Leave them out")
    if not reviewer:
        raise ReviewError(
            "a ranking follows from one person's verdicts", "Say whose: --as NAME; or --simulate"
        )
    session = open_session(review, reviewer, Stage.TITLE_ABSTRACT)
    with progress("Reading titles and abstracts"):
        ids, made, words = review_features(session.folder)
    model = model or session.plan.ranking.model
    ranker = Ranker(features=made, cold=words, seed=session.plan.ranking_seed, model_name=model)
    rows = {record: row for row, record in enumerate(ids)}
    for record, vote in session.votes.items():
        ranker.add(rows[record], vote.verdict is not Verdict.EXCLUDE)
    waiting = set(session.waiting)
    ranked = [int(row) for row in ranker.ranking() if ids[row] in waiting]
    if order is not None:
        _write_order(session.folder.write, order, [ids[row] for row in ranked])
    if as_json:
        scores = ranker.scores()
        shown = [
            {
                "place": place,
                "record": ids[row],
                "score": round(float(scores[row]), 6),
                "words": ranker.words(row),
            }
            for place, row in enumerate(ranked[:most], 1)
        ]
        say_json({"model": model, "verdicts": len(ranker.judged), "ranking": shown})
        return
    learned = f"{counted(len(ranker.judged), 'verdict')} by {model}" if ranker.learns else ""
    say(
        f"{counted(len(ranked), 'record')} waiting for {reviewer}, ranked from "
        f"{' and '.join(part for part in (learned, 'the words of the protocol') if part)}."
    )
    if ranker.judged and not ranker.learns and model is not RankingModel.WORDS:
        tell("It learns from verdicts as soon as there are both kept and excluded records.")
    for place, row in enumerate(ranked[:most], 1):
        why = ", ".join(ranker.words(row)) or "words of the protocol"
        say(f"{place:>4}  {ids[row]}  {safe(session.record(ids[row]).title, 70)}")
        say(f"      {safe(why)}")
    if len(ranked) > most > 0:
        tell(f"… {counted(len(ranked) - most, 'more record')}; --most shows more, --order all.")


def _write_order(write: Callable[[Path, str], None], path: Path, ids: list[str]) -> None:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["place", "record_id"])
    rows.writerows([place, for_spreadsheet(record)] for place, record in enumerate(ids, 1))
    write(path, text.getvalue())
