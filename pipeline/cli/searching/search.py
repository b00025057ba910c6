"""`review search`: a source is searched over the web, and the answer becomes an export like any."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import tell
from pipeline.model.problem import ReviewError
from pipeline.store import ReviewFolder, find_review


def search(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    source: Annotated[
        str,
        typer.Option(
            help="openalex, pubmed, europepmc, crossref, semanticscholar or clinicaltrials."
        ),
    ] = "",
    query: Annotated[str, typer.Option(help="The query, in the words of that source.")] = "",
    query_file: Annotated[Path | None, typer.Option(help="A text file that holds it.")] = None,
    from_: Annotated[
        str, typer.Option("--from", metavar="YYYY-MM-DD", help="Published from this day on.")
    ] = "",
    to: Annotated[
        str, typer.Option("--to", metavar="YYYY-MM-DD", help="Published until this day.")
    ] = "",
    limit: Annotated[
        int | None, typer.Option(min=1, help="Take so many records, the first of the answer.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Run all searches of the protocol and earlier ones.")
    ] = False,
    due: Annotated[
        bool, typer.Option("--due", help="With --again: only those that are due by the protocol.")
    ] = False,
    anew: Annotated[
        bool, typer.Option("--anew", help="Run it although it was run today already.")
    ] = False,
    base_url: Annotated[
        list[str] | None,
        typer.Option(
            help="Another server that answers for the source: a proxy, say. With --again: "
            "SOURCE=URL, and it may stand several times."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say how many records there are.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> int:
    """Searches a source over the web; every page of its answer is kept as it came.

    The answer becomes an export in searches/ with its log: query as sent, day, total, every page
    with its SHA-256. reported = got + missing is told. A search that broke off goes on where it
    was when the same command is given again. Rate limits and Retry-After are obeyed; the contact
    address of the protocol is told to the source. Keys come from the environment
    (OPENALEX_API_KEY, NCBI_API_KEY, SEMANTIC_SCHOLAR_API_KEY, CROSSREF_PLUS_API_TOKEN) or a
    keyring and are written nowhere. Exit code 1: an answer is not whole, or a search of several
    was refused.

    Example: review search my-review --source pubmed --query "sleep[tiab] AND screens[tiab]"

    Example: review search my-review --source openalex --query-file openalex.txt --from 2015-01-01

    Example: review search my-review --again
    """
    from pipeline.cli.searching.search_options import asked_for, planned
    from pipeline.cli.searching.search_report import say_counts, say_ran

    folder = ReviewFolder(find_review(review))
    today = date.today()
    if again and (source or query or query_file or from_ or to or limit):
        raise ReviewError(
            "--again runs searches as they stand in the protocol and the log",
            "Leave the rest out, or name one source with --query",
        )
    if due and not again:
        raise ReviewError("--due goes with --again", "Say both")
    if again:
        strategies = planned(folder, base_url or (), today, due=due, anew=anew)
    else:
        strategies = asked_for(
            folder, source, query, query_file, from_, to, limit, base_url or (), today, anew=anew
        )
    if dry_run:
        return say_counts(strategies, as_json)
    return say_ran(folder, strategies, today, tell, as_json)
