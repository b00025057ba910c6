"""The verb that takes new exports into a review that is under way."""
