"""`review dedupe`: merges what is sure, asks what is doubtful, takes nothing away for ever."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.duplicates.dedupe_files import dedupe_files
from pipeline.cli.duplicates.dedupe_review import (
    answer_all,
    ask_in_turn,
    list_pairs,
    merge_and_list,
    say_pair,
    undo_pair,
)
from pipeline.duplicates.engines import DuckEngine, Engine, SparkEngine
from pipeline.model.problem import ReviewError


def dedupe(
    names: Annotated[
        list[str], typer.Argument(metavar="REVIEW", help="A review; with --files, export files.")
    ],
    files: Annotated[
        bool, typer.Option("--files", help="Without a review: the names are export files.")
    ] = False,
    to: Annotated[Path | None, typer.Option(help="With --files: a folder for the results.")] = None,
    reviewer: Annotated[str, typer.Option("--as", help="Your name: who decides.")] = "",
    list_: Annotated[bool, typer.Option("--list", help="Show the pairs, write nothing.")] = False,
    same: Annotated[
        tuple[str, str] | None, typer.Option(metavar="A B", help="These two are one report.")
    ] = None,
    different: Annotated[
        tuple[str, str] | None, typer.Option(metavar="A B", help="These two are not, for ever.")
    ] = None,
    same_study: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="A B", help="Two reports of one study: never merged, to be collated."),
    ] = None,
    undo: Annotated[
        str, typer.Option(metavar="ID", help="Take back a match: its id, or the pair as A=B.")
    ] = "",
    because: Annotated[
        str, typer.Option(metavar="WHY", help="One --answer for all pairs asked for this reason.")
    ] = "",
    answer: Annotated[
        str, typer.Option(metavar="ANSWER", help="With --because: same, different, same-study.")
    ] = "",
    engine: Annotated[str, typer.Option(help="duckdb (embedded) or spark.")] = "duckdb",
    remote: Annotated[str, typer.Option(help="With --engine spark: sc://host:port.")] = "",
    store: Annotated[
        str, typer.Option(help="With --engine spark: a folder or URL that all workers share.")
    ] = "",
    memory: Annotated[str, typer.Option(help="What the embedded engine may hold.")] = "500MB",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> int:
    """Finds records that tell of the same report, in a review or in any export files.

    In a review, sure pairs are merged (the record that came first is kept, nothing is deleted)
    and doubtful pairs are shown; with --as NAME each is put to you side by side. What a person
    decides holds over any rule and is never asked again; every match can be undone.

    Example: review dedupe my-review --as ada

    Example: review dedupe my-review --different pubmed-2026:0007 scopus-2026:0031 --as ada

    Example: review dedupe my-review --because "the pages differ" --answer different --as ada

    Example: review dedupe --files pubmed.nbib scopus.ris --to deduplicated
    """
    with tempfile.TemporaryDirectory(prefix="review-dedupe-") as spill:
        if files:
            return dedupe_files(names, to, _engine(engine, remote, store, memory, spill), as_json)
        if len(names) != 1:
            raise ReviewError("name one review", "To compare export files put --files before them")
        review = names[0]
        words = [(same, True, False), (different, False, False), (same_study, False, True)]
        said = [(pair, is_same, study) for pair, is_same, study in words if pair]
        if undo:
            return undo_pair(review, undo, reviewer, as_json)
        if said:
            for pair, is_same, study in said:
                say_pair(review, pair, reviewer, same=is_same, other_report=study, as_json=as_json)
            return 0
        running = _engine(engine, remote, store, memory, spill)
        if because or answer:
            return answer_all(review, running, because, answer, reviewer, as_json)
        if list_:
            return list_pairs(review, running, as_json)
        if reviewer:
            return ask_in_turn(review, running, reviewer, as_json)
        return merge_and_list(review, running, as_json)


def _engine(name: str, remote: str, store: str, memory: str, spill: str) -> Engine:
    if name == "duckdb":
        return DuckEngine(memory=memory, spill=spill)
    if name != "spark":
        raise ReviewError(f"there is no engine {name!r}", "Give duckdb or spark")
    if not remote.startswith("sc://"):
        raise ReviewError("where does Spark run?", "Add --remote sc://HOST:PORT")
    try:
        return SparkEngine(remote, store=store)
    except ImportError:
        raise ReviewError(
            "Spark Connect is not installed", "pip install 'review-pipeline[spark]'"
        ) from None
