"""The review of one day as the rows of an evidence browser."""

from pipeline.document.browsing.browser import browser

__all__ = ["browser"]
