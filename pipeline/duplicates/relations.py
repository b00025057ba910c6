"""How two reports of one study stand to each other: never merged, but told and collated."""

from __future__ import annotations

import re

from pipeline.duplicates.comparable.forms import comparable_form
from pipeline.duplicates.comparable.sources import (
    comparable_container,
    comparable_doi,
    comparable_numbering,
    same_container,
)
from pipeline.duplicates.comparable.titles import comparable_title
from pipeline.model.record import Record

NOTICE = "an erratum or retraction and its report"
COMMENT = "a comment or reply and the report it is about"
UPDATE = "a report and its update"
PREPRINT = "a preprint and the article"
THESIS = "a thesis and a report from it"
REGISTER = "the register entry and a report of the trial"
BOOK = "a book and a chapter"
MEETING = "a conference paper or abstract and the article"
OTHER = "two reports"

_VERSION = re.compile(r"\.(?:pub|v)(\d+)$")
_UPDATE = re.compile(r"\b(?:update|updated|follow up|revisited)\b")
_MEETING = re.compile(
    r"\b(?:conference|congress|symposium|meeting|workshop|proceedings|abstracts?|assembly)\b",
    re.IGNORECASE,
)


def relation_of(a: Record, b: Record) -> str:
    """What the two are to each other, one of the words above, whichever stands first."""
    kinds = {comparable_title(r.title).kind for r in (a, b)}
    if len(kinds) == 2:
        return NOTICE if "notice" in kinds else COMMENT
    forms = {_form(r) for r in (a, b)}
    if "preprint" in forms and len(forms) == 2:
        return PREPRINT
    if "register" in forms and len(forms) == 2:
        return REGISTER
    if "thesis" in forms and len(forms) == 2:
        return THESIS
    if {"book", "chapter"} == forms:
        return BOOK
    if _is_update(a, b):
        return UPDATE
    if _at_a_meeting(a) != _at_a_meeting(b):
        return MEETING
    return OTHER


def _form(record: Record) -> str:
    doi = comparable_doi(record.doi)
    numbered = bool(record.volume or record.issue)
    return comparable_form(record.type, record.title, record.container_title, doi, numbered)


def _is_update(a: Record, b: Record) -> bool:
    dois = [comparable_doi(r.doi) for r in (a, b)]
    stems = [_VERSION.sub("", doi) for doi in dois]
    if dois[0] != dois[1] and stems[0] and stems[0] == stems[1]:
        return True
    titles = [comparable_title(r.title).words for r in (a, b)]
    if bool(_UPDATE.search(titles[0])) != bool(_UPDATE.search(titles[1])):
        return True
    journals = [comparable_container(r.container_title) for r in (a, b)]
    return (
        all(journals)
        and same_container(*journals)
        and abs(a.year - b.year) > 1
        and bool(a.year and b.year)
    )


def _at_a_meeting(record: Record) -> bool:
    numbering = comparable_numbering(record.volume, record.issue, record.page)
    return (
        record.type == "paper-conference"
        or _form(record) == "abstract"
        or numbering.supplement == "s"
        or bool(_MEETING.search(record.container_title))
    )
