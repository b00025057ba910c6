"""The figures of the synthesis from a snapshot; the tables beside them come from the same rows."""
