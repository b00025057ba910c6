"""What stands beside the document: the flow in three formats, and the bibliography."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pipeline.notation.safe_text import for_json
from pipeline.terms.document import Document
from pipeline.writers.bibliography import write_bibliography
from pipeline.writers.drawing.flow import flow_csv, flow_json, flow_svg
from pipeline.writeup.dossier import Dossier


def flow_files(dossier: Dossier) -> Mapping[str, bytes]:
    """The PRISMA flow as a drawing, as the data of the R package PRISMA2020, and as JSON."""
    flow = dossier.ledger.flow
    return {
        "flow.svg": flow_svg(flow).encode(),
        "flow.csv": flow_csv(flow).encode(),
        "flow.json": flow_json(flow).encode(),
    }


def bibliographies(dossier: Dossier, document: Document) -> Mapping[str, bytes]:
    """The reports of the included studies as RIS and BibTeX, and everything cited as CSL-JSON."""
    reports = dict.fromkeys(r for reports in dossier.ledger.studies.values() for r in reports)
    records = [dossier.records[id] for id in reports if id in dossier.records]
    cited = [dict(item) for _, item in sorted(document.references.items())]
    listed = json.dumps(cited, ensure_ascii=False, indent=1)
    return {
        "included.ris": b"".join(write_bibliography(records, "ris")),
        "included.bib": b"".join(write_bibliography(records, "bibtex")),
        "references.json": f"{for_json(listed)}\n".encode(),
    }
