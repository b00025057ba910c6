"""The verbs with which studies are extracted, reconciled and written out."""
