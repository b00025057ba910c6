"""The verbs for reports: sought, obtained, and which study they tell of."""
