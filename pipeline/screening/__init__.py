"""Screening: votes into a consensus; who screens what; ranking, agreement, and when to stop."""
