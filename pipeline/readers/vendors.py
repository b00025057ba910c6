"""Whose table it is, told by the names of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.readers.columns import is_wos, plain_name


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
