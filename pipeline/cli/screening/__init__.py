"""The verbs with which people screen, rank, settle and stop."""
