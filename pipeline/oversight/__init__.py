"""Looking after a review: what is wrong, who has what waiting, where a thing came from."""
