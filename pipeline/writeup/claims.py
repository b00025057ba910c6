"""Claims: sentences of the manuscript that name what they rest on."""

from __future__ import annotations

import re

from pipeline.notation.typed import nearest
from pipeline.writeup.citations import Citable
from pipeline.writeup.counts import UnknownCount, count
from pipeline.writeup.dossier import Dossier
from pipeline.writeup.values import UnknownValue, absent, find

_CITATION = re.compile(r"\s*\[[^\[\]]*@[^\[\]]*\]")
_ESCAPED = re.compile(r"\\([^\w\s])")
_EMPHASIS = re.compile(r"(?<![\\\w])[*_]{1,3}(?=\S)|(?<=\S)(?<!\\)[*_]{1,3}(?!\w)")


def fault_of_support(support: str, dossier: Dossier, names: Citable) -> str:
    """What is wrong with a support of a claim, "" when it is there and has a value."""
    if support.startswith("finding:"):
        id = support.removeprefix("finding:")
        known = tuple(dossier.synthesis.findings)
        return "" if id in known else f"there is no finding {id!r}.{nearest(id, known)}"
    if support.startswith("n:"):
        try:
            count(dossier, support.removeprefix("n:"))
        except UnknownCount as unknown:
            return f"{unknown.what}.{nearest(unknown.word, unknown.known)}"
        return ""
    if support.startswith("@"):
        name = support.removeprefix("@")
        return "" if names.key(name) else f"nothing is cited as {name!r}.{names.hint(name)}"
    study_id, _, path = support.partition("/")
    studies = dossier.review.studies
    study = studies.get(study_id)
    if study is None:
        return f"there is no study {study_id!r}.{nearest(study_id, tuple(studies))}"
    if not path or any(result.id == support for result in study.results):
        return ""
    if "/" not in path and path not in study.answers:
        known = tuple(result.id for result in study.results)
        return f"there is no result {support!r}.{nearest(support, known)}"
    try:
        found = find(dossier.review, study, path)
    except UnknownValue as unknown:
        return f"{unknown.what}.{nearest(unknown.word, unknown.known)}"
    return "" if found.answer.value is not None else f"{support} is {absent(found.answer)}"


def plain_text(markdown: str) -> str:
    """`markdown` of a sentence as plain words: no citations, no emphasis, no escapes."""
    text = _EMPHASIS.sub("", _CITATION.sub("", markdown))
    return " ".join(_ESCAPED.sub(r"\1", text).split())
