"""How plain text is written and read: YAML with places, decision lines, text made harmless."""
