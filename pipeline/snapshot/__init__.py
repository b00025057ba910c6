"""A review on a day with its ledger: one value that everything below the command line reads."""

from pipeline.snapshot.snapshot import ReadingSummary, Snapshot

__all__ = ["ReadingSummary", "Snapshot"]
