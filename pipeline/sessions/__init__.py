"""A person's desk: what waits for whom, and each decision on disk before the next thing is shown.

What the command line and the pages of `review serve` have in common. Nothing here prints or asks.
"""
