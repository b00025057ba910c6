"""The XML of databases and reference managers: EndNote, PubMed, EBSCO."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.model.record import Name
from pipeline.readers.xml_records import Said, XmlLayout, local_name, paths, text_of

ENDNOTE = XmlLayout(
    records=frozenset({"record"}),
    marks=frozenset({"record", "ref-type"}),
    without=re.compile(r"</?style\b[^>]*>"),
    plan=paths(
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
            part = {local_name(child): text_of(child) for child in one}
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
    plan=paths(
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
    if first.isdecimal() and count.isdecimal() and len(first + count) < 20 and int(count) > 1:
        said["last_page"] = [str(int(first) + int(count) - 1)]
    return said


EBSCO = XmlLayout(
    records=frozenset({"rec"}),
    plan=paths(
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
