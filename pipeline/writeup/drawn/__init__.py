"""The figures of the synthesis from a dossier; the tables beside them come from the same rows."""
