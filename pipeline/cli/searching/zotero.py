"""`review zotero`: items of a library in, included studies out."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from pipeline.model.problem import ReviewError
from pipeline.store import open_review


def zotero(
    action: Annotated[str, typer.Argument(help="pull or push.")],
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    library: Annotated[
        str, typer.Option(help="users/NUMBER or groups/NUMBER, as zotero.org shows it.")
    ] = "",
    collection: Annotated[
        str, typer.Option(help="Key of a collection: only its items; push puts items into it.")
    ] = "",
    delete: Annotated[
        bool,
        typer.Option("--delete", help="push: ask whether items go that are included no more."),
    ] = False,
    base_url: Annotated[str, typer.Option(help="Another server that speaks for Zotero.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> int:
    """Takes the items of a Zotero library in, or writes the included studies into one.

    pull keeps the items as they came, with tags and collections, as a search; the next pull takes
    only what is new or changed since, and tells what was deleted there. push writes each included
    report as an item with a note (study, decisions) and a link, under a key of its own: the same
    command again changes only what differs. Nothing is deleted without --delete and a yes. The key
    of Zotero comes from ZOTERO_API_KEY or a keyring. Exit code 1: an item was refused.

    Example: review zotero pull my-review --library groups/12345

    Example: review zotero push my-review --library groups/12345 --collection ABCD2345
    """
    from pipeline.cli.searching.zotero_items import pull, push
    from pipeline.services.zotero import library_of

    if action not in ("pull", "push"):
        raise ReviewError(f"{action!r} is nothing to do with Zotero", "Say pull or push")
    name = library_of(library)
    folder = open_review(review)
    if action == "pull":
        return pull(folder, name, collection, base_url, date.today(), as_json)
    return push(folder, name, collection, base_url, delete, as_json)
