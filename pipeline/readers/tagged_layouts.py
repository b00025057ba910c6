"""The tagged formats that `tagged` walks: Web of Science, RefWorks, refer, Cochrane and others."""

from __future__ import annotations

import re

from pipeline.readers.columns import WOS
from pipeline.readers.entries import Plan, words
from pipeline.readers.tagged import Layout


def _plan(**fields: str) -> Plan:
    return tuple((field, words(tags)) for field, tags in fields.items())


WOS_PLAIN = Layout(
    tag=re.compile(r"\ufeff?([A-Z][A-Z0-9])(?: (.*)|\Z)"),
    plan=tuple((field, words(tags)) for field, tags in WOS.items()),
    starters=frozenset({"PT"}),
    enders=frozenset({"ER"}),
    around=frozenset({"FN", "VR", "EF"}),
    listed=frozenset({"AU", "AF", "BA", "BF", "BE", "CR", "C1"}),
)

REFWORKS = Layout(
    tag=re.compile(r"([A-Z][A-Z0-9])(?: (.*)|\Z)"),
    known=frozenset(
        words(
            "RT SR ID A1 T1 JF JO YR FD VO IS SP OP K1 AB NO A2 T2 ED PB PP A3 A4 A5 T3 SN AV AD "
            "AN "
            "LA CL SF OT LK DO CN DB DS IP RD ST U1 U2 U3 U4 U5 U6 U7 U8 U9 U10 U11 U12 U13 U14 "
            "U15 "
            "UL SL LL CR WT A6 WV WP OL PMID PMCID PN"
        )
    ),
    starters=frozenset({"RT"}),
    once=frozenset({"T1"}),
    fold="\n",
    plan=_plan(
        type="RT",
        title="T1",
        author="A1",
        editor="A2 A3",
        issued="YR FD",
        month="FD",
        container_title="JF JO T2",
        container_title_short="JO",
        volume="VO",
        issue="IS",
        first_page="SP",
        last_page="OP",
        publisher="PB",
        publisher_place="PP",
        doi="DO",
        pmid="PMID",
        pmcid="PMCID",
        serial="SN",
        abstract="AB",
        language="LA",
        keyword="K1",
        url="LK UL",
        accession_number="AN",
        database="DB DS",
        note="NO",
        identifier="AN",
    ),
)

REFER = Layout(
    tag=re.compile(r"[ \t]{0,3}(%[0-9A-Za-z@!#$&()*+=<>?\[\]^~,.:;/|{}-])(?:[ \t](.*)|\Z)"),
    starters=frozenset({"%0"}),
    once=frozenset({"%T"}),
    by_blank=True,
    fold="\n",
    plan=_plan(
        type="%0 %9",
        title="%T %! %Q",
        author="%A",
        editor="%E %Y",
        issued="%D %8",
        month="%8",
        container_title="%J %B %S",
        container_title_short="%( %O",
        volume="%V",
        issue="%N",
        page="%P",
        publisher="%I",
        publisher_place="%C",
        doi="%R",
        pmcid="%2",
        serial="%@",
        abstract="%X",
        language="%G",
        keyword="%K",
        url="%U %>",
        accession_number="%M",
        database="%~ %W",
        note="%Z %O",
        identifier="%M %U",
    ),
)

_RECORD_OF = re.compile(
    r"\s*(?:Record|Document|Item|Entry)\s*[#:]?\s*\d+\s*(?:of|/|von)\s*(?P<of>\d+)\b", re.IGNORECASE
)

COCHRANE = Layout(
    tag=re.compile(r"([A-Z][A-Z0-9]{1,3}(?: [A-Z]{3,12})?):(?: +(.*)|\Z)"),
    begins=_RECORD_OF,
    starters=frozenset({"ID"}),
    fold="\n",
    plan=_plan(
        type="PT DT",
        title="TI",
        author="AU",
        issued="YR PY YP",
        container_title="SO JN JT",
        volume="VL",
        issue="NO IS",
        page="PG",
        publisher="PB",
        publisher_place="CY",
        doi="DOI DO",
        pmid="PM",
        serial="SN IS",
        abstract="AB",
        language="LA",
        keyword="KY KW DE MH",
        url="US UR",
        accession_number="ID AN UI",
        database="DB",
        identifier="ID XR AN",
    ),
)

INSPEC = Layout(
    tag=re.compile(r"([A-Z][A-Z0-9])\s{1,3}[~-]\s?(.*)\Z"),
    begins=re.compile(r"Record.*INSPEC"),
    plan=_plan(
        type="RT DT",
        title="TI",
        author="AU",
        issued="PY",
        container_title="SO JT",
        abstract="AB",
        keyword="ID DE",
        language="LA",
        accession_number="AN",
        doi="DO",
        serial="SN",
    ),
)

BIBLIOSCAPE = Layout(
    tag=re.compile(r"--([A-Za-z]{2})--(?: (.*)|\Z)"),
    begins=None,
    enders=frozenset(),
    ends=re.compile(r"-{6,}\s*\Z"),
    plan=_plan(
        type="RT TW",
        title="TI",
        author="AU",
        editor="ED",
        issued="YP",
        container_title="ST",
        volume="VL",
        issue="NB",
        first_page="PS",
        last_page="PE",
        publisher="PB",
        publisher_place="PP",
        abstract="AB",
        keyword="KW",
        language="LG",
        serial="IS",
        url="AT",
        doi="DO",
    ),
)


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
PROQUEST = Layout(
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

CNKI = Layout(
    tag=re.compile(r"([A-Z][A-Za-z]{1,15})-[^\s:\uff1a]{1,20}\s?[:\uff1a]\s?(.*)\Z"),
    starters=frozenset({"SrcDatabase"}),
    fold="\n",
    plan=_plan(
        type="SrcDatabase",
        title="Title",
        author="Author",
        issued="PubTime Year",
        container_title="Source",
        volume="Volume",
        issue="Period",
        page="PageCount Page",
        doi="DOI",
        serial="ISSN",
        abstract="Summary",
        keyword="Keyword",
        url="URL Link",
    ),
)
"""China National Knowledge Infrastructure: names of fields in English and Chinese."""
