"""The verbs that only look: where a review stands, what is wrong, where things come from."""
