"""Studies brought together: direction of effect, groups, numbers, themes, certainty, robustness."""

from pipeline.synthesis.directions import (
    Vote,
    VoteCount,
    count_votes,
    sign_test,
    vote,
    wilson_interval,
)
from pipeline.synthesis.reading import SYNTHESIS_FILES, read_synthesis
from pipeline.synthesis.study_facts import in_several, results_by_id, ungrouped

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
