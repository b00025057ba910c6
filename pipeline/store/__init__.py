"""The only room that knows paths: opens a review, appends a decision, keeps the derived cache."""

from pipeline.store.locating import find_review
from pipeline.store.opening import ReviewFolder, open_review
from pipeline.store.places import ReviewPlaces

__all__ = ["ReviewFolder", "ReviewPlaces", "find_review", "open_review"]
