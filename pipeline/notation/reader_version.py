"""Which readers these are: here, so that finding what they have read loads none of them."""

READER_VERSION = "4"
"""Changes whenever any reader could give another result for the same bytes."""
