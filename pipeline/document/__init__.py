"""The ledger into a document: sentences, tables, figures, and the authors' prose around them."""

from pipeline.document.citations import csl_item, read_references
from pipeline.document.manuscript.confirming import ClaimState, claim_states, faults_of_confirmation
from pipeline.document.manuscript.front_matter import FULL, KINDS, kind_of, read_front_matter
from pipeline.document.quotes import without_quotes
from pipeline.document.side_files import bibliographies, flow_files, ledger_json, statements_json
from pipeline.document.supplement import KIND as SUPPLEMENT
from pipeline.document.write_up import WriteUp, first_manuscript, write_up

__all__ = [
    "FULL",
    "KINDS",
    "SUPPLEMENT",
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
