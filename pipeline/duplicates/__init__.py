"""Duplicates: which records tell of the same report. Records and decisions in, pairs out."""

from pipeline.duplicates.kept import Settled, kept_records, settle_matches

__all__ = ["Settled", "kept_records", "settle_matches"]
