"""Claims: sentences of the manuscript that name what they rest on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.document.citations import Citable
from pipeline.document.counts import UnknownCount, count
from pipeline.document.theme_walk import grounds_of_theme
from pipeline.document.values import UnknownValue, absent, find, quoted
from pipeline.model.review import Review
from pipeline.model.study import Result, Study
from pipeline.notation.typed import nearest
from pipeline.snapshot import Snapshot
from pipeline.snapshot.dependencies import result_name, watch
from pipeline.snapshot.fingerprints import INCLUDED
from pipeline.synthesis.themes import studies_of

_CITATION = re.compile(r"\s*\[[^\[\]]*@[^\[\]]*\]")
_ESCAPED = re.compile(r"\\([^\w\s])")
_EMPHASIS = re.compile(r"(?<![\\\w])[*_]{1,3}(?=\S)|(?<=\S)(?<!\\)[*_]{1,3}(?!\w)")


def fault_of_support(support: str, snapshot: Snapshot, names: Citable) -> str:
    """What is wrong with a support of a claim, "" when it is there and has a value."""
    if support.startswith("finding:"):
        id = support.removeprefix("finding:")
        known = tuple(snapshot.synthesis.findings)
        return "" if id in known else f"there is no finding {id!r}.{nearest(id, known)}"
    if support.startswith("n:"):
        try:
            count(snapshot, support.removeprefix("n:"))
        except UnknownCount as unknown:
            return f"{unknown.what}.{nearest(unknown.word, unknown.known)}"
        return ""
    if support.startswith("@"):
        name = support.removeprefix("@")
        return "" if names.key(name) else f"nothing is cited as {name!r}.{names.hint(name)}"
    if support.startswith("theme:"):
        id = support.removeprefix("theme:")
        known = tuple(_themes(snapshot))
        return "" if id in known else f"there is no theme {id!r}.{nearest(id, known)}"
    wants_quote = support.startswith("quote:")
    support = support.removeprefix("quote:")
    study_id, _, path = support.partition("/")
    studies = snapshot.review.studies
    study = studies.get(study_id)
    if study is None:
        return f"there is no study {study_id!r}.{nearest(study_id, tuple(studies))}"
    if study_id not in snapshot.ledger.studies:
        return f"the study {study_id!r} is not included (cite it as background: @{study_id})"
    if wants_quote:
        return _fault_of_quote(snapshot, study, path)
    if not path or any(result.id == support for result in study.results):
        return ""
    if "/" not in path and path not in study.answers:
        known = tuple(result.id for result in study.results)
        return f"there is no result {support!r}.{nearest(support, known)}"
    try:
        found = find(snapshot.review, study, path)
    except UnknownValue as unknown:
        return f"{unknown.what}.{nearest(unknown.word, unknown.known)}"
    return "" if found.answer.value is not None else f"{support} is {absent(found.answer)}"


def _fault_of_quote(snapshot: Snapshot, study: Study, path: str) -> str:
    try:
        source = quoted(snapshot.review, study, path)
    except UnknownValue as unknown:
        return f"{unknown.what}.{nearest(unknown.word, unknown.known)}"
    there = source is not None or snapshot.quotes_withheld
    return "" if there else f"{study.id}: {path} has no quote"


def _themes(snapshot: Snapshot) -> Mapping[str, Any]:
    """The themes of the synthesis by id; none where it has none."""
    held = getattr(snapshot.synthesis, "themes", None)
    themes = getattr(held, "themes", held)
    return themes if isinstance(themes, Mapping) else {}


def grounds_of(support: str, snapshot: Snapshot) -> Iterator[str]:
    """The names of all inputs that `support` stands for, down to results and included studies.

    The names are those of `dependencies`; what is not there has a name as well, and no fingerprint.
    """
    if support.startswith("n:"):
        watched, read = watch(snapshot)
        count(watched, support.removeprefix("n:"))
        yield from read
    elif support.startswith("@"):
        name = support.removeprefix("@")
        yield f"reference:{name}" if name in snapshot.references else f"record:{name}"
    elif support.startswith("finding:"):
        yield support
        finding = snapshot.synthesis.findings.get(support.removeprefix("finding:"))
        if finding is not None:
            yield from map(result_name, finding.results)
            yield from finding.studies
            yield from (f"{study}{INCLUDED}" for study in finding.all_studies)
            for theme in finding.themes:
                yield from grounds_of_theme(theme, snapshot)
    elif support.startswith("theme:"):
        theme = support.removeprefix("theme:")
        yield from grounds_of_theme(theme, snapshot)
        bearing = studies_of(snapshot.synthesis.themes, theme)
        yield from (f"{study}{INCLUDED}" for study in bearing)
    else:
        study, _, path = support.removeprefix("quote:").partition("/")
        known = snapshot.review.studies.get(study)
        is_result = known is not None and any(r.id == support for r in known.results)
        yield result_name(support) if is_result else f"{study}/{path}" if path else study
        yield f"{study}{INCLUDED}"


def further_grounds_of(support: str, snapshot: Snapshot) -> Iterator[str]:
    """The names of what tells how `support` is to be read: what was read of each study, and the
    protocol's words for the outcome and the groups."""
    synthesis, review = snapshot.synthesis, snapshot.review
    if support.startswith(("n:", "@")):
        return
    kind, _, rest = support.partition(":")
    results: tuple[str, ...] = ()
    if kind == "finding":
        finding = synthesis.findings.get(rest)
        if finding is None:
            return
        studies, results = finding.all_studies, finding.results
        yield f"outcome:{finding.outcome}"
    elif kind == "theme":
        studies = tuple(studies_of(synthesis.themes, rest))
    else:
        studies = (support.removeprefix("quote:").partition("/")[0],)
        results = (support,)
    yield from (f"{study}#basis" for study in studies)
    named = {id: result for s in studies if s in review.studies for id, result in _by_id(s, review)}
    for id in results:
        if id in named:
            yield f"outcome:{named[id].outcome}"
            yield from (f"group:{g}" for g in (named[id].group, named[id].comparator) if g)


def _by_id(study: str, review: Review) -> Iterator[tuple[str, Result]]:
    return ((result.id, result) for result in review.studies[study].results)


def plain_text(markdown: str) -> str:
    """`markdown` of a sentence as plain words: no citations, no emphasis, no escapes."""
    text = _EMPHASIS.sub("", _CITATION.sub("", markdown))
    return " ".join(_ESCAPED.sub(r"\1", text).split())
