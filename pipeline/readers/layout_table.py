"""Every layout that can be read: its id, what people call it, where it comes from, its reader.

Adding a layout is one row here, one module or table, and one sample beside the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.readers import (
    bibtex,
    json_records,
    medline,
    nep,
    ovid,
    ris,
    tables,
    tagged,
    xml_catalogues,
    xml_publishers,
    xml_records,
    xml_services,
)
from pipeline.readers import tagged_layouts as layouts
from pipeline.readers import xml_layouts as xml
from pipeline.readers.assembling import Names, one_name
from pipeline.readers.census import MARKS, Marks, elements
from pipeline.readers.columns import LABELS
from pipeline.readers.entries import Entry, Gathered
from pipeline.readers.names import names_in_cell


@dataclass(frozen=True, slots=True)
class Export:
    """An export on its way through a reader: its text once, piece by piece, and how it begins.

    `declared` gathers the numbers of records that the file itself states. `raw` are the bytes, for
    layouts that are no text.
    """

    pieces: Iterator[str]
    head: str
    gathered: Gathered
    declared: list[int]
    columns: Mapping[str, str]
    raw: Iterable[bytes] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A row of the registry. `sources` are typical places an export of this layout comes from.

    `marks` are what begins or ends a record; their number is held against the records read.
    """

    format: str
    label: str
    sources: tuple[str, ...]
    suffix: str
    entries: Callable[[Export], Iterator[Entry]]
    names: Names = one_name
    marks: Marks = field(default_factory=dict)


def _lines(
    read: Callable[..., Iterator[Entry]],
) -> Callable[[Export], Iterator[Entry]]:
    return lambda export: read(export.pieces, export.gathered, export.declared)


def _table(export: Export) -> Iterator[Entry]:
    return tables.entries(export.pieces, export.head, export.gathered, export.columns)


def _tagged(layout: tagged.Layout) -> Callable[[Export], Iterator[Entry]]:
    def read(export: Export) -> Iterator[Entry]:
        return tagged.entries(export.pieces, export.gathered, export.declared, layout)

    return read


def _ovid(export: Export) -> Iterator[Entry]:
    return ovid.entries(export.pieces, export.head, export.gathered, export.declared)


def _xml(layout: xml_records.XmlLayout) -> Callable[[Export], Iterator[Entry]]:
    def read(export: Export) -> Iterator[Entry]:
        return xml_records.entries(export.pieces, export.gathered, export.declared, layout)

    return read


def _json(export: Export) -> Iterator[Entry]:
    return json_records.entries(export.pieces)


def _yaml(export: Export) -> Iterator[Entry]:
    return json_records.yaml_entries(export.pieces, export.gathered)


def _workbook(export: Export) -> Iterator[Entry]:
    return tables.workbook_entries(export.raw, export.gathered, export.columns)


def _reader(
    format: str,
    label: str,
    suffix: str,
    entries: Callable[[Export], Iterator[Entry]],
    *sources: str,
    names: Names = one_name,
) -> Reader:
    return Reader(
        format=format,
        label=label,
        suffix=suffix,
        entries=entries,
        sources=sources,
        names=names,
        marks=MARKS.get(format, {}),
    )


def _xml_reader(
    format: str, label: str, layout: xml_records.XmlLayout, *sources: str, names: Names = one_name
) -> Reader:
    return Reader(
        format=format,
        label=label,
        suffix=".rdf" if format.endswith("rdf") else ".xml",
        entries=_xml(layout),
        sources=sources,
        names=names,
        marks=MARKS.get(format) or elements(layout.marks or layout.records),
    )


_ROWS = (
    _reader(
        "ris", "RIS", ".ris", _lines(ris.entries),
        "EndNote", "Zotero", "Mendeley", "Scopus", "Embase.com", "Ovid", "ProQuest",
        "EPPI-Reviewer", "EBSCOhost (APA PsycInfo, CINAHL)", "Cochrane Library (CENTRAL)",
        "LILACS (VHL)", "SciELO",
    ),
    _reader(
        "nbib", "PubMed/MEDLINE tagged text", ".nbib", _lines(medline.entries),
        "PubMed", "ERIC", "Copac",
    ),
    _reader(
        "bibtex", "BibTeX and BibLaTeX", ".bib", _lines(bibtex.entries),
        "Zotero", "JabRef", "Mendeley", "Scopus", "ACM", "Google Scholar",
        "ReadCube Papers", "Sciwheel",
    ),
    _reader(
        "wos", "Web of Science plain text", ".txt", _tagged(layouts.WOS_PLAIN),
        "Web of Science", names=names_in_cell,
    ),
    _reader(
        "refworks", "RefWorks tagged", ".txt", _tagged(layouts.REFWORKS),
        "RefWorks", "CNKI", names=names_in_cell,
    ),
    _reader(
        "refer", "EndNote refer", ".enw", _tagged(layouts.REFER),
        "EndNote", "Google Scholar", "AIS eLibrary",
    ),
    _reader(
        "cochrane", "Cochrane Library text", ".txt", _tagged(layouts.COCHRANE),
        "Cochrane Library", "SilverPlatter", names=names_in_cell,
    ),
    _reader("ovid", "Ovid text", ".txt", _ovid, "Ovid", names=ovid.names),
    _reader(
        "proquest", "ProQuest text", ".txt", _tagged(layouts.PROQUEST),
        "ProQuest", names=ovid.names,
    ),
    _reader(
        "inspec", "Inspec text", ".txt", _tagged(layouts.INSPEC),
        "Inspec", names=names_in_cell,
    ),
    _reader(
        "biblioscape", "Biblioscape tagged", ".txt", _tagged(layouts.BIBLIOSCAPE),
        "Biblioscape", names=names_in_cell,
    ),
    _reader("cnki", "CNKI text", ".txt", _tagged(layouts.CNKI), "CNKI", names=names_in_cell),
    _reader("repec_nep", "RePEc NEP mail", ".txt", _lines(nep.entries), "New Economics Papers"),
    _xml_reader(
        "endnote_xml", "EndNote XML", xml.ENDNOTE,
        "EndNote", "RefWorks", "Covidence",
    ),
    _xml_reader("pubmed_xml", "PubMed XML", xml.PUBMED, "PubMed"),
    _xml_reader(
        "ebsco_xml", "EBSCOhost XML", xml.EBSCO,
        "EBSCOhost", names=names_in_cell,
    ),
    _xml_reader(
        "mods_xml", "MODS XML", xml_catalogues.MODS,
        "Library of Congress", "Zotero",
    ),
    _xml_reader("marc_xml", "MARC XML", xml_catalogues.MARC, "library catalogues"),
    _xml_reader("zotero_rdf", "Zotero RDF", xml_catalogues.ZOTERO_RDF, "Zotero"),
    _xml_reader("ictrp_xml", "ICTRP XML", xml_services.ICTRP, "WHO ICTRP"),
    _xml_reader("atom_xml", "Atom", xml_services.ATOM, "arXiv"),
    _xml_reader("word_xml", "Word sources XML", xml_services.WORD, "Microsoft Word"),
    _xml_reader(
        "europe_pmc_xml", "Europe PMC XML", xml_services.EUROPE_PMC,
        "Europe PMC",
    ),
    _xml_reader(
        "crossref_xml", "Crossref XML", xml_publishers.CROSSREF,
        "Crossref", "publishers' deposits",
    ),
    _xml_reader("jats_xml", "JATS and BITS XML", xml_publishers.JATS, "PubMed Central", "SciELO"),
    _xml_reader(
        "pubmed_summary_xml", "PubMed summaries XML", xml_publishers.PUBMED_SUMMARY,
        "PubMed (esummary)",
    ),
    _xml_reader("citavi_xml", "Citavi XML", xml_publishers.CITAVI, "Citavi"),
    _reader(
        "json", "JSON (CSL, Crossref, OpenAlex and others, also one object a line)", ".json", _json,
        "Zotero", "Crossref", "OpenAlex", "Lens", "ClinicalTrials.gov",
        "Europe PMC", "Semantic Scholar",
    ),
    _reader("csl_yaml", "CSL-YAML", ".yaml", _yaml, "Better BibTeX", "pandoc"),
    _reader("xlsx", "Excel workbook", ".xlsx", _workbook, "Excel", "Embase", "EPPI-Reviewer"),
    *(
        _reader(id, label, ".csv", _table, label.rpartition(" ")[0] or label)
        for id, label in LABELS.items()
    ),
)  # fmt: skip
READERS: Mapping[str, Reader] = {reader.format: reader for reader in _ROWS}
"""Every layout by the id that `format:` of a search takes."""
