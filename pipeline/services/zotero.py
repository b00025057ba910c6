"""The Zotero Web API, version 3: items of a library read page by page, written and deleted."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.model.problem import ReviewError
from pipeline.services.access_keys import key_for
from pipeline.services.asking import PassingFault, Request, Response, Service, Unanswered

ADDRESS = "https://api.zotero.org"
_LIBRARY = re.compile(r"(users|groups)/\d+\Z")
_KEY_SIGNS = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
_PAGE, _WRITTEN_AT_ONCE = 100, 50
_HEADERS = {"Zotero-API-Version": "3"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """A page of items as it came; `version` is that of the library, `total` of all items."""

    body: bytes
    items: tuple[Mapping[str, Any], ...]
    version: int
    total: int


@dataclass(slots=True)
class WriteReport:
    """What became of items that were written: keys, and for those that were refused why."""

    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def zotero(address: str, contact: str, heard: Callable[[str], None]) -> Service:
    """The door to Zotero, with the key of the environment (ZOTERO_API_KEY) or the keyring."""
    return Service(
        "Zotero",
        address or ADDRESS,
        0.2,
        key=key_for("zotero", ("ZOTERO_API_KEY",)),
        key_place="Zotero-API-Key",
        key_in_header=True,
        contact=contact,
        heard=heard,
    )


def library_of(name: str) -> str:
    """`users/123` or `groups/456`; raises ReviewError for anything else."""
    if not _LIBRARY.match(name):
        raise ReviewError(
            f"{name!r} is no library of Zotero" if name else "no library is named",
            "Say --library users/NUMBER or groups/NUMBER (zotero.org, Settings, Security)",
        )
    return name


def item_key(*makes: str) -> str:
    """A key as Zotero makes them, always the same for the same words: nothing is written twice."""
    digest = hashlib.sha256("\n".join(makes).encode()).digest()
    return "".join(_KEY_SIGNS[byte % len(_KEY_SIGNS)] for byte in digest[:8])


def items_since(service: Service, library: str, since: int, collection: str) -> Iterator[ItemPage]:
    """All items that are no notes or attachments, changed after the version `since`, in pages."""
    place = f"collections/{collection}/items/top" if collection else "items/top"
    start = 0
    while True:
        page = service.ask(
            Request(
                path=f"{library}/{place}",
                parameters=(
                    ("format", "json"), ("itemType", "-attachment"), ("since", str(since)),
                    ("sort", "dateAdded"), ("direction", "asc"),
                    ("limit", str(_PAGE)), ("start", str(start)),
                ),
                headers=_HEADERS,
            ),
            _page,
        )  # fmt: skip
        yield page
        start += len(page.items)
        if not page.items or start >= page.total:
            return


def items_by_key(service: Service, library: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The data of those of `keys` that the library has, by key."""
    found: dict[str, dict[str, Any]] = {}
    for at in range(0, len(keys), _WRITTEN_AT_ONCE):
        page = service.ask(
            Request(
                path=f"{library}/items",
                parameters=(
                    ("itemKey", ",".join(keys[at : at + _WRITTEN_AT_ONCE])),
                    ("format", "json"), ("limit", str(_PAGE)),
                ),
                headers=_HEADERS,
            ),
            _page,
        )  # fmt: skip
        found |= {str(one["key"]): dict(one.get("data") or {}) for one in page.items}
    return found


def items_tagged(service: Service, library: str, tag: str) -> dict[str, dict[str, Any]]:
    """The data of all top items with `tag`, by key."""
    found: dict[str, dict[str, Any]] = {}
    start = 0
    while True:
        page = service.ask(
            Request(
                path=f"{library}/items/top",
                parameters=(
                    ("tag", tag), ("format", "json"), ("limit", str(_PAGE)), ("start", str(start)),
                ),
                headers=_HEADERS,
            ),
            _page,
        )  # fmt: skip
        found |= {str(one["key"]): dict(one.get("data") or {}) for one in page.items}
        start += len(page.items)
        if not page.items or start >= page.total:
            return found


def deleted_since(service: Service, library: str, since: int) -> list[str]:
    """Keys of items that were deleted after the version `since`."""

    def read(answer: Response) -> list[str]:
        said = answer.as_json()
        items = said.get("items") if isinstance(said, Mapping) else None
        return [str(one) for one in items] if isinstance(items, list) else []

    request = Request(
        path=f"{library}/deleted", parameters=(("since", str(since)),), headers=_HEADERS
    )
    return service.ask(request, read)


def write_items(service: Service, library: str, items: Sequence[Mapping[str, Any]]) -> WriteReport:
    """Writes `items` (each with key and version), fifty at once; parents go before children."""
    report = WriteReport()
    for at in range(0, len(items), _WRITTEN_AT_ONCE):
        some = items[at : at + _WRITTEN_AT_ONCE]
        request = Request(
            path=f"{library}/items",
            method="POST",
            content=json.dumps(list(some), ensure_ascii=False).encode(),
            headers={**_HEADERS, "Content-Type": "application/json"},
        )
        said = service.ask(request, _outcome)
        for number, item in enumerate(some):
            name, place = str(item["key"]), str(number)
            if place in said["failed"]:
                fault = said["failed"][place]
                report.refused[name] = f"{fault.get('code', '')} {fault.get('message', '')}".strip()
            elif place in said["unchanged"]:
                report.unchanged.append(name)
            else:
                report.written.append(name)
    return report


def delete_items(service: Service, library: str, keys: Sequence[str], version: int) -> None:
    """Deletes `keys`, unless the library changed after `version` (Zotero answers 412 then)."""
    for at in range(0, len(keys), _WRITTEN_AT_ONCE):
        request = Request(
            path=f"{library}/items",
            parameters=(("itemKey", ",".join(keys[at : at + _WRITTEN_AT_ONCE])),),
            method="DELETE",
            headers={**_HEADERS, "If-Unmodified-Since-Version": str(version)},
        )
        version = service.ask(request, _version) or version


def version_of(service: Service, library: str) -> int:
    """The version that the library has now."""
    request = Request(
        path=f"{library}/items", parameters=(("format", "json"), ("limit", "1")), headers=_HEADERS
    )
    return service.ask(request, _page).version


def _page(answer: Response) -> ItemPage:
    said = answer.as_json()
    if not isinstance(said, list) or not all(isinstance(one, Mapping) for one in said):
        raise PassingFault("the answer is no list of items", tries=3)
    total = answer.headers.get("total-results", "")
    return ItemPage(
        body=answer.body,
        items=tuple(said),
        version=_version(answer),
        total=int(total) if total.isdigit() else len(said),
    )


def _version(answer: Response) -> int:
    said = answer.headers.get("last-modified-version", "")
    return int(said) if said.isdigit() else 0


def _outcome(answer: Response) -> dict[str, Mapping[str, Any]]:
    said = answer.as_json()
    if not isinstance(said, Mapping) or not {"successful", "success"} & said.keys():
        raise Unanswered("Zotero does not say what it wrote", "Look into the library")
    outcome: dict[str, Mapping[str, Any]] = {}
    for name in ("failed", "unchanged"):
        told = said.get(name)
        outcome[name] = told if isinstance(told, Mapping) else {}
    return outcome
