"""The figures of a document, each from a snapshot to a drawing."""
