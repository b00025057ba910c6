"""The pages of `review serve`: what the verbs do, in a browser."""
