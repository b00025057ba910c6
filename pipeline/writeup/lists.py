"""The plain words and lists of a manuscript: title, day, studies, questions and the like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from pipeline.notation.safe_text import for_markdown
from pipeline.snapshot import Snapshot
from pipeline.terms.finding import Finding
from pipeline.terms.study import Study
from pipeline.writeup.citations import citable, citation
from pipeline.writeup.saying import participants_in_words, stem_of
from pipeline.writeup.template import Markdown, Shown
from pipeline.writeup.values import UnknownValue, find, said
from pipeline.writeup.votes import (
    METHODS,
    certainty_in_words,
    reasons_in_words,
    votes_in_words,
    votes_of,
)
from pipeline.writeup.wording import day_in_words

WORDS = frozenset(
    {
        "n",
        "percent",
        "changes",
        "v",
        "quote",
        "cite",
        "table",
        "figure",
        "methods",
        "results",
        "finding",
        "votes",
        "claim",
        "checklist",
        "range",
        "title",
        "subtitle",
        "notice",
        "day",
        "edition",
        "version",
        "studies",
        "context_studies",
        "questions",
        "outcomes",
        "groups",
        "criteria",
        "searches",
        "amendments",
        "findings",
        "authors",
    }
)
"""Every word that a manuscript may use, for the check that comes before anything is filled."""

FINDING_PARTS = (
    "id",
    "statement",
    "cite",
    "studies",
    "counts",
    "certainty",
    "why",
    "stem",
    "participants",
    "method",
    "question",
    "outcome",
)
"""What a manuscript may ask of a finding: `finding("id").counts`."""


def words_of(
    snapshot: Snapshot, value: Callable[..., Markdown], finding: Callable[[str], Shown]
) -> Mapping[str, object]:
    """The words that are no functions. Texts are plain: they are escaped when they are put in."""
    protocol = snapshot.review.protocol
    edition = snapshot.edition
    return {
        "title": protocol.title,
        "subtitle": protocol.subtitle,
        "notice": protocol.notice,
        "day": day_in_words(snapshot.day) if snapshot.day else "",
        "edition": edition.number if edition else "",
        "version": snapshot.version,
        "studies": [_study(s, snapshot, value) for s in snapshot.included],
        "context_studies": [_study(s, snapshot, value) for s in snapshot.context],
        "questions": protocol.questions,
        "outcomes": protocol.outcomes,
        "groups": protocol.groups,
        "criteria": protocol.criteria,
        "amendments": protocol.amendments,
        "authors": [author.name for author in protocol.authors],
        "searches": snapshot.searches,
        "findings": [finding(id) for id in snapshot.synthesis.findings],
    }


def shown_finding(finding: Finding, snapshot: Snapshot) -> Shown:
    """A finding: as text its statement with citations; its parts (`FINDING_PARTS`) by name."""
    names = citable(snapshot)
    statement = for_markdown(finding.statement.strip().removesuffix("."))
    cites = citation(dict.fromkeys(k for s in finding.all_studies if (k := names.key(s))))
    text = f"{statement} {cites}." if cites else f"{statement}."
    parts = {
        "id": finding.id,
        "statement": Markdown(statement),
        "cite": Markdown(cites),
        "studies": len(finding.all_studies),
        "counts": Markdown(votes_in_words(votes_of(finding, snapshot))),
        "certainty": certainty_in_words(finding),
        "why": reasons_in_words(finding),
        "stem": stem_of(finding, snapshot),
        "participants": participants_in_words(finding, snapshot),
        "method": METHODS[finding.method],
        "question": finding.question,
        "outcome": finding.outcome,
    }
    return Shown(Markdown(text), parts)


def _study(study: Study, snapshot: Snapshot, value: Callable[..., Markdown]) -> Shown:
    key = citable(snapshot).key(study.id)
    cite = Markdown(citation([key] if key else []))
    try:
        design = said(find(snapshot.review, study, "design"))
    except UnknownValue:
        design = ""
    parts = {
        "id": study.id,
        "title": study.title or study.id,
        "cite": cite,
        "basis": str(study.basis).replace("_", " "),
        "design": design,
        "reports": snapshot.ledger.studies.get(study.id, study.reports),
        "value": partial(value, study.id),
    }
    return Shown(cite or Markdown(""), parts)
