"""Verbs by which a team works together."""
