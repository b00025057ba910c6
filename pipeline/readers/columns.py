"""What the columns of tables are called, by field, the preferred name first.

Names are compared in lower case without anything but letters and digits ("Author(s)" is
`authors`). A vendor's own rules stand in `VENDORS`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.readers.entries import words

_NAMES = {
    "type": (
        "itemtype typeofreference documenttype publicationtype referencetype contenttype doctype "
        "reftype entrytype genre studytype pubtype type typecrossref publicationtypes pubtypelist"
    ),
    "title": (
        "title articletitle documenttitle itemtitle primarytitle titleprimary titles doctitle "
        "papertitle studytitle ti t1 displayname translatedtitle officialtitle "
        "publictitle scientifictitle originaltitle booktitle references reference paper name "
        "brieftitle shorttitle titel titre titulo"
    ),
    "author": (
        "authorfullnames authors author authornames authorsprimary firstauthors au af a1 creators "
        "creator contributors authorlist authornamesfull authorss fullauthornames "
        "authordisplaynames zauthors authorshipsauthordisplayname authorshipsrawauthorname "
        "inventors "
        "autoren auteurs autores verfasser autor autore"
    ),
    "editor": "editors editor secondaryauthors authorssecondary bookeditors seriaeditor",
    "issued": (
        "publicationyear year pubyear publishedyear yearpublished publicationdate date "
        "datepublished py issuedate datepublication coverdate dateofpublication pubdate published "
        "yearofpublication onlinedate startdate da y1 dates jahr annee ano publicationdateprint "
        "earlyaccessdate dateofissue coverdisplaydate firstposted pubtime firstpublicationdate "
        "publisheddate"
    ),
    "month": "month publishedmonth pubmonthday pd publicationmonth",
    "container_title": (
        "sourcetitle fulljournal publicationname journaltitle publicationtitle journal journalname "
        "journalbook periodicalfull "
        "publication primarylocationsourcedisplayname hostvenuedisplayname venue "
        "fulljournalname so pubtitle secondarytitle titlesecondary t2 jf jo bookseriestitle "
        "booktitle parenttitle parenttitleissue containertitle conferencename "
        "publicationtitlefull sourcename isiloadsource source alternatetitle2 alternatetitle3 "
        "alternatetitle1 journalinfo zeitschrift revue revista"
    ),
    "container_title_short": (
        "abbreviatedsourcetitle journalabbreviation periodicalabbrev ji j9 ja j2 isoabbreviation "
        "journalabbrev sourcetitleabbreviated journalisoabbreviation"
    ),
    "volume": "volume volumenumber journalvolume vol vl bibliovolume",
    "issue": "issue issuenumber journalissue number is no biblioissue issueno num numero period",
    "page": (
        "pages page pagerange pagination pagenumbers pg pp pageinfo artno articleno articlenumber "
        "ar"
    ),
    "first_page": (
        "startpage pagestart firstpage sp bp bibliofirstpage beginpage beginningpage spage"
    ),
    "last_page": "endpage pageend lastpage ep bibliolastpage endingpage epage otherpages",
    "publisher": (
        "publisher publishername pu pb bookpublisher sponsor "
        "primarylocationsourcehostorganizationname"
    ),
    "publisher_place": (
        "placeofpublication placepublished place publisherlocation publishercity pi city cy "
        "location publishercityplace publishingcountry publicationcountry countryofpublication "
        "sourcecountry"
    ),
    "doi": (
        "doi itemdoi dois idsdoi di digitalobjectidentifier doinumber doilink doilink articledoi "
        "do doiurl doidoi"
    ),
    "pmid": "pmid pubmedid idspmid pm pubmed medlineid medlinepmid pubmedids",
    "pmcid": "pmcid pmcidpmc idspmcid pmc pmcids",
    "serial": (
        "issn isbn issnisbn issns isbns issnprint issnelectronic eissn sn ei bn printissn "
        "onlineissn primarylocationsourceissnl primarylocationsourceissn electronicissn bookisbn "
        "issnl isbnissn journalissns issn1 issn2 eissns printisbn electronicisbn"
    ),
    "abstract": (
        "abstract abstractnote abstracts ab summary description notesabstract abstracttext n2 "
        "resume zusammenfassung briefsummary studysummary resumen"
    ),
    "language": (
        "languageoforiginaldocument language languages la outputlanguage originallanguage lang "
        "articlelanguage"
    ),
    "keyword": (
        "keywords authorkeywords authorkeyword keyword subjects subject descriptors kw "
        "indexkeywords subjectterms subjectheadings meshterms mesh ieeeterms conditions "
        "manualtags fieldsofstudy emtreemedicalindexterms emtreedrugindexterms tags "
        "thesaurusterms keywordss topics automatictags"
    ),
    "url": (
        "url link urls fulltexturl studyurl articleurl plink openurllink pdflink sourceurls "
        "weburl externalurl ur primarylocationlandingpageurl landingpageurl embaselink "
        "openaccessurl fulltextlink doilink"
    ),
    "accession_number": (
        "accessionnumber eid lensid ut utuniquewosid uniquewosid centralid an nctnumber pui "
        "publicationid documentidentifier accessionno accession recordid mdl proquestdocumentid "
        "storeid key covidence openalexid id nctid ericnumber itemid mainid trialid"
    ),
    "database": "database databasename db subfiledatabase librarycatalog sourcedatabase",
    "note": "notes note extra personalnotes n1 comments",
    "identifier": (
        "eid openalexid idsopenalex ctgovid ctgovid otherids nctnumber clinicaltrialnumbers "
        "clinicaltrialnumber trialregistrationnumber ictrpid embaseid cinahlid ericid ericnumber "
        "arxivid id trialid mainid"
    ),
}
NAMES: Mapping[str, Sequence[str]] = {field: words.split() for field, words in _NAMES.items()}
KNOWN = frozenset(word for words in NAMES.values() for word in words)
_WEAK = frozenset(
    words(
        "id key name number source type note notes no is de so city location tags subject "
        "references "
        "description place number reference paper do do da id an py"
    )
)
"""Names that tables which are no bibliographies have too; alone they prove nothing."""

WOS = {
    "type": "DT PT",
    "title": "TI",
    "author": "AF AU BA BF",
    "editor": "BE GP",
    "issued": "PY EA",
    "month": "PD",
    "container_title": "SO SE",
    "container_title_short": "JI J9",
    "volume": "VL",
    "issue": "IS",
    "page": "PS AR",
    "first_page": "BP",
    "last_page": "EP",
    "publisher": "PU",
    "publisher_place": "PI",
    "doi": "DI D2",
    "pmid": "PM",
    "serial": "SN EI BN",
    "abstract": "AB",
    "language": "LA",
    "keyword": "DE ID",
    "accession_number": "UT AN",
    "identifier": "UT",
}


def plain_name(header: str) -> str:
    """A column's name as it is compared; of CNKI's double names (`Title-题名`) the English half."""
    if "-" in header and not header.isascii():
        if header == "PageCount-页码":  # in Chinese it says which pages, not how many
            return "pages"
        half = header.partition("-")[0]
        header = half if half.isascii() else header
    return "".join(sign for sign in header.lower() if sign.isalnum())


def is_name(cell: str) -> bool:
    """Whether a cell is what some source calls a column."""
    return len(cell) < 40 and plain_name(cell) in KNOWN


def score(header: Sequence[str]) -> float:
    """How much a row looks like the header of a bibliography: the names known, weak ones half."""
    names = {plain_name(cell) for cell in header if len(cell) < 80}
    return sum(0.4 if name in _WEAK else 1.0 for name in names if name in KNOWN)


def plan(
    header: Sequence[str], columns: Mapping[str, str], wos: bool = False
) -> list[tuple[str, tuple[int, ...]]]:
    """(field, columns by index, the best first); `columns` (field -> column) goes before all."""
    places: dict[str, list[int]] = {}
    for index, cell in enumerate(header):
        places.setdefault(cell.strip() if wos else plain_name(cell), []).append(index)
    found: list[tuple[str, tuple[int, ...]]] = []
    names = {field: words.split() for field, words in WOS.items()} if wos else NAMES
    own = {
        ("serial" if field in ("issn", "isbn") else field): col for field, col in columns.items()
    }
    for field, known in names.items():
        if field in own:
            spot = places.get(own[field].strip() if wos else plain_name(own[field]), [])
            if not spot and own[field].isdecimal():
                spot = [int(own[field]) - 1]
            found.append((field, tuple(spot)))
            continue
        indexes = dict.fromkeys(i for word in known for i in places.get(word, ()))
        if indexes:
            found.append((field, tuple(indexes)))
    return found


def is_wos(header: Sequence[str]) -> bool:
    """Whether the columns are the two-letter tags of Web of Science."""
    names = {cell.strip() for cell in header}
    return "PT" in names and len({"AU", "TI", "SO", "UT", "PY"} & names) >= 3


class Vendor(NamedTuple):
    """`columns` are names (as `plain_name` writes them) that together only this vendor uses."""

    id: str
    label: str
    columns: frozenset[str]


def _vendor(id: str, label: str, columns: str) -> Vendor:
    return Vendor(id, label, frozenset(columns.split()))


VENDORS = (
    _vendor("scopus_csv", "Scopus CSV", "authors title sourcetitle eid link"),
    _vendor("embase_csv", "Embase CSV", "title authornames source emtreedrugindexterms"),
    _vendor("cochrane_csv", "Cochrane Library CSV", "cochranereviewgroupcode title"),
    _vendor("pubmed_csv", "PubMed CSV", "pmid title journalbook createdate"),
    _vendor("ebsco_csv", "EBSCOhost CSV", "articletitle journaltitle plink"),
    _vendor("ieee_csv", "IEEE Xplore CSV", "documenttitle authoraffiliations pdflink"),
    _vendor("springer_csv", "SpringerLink CSV", "itemtitle itemdoi contenttype"),
    _vendor("lens_csv", "Lens CSV", "lensid title"),
    _vendor("dimensions_csv", "Dimensions CSV", "publicationid title dimensionsurl"),
    _vendor("openalex_csv", "OpenAlex CSV", "id doi displayname publicationyear"),
    _vendor("rayyan_csv", "Rayyan CSV", "key title authors pubmedid pmcid"),
    _vendor("rayyan_csv", "Rayyan CSV", "key title authors journal issn notes location"),
    _vendor("covidence_csv", "Covidence CSV", "title authors covidence"),
    _vendor("zotero_csv", "Zotero CSV", "key itemtype abstractnote manualtags"),
    _vendor("refworks_csv", "RefWorks CSV", "referencetype authorsprimary titleprimary"),
    _vendor("googlescholar_csv", "Publish or Perish CSV", "cites gsrank"),
    _vendor(
        "googlescholar_csv", "Google Scholar CSV", "authors title publication number publisher"
    ),
    _vendor("ctgov_csv", "ClinicalTrials.gov CSV", "nctnumber conditions interventions"),
    _vendor("asreview_csv", "ASReview CSV", "title asreviewlabel"),
    _vendor("asreview_csv", "ASReview CSV", "title included recordid"),
    _vendor("eppi_csv", "EPPI-Reviewer table", "itemid title shorttitle abstract"),
    _vendor("eric_csv", "ERIC CSV", "ericnumber title"),
    _vendor("proquest_csv", "ProQuest table", "title storeid"),
    _vendor("bvs_csv", "VHL/LILACS CSV", "title descriptors fulltexturl"),
    _vendor("cnki_csv", "CNKI table", "srcdatabase title author summary"),
    _vendor("paperpile_csv", "Paperpile CSV", "itemtype authors title fulljournal publicationyear"),
    _vendor("distillersr_csv", "DistillerSR CSV", "refid title author abstract"),
    _vendor("abstrackr_csv", "abstrackr CSV", "internalid sourceid title"),
)
GIVEN_NAME_FIRST = frozenset({"lens_csv", "openalex_csv", "googlescholar_csv", "ieee_csv"})
"""Vendors that write "Ada B. Lovelace", which elsewhere might as well be an organisation."""
LABELS = {vendor.id: vendor.label for vendor in VENDORS} | {
    "wos_tab": "Web of Science tab-delimited",
    "csv": "any other table (CSV, TSV)",
}


def vendor(header: Sequence[str]) -> str:
    """The id of the vendor whose columns these are, or "csv"."""
    if is_wos(header):
        return "wos_tab"
    names = {plain_name(cell) for cell in header}
    for row in VENDORS:
        if row.columns <= names:
            return row.id
    return "csv"
