"""JSON and YAML objects into entries: CSL, Crossref, OpenAlex, Zotero, Lens and their like.

Each member of an object becomes a tag: text as it is, anything else as JSON. Text that would read
as JSON is written as JSON, so that a member can always be had back (`member`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pipeline.model.record import Name, Tag
from pipeline.notation.yaml_text import read_yaml
from pipeline.readers.columns import NAMES, plain_name
from pipeline.readers.entries import Entry, Gathered, words
from pipeline.readers.json_stream import JsonObject, objects
from pipeline.readers.lines import line_blocks
from pipeline.readers.names import name, names_in_cell

_FIELD_OF: dict[str, list[tuple[str, int]]] = {}
for _field, _words in NAMES.items():
    for _rank, _word in enumerate(_words):
        _FIELD_OF.setdefault(_word, []).append((_field, _rank))
_MORE = {
    "containertitle": "container_title",
    "journalabbreviation": "container_title_short",
    "shortcontainertitle": "container_title_short",
    "collectiontitle": "",
    "issued": "issued",
    "publishedprint": "issued",
    "publishedonline": "issued",
    "published": "issued",
    "publisherplace": "publisher_place",
    "titleshort": "",
    "externalids": "identifier",
    "primarylocation": "container_title",
    "hostvenue": "container_title",
    "biblio": "biblio",
    "ids": "ids",
    "authorships": "author",
    "creators": "author",
    "abstractinvertedindex": "abstract",
    "journaltitle": "container_title",
    "journalinfo": "journal_info",
    "authorstring": "author",
    "abstracttext": "abstract",
    "itemtype": "type",
    "source": "container_title",
    "meshterms": "keyword",
    "yearpublished": "issued",
}
_BIBLIOGRAPHIC = frozenset(
    words(
        "title doi author authors id type issued isbn issn url displayname journal containertitle "
        "year key itemtype abstract paperid lensid publicationyear pmid protocolsection creators "
        "date editor articletitle booktitle"
    )
)
_LAST = {"source": 50, "authorstring": 60}
_EUROPE_PMC_SOURCES = ("MED", "PMC", "PPR", "AGR", "CBA", "CTX", "ETH", "HIR", "NBK", "PAT")
_PEOPLE = ("author", "editor")


def entries(pieces: Iterable[str]) -> Iterator[Entry]:
    """Entries of a JSON export in the order of the file."""
    for found in objects(pieces):
        yield entry_of(found)


def entry_of(found: JsonObject) -> Entry:
    """The entry of one object; what is no object, or has nothing of a reference, is set aside."""
    value = found.value
    if not found.why and isinstance(value, Mapping) and isinstance(value.get("data"), Mapping):
        value = {**value["data"], **{k: v for k, v in value.items() if k not in ("data",)}}
    why = found.why
    if not why and not isinstance(value, Mapping):
        why = "it is no object with the fields of a reference"
    if not why and not any(
        plain_name(str(key).rpartition(":")[2]) in _BIBLIOGRAPHIC for key in value
    ):
        why = "it has none of the fields of a reference"
    if why:
        raw = found.raw or json.dumps(found.value, ensure_ascii=False, default=str)
        return Entry(found.line, (), {}, why=why, raw=raw)
    tags = tuple(Tag(str(key), member_text(one)) for key, one in value.items())
    said, people = _said(value)
    return Entry(found.line, tags, said, people)


def member_text(value: Any) -> str:
    """A member's value as a tag holds it."""
    if isinstance(value, date):
        value = value.isoformat()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False) if _reads_as_json(value) else value
    return json.dumps(value, ensure_ascii=False, default=str)


def member(text: str) -> Any:
    """The value that `member_text` wrote."""
    if not text or not (text[0] in '{["-tfnIN' or text[0].isdigit()):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _reads_as_json(text: str) -> bool:
    if not text or not (text[0] in '{["-tfnIN \t\r\n' or text[0].isdigit()):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _said(value: Mapping[str, Any]) -> tuple[dict[str, list[str]], dict[str, list[Name]]]:
    ranked: dict[str, list[tuple[int, Any]]] = {}
    for key, one in value.items():
        if one in (None, "", [], {}):
            continue
        plain = plain_name(str(key).rpartition(":")[2])
        if _MORE.get(plain) and (plain != "source" or one not in _EUROPE_PMC_SOURCES):
            ranked.setdefault(_MORE[plain], []).append((_LAST.get(plain, -1), one))
        for field, rank in _FIELD_OF.get(plain, ()):
            if plain not in _MORE:
                ranked.setdefault(field, []).append((rank, one))
    if isinstance(study := value.get("protocolSection"), Mapping):
        _registered(study, ranked)
    _openalex(value, ranked)
    said: dict[str, list[str]] = {}
    people: dict[str, list[Name]] = {"author": [], "editor": []}
    for field, candidates in ranked.items():
        candidates.sort(key=lambda candidate: candidate[0])
        if field in _PEOPLE:
            for _rank, one in candidates:
                if found := people_in(one, field):
                    people[field] = found
                    break
            continue
        texts = [text for _rank, one in candidates for text in texts_in(one, field)]
        if texts:
            said[field] = texts
    for creators in (value.get("creators"),):
        if isinstance(creators, list):
            people["editor"] = [
                person
                for one in creators
                if isinstance(one, Mapping) and one.get("creatorType") == "editor"
                for person in people_in([one], "editor")
            ]
    return said, people


def _openalex(value: Mapping[str, Any], ranked: dict[str, list[tuple[int, Any]]]) -> None:
    biblio = value.get("biblio")
    if isinstance(biblio, Mapping):
        for key, field in (
            ("volume", "volume"), ("issue", "issue"),
            ("first_page", "first_page"), ("last_page", "last_page"),
        ):  # fmt: skip
            if biblio.get(key):
                ranked.setdefault(field, []).append((0, biblio[key]))
    for key in ("ids", "externalIds", "external_ids"):
        ids = value.get(key)
        pairs: Iterable[tuple[Any, Any]] = ()
        if isinstance(ids, Mapping):
            pairs = ids.items()
        elif isinstance(ids, list):
            pairs = [(i.get("type"), i.get("value")) for i in ids if isinstance(i, Mapping)]
        for kind, one in pairs:
            word = str(kind).lower()
            fields = {
                "doi": "doi",
                "pmid": "pmid",
                "pubmed": "pmid",
                "pmcid": "pmcid",
                "pubmedcentral": "pmcid",
            }
            if one:
                ranked.setdefault(fields.get(word, "identifier"), []).append(
                    (5, f"arXiv:{one}" if word == "arxiv" else one)
                )
    location = value.get("primary_location")
    if isinstance(location, Mapping):
        if isinstance(location.get("source"), Mapping):
            source = location["source"]
            if source.get("issn") or source.get("issn_l"):
                ranked.setdefault("serial", []).append((0, source.get("issn") or source["issn_l"]))
        if location.get("landing_page_url"):
            ranked.setdefault("url", []).append((9, location["landing_page_url"]))
    journal = value.get("journal")  # Semantic Scholar
    if isinstance(journal, Mapping):
        for key, field in (("volume", "volume"), ("pages", "page")):
            if isinstance(journal.get(key), str):
                ranked.setdefault(field, []).append((3, " ".join(journal[key].split())))
    info = value.get("journalInfo")  # Europe PMC
    if isinstance(info, Mapping):
        for key, field in (
            ("volume", "volume"),
            ("issue", "issue"),
            ("yearOfPublication", "issued"),
        ):
            if info.get(key):
                ranked.setdefault(field, []).append((3, info[key]))
        if isinstance(info.get("journal"), Mapping):
            ranked.setdefault("container_title", []).append((3, info["journal"]))


def _registered(study: Mapping[str, Any], ranked: dict[str, list[tuple[int, Any]]]) -> None:
    """A study of ClinicalTrials.gov, version 2 of its interface."""

    def part(*keys: str) -> Any:
        at: Any = study
        for key in keys:
            at = at.get(key) if isinstance(at, Mapping) else None
        return at

    number = part("identificationModule", "nctId")
    found = {
        "title": part("identificationModule", "officialTitle")
        or part("identificationModule", "briefTitle"),
        "accession_number": number,
        "identifier": number,
        "url": f"https://clinicaltrials.gov/study/{number}" if number else None,
        "abstract": part("descriptionModule", "briefSummary"),
        "issued": part("statusModule", "studyFirstPostDateStruct", "date")
        or part("statusModule", "startDateStruct", "date"),
        "keyword": part("conditionsModule", "conditions"),
    }
    for field, one in found.items():
        if one:
            ranked.setdefault(field, []).append((0, one))


_PARTS = (
    ("family", "given"), ("lastName", "firstName"), ("last_name", "first_name"),
    ("lastname", "firstname"), ("surname", "given_names"), ("surname", "forename"),
)  # fmt: skip
_WHOLE = (
    "literal", "name", "display_name", "full_name", "fullName", "collectiveName", "authname",
    "raw_author_name",
)  # fmt: skip


def people_in(value: Any, field: str) -> list[Name]:
    """The people that a member's value names, as authors or editors (`field`)."""
    if isinstance(value, str):
        return list(names_in_cell(value, True))
    if isinstance(value, Mapping):
        inner = value.get("author") or value.get("authors")
        return people_in(inner, field) if isinstance(inner, list) else people_in([value], field)
    found: list[Name] = []
    for one in value if isinstance(value, list) else ():
        person: Name | None = None
        if isinstance(one, str):
            person = name(one, True)
        elif isinstance(one, Mapping):
            if field == "author" and one.get("creatorType", "author") in ("editor", "translator"):
                continue
            person = _person(one)
        if person:
            found.append(person)
    return found


def _person(one: Mapping[str, Any]) -> Name | None:
    for family, given in _PARTS:
        if one.get(family):
            particle = one.get("non-dropping-particle") or one.get("dropping-particle") or ""
            return Name(
                family=" ".join(p for p in (str(particle), str(one[family])) if p),
                given=str(one.get(given) or one.get("initials") or ""),
                suffix=str(one.get("suffix") or ""),
            )
    inner = one.get("author")
    if isinstance(inner, Mapping):
        return _person(inner)
    for key in _WHOLE:
        if one.get(key):
            text = str(one[key])
            return Name(literal=text) if key in ("literal", "collectiveName") else name(text, True)
    if one.get("given"):
        return Name(literal=str(one["given"]))
    return None


def texts_in(value: Any, field: str) -> list[str]:
    """The texts in a member's value that a field can be made of."""
    if isinstance(value, str):
        return [value] if value.strip() else []
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, int | float | date):
        return [
            value.isoformat()
            if isinstance(value, date)
            else f"{value:g}"
            if isinstance(value, float)
            else str(value)
        ]
    if isinstance(value, Mapping):
        return _texts_of_object(value, field)
    if field == "issued" and value and isinstance(value[0], Mapping):
        return _texts_of_object(value[0], field)
    if field in ("title", "abstract") and value:
        return texts_in(value[0], field)
    return [text for one in value for text in texts_in(one, field)]


def _texts_of_object(value: Mapping[str, Any], field: str) -> list[str]:
    if field == "issued":
        parts = value.get("date-parts")
        if (
            isinstance(parts, list)
            and parts
            and isinstance(parts[0], list)
            and parts[0]
            and parts[0][0]
        ):
            return [
                "-".join(
                    f"{int(p):02d}" if str(p).isdecimal() and len(str(p)) < 5 else str(p)
                    for p in parts[0]
                )
            ]
        if value.get("year"):
            keys = [value.get(key) for key in ("year", "month", "day")]
            return ["-".join(str(p) for p in keys if p)]
        for key in ("raw", "literal", "date", "date-time", "value"):
            if value.get(key):
                return [str(value[key])]
        return []
    if field == "abstract" and value and all(isinstance(v, list) for v in value.values()):
        return [inverted(value)]
    if field == "container_title":
        for key in ("display_name", "title", "name", "journal", "source"):
            if value.get(key):
                return texts_in(value[key], field)
        return []
    if field in ("doi", "pmid", "pmcid", "serial", "identifier", "url"):
        return [text for one in value.values() for text in texts_in(one, field)]
    for key in ("display_name", "name", "keyword", "term", "tag", "title", "value", "text", "id"):
        if isinstance(value.get(key), str):
            return [value[key]]
    return []


def inverted(index: Mapping[str, Sequence[Any]]) -> str:
    """The abstract that OpenAlex gives as positions by word."""
    places = [
        (place, word) for word, where in index.items() for place in where if isinstance(place, int)
    ]
    return " ".join(word for _place, word in sorted(places))


_ITEM = re.compile(r"( *)- +\S")


def yaml_entries(pieces: Iterable[str], gathered: Gathered) -> Iterator[Entry]:
    """Entries of the list in the file: an item begins at a hyphen as deep as the first."""
    indent: str | None = None
    item: list[str] = []
    begun = 0
    for first, lines in line_blocks(pieces, gathered):
        for number, line in enumerate(lines, first):
            found = _ITEM.match(line)
            if found and (indent is None or found[1] == indent):
                if item:
                    yield from _item(item, begun, gathered.file)
                indent, item, begun = found[1], [line], number
            elif item:
                if (
                    line.strip()
                    and not line.startswith((" ", "#"))
                    and not (indent == "" and line[:1] == "-")
                ):
                    yield from _item(item, begun, gathered.file)
                    item = []
                else:
                    item.append(line)
    if item:
        yield from _item(item, begun, gathered.file)


def _item(lines: list[str], begun: int, file: str) -> Iterator[Entry]:
    text = "\n".join(lines)
    read = read_yaml(text, file)
    if read.value is None or read.problems:
        why = read.problems[0].what if read.problems else "it is empty"
        yield Entry(begun, (), {}, why=why, raw=text)
        return
    for value in read.value if isinstance(read.value, list) else [read.value]:
        yield entry_of(JsonObject(begun, value, raw=text))
