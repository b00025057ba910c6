"""Items of Zotero as a search of a review, and included reports as items of Zotero."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pipeline
from pipeline.cli.console import counted, safe, say, say_json, tell
from pipeline.cli.importing.ingest import take_in_export
from pipeline.cli.prompt import agreed
from pipeline.model.record import Record
from pipeline.model.review import Position
from pipeline.model.search import AnswerPage, Asked, Search, SourceKind
from pipeline.model.standing import Standing
from pipeline.notation.safe_text import for_file_name
from pipeline.services.zotero import (
    ItemPage,
    delete_items,
    deleted_since,
    item_key,
    items_by_key,
    items_since,
    items_tagged,
    version_of,
    write_items,
    zotero,
)
from pipeline.sessions.named_records import link
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder
from pipeline.store.importing import TakenIn, arrival
from pipeline.store.under_way import kept_answers


def pull(
    folder: ReviewFolder,
    library: str,
    collection: str,
    base_url: str,
    today: date,
    as_json: bool,
) -> int:
    """Takes in what is new in the library since the last pull; tells what was deleted there."""
    earlier = _last_pull(folder, library, collection)
    since = _version_of(earlier)
    contact = folder.protocol[0].contact.strip()
    with zotero(base_url, contact, tell) as service:
        pages = list(items_since(service, library, since, collection))
        gone = deleted_since(service, library, since) if since else []
    items = sum(len(page.items) for page in pages)
    known = _keys_of(folder, earlier)
    gone = [key for key in gone if key in known]
    taken = None
    if items:
        search = _search(folder, pages, library, collection, base_url, since, earlier, today)
        kept = kept_answers(folder.places, f"zotero {library} {collection}", today)
        export = kept.file("items.json", _bodies(pages))
        with export.open("rb") as stream, arrival(folder.places, stream, export.name) as arrived:
            wanted = f"zotero-{for_file_name(library)}-{today}"
            taken = take_in_export(
                folder, arrived, search, wanted, False, strict=False, again=False
            )
        kept.forget()
    _say_pull(folder, taken, items, gone, as_json)
    return 0


def _bodies(pages: Sequence[ItemPage]) -> Iterator[bytes]:
    for number, page in enumerate([page for page in pages if page.items]):
        yield (b"\n" if number else b"") + page.body


def _last_pull(folder: ReviewFolder, library: str, collection: str) -> Search | None:
    found = [
        search
        for search in folder.searches[0].values()
        if search.asked
        and search.asked.of == "zotero"
        and search.asked.sent.get("library") == library
        and search.asked.sent.get("collection", "") == collection
    ]
    return max(found, key=lambda s: (s.searched_on, s.sequence), default=None)


def _version_of(search: Search | None) -> int:
    said = search.asked.sent.get("version", "") if search and search.asked else ""
    return int(said) if said.isdigit() else 0


def _keys_of(folder: ReviewFolder, earlier: Search | None) -> frozenset[str]:
    """Keys of all items that were pulled so far."""
    if earlier is None:
        return frozenset()
    pulls = {s.id for s in folder.searches[0].values() if s.asked and s.asked.of == "zotero"}
    return frozenset(
        tag.value
        for record in folder.records.values()
        if record.search in pulls
        for tag in record.as_exported
        if tag.name == "key"
    )


def _search(
    folder: ReviewFolder,
    pages: Sequence[ItemPage],
    library: str,
    collection: str,
    base_url: str,
    since: int,
    earlier: Search | None,
    today: date,
) -> Search:
    address = base_url or "https://api.zotero.org"
    sent = {"library": library, "since": str(since), "version": str(pages[-1].version)}
    if collection:
        sent["collection"] = collection
    return Search(
        id="",
        source=f"Zotero {library}",
        kind=SourceKind.OTHER,
        searched_on=today,
        ingested_on=today,
        interface="Zotero Web API",
        interface_url=address,
        how="Items of a Zotero library"
        + (f", collection {collection}" if collection else "")
        + (f", new or changed since version {since}" if since else "")
        + ".",
        update_of=earlier.id if earlier else "",
        results_reported=sum(len(page.items) for page in pages),
        format="json",
        asked=Asked(
            of="zotero",
            address=address,
            program=f"review {pipeline.__version__}",
            finished_on=today,
            sent=sent,
            pages=tuple(
                AnswerPage(
                    records=len(page.items),
                    bytes=len(page.body),
                    sha256=hashlib.sha256(page.body).hexdigest(),
                    total=page.total,
                )
                for page in pages
            ),
        ),
    )


def _say_pull(
    folder: ReviewFolder, taken: TakenIn | None, items: int, gone: Sequence[str], as_json: bool
) -> None:
    if as_json:
        say_json({"search": taken.id if taken else None, "items": items, "deleted_there": gone})
        return
    if taken is None:
        say("Nothing is new in the library.")
    else:
        say(f"{counted(items, 'item')} taken in as {taken.id}.")
    if gone:
        names = ", ".join(gone[:20])
        say(f"{counted(len(gone), 'item')} of earlier pulls deleted in Zotero: {names}.")
        say("Nothing is deleted here.")
    if taken is not None:
        say(f"Next: review dedupe {folder.slug}")


@dataclass(frozen=True, slots=True)
class _Kind:
    item_type: str
    container: str = ""  # the field that takes the title of journal, university or institution
    fields: tuple[str, ...] = ()


_KINDS: Mapping[str, _Kind] = {
    "article-journal": _Kind(
        "journalArticle", "publicationTitle", ("volume", "issue", "pages", "DOI", "ISSN")
    ),
    "book": _Kind("book", "", ("publisher", "place", "ISBN")),
    "thesis": _Kind("thesis", "", ("university", "place")),
    "report": _Kind("report", "", ("institution", "place")),
}
_ANY = _Kind("document", "", ("publisher",))


def item_of(record: Record, slug: str, collection: str, included: Position) -> dict[str, Any]:
    """The item of Zotero that tells of an included report."""
    kind = _KINDS.get(record.type) or (
        _KINDS["article-journal"] if record.container_title else _ANY
    )
    said = {
        "volume": record.volume, "issue": record.issue, "pages": record.page,
        "DOI": record.doi, "ISSN": ", ".join(record.issn), "ISBN": ", ".join(record.isbn),
        "publisher": record.publisher, "place": record.publisher_place,
        "university": record.publisher, "institution": record.publisher,
    }  # fmt: skip
    extra = [f"review: {slug} {record.id}"]
    if record.doi and "DOI" not in kind.fields:
        extra.append(f"DOI: {record.doi}")
    if record.pmid:
        extra.append(f"PMID: {record.pmid}")
    item: dict[str, Any] = {
        "key": item_key(slug, included.record),
        "itemType": kind.item_type,
        "title": record.title,
        "creators": [
            {"creatorType": "author", "name": name.literal}
            if name.literal
            else {"creatorType": "author", "firstName": name.given, "lastName": name.family}
            for name in record.author
        ],
        "abstractNote": record.abstract,
        "date": str(record.issued or ""),
        "language": record.language,
        "url": record.url,
        "extra": "\n".join(extra),
        "tags": [{"tag": tag_of(slug)}],
        "collections": [collection] if collection else [],
    }
    if kind.container:
        item[kind.container] = record.container_title
    return item | {name: said[name] for name in kind.fields}


def tag_of(slug: str) -> str:
    return f"review:{slug}"


def _children(
    record: Record, slug: str, parent: str, included: Position, studies: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """A note with study and decisions, and a link to the report."""
    said = [f"Included in the review {slug}, as {record.id}."]
    if studies:
        said.append(f"Study: {', '.join(studies)}.")
    for vote in included.votes:
        stage = str(vote.stage).replace("_", " ")
        reason = f" ({vote.reason})" if vote.reason else ""
        said.append(f"{vote.at:%Y-%m-%d} {vote.reviewer}, {stage}: {vote.verdict}{reason}")
    note = "".join(f"<p>{html.escape(words)}</p>" for words in said)
    yield {
        "key": item_key(slug, included.record, "note"),
        "itemType": "note",
        "parentItem": parent,
        "note": note,
        "tags": [{"tag": tag_of(slug)}],
    }
    if address := link(record):
        yield {
            "key": item_key(slug, included.record, "link"),
            "itemType": "attachment",
            "linkMode": "linked_url",
            "parentItem": parent,
            "title": "The report",
            "url": address,
            "tags": [],
        }


def push(
    folder: ReviewFolder,
    library: str,
    collection: str,
    base_url: str,
    delete: bool,
    as_json: bool,
) -> int:
    """Writes each included report; only what differs from the library is sent."""
    ledger = settle(folder.review)
    of_record: dict[str, list[str]] = {}
    for study, reports in ledger.studies.items():
        for name in reports:
            of_record.setdefault(name, []).append(study)
    wanted: list[dict[str, Any]] = []
    children: list[dict[str, Any]] = []
    for position in ledger.at(Standing.INCLUDED):
        record = folder.records[position.record]
        item = item_of(record, folder.slug, collection, position)
        wanted.append(item)
        studies = of_record.get(position.record, [])
        children += _children(record, folder.slug, item["key"], position, studies)
    contact = folder.protocol[0].contact.strip()
    with zotero(base_url, contact, tell) as service:
        everything = [*wanted, *children]
        there = items_by_key(service, library, [item["key"] for item in everything])
        parents = [merged for item in wanted if (merged := _differs(item, there))]
        inner = [merged for item in children if (merged := _differs(item, there))]
        report = write_items(service, library, parents)
        for key, why in write_items(service, library, inner).refused.items():
            report.refused[key] = why
        tagged = items_tagged(service, library, tag_of(folder.slug))
        over = sorted(set(tagged) - {item["key"] for item in wanted})
        deleted = False
        would = f"{counted(len(over), 'item')} would be deleted from Zotero"
        if over and delete and agreed(f"Delete {counted(len(over), 'item')} from Zotero?", would):
            delete_items(service, library, over, version_of(service, library))
            deleted = True
    new = [item["key"] for item in parents if item["version"] == 0]
    if as_json:
        say_json(
            {
                "included": len(wanted), "new": len(new), "changed": len(parents) - len(new),
                "notes_and_links": len(inner), "refused": report.refused,
                "no_longer_included": over, "deleted": deleted,
            }
        )  # fmt: skip
        return 1 if report.refused else 0
    same = len(wanted) - len(parents)
    say(
        f"{counted(len(wanted), 'included report')}: {len(new):,} new in Zotero, "
        f"{len(parents) - len(new):,} changed, {same:,} as they were; "
        f"{counted(len(inner), 'note or link', 'notes or links')} written."
    )
    for key, why in report.refused.items():
        tell(f"Zotero refused {key}: {safe(why, 200)}")
    if over:
        titles = ", ".join(safe(str(tagged[key].get("title", key)), 60) for key in over[:10])
        words = "deleted" if deleted else "left there; --delete asks whether they go"
        say(f"{counted(len(over), 'item')} included no more ({words}): {titles}")
    return 1 if report.refused else 0


def _differs(item: dict[str, Any], there: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    """`item` with the version that Zotero has; None where it says the same there already.

    Tags and collections that people gave an item there stay.
    """
    held = there.get(item["key"])
    if held is None:
        return {**item, "version": 0}
    merged = dict(item)
    for name in ("tags", "collections"):
        if name in item:
            have = list(held.get(name) or [])
            plain = [_plain(one) for one in have]
            merged[name] = have + [one for one in item[name] if _plain(one) not in plain]
    if all(held.get(name, "") == value for name, value in merged.items()):
        return None
    return {**merged, "version": held.get("version", 0)}


def _plain(one: Any) -> Any:
    return one.get("tag") if isinstance(one, Mapping) else one
