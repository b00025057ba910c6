"""Studies brought together: direction of effect, groups, numbers, themes, certainty, robustness."""

from pipeline.synthesis.directions import Vote, VoteCount, count_votes, vote
from pipeline.synthesis.groupings import in_several, ungrouped
from pipeline.synthesis.intervals import sign_test, wilson_interval
from pipeline.synthesis.reading import SYNTHESIS_FILES, read_synthesis
from pipeline.synthesis.results import results_by_id

__all__ = [
    "SYNTHESIS_FILES",
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
