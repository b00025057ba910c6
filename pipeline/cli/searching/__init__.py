"""The verbs that search and chase over the web."""
