"""Duplicates: which records tell of the same report. Records and decisions in, pairs out.

The steps: `comparable` (normalise) → `candidates` (which pairs) → `likeness` (how far each field
agrees) → `same_report` (the answer, with vetoes) → `clusters` (best pair first); `plan` runs them
on an engine, `kept` folds what rules and people said about pairs.
"""

from pipeline.duplicates.groups import Settled, kept_records, settle_matches
from pipeline.duplicates.method import METHOD_VERSION, method_in_words

__all__ = ["METHOD_VERSION", "Settled", "kept_records", "method_in_words", "settle_matches"]
