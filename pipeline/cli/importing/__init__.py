"""The verbs that begin a review and take exports in."""
