"""The form of a publication made comparable: what cannot be one report with what."""

from __future__ import annotations

import re
from functools import lru_cache

_FORM = {
    "book": "book",
    "chapter": "chapter",
    "entry-dictionary": "chapter",
    "entry-encyclopedia": "chapter",
    "thesis": "thesis",
    "article": "preprint",
    "article-journal": "article",
    "review": "review",
    "review-book": "review",
    "dataset": "data",
    "software": "data",
    "patent": "patent",
    "clinical_trial": "register",
}
"""Forms by CSL type. Conference papers are told apart from articles by their places alone, since
databases type one and the same paper as either."""

CONTRADICTING = frozenset(
    frozenset(pair.split())
    for pair in (
        "book chapter", "book article", "book review", "book abstract", "chapter article",
        "chapter abstract", "chapter thesis", "thesis article", "thesis abstract",
        "preprint article", "preprint book", "preprint chapter", "preprint thesis",
        "preprint abstract", "review article", "review chapter", "article abstract",
        "data article", "data preprint", "data book", "data thesis", "patent article",
        "patent book", "patent thesis", "register article", "register thesis",
        "register abstract", "register preprint",
    )
)  # fmt: skip
"""Pairs of forms that are two reports, unless both are printed in one place."""

_ABSTRACT_TITLE = re.compile(
    r"[\[(](?:(?:conference|meeting|congress|poster|oral) )?abstracts?(?: only)?[\])][\s.]*$",
    re.IGNORECASE,
)
_THESIS = re.compile(r"\bdissertation abstracts\b|\bph\.? ?d\.? (?:thesis|dissertation)\b")
_PREPRINT_SERVER = re.compile(
    r"^(?:arxiv|biorxiv|medrxiv|psyarxiv|socarxiv|edarxiv|chemrxiv|techrxiv|research square|"
    r"ssrn\b.*|preprints(?:\.org)?|osf preprints|authorea|f1000research preprint|"
    r"(?:arxiv|biorxiv|medrxiv)\b.*|.*\bpreprint(?: server)?)$"
)
_PREPRINT_DOI = re.compile(
    r"10\.(?:1101/(?:19|20)\d\d\.|1101/\d{6}|31234/osf|31235/osf|31219/osf|48550/arxiv|21203/rs|"
    r"2139/ssrn|20944/preprints|26434/chemrxiv|36227/techrxiv|22541/au)"
)


@lru_cache(maxsize=50_000)
def _by_words(kind: str, container: str) -> str:
    container = container.strip().lower()
    if _PREPRINT_SERVER.match(container):
        return "preprint"
    if _THESIS.search(container):
        return "thesis"
    return _FORM.get(kind, "")


def comparable_form(kind: str, title: str, container: str, doi: str, numbered: bool) -> str:
    """The form of a record by its CSL type, the marks in its title, where it stands; "" unknown.

    `doi` is a comparable one; `numbered` says that a volume or issue is known.
    """
    if title[-1:] in "]). " and _ABSTRACT_TITLE.search(title):
        return "abstract"
    if doi.startswith("10.") and _PREPRINT_DOI.match(doi):
        return "preprint"
    form = _by_words(kind, container[:200])
    return form or ("article" if numbered and not kind and container else "")
