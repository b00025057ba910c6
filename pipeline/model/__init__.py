"""The words of a review as immutable values. This room imports nothing of ours."""
