"""An evidence browser as one HTML file: static pages, a small script, nothing from outside."""

from pipeline.render.browser.page import browser_html

__all__ = ["browser_html"]
