"""The ledger into a document: sentences, tables, figures, and the authors' prose around them."""

from pipeline.writeup.citations import read_references
from pipeline.writeup.csl import csl_item
from pipeline.writeup.dossier import Dossier, Reading
from pipeline.writeup.ledger_text import ledger_json
from pipeline.writeup.side_files import bibliographies, flow_files
from pipeline.writeup.write_up import WriteUp, first_manuscript, write_up

__all__ = [
    "Dossier",
    "Reading",
    "WriteUp",
    "bibliographies",
    "csl_item",
    "first_manuscript",
    "flow_files",
    "ledger_json",
    "read_references",
    "write_up",
]
