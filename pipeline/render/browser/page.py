"""The page of an evidence browser: what can be read without a script, and the parts around it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from pipeline.model.browsing import EvidenceBrowser
from pipeline.notation.safe_text import for_json, without_controls
from pipeline.render.browser import views

_ROWS = (
    "sets",
    "records",
    "decisions",
    "searches",
    "studies",
    "findings",
    "claims",
    "themes",
    "quotes",
    "gap_maps",
)


def island(browser: EvidenceBrowser) -> str:
    """The rows of `browser` as JSON text for a `<script type="application/json">`.

    `<`, `>`, `&` and the line separators of JavaScript are written as escapes, as are control and
    bidirectional signs: no text of an export can end the element or act on the page.
    """
    said: dict[str, Any] = {name: _rows(getattr(browser, name)) for name in _ROWS}
    said["references"] = dict(browser.references)
    said["document"] = browser.document
    text = for_json(json.dumps(said, ensure_ascii=False, separators=(",", ":")))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _rows(values: Sequence[Any]) -> dict[str, Any]:
    """Rows as arrays with the names of their fields once: a third of the size of objects."""
    names = [f.name for f in fields(values[0])] if values else []
    return {
        "fields": names,
        "rows": [[_plain(getattr(value, name)) for name in names] for value in values],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return asdict(value) if hasattr(value, "__dataclass_fields__") else value


_NAVIGATION = (
    ("flow", "Flow"),
    ("studies", "Studies"),
    ("findings", "Findings"),
    ("claims", "Sentences"),
    ("themes", "Themes"),
    ("gaps", "Gap maps"),
    ("figures", "Figures"),
    ("records", "Records"),
    ("searches", "Searches"),
    ("changes", "Changes"),
)


def browser_html(browser: EvidenceBrowser) -> bytes:
    """The whole browser as one UTF-8 file that asks nothing of the network.

    Its policy allows the one script and the one style sheet that stand in it, by their hashes.
    """
    style, script = _style(), _script()
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    title = f"Evidence: {browser.title}"
    sections = dict(views.sections(browser))
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{_text(browser.language or "en-GB")}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{_text(title)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        '<a class="skip" href="#main">Skip to the evidence</a>',
        *_head(browser),
        *_navigation(sections),
        '<main id="main" tabindex="-1">',
        '<p class="status" id="status" role="status" aria-live="polite"></p>',
        *sections.values(),
        '<section class="view" id="detail" hidden></section>',
        "</main>",
        f'<script type="application/json" id="evidence">{island(browser)}</script>',
        f"<script>{script}</script>",
        "</body>",
        "</html>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _head(browser: EvidenceBrowser) -> Iterator[str]:
    yield "<header>"
    yield f"<h1>{_text(browser.title)}</h1>"
    yield f'<p class="subtitle">{_text(browser.subtitle)}</p>' if browser.subtitle else ""
    yield (
        '<p class="day">The evidence behind '
        f'<a href="{_text(browser.document)}">the document</a> of '
        f'<time datetime="{_text(browser.day)}">{_text(browser.day)}</time>.</p>'
        if browser.day
        else ""
    )
    if browser.notice:
        yield f'<p class="notice" role="note">{_text(browser.notice)}</p>'
    yield "</header>"


def _navigation(sections: dict[str, str]) -> Iterator[str]:
    yield '<nav class="views" aria-label="Views"><ul>'
    for id, label in _NAVIGATION:
        if id in sections:
            yield f'<li><a href="#{id}">{label}</a></li>'
    yield "</ul></nav>"


def _text(text: str) -> str:
    return escape(without_controls(text), quote=True)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


@cache
def _style() -> str:
    """The look of the documents, and what the browser adds to it."""
    writers = files("pipeline.render")
    page = writers.joinpath("templates", "page.css").read_text("utf-8")
    return page + writers.joinpath("browser", "browser.css").read_text("utf-8")


@cache
def _script() -> str:
    """The parts of the script in the order of their names, in a scope of their own."""
    folder = files("pipeline.render").joinpath("browser")
    names = sorted(part.name for part in folder.iterdir() if part.name.endswith(".js"))
    parts = [folder.joinpath(name).read_text("utf-8") for name in names]
    return '"use strict";\n(() => {\n' + "\n".join(parts) + "\n})();\n"
