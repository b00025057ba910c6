"""A notice that something is the matter with a published report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.terms.problem import Place


class Nature(StrEnum):
    """What a notice says, in the words of the Retraction Watch database."""

    RETRACTION = "Retraction"
    EXPRESSION_OF_CONCERN = "Expression of concern"
    CORRECTION = "Correction"
    REINSTATEMENT = "Reinstatement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice about the report with `doi` or `pmid` ("" where it has none) and `title`."""

    nature: Nature
    doi: str
    pmid: str
    title: str
    on: date | None
    notice_doi: str
    reason: str
    place: Place
