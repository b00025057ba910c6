"""A person's session: what waits for whom, each decision on disk before the next is shown.

What the command line and the pages of `review serve` have in common. Nothing here prints or asks.
"""
