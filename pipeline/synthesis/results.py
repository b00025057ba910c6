"""Every extracted result of a review by its id."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.terms.review import Review
from pipeline.terms.study import Result


def results_by_id(review: Review) -> Mapping[str, Result]:
    """Every extracted result of `review` by its id `<study>/<entry>`."""
    return {result.id: result for study in review.studies.values() for result in study.results}
