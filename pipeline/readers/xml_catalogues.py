"""The XML of library catalogues and of Zotero: MODS, MARC 21, RDF."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.model.record import Name
from pipeline.readers.names import name
from pipeline.readers.xml_records import Said, XmlLayout, children, local_name, paths, text_of


def _mods_people(record: Any) -> Mapping[str, Sequence[Name]]:
    lists: dict[str, list[Name]] = {"author": [], "editor": []}
    for one in children(record, "name"):
        parts = {part.get("type") or "": text_of(part) for part in children(one, "namePart")}
        roles = " ".join(text_of(r).lower() for role in children(one, "role") for r in role)
        person: Name | None
        if "family" in parts:
            person = Name(family=parts["family"], given=parts.get("given", ""))
        elif one.get("type") == "corporate":
            person = Name(literal=parts.get("", "")) if parts.get("") else None
        else:
            person = name(parts.get("", ""))
        if person is None:
            continue
        if "editor" in roles or "edt" in roles:
            lists["editor"].append(person)
        elif not roles or any(word in roles for word in ("author", "aut", "creator", "cre")):
            lists["author"].append(person)
    return lists


def _mods(said: Said, record: Any) -> Said:
    for one in record.iter():
        if local_name(one) != "identifier":
            continue
        kind = (one.get("type") or "").lower()
        field = {
            "doi": "doi",
            "issn": "serial",
            "isbn": "serial",
            "pmid": "pmid",
            "uri": "url",
        }.get(kind)
        if field:
            said.setdefault(field, []).append(text_of(one))
    for title in children(record, "titleInfo"):
        whole = " ".join(text_of(part) for part in children(title, "nonSort"))
        main = " ".join(text_of(part) for part in children(title, "title"))
        sub = ": ".join(text_of(part) for part in children(title, "subTitle"))
        if main and not title.get("type"):
            said["title"] = [": ".join(p for p in (f"{whole} {main}".strip(), sub) if p)]
            break
    return said


MODS = XmlLayout(
    records=frozenset({"mods"}),
    plan=paths(
        type="genre typeOfResource",
        title="titleInfo/title",
        issued="originInfo/dateIssued relatedItem/originInfo/dateIssued relatedItem/part/date "
        "part/date originInfo/copyrightDate originInfo/dateCreated",
        container_title="relatedItem/titleInfo/title",
        page="relatedItem/part/extent/list part/extent/list",
        first_page="relatedItem/part/extent/start part/extent/start",
        last_page="relatedItem/part/extent/end part/extent/end",
        publisher="originInfo/publisher relatedItem/originInfo/publisher",
        publisher_place="originInfo/place/placeTerm",
        abstract="abstract",
        language="language/languageTerm language",
        keyword="subject/topic subject",
        url="location/url",
        accession_number="recordInfo/recordIdentifier",
        note="note",
    ),
    people=_mods_people,
    finish=_mods,
)


def _marc(said: Said, record: Any) -> Said:
    """MARC 21: the fields of a bibliographic record by number (https://www.loc.gov/marc)."""
    codes: dict[str, list[str]] = {}
    for one in record.iter():
        kind = local_name(one)
        if kind == "controlfield":
            codes.setdefault(one.get("tag", ""), []).append(text_of(one))
        elif kind == "datafield":
            for sub in one:
                key = f"{one.get('tag')}{sub.get('code')}"
                codes.setdefault(key, []).append(text_of(sub))

    def first(*keys: str) -> list[str]:
        return [value for key in keys for value in codes.get(key, ())]

    title = [part.strip(" /:;") for part in (first("245a")[:1] + first("245b")[:1])]
    said = {
        "title": [": ".join(title)] if title else [],
        "author": first("100a", "700a", "110a", "111a"),
        "issued": first("264c", "260c") or [value[7:11] for value in codes.get("008", ())],
        "container_title": first("773t", "490a", "830a"),
        "publisher": [value.strip(" ,;:") for value in first("264b", "260b")],
        "publisher_place": [value.strip(" ,;:") for value in first("264a", "260a")],
        "serial": first("020a", "022a", "773x"),
        "doi": [value for value in first("024a", "856u") if "10." in value],
        "url": first("856u"),
        "language": first("041a") or [value[35:38] for value in codes.get("008", ())],
        "keyword": first("650a", "653a", "689a"),
        "abstract": first("520a"),
        "accession_number": first("001"),
        "type": first("655a", "502b"),
        "page": [v for v in first("773q", "300a") if re.search(r"\d+-\d+", v)],
        "note": first("500a"),
    }
    return {field: values for field, values in said.items() if values}


def _is_marc(element: Any) -> bool:
    return bool(
        children(element, "controlfield")
        or children(element, "datafield")
        or children(element, "leader")
    )


MARC = XmlLayout(
    records=frozenset({"record"}),
    marks=frozenset({"leader"}),
    plan=(),
    finish=_marc,
    keep=_is_marc,
)


def _rdf_people(item: Any) -> Mapping[str, Sequence[Name]]:
    lists: dict[str, list[Name]] = {"author": [], "editor": []}
    for group, words in (
        ("author", ("authors", "creator", "presenters", "inventors")),
        ("editor", ("editors",)),
    ):
        for word in words:
            for block in children(item, word):
                for one in block.iter():
                    if local_name(one) != "Person":
                        continue
                    part = {local_name(c): text_of(c) for c in one}
                    family = part.get("surname", "")
                    given = part.get("givenName", part.get("givenname", ""))
                    if family and given:
                        lists[group].append(Name(family=family, given=given))
                    elif family:
                        lists[group].append(Name(literal=family))
    return lists


_RDF_ITEMS = frozenset(
    {"Article", "Book", "BookSection", "Report", "Thesis", "Document", "Recording",
     "Image", "Illustration", "Patent", "Description", "Letter", "Manuscript", "MotionPicture",
     "Interview", "Legislation", "Data", "ConferenceProceedings", "Memo", "UserItem"}
)  # fmt: skip
_RDF_WHOLES = frozenset(
    {"Journal", "Periodical", "Series", "Magazine", "Newspaper", "CourtReporter", "CodePeriodical",
     "Website", "Blog", "Forum", "Dictionary", "Encyclopedia", "Conference"}
)  # fmt: skip
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_RDF_RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"


def _is_rdf_item(element: Any) -> bool:
    """Whether this is a reference: no attachment, note, collection or journal of its own."""
    kind = text_of(_first_child(element, "itemType"))
    if kind in ("attachment", "note", "annotation") or children(element, "linkMode"):
        return False
    if local_name(element) in _RDF_WHOLES or (local_name(element) == "Memo" and not kind):
        return False
    return any(children(element, word) for word in ("title", "authors", "itemType", "citationKey"))


def _rdf_address(element: Any) -> str:
    """The address of a journal or series that stands by itself, "" for anything else."""
    if local_name(element) in _RDF_WHOLES:
        return str(element.get(_RDF_ABOUT) or "")
    return ""


def _rdf_pointers(element: Any) -> Sequence[Any]:
    """The places of an item that name its journal by address."""
    return [part for part in children(element, "isPartOf") if part.get(_RDF_RESOURCE)]


def _first_child(element: Any, wanted: str) -> Any:
    found = children(element, wanted)
    return found[0] if found else None


ZOTERO_RDF = XmlLayout(
    records=_RDF_ITEMS | _RDF_WHOLES,
    points_at=_rdf_pointers,
    address=_rdf_address,
    plan=paths(
        type="itemType",
        title="title shortTitle",
        issued="date",
        container_title="isPartOf/Journal/title isPartOf/Book/title isPartOf/Periodical/title "
        "isPartOf/Series/title publicationTitle presentedAt/Conference/title",
        container_title_short="isPartOf/Journal/alternative",
        volume="volume isPartOf/Journal/volume isPartOf/Book/volume",
        issue="number isPartOf/Journal/number",
        page="pages",
        publisher="publisher/Organization/name",
        publisher_place="publisher/Organization/adr/Address/locality",
        doi="identifier isPartOf/Journal/identifier",
        serial="identifier isPartOf/Journal/identifier isPartOf/Book/identifier",
        abstract="abstract",
        language="language",
        keyword="subject subject/AutomaticTag/value",
        url="identifier/URI/value",
        database="libraryCatalog",
        note="description",
        identifier="description",
    ),
    people=_rdf_people,
    keep=_is_rdf_item,
)
