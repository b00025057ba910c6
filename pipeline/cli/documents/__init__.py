"""The verbs that make, stand by, seal and share documents."""
