"""ProQuest's text export, and EBSCO's like it, into entries: `Document 1 of 10`, `Field: value`."""

from __future__ import annotations

import re

from pipeline.readers.tagged import Layout

_FIELDS = (
    "Title|Author|Authors|Publication title|Publication|Journal|Volume|Issue|Pages|First page|"
    "Publication year|Year|Publication date|Publisher|Place of publication|Country of publication|"
    "ISSN|ISBN|Source type|Language of publication|Language|Document type|Accession number|"
    "ProQuest document ID|Document URL|Abstract|Subject|Subjects|Identifier / keyword|Keywords|"
    "DOI|Database|Copyright|Last updated|Number of pages|Source|Links|Full text|"
    "Number of references|"
    "Document feature|Classification|Location|Company / organization|People|MeSH|Substance|"
    "Publication subject|e-ISSN|eISSN|CODEN|Advisor|School|Degree|University/institution|"
    "Department|"
    "University location|Correspondence author|Author affiliation|Section|Column|Tags|Notes|"
    "Alternate title|Publication frequency|Journal subject|ERIC document ID|Peer reviewed|"
    "Print publication date|Availability|Sponsor|Digital object identifier"
)
LAYOUT = Layout(
    tag=re.compile(rf"({_FIELDS}):(?: +(.*)|\s*\Z)"),
    begins=re.compile(r"\s*(?:Document|Record|Item)\s*:?\s*\d+(?:\s+of\s+(?P<of>\d+))?\s*\Z", re.I),
    ends=re.compile(r"(?:_{20,}|-{20,}|={20,})\s*\Z"),
    fold="\n",
    plan=(
        ("type", ("Document type", "Source type", "Publication Type")),
        ("title", ("Title", "")),
        ("author", ("Author", "Authors", "Author(s)")),
        ("editor", ("Editor", "Editors")),
        (
            "issued",
            (
                "Publication year",
                "Year",
                "Publication date",
                "Print publication date",
                "Degree date",
                "Publication info",
                "Date",
            ),
        ),
        (
            "container_title",
            ("Publication title", "Journal", "Publication", "Source", "University/institution"),
        ),
        ("volume", ("Volume",)),
        ("issue", ("Issue",)),
        ("page", ("Pages", "First page", "Pagination")),
        ("publisher", ("Publisher",)),
        ("publisher_place", ("Place of publication", "Country of publication")),
        ("doi", ("DOI", "Digital object identifier", "Links")),
        ("pmid", ("PMID",)),
        ("serial", ("ISSN", "e-ISSN", "eISSN", "ISBN")),
        ("abstract", ("Abstract",)),
        ("language", ("Language of publication", "Language")),
        ("keyword", ("Identifier / keyword", "Keywords", "Subject", "Subjects", "MeSH")),
        ("url", ("Document URL", "URL", "Persistent link to this record (Permalink)")),
        (
            "accession_number",
            ("Accession number", "Accession Number", "ProQuest document ID", "ERIC document ID"),
        ),
        ("database", ("Database",)),
        ("identifier", ("ERIC document ID", "Accession number")),
    ),
)
