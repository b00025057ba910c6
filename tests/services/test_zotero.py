"""`review zotero`: a library comes in with tags and collections, included studies go out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.store import open_review
from tests.services.web_server import Asked, Sent, World, as_json, serving

LIBRARY = ("--library", "groups/7")


class Library:
    """Zotero as its Web API (version 3) answers for one library."""

    def __init__(self) -> None:
        self.version = 10
        self.items: dict[str, dict[str, Any]] = {}
        self.gone: dict[str, int] = {}
        self.form = ""

    def put(self, key: str, **data: Any) -> None:
        self.version += 1
        self.items[key] = {"key": key, "version": self.version, "itemType": "journalArticle",
                           "tags": [], "collections": [], **data}  # fmt: skip

    def answer(self, asked: Asked) -> Sent:
        assert asked.headers["zotero-api-version"] == "3"
        rest = asked.path.removeprefix("/zotero/groups/7/")
        said = asked.parameters
        if rest == "deleted":
            since = int(said["since"])
            return self._sent({"items": [k for k, v in self.gone.items() if v > since]})
        if asked.method == "POST":
            return self._written()
        found = [i for i in self.items.values() if not said.get("parent")]
        if rest.endswith("/top"):
            found = [i for i in found if "parentItem" not in i]
        if rest.startswith("collections/"):
            found = [i for i in found if rest.split("/")[1] in i["collections"]]
        if "itemKey" in said:
            found = [i for i in found if i["key"] in said["itemKey"].split(",")]
        if "tag" in said:
            found = [i for i in found if {"tag": said["tag"]} in i["tags"]]
        if said.get("itemType") == "-attachment":
            found = [i for i in found if i["itemType"] != "attachment"]
        found = [i for i in found if i["version"] > int(said.get("since", 0))]
        start, limit = int(said.get("start", 0)), int(said.get("limit", 25))
        page = [{"key": i["key"], "version": i["version"], "library": {"id": 7}, "data": i}
                for i in found[start : start + limit]]  # fmt: skip
        return self._sent(page, total=len(found))

    def _written(self) -> Sent:
        outcome: dict[str, dict[str, Any]] = {"successful": {}, "success": {}, "unchanged": {},
                                              "failed": {}}  # fmt: skip
        self.version += 1
        for number, item in enumerate(json.loads(self.form)):
            held = self.items.get(item["key"])
            if (held["version"] if held else 0) != item["version"]:
                outcome["failed"][str(number)] = {"code": 412, "message": "Item has been modified"}
                continue
            if item.get("title") == "Refused":
                outcome["failed"][str(number)] = {"code": 400, "message": "no such field"}
                continue
            self.items[item["key"]] = {**(held or {}), **item, "version": self.version}
            outcome["success"][str(number)] = item["key"]
            outcome["successful"][str(number)] = {"key": item["key"]}
        return self._sent(outcome)

    def _sent(self, value: Any, total: int = 0) -> Sent:
        return as_json(value, **{"Last-Modified-Version": str(self.version),
                                 "Total-Results": str(total)})  # fmt: skip


@pytest.fixture
def zotero(review: Path, waits: Any) -> Iterator[tuple[Library, World, str]]:
    library = Library()

    def hear(handler: Any, asked: Asked) -> None:
        library.form = handler.form

    world = World(extra={"/zotero": library.answer}, faults=[hear])
    with serving(world) as url:
        yield library, world, f"{url}/zotero"


def test_a_library_comes_in_with_tags_and_collections_and_then_what_is_new(zotero, run):
    library, _, url = zotero
    for n in range(130):
        library.put(f"KEY{n:05d}", title=f"Item {n} of the library", DOI=f"10.5555/z.{n}",
                    tags=[{"tag": "to read"}], collections=["C0LL"])  # fmt: skip
    library.put("FILE0001", itemType="attachment", title="a file")
    said = run("zotero", "pull", "r", *LIBRARY, "--base-url", url)
    assert said.code == 0 and "130 items taken in as zotero-groups-7-" in said.out, said.err
    folder = open_review("r")
    (search,) = folder.searches[0].values()
    assert len(folder.records) == 130 and search.kind == "other"
    first = next(iter(folder.records.values()))
    tags = dict(first.as_exported)
    assert "to read" in tags["tags"] and "C0LL" in tags["collections"]
    again = run("zotero", "pull", "r", *LIBRARY, "--base-url", url)
    assert again.code == 0 and "Nothing is new" in again.out
    library.put("KEY99999", title="A later item of the library", DOI="10.5555/z.later")
    del library.items["KEY00003"]
    library.version += 1
    library.gone["KEY00003"] = library.version
    later = run("zotero", "pull", "r", *LIBRARY, "--base-url", url)
    assert "1 item taken in" in later.out and "deleted in Zotero: KEY00003" in later.out
    assert len(open_review("r").records) == 131
    assert run("check", "r").code == 0


def test_included_reports_go_out_once_with_a_note_and_a_link(zotero, here, run, decided):
    library, world, url = zotero
    push = ("zotero", "push", "r", *LIBRARY, "--base-url", url, "--collection", "C0LL2345")
    said = run(*push, "--json")
    assert said.code == 0, said.err
    assert (said.json["included"], said.json["new"], said.json["notes_and_links"]) == (2, 2, 4)
    items = [i for i in library.items.values() if "parentItem" not in i]
    assert sorted(i["title"] for i in items) == ["One", "Two"]
    assert all(i["collections"] == ["C0LL2345"] for i in items)
    notes = [i["note"] for i in library.items.values() if i["itemType"] == "note"]
    assert any("db-2020-01-01:0001" in note and "full text: include" in note for note in notes)
    links = [i["url"] for i in library.items.values() if i["itemType"] == "attachment"]
    assert sorted(links) == ["https://doi.org/10.1000/1", "https://doi.org/10.1000/2"]
    posts = sum(a.method == "POST" for a in world.asked)
    again = run(*push, "--json").json
    assert (again["new"], again["changed"], again["notes_and_links"]) == (0, 0, 0)
    assert sum(a.method == "POST" for a in world.asked) == posts
    items[0]["tags"].append({"tag": "mine"})
    items[0]["title"] = "One, mistyped there"
    changed = run(*push, "--json").json
    assert (changed["new"], changed["changed"]) == (0, 1)
    assert {"tag": "mine"} in library.items[items[0]["key"]]["tags"]


def test_what_is_included_no_more_is_left_there_until_somebody_says_so(
    zotero, run, decided, decide
):
    _, world, url = zotero
    push = ("zotero", "push", "r", *LIBRARY, "--base-url", url)
    assert run(*push).code == 0
    decide("0002", "exclude", "full_text")
    said = run(*push)
    assert said.code == 0 and "1 item included no more (left there" in said.out
    asked = run(*push, "--delete")
    assert asked.code == 2 and "nobody can be asked here" in asked.err
    assert not any(a.method == "DELETE" for a in world.asked)


def test_what_zotero_refuses_is_told(zotero, run, decided, monkeypatch):
    library, _, url = zotero
    push = ("zotero", "push", "r", *LIBRARY, "--base-url", url)
    assert run(*push).code == 0
    for item in library.items.values():
        if item["itemType"] == "journalArticle" or "creators" in item:
            item["title"], item["version"] = "changed", item["version"]
    real = library._written

    def changed_meanwhile() -> Sent:
        for item in library.items.values():
            item["version"] += 1
        return real()

    monkeypatch.setattr(library, "_written", changed_meanwhile)
    said = run(*push)
    assert said.code == 1 and "412 Item has been modified" in said.err


@pytest.fixture
def decided(records: Path, decide: Any) -> None:
    """Records 0001 and 0002 are included."""
    for number in ("0001", "0002"):
        for stage in ("title_abstract", "full_text"):
            decide(number, "include", stage)


def test_a_library_has_to_be_named_rightly(review, run):
    for words in ((), ("--library", "mine")):
        said = run("zotero", "pull", "r", *words)
        assert said.code == 2 and "users/NUMBER" in said.err
