"""What each claim of the text rests on, down to the value, the page and the quote."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.document.citations import citable
from pipeline.document.counts import count
from pipeline.document.finding_words import certainty_in_words
from pipeline.document.tables.rows import cell, column
from pipeline.document.tables.studies import numbers
from pipeline.document.values import UnknownValue, find, said
from pipeline.document.wording import number
from pipeline.model.document import Table
from pipeline.model.finding import Claim
from pipeline.model.study import Source
from pipeline.snapshot import Snapshot
from pipeline.synthesis import results_by_id


def evidence(claims: Sequence[Claim], snapshot: Snapshot) -> Table:
    """Each claim of the manuscript with what it rests on, in the order of the text."""
    names = citable(snapshot)
    rows = []
    for claim in claims:
        cites: dict[str, None] = {}
        for support in claim.supports:
            key = names.key(support.removeprefix("@").partition("/")[0])
            if key and not support.startswith(("finding:", "n:")):
                cites[key] = None
        told = [in_words(s, snapshot) for s in claim.supports if not s.startswith("@")]
        rows.append((cell(claim.id), cell(claim.text), cell("\n".join(told), *cites)))
    return Table(
        id="evidence",
        caption="What each claim of this document rests on",
        columns=(
            column("claim", "Claim", 0.8),
            column("text", "As it is said", 2.3),
            column("supports", "Rests on", 2.9),
        ),
        rows=tuple(rows),
        notes=(
            "The command review explain walks from a study, a result or a record to the export.",
        ),
    )


def in_words(support: str, snapshot: Snapshot, *, quotes: bool = True) -> str:
    """A support with what it says today: the count, the value, the statement with its source."""
    if support.startswith("n:"):
        key = support.removeprefix("n:")
        return f"Count of {key.replace('_', ' ')}: {number(count(snapshot, key))}"
    if support.startswith("finding:"):
        finding = snapshot.synthesis.findings[support.removeprefix("finding:")]
        statement = " ".join(finding.statement.split())
        return f"Finding {finding.id}: {statement}; certainty: {certainty_in_words(finding)}"
    if support.startswith("theme:"):
        return f"Theme {support.removeprefix('theme:')}"
    support = support.removeprefix("quote:")
    id, _, path = support.partition("/")
    study = snapshot.review.studies[id]
    result = results_by_id(snapshot.review).get(support)
    if result is not None:
        parts = [
            " ".join(result.statement.split()),
            numbers(result, study),
            _where(result.sources, quotes),
        ]
        return f"{support}: {'; '.join(part for part in parts if part)}"
    if not path:
        return study.title or id
    try:
        found = find(snapshot.review, study, path)
        parts = [said(found), _where(found.answer.sources, quotes)]
        return f"{support}: {'; '.join(part for part in parts if part)}"
    except UnknownValue:
        return support


def _where(sources: Sequence[Source], quotes: bool) -> str:
    """The page of the first source and its words, as a reader would look them up."""
    for source in sources:
        words = " ".join(source.quote.split()) if quotes else ""
        quote = f"\u201c{words}\u201d" if words else ""
        return ", ".join(part for part in (source.where or source.url, quote) if part)
    return ""
