"""The ledger into a document: sentences, tables, figures, and the authors' prose around them."""

from pipeline.writeup.citations import read_references
from pipeline.writeup.confirming import ClaimState, claim_states, faults_of_confirmation
from pipeline.writeup.csl import csl_item
from pipeline.writeup.front_matter import FULL, KINDS, kind_of, read_front_matter
from pipeline.writeup.ledger_text import ledger_json
from pipeline.writeup.quotes import without_quotes
from pipeline.writeup.side_files import bibliographies, flow_files, statements_json
from pipeline.writeup.write_up import WriteUp, first_manuscript, write_up

__all__ = [
    "FULL",
    "KINDS",
    "ClaimState",
    "WriteUp",
    "bibliographies",
    "claim_states",
    "csl_item",
    "faults_of_confirmation",
    "first_manuscript",
    "flow_files",
    "kind_of",
    "ledger_json",
    "read_front_matter",
    "read_references",
    "statements_json",
    "without_quotes",
    "write_up",
]
