"""The XML of publishers and of what is built on it: Crossref, JATS, PubMed's summaries, Citavi."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from pipeline.model.record import Name
from pipeline.readers.names import name
from pipeline.readers.xml_records import Said, XmlLayout, children, local_name, paths, text_of


def under(element: Any, *way: str) -> list[Any]:
    """The elements that a way of local names leads to (`"titles", "title"`)."""
    found = [element]
    for step in way:
        found = [child for one in found for child in children(one, step)]
    return found


def _texts(element: Any, *ways: str) -> list[str]:
    """The texts at the ends of several ways (`titles/title`), empty ones left out."""
    return [
        text
        for way in ways
        for one in under(element, *way.split("/"))
        if (text := " ".join(text_of(one).split()))
    ]


def _paragraphs(element: Any) -> str:
    """The paragraphs of an abstract, each with the title of its section."""
    parts: list[str] = []
    title = ""
    for one in element.iter():
        kind = local_name(one)
        text = " ".join(text_of(one).split())
        if kind == "title" and text.lower() != "abstract":
            title = text
        elif kind == "p" and text:
            parts.append(f"{title.rstrip(':')}: {text}" if title else text)
            title = ""
    return "\n\n".join(parts) or " ".join(text_of(element).split())


def _day(dates: Sequence[Any]) -> list[str]:
    """Dates made of year, month and day elements, the best first."""
    found = []
    for one in dates:
        parts = [_texts(one, part) for part in ("year", "month", "day")]
        if parts[0]:
            found.append("-".join(part[0] for part in parts if part))
    return found


_CROSSREF_TYPES = {
    "journal_article": "article-journal", "conference_paper": "paper-conference",
    "content_item": "chapter", "book": "book", "report-paper": "report",
    "dissertation": "thesis", "posted_content": "article", "standard": "standard",
    "dataset": "dataset", "peer_review": "review",
}  # fmt: skip
_ITEMS = ("journal_article", "conference_paper", "content_item", "dataset")
_WHOLES = frozenset(
    {"journal", "conference", "book", "report-paper", "dissertation", "posted_content",
     "standard", "database", "peer_review"}
)  # fmt: skip


def _crossref_parts(whole: Any) -> Sequence[Any]:
    """One element a record: a deposit may hold many articles of one journal."""
    items = [child for child in whole if local_name(child) in _ITEMS]
    if len(items) < 2:
        return (whole,)
    rest = copy.deepcopy(whole)
    for child in list(rest):
        if local_name(child) in _ITEMS:
            rest.remove(child)
    found = []
    for item in items:
        one = copy.deepcopy(rest)
        one.append(copy.deepcopy(item))
        found.append(one)
    return found


def _crossref_item(whole: Any) -> tuple[Any, str]:
    """(the element with title and DOI, its kind); a journal or book alone is its metadata."""
    for child in whole:
        if local_name(child) in _ITEMS:
            return child, local_name(child)
    for child in whole:
        if local_name(child).endswith("_metadata") and local_name(child) != "event_metadata":
            return child, local_name(whole)
    return whole, local_name(whole)


def _crossref(said: Said, whole: Any) -> Said:
    item, kind = _crossref_item(whole)
    around = [child for child in whole if local_name(child).endswith("_metadata")]
    said = {
        "type": [_CROSSREF_TYPES.get(kind, kind)],
        "title": _texts(item, "titles/title", "full_title"),
        "container_title": [
            text
            for one in around
            if one is not item
            for text in _texts(
                one, "full_title", "proceedings_title", "titles/title",
                "series_metadata/titles/title",
            )
        ],
        "container_title_short": [t for one in around for t in _texts(one, "abbrev_title")],
        "issued": _day(
            [*under(item, "publication_date"), *under(item, "posted_date"),
             *under(item, "approval_date"), *under(whole, "journal_issue", "publication_date"),
             *(date for one in around for date in under(one, "publication_date"))]
        ),
        "volume": _texts(whole, "journal_issue/journal_volume/volume")
        + [t for one in around for t in _texts(one, "volume")],
        "issue": _texts(whole, "journal_issue/issue"),
        "first_page": _texts(item, "pages/first_page", "publisher_item/item_number"),
        "last_page": _texts(item, "pages/last_page"),
        "publisher": [
            t
            for one in (item, *around)
            for t in _texts(one, "publisher/publisher_name", "institution/institution_name")
        ],
        "publisher_place": [
            t for one in (item, *around) for t in _texts(one, "publisher/publisher_place")
        ],
        "doi": _texts(item, "doi_data/doi"),
        "url": _texts(item, "doi_data/resource"),
        "serial": [
            t
            for one in (item, *around)
            for t in _texts(one, "issn", "isbn", "series_metadata/issn")
        ],
        "abstract": [_paragraphs(one) for one in under(item, "abstract")],
        "identifier": _texts(item, "item_number"),
    }  # fmt: skip
    sub = _texts(item, "titles/subtitle")
    if said["title"] and sub:
        said["title"] = [f"{said['title'][0]}: {sub[0]}"]
    return {field: values for field, values in said.items() if values}


def _crossref_people(whole: Any) -> Mapping[str, Sequence[Name]]:
    item, _ = _crossref_item(whole)
    lists: dict[str, list[Name]] = {"author": [], "editor": []}
    metadata = [child for child in whole if local_name(child).endswith("_metadata")]
    for source in (item, *(one for one in metadata if one is not item)):
        for one in _contributors(source):
            role = one.get("contributor_role", "author")
            field = "editor" if "editor" in role or "chair" in role else "author"
            if field == "author" and source is not item:
                continue
            if local_name(one) == "organization":
                lists[field].append(Name(literal=text_of(one)))
            elif local_name(one) == "person_name":
                part = {local_name(child): text_of(child) for child in one}
                if family := part.get("surname", ""):
                    lists[field].append(
                        Name(
                            family=family,
                            given=part.get("given_name", ""),
                            suffix=part.get("suffix", ""),
                        )
                    )
    return lists


def _contributors(source: Any) -> list[Any]:
    """Contributors, also where they stand in their element at once, as in a dissertation."""
    found = [one for block in children(source, "contributors") for one in block]
    return [*found, *children(source, "person_name")]


CROSSREF = XmlLayout(
    records=_WHOLES,
    marks=frozenset({"doi_record", "journal_article", "conference_paper"}),
    plan=(),
    parts=_crossref_parts,
    finish=_crossref,
    people=_crossref_people,
)


def _front(article: Any) -> tuple[Any, Any]:
    """(the metadata of the article or book, of its journal), None where there is none."""
    front = (under(article, "front") or [article])[0]
    meta = (
        under(front, "article-meta") or under(front, "book-meta") or under(front, "book-part-meta")
    )
    return (meta or [None])[0], (under(front, "journal-meta") or [None])[0]


def _jats_parts(article: Any) -> Sequence[Any]:
    """The front matter alone, with what the article says of itself."""
    front = etree.Element(local_name(article))
    for key, value in article.items():
        front.set(key.rpartition("}")[2], value)
    for part in _front(article):
        if part is not None:
            front.append(copy.deepcopy(part))
    return (front,)


def _jats(said: Said, article: Any) -> Said:
    meta, journal = _front(article)
    if meta is None:
        return {}
    ids = {
        one.get("pub-id-type", ""): text_of(one)
        for one in (*children(meta, "article-id"), *children(meta, "book-id"))
    }
    dates = sorted(
        under(meta, "pub-date"),
        key=lambda one: (
            (one.get("pub-type") or one.get("date-type") or "") not in ("ppub", "collection", "pub")
        ),
    )
    kind = article.get("article-type") or ("book" if local_name(article) == "book" else "article")
    titles = _texts(
        meta, "title-group/article-title", "book-title-group/book-title", "title-group/title"
    )
    sub = _texts(meta, "title-group/subtitle", "book-title-group/subtitle")
    found = {
        "type": [kind.replace("-", " "), "journal article"],
        "title": [": ".join([titles[0], *sub[:1]])] if titles else [],
        "container_title": _texts(journal, "journal-title-group/journal-title", "journal-title")
        if journal is not None
        else [],
        "container_title_short": _texts(journal, "journal-title-group/abbrev-journal-title")
        if journal is not None
        else [],
        "serial": _texts(journal, "issn") if journal is not None else _texts(meta, "isbn"),
        "publisher": [t for one in (journal, meta) if one is not None
                      for t in _texts(one, "publisher/publisher-name")],
        "publisher_place": [t for one in (journal, meta) if one is not None
                            for t in _texts(one, "publisher/publisher-loc")],
        "issued": _day(dates),
        "volume": _texts(meta, "volume"),
        "issue": _texts(meta, "issue"),
        "first_page": _texts(meta, "fpage", "elocation-id"),
        "last_page": _texts(meta, "lpage"),
        "doi": [ids[kind] for kind in ("doi",) if ids.get(kind)],
        "pmid": [ids[kind] for kind in ("pmid",) if ids.get(kind)],
        "pmcid": [ids[kind] for kind in ("pmc", "pmcid") if ids.get(kind)],
        "abstract": [
            _paragraphs(one)
            for one in under(meta, "abstract")
            if one.get("abstract-type") in (None, "section", "structured")
        ],
        "keyword": _texts(meta, "kwd-group/kwd"),
        "language": [article.get("lang")] if article.get("lang") else [],
    }  # fmt: skip
    return {field: values for field, values in found.items() if values}


def _jats_people(article: Any) -> Mapping[str, Sequence[Name]]:
    lists: dict[str, list[Name]] = {"author": [], "editor": []}
    meta, _ = _front(article)
    for one in under(meta, "contrib-group", "contrib") if meta is not None else ():
        field = "editor" if "editor" in (one.get("contrib-type") or "") else "author"
        parted = under(one, "name") or under(one, "name-alternatives", "name")
        if parted:
            part = {local_name(child): text_of(child) for child in parted[0]}
            lists[field].append(
                Name(
                    family=part.get("surname", ""),
                    given=part.get("given-names", ""),
                    suffix=part.get("suffix", ""),
                )
            )
        else:
            for whole in (*children(one, "collab"), *children(one, "string-name")):
                lists[field].append(Name(literal=" ".join(text_of(whole).split())))
    return lists


JATS = XmlLayout(
    records=frozenset({"article", "book", "front"}),
    marks=frozenset({"article-meta", "book-meta"}),
    plan=(),
    keep=lambda element: _front(element)[0] is not None,
    parts=_jats_parts,
    finish=_jats,
    people=_jats_people,
)
"""JATS (ANSI/NISO Z39.96) and BITS: only the front matter is a record, never text or references."""


def _summary(said: Said, one: Any) -> Said:
    """PubMed's summaries, version 2 (an element a field) and 1 (`<Item Name="…">`)."""
    items: dict[str, list[str]] = {}
    for child in one.iter():
        key = child.get("Name") if local_name(child) == "Item" else local_name(child)
        if child is not one and len(child) == 0 and (text := text_of(child)):
            items.setdefault(str(key), []).append(text)
    for block in under(one, "ArticleIds", "ArticleId"):
        kind, value = _texts(block, "IdType"), _texts(block, "Value")
        if kind and value:
            items.setdefault(kind[0], []).append(value[0])
    number = one.get("uid") or "".join(items.get("Id", ())[:1])
    found = {
        "title": items.get("Title", []),
        "container_title": items.get("FullJournalName", []),
        "container_title_short": items.get("Source", []),
        "issued": [*items.get("PubDate", ()), *items.get("EPubDate", ())],
        "volume": items.get("Volume", []),
        "issue": items.get("Issue", []),
        "page": items.get("Pages", []),
        "doi": [*items.get("doi", ()), *items.get("DOI", ()), *items.get("ELocationID", ())],
        "pmid": [number] if number else [],
        "pmcid": [*items.get("pmc", ()), *items.get("pmcid", ())],
        "serial": [*items.get("ISSN", ()), *items.get("ESSN", ())],
        "language": items.get("Lang", []),
        "type": [*items.get("PubType", ()), *items.get("flag", ())],
    }
    return {field: values for field, values in found.items() if values}


def _summary_people(one: Any) -> Mapping[str, Sequence[Name]]:
    texts = _texts(one, "Authors/Author/Name") or [
        text_of(item)
        for item in one.iter()
        if local_name(item) == "Item" and item.get("Name") == "Author"
    ]
    return {"author": [person for text in texts if (person := name(text))]}


PUBMED_SUMMARY = XmlLayout(
    records=frozenset({"DocumentSummary", "DocSum"}),
    plan=(),
    finish=_summary,
    people=_summary_people,
)


def _citavi_parts(project: Any) -> Sequence[Any]:
    """The references of a project, each with the people, journals and words it points at.

    A row of a relation is `reference;other:position;…` (one reference, its others in order).
    """
    by_id = {one.get("id"): one for one in project.iter() if one.get("id")}
    related: dict[str, dict[str, list[str]]] = {}
    for kind in _CITAVI_RELATIONS:
        rows = related.setdefault(kind, {})
        for row in under(project, kind, "OnetoN"):
            first, *others = text_of(row).split(";")
            rows[first] = [other.partition(":")[0] for other in others]
    wholes = {
        part: whole for whole, parts in related["ReferenceReferences"].items() for part in parts
    }
    found = []
    for reference in under(project, "References", "Reference"):
        one = copy.deepcopy(reference)
        number = reference.get("id", "")
        for kind, name_of in _CITAVI_RELATIONS.items():
            for other in related[kind].get(number, ()) if name_of else ():
                if other in by_id:
                    etree.SubElement(one, name_of).extend(copy.deepcopy(by_id[other]))
        if (journal := by_id.get("".join(_texts(reference, "PeriodicalID")))) is not None:
            etree.SubElement(one, "Periodical").extend(copy.deepcopy(journal))
        if (whole := by_id.get(wholes.get(number, ""))) is not None:
            etree.SubElement(one, "Whole").extend(copy.deepcopy(whole))
        found.append(one)
    return found


_CITAVI_RELATIONS = {
    "ReferenceAuthors": "Author", "ReferenceEditors": "Editor",
    "ReferenceOrganizations": "Author", "ReferencePublishers": "Publisher",
    "ReferenceKeywords": "Keyword", "ReferenceReferences": "",
}  # fmt: skip


def _citavi(said: Said, one: Any) -> Said:
    titles = said.get("title")
    subtitle = _texts(one, "Subtitle")
    if titles and subtitle:
        said["title"] = [f"{titles[0]}: {subtitle[0]}"]
    pages = _texts(one, "PageRange")
    if pages and "<" in pages[0]:  # `<PageRange>` may hold markup of Citavi's own
        said["page"] = [found[0] for found in [_PAGES.findall(pages[0])] if found]
    return said


_PAGES = re.compile(r"<os>([^<]*)</os>")


def _citavi_people(one: Any) -> Mapping[str, Sequence[Name]]:
    def people(kind: str) -> list[Name]:
        found = []
        for person in under(one, kind):
            part = {local_name(child): text_of(child) for child in person}
            given = " ".join(p for p in (part.get("FirstName"), part.get("MiddleName")) if p)
            family = " ".join(p for p in (part.get("Prefix"), part.get("LastName")) if p)
            if given and family:
                found.append(Name(family=family, given=given, suffix=part.get("Suffix", "")))
            elif family:
                found.append(Name(literal=family))
        return found

    return {"author": people("Author"), "editor": people("Editor")}


CITAVI = XmlLayout(
    records=frozenset({"CitaviExchangeData"}),
    marks=frozenset({"ReferenceType", "ShortTitle"}),
    parts=_citavi_parts,
    finish=_citavi,
    plan=paths(
        type="ReferenceType",
        title="Title ShortTitle",
        issued="DateForSorting Date Year Whole/Year",
        container_title="Periodical/Name Whole/Title",
        container_title_short="Periodical/StandardAbbreviation",
        volume="Volume Whole/Volume",
        issue="Number",
        page="PageRange",
        publisher="Publisher/Name",
        publisher_place="PlaceOfPublication Whole/PlaceOfPublication",
        doi="DOI Doi",
        pmid="PubMedID",
        serial="ISBN Periodical/ISSN Whole/ISBN",
        abstract="Abstract",
        language="Language",
        keyword="Keyword/Name",
        url="OnlineAddress",
        accession_number="id",
        note="Notes",
    ),
    people=_citavi_people,
)
"""The exchange file of a Citavi project: one element, for its parts point at each other."""
