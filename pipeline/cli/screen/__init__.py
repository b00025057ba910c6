"""The screen of `review screen`, on a terminal and as a plain prompt."""
