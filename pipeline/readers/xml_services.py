"""The XML of registers and services: ICTRP, Atom (arXiv), Word, Europe PMC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.model.record import Name
from pipeline.readers.names import name
from pipeline.readers.xml_records import XmlLayout, children, local_name, paths, text_of

ICTRP = XmlLayout(
    records=frozenset({"Trial"}),
    plan=paths(
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
    texts = [text_of(part) for one in children(entry, "author") for part in children(one, "name")]
    return {"author": [person for text in texts if (person := name(text, True))]}


ATOM = XmlLayout(
    records=frozenset({"entry"}),
    plan=paths(
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
    for outer in children(source, "Author"):
        for kind in outer:
            field = {"Author": "author", "Editor": "editor"}.get(local_name(kind))
            if not field:
                continue
            lists[field] += [Name(literal=text_of(c)) for c in children(kind, "Corporate")]
            for one in kind.iter():
                if local_name(one) != "Person":
                    continue
                part = {local_name(c): text_of(c) for c in one}
                given = " ".join(p for p in (part.get("First", ""), part.get("Middle", "")) if p)
                lists[field].append(Name(family=part.get("Last", ""), given=given))
    return lists


WORD = XmlLayout(
    records=frozenset({"Source"}),
    plan=paths(
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
        part = {local_name(child): text_of(child) for child in one}
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
    plan=paths(
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
