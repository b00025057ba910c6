"""Studies brought together: votes by direction of effect, groups of studies, findings as read."""

from pipeline.synthesis.directions import Vote, VoteCount, count_votes, vote
from pipeline.synthesis.groupings import in_several, ungrouped
from pipeline.synthesis.intervals import sign_test, wilson_interval
from pipeline.synthesis.reading import read_synthesis, results_by_id

__all__ = [
    "Vote",
    "VoteCount",
    "count_votes",
    "in_several",
    "read_synthesis",
    "results_by_id",
    "sign_test",
    "ungrouped",
    "vote",
    "wilson_interval",
]
