"""The ledger into a document: sentences, tables, figures, and the authors' prose around them."""

from pipeline.writeup.dossier import Dossier, Reading
from pipeline.writeup.write_up import write_up

__all__ = ["Dossier", "Reading", "write_up"]
