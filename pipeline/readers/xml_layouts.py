"""The XML formats: EndNote, PubMed, EBSCO, MODS, MARC, Zotero RDF and others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.readers.names import name
from pipeline.readers.xml_records import Said, XmlLayout, text_of
from pipeline.terms.record import Name


def _plan(**fields: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((field, tuple(paths.split())) for field, paths in fields.items())


ENDNOTE = XmlLayout(
    records=frozenset({"record"}),
    without=re.compile(r"</?style\b[^>]*>"),
    plan=_plan(
        type="ref-type@name work-type",
        title="titles/title titles/short-title titles/translated-title titles/tertiary-title",
        author="contributors/authors/author",
        editor="contributors/secondary-authors/author contributors/tertiary-authors/author",
        issued="dates/year dates/pub-dates/date",
        month="dates/pub-dates/date",
        container_title="periodical/full-title titles/secondary-title alt-periodical/full-title "
        "titles/alt-title periodical/abbr-1",
        container_title_short="periodical/abbr-1 titles/alt-title alt-periodical/abbr-1",
        volume="volume",
        issue="number issue",
        page="pages",
        publisher="publisher",
        publisher_place="pub-location",
        doi="electronic-resource-num",
        pmcid="custom2",
        serial="isbn issn",
        abstract="abstract",
        language="language",
        keyword="keywords/keyword",
        url="urls/related-urls/url urls/web-urls/url urls/pdf-urls/url urls/text-urls/url",
        accession_number="accession-num",
        database="remote-database-name",
        note="notes",
        identifier="accession-num custom1",
    ),
)


def _abstract(said: Said, article: Any) -> Said:
    texts = [
        f"{label}: {text}" if (label := part.get("Label")) and label != "UNLABELLED" else text
        for part in article.iterfind(".//Abstract/AbstractText")
        if (text := " ".join(text_of(part).split()))
    ]
    if texts:
        said["abstract"] = ["\n\n".join(texts)]
    return said


def _pubmed(said: Said, article: Any) -> Said:
    ids = article.find("PubmedData/ArticleIdList")
    if ids is None:
        ids = article.find(".//PubmedBookData/ArticleIdList")
    for one in ids if ids is not None else ():
        kind = one.get("IdType")
        if text := text_of(one):
            field = {"doi": "doi", "pmc": "pmcid", "pubmed": "pmid"}.get(kind or "")
            if field:
                said.setdefault(field, []).append(text)
    date = article.find(".//Journal/JournalIssue/PubDate")
    if date is None:
        date = article.find(".//Book/PubDate")
    dates = [date, *article.iterfind(".//ArticleDate")]
    said["issued"] = [d for d in (_parted_date(one) for one in dates if one is not None) if d]
    versions = [text_of(one) for one in article.iterfind("MedlineCitation/PMID")]
    if versions:
        said["pmid"] = versions[-1:]
    elocations = [
        text_of(one) for one in article.iterfind(".//ELocationID") if one.get("EIdType") == "doi"
    ]
    if elocations:
        said["doi"] = [*elocations, *said.get("doi", ())]
    first, last = article.find(".//Pagination/StartPage"), article.find(".//Pagination/EndPage")
    if first is not None and "page" not in said:
        said["first_page"], said["last_page"] = [text_of(first)], [text_of(last)]
    return _abstract(said, article)


def _parted_date(date: Any) -> str:
    year = text_of(date.find("Year"))
    if not year:
        return text_of(date.find("MedlineDate")) or text_of(date)
    return (
        " ".join(p for p in (year, text_of(date.find("Month")), text_of(date.find("Day"))) if p)
        if (not text_of(date.find("Month")).isdecimal())
        else "-".join(
            p for p in (year, text_of(date.find("Month")), text_of(date.find("Day"))) if p
        )
    )


def _pubmed_people(article: Any) -> Mapping[str, Sequence[Name]]:
    lists: dict[str, list[Name]] = {"author": [], "editor": []}
    for group in article.iter("AuthorList"):
        editors = (group.get("Type") or "authors").lower().startswith("editor")
        for one in group.iterfind("Author"):
            part = {child.tag: text_of(child) for child in one}
            if collective := part.get("CollectiveName"):
                person = Name(literal=" ".join(collective.split()))
            elif family := part.get("LastName"):
                given = part.get("ForeName") or part.get("FirstName") or part.get("Initials", "")
                person = Name(family=family, given=given, suffix=part.get("Suffix", ""))
            else:
                continue
            lists["editor" if editors else "author"].append(person)
    return lists


PUBMED = XmlLayout(
    records=frozenset({"PubmedArticle", "PubmedBookArticle"}),
    plan=_plan(
        type="MedlineCitation/Article/PublicationTypeList/PublicationType "
        "BookDocument/PublicationType",
        title="MedlineCitation/Article/ArticleTitle BookDocument/ArticleTitle "
        "BookDocument/Book/BookTitle MedlineCitation/Article/VernacularTitle",
        container_title="MedlineCitation/Article/Journal/Title BookDocument/Book/BookTitle "
        "MedlineCitation/MedlineJournalInfo/MedlineTA",
        container_title_short="MedlineCitation/Article/Journal/ISOAbbreviation "
        "MedlineCitation/MedlineJournalInfo/MedlineTA",
        volume="MedlineCitation/Article/Journal/JournalIssue/Volume BookDocument/Book/Volume",
        issue="MedlineCitation/Article/Journal/JournalIssue/Issue",
        page="MedlineCitation/Article/Pagination/MedlinePgn BookDocument/Pagination/MedlinePgn",
        publisher="BookDocument/Book/Publisher/PublisherName",
        publisher_place="BookDocument/Book/Publisher/PublisherLocation "
        "MedlineCitation/MedlineJournalInfo/Country",
        pmid="BookDocument/PMID",
        serial="MedlineCitation/Article/Journal/ISSN BookDocument/Book/Isbn",
        language="MedlineCitation/Article/Language BookDocument/Language",
        keyword="MedlineCitation/MeshHeadingList/MeshHeading/DescriptorName "
        "MedlineCitation/KeywordList/Keyword BookDocument/KeywordList/Keyword",
        identifier="MedlineCitation/Article/DataBankList/DataBank/AccessionNumberList/AccessionNumber",
    ),
    people=_pubmed_people,
    finish=_pubmed,
)


def _ebsco(said: Said, record: Any) -> Said:
    for ui in record.iter("ui"):
        if (kind := (ui.get("type") or "").lower()) in ("doi", "pmid"):
            said[kind] = [text_of(ui)]
    date = record.find(".//pubinfo/dt")
    if date is not None and (date.get("year") or "").strip():
        parts = [date.get(key, "").strip() for key in ("year", "month", "day")]
        said["issued"] = ["-".join(part for part in parts if part)]
    first = "".join(said.get("first_page", ()))
    count = text_of(record.find(".//artinfo/ppct"))
    if first.isdecimal() and count.isdecimal() and int(count) > 1:
        said["last_page"] = [str(int(first) + int(count) - 1)]
    return said


EBSCO = XmlLayout(
    records=frozenset({"rec"}),
    plan=_plan(
        type="header/controlInfo/artinfo/pubtype header/controlInfo/artinfo/doctype "
        "header/controlInfo/pubinfo/pubtype",
        title="header/controlInfo/artinfo/tig/atl header/controlInfo/bkinfo/btl "
        "header/controlInfo/dissinfo/disstl",
        author="header/controlInfo/artinfo/aug/au header/controlInfo/bkinfo/aug/au "
        "header/controlInfo/dissinfo/aug/au",
        issued="header/controlInfo/pubinfo/dt@year header/controlInfo/pubinfo/dt",
        container_title="header/controlInfo/jinfo/jtl header/controlInfo/bkinfo/btl "
        "header/controlInfo/chapinfo/ctl",
        container_title_short="header/controlInfo/jinfo/jtla",
        volume="header/controlInfo/pubinfo/vid",
        issue="header/controlInfo/pubinfo/iid",
        first_page="header/controlInfo/artinfo/ppf",
        page="header/controlInfo/artinfo/pages",
        publisher="header/controlInfo/pubinfo/pub",
        publisher_place="header/controlInfo/pubinfo/place",
        serial="header/controlInfo/jinfo/issn header/controlInfo/bkinfo/isbn",
        abstract="header/controlInfo/artinfo/ab",
        language="header/controlInfo/language",
        keyword="header/controlInfo/artinfo/sug/subj header/controlInfo/artinfo/su "
        "header/controlInfo/artinfo/keyword",
        url="pdfLink plink header/displayInfo/pLink/url header/controlInfo/artinfo/url",
        accession_number="header@uiTerm header/controlInfo/artinfo/ui",
        database="header@longDbName header@shortDbName",
    ),
    finish=_ebsco,
)


def _children(element: Any, wanted: str) -> list[Any]:
    return [c for c in element if isinstance(c.tag, str) and c.tag.rpartition("}")[2] == wanted]


def _mods_people(record: Any) -> Mapping[str, Sequence[Name]]:
    lists: dict[str, list[Name]] = {"author": [], "editor": []}
    for one in _children(record, "name"):
        parts = {part.get("type") or "": text_of(part) for part in _children(one, "namePart")}
        roles = " ".join(text_of(r).lower() for role in _children(one, "role") for r in role)
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
        if not isinstance(one.tag, str) or one.tag.rpartition("}")[2] != "identifier":
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
    for title in _children(record, "titleInfo"):
        whole = " ".join(text_of(part) for part in _children(title, "nonSort"))
        main = " ".join(text_of(part) for part in _children(title, "title"))
        sub = ": ".join(text_of(part) for part in _children(title, "subTitle"))
        if main and not title.get("type"):
            said["title"] = [": ".join(p for p in (f"{whole} {main}".strip(), sub) if p)]
            break
    return said


MODS = XmlLayout(
    records=frozenset({"mods"}),
    plan=_plan(
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
        if not isinstance(one.tag, str):
            continue
        kind = one.tag.rpartition("}")[2]
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
        _children(element, "controlfield")
        or _children(element, "datafield")
        or _children(element, "leader")
    )


MARC = XmlLayout(records=frozenset({"record"}), plan=(), finish=_marc, keep=_is_marc)


def _rdf_people(item: Any) -> Mapping[str, Sequence[Name]]:
    lists: dict[str, list[Name]] = {"author": [], "editor": []}
    for group, words in (
        ("author", ("authors", "creator", "presenters", "inventors")),
        ("editor", ("editors",)),
    ):
        for word in words:
            for block in _children(item, word):
                for one in block.iter():
                    if not isinstance(one.tag, str) or one.tag.rpartition("}")[2] != "Person":
                        continue
                    part = {c.tag.rpartition("}")[2]: text_of(c) for c in one}
                    family = part.get("surname", "")
                    given = part.get("givenName", part.get("givenname", ""))
                    if family and given:
                        lists[group].append(Name(family=family, given=given))
                    elif family:
                        lists[group].append(Name(literal=family))
    return lists


_RDF_ITEMS = frozenset(
    {"Article", "Book", "BookSection", "Report", "Thesis", "Document", "Recording",
     "Image", "Patent",
     "Description", "Letter", "Manuscript", "MotionPicture", "Interview", "Legislation", "Data",
     "ConferenceProceedings"}
)  # fmt: skip


def _is_rdf_item(element: Any) -> bool:
    return any(
        _children(element, word) for word in ("title", "authors", "itemType", "citationKey")
    ) and (
        not _children(element, "linkMode")
        and text_of(_first_child(element, "itemType")) not in ("attachment", "note")
    )


def _first_child(element: Any, wanted: str) -> Any:
    found = _children(element, wanted)
    return found[0] if found else None


ZOTERO_RDF = XmlLayout(
    records=_RDF_ITEMS,
    plan=_plan(
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

ICTRP = XmlLayout(
    records=frozenset({"Trial"}),
    plan=_plan(
        title="Scientific_title Public_title",
        issued="Date_registration3 Date_registration Date_enrollement",
        url="web_address",
        accession_number="TrialID",
        database="Source_Register",
        keyword="Condition",
        identifier="TrialID SecondaryIDs Secondary_IDs",
        publisher="Primary_sponsor",
    ),
)


def _atom_people(entry: Any) -> Mapping[str, Sequence[Name]]:
    texts = [text_of(part) for one in _children(entry, "author") for part in _children(one, "name")]
    return {"author": [person for text in texts if (person := name(text, True))]}


ATOM = XmlLayout(
    records=frozenset({"entry"}),
    plan=_plan(
        title="title",
        issued="published updated",
        container_title="journal_ref",
        doi="doi",
        abstract="summary",
        url="id link@href",
        keyword="category@term",
        identifier="id",
    ),
    people=_atom_people,
)


def _word_people(source: Any) -> Mapping[str, Sequence[Name]]:
    lists: dict[str, list[Name]] = {"author": [], "editor": []}
    for outer in _children(source, "Author"):
        for kind in outer:
            field = {"Author": "author", "Editor": "editor"}.get(kind.tag.rpartition("}")[2])
            if not field:
                continue
            lists[field] += [Name(literal=text_of(c)) for c in _children(kind, "Corporate")]
            for one in kind.iter():
                if not isinstance(one.tag, str) or one.tag.rpartition("}")[2] != "Person":
                    continue
                part = {c.tag.rpartition("}")[2]: text_of(c) for c in one}
                given = " ".join(p for p in (part.get("First", ""), part.get("Middle", "")) if p)
                lists[field].append(Name(family=part.get("Last", ""), given=given))
    return lists


WORD = XmlLayout(
    records=frozenset({"Source"}),
    plan=_plan(
        type="SourceType",
        title="Title",
        issued="Year",
        month="Month",
        container_title="JournalName BookTitle ConferenceName PublicationTitle",
        volume="Volume",
        issue="Issue",
        page="Pages",
        publisher="Publisher Institution",
        publisher_place="City",
        doi="DOI",
        serial="StandardNumber",
        abstract="BIBTEX_Abstract Comments",
        language="LCID",
        keyword="BIBTEX_KeyWords",
        url="URL",
        accession_number="Tag",
    ),
    people=_word_people,
)


def _europe_pmc_people(result: Any) -> Mapping[str, Sequence[Name]]:
    found = []
    for one in result.iterfind("authorList/author"):
        part = {child.tag: text_of(child) for child in one}
        if part.get("lastName"):
            given = part.get("firstName") or part.get("initials", "")
            found.append(Name(family=part["lastName"], given=given))
        elif part.get("collectiveName"):
            found.append(Name(literal=part["collectiveName"]))
    if not found:
        texts = text_of(result.find("authorString")).rstrip(".").split(",")
        found = [person for text in texts if (person := name(text.strip()))]
    return {"author": found}


EUROPE_PMC = XmlLayout(
    records=frozenset({"result"}),
    plan=_plan(
        type="pubTypeList/pubType pubType",
        title="title",
        issued="firstPublicationDate journalInfo/yearOfPublication pubYear",
        container_title="journalInfo/journal/title journalTitle",
        container_title_short="journalInfo/journal/ISOAbbreviation",
        volume="journalInfo/volume journalVolume",
        issue="journalInfo/issue issue",
        page="pageInfo",
        doi="doi",
        pmid="pmid",
        pmcid="pmcid",
        serial="journalInfo/journal/ISSN journalInfo/journal/ESSN journalIssn",
        abstract="abstractText",
        language="language",
        keyword="keywordList/keyword meshHeadingList/meshHeading/descriptorName",
        url="fullTextUrlList/fullTextUrl/url",
        accession_number="id",
        database="source",
    ),
    people=_europe_pmc_people,
)
