"""The layout of an export, told from its beginning and never from its name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.readers.tables import shape
from pipeline.readers.vendors import vendor

_RIS = re.compile(
    r"^[ \t]{0,8}TY[ \t]{0,3}-(?:[ \t]|$|[A-Z])|^[ \t]{0,8}ty[ \t]{1,3}-(?:[ \t]|$|[A-Za-z])",
    re.MULTILINE,
)
_RIS_TAG = re.compile(r"^[A-Z][A-Z0-9]  - ?", re.MULTILINE)
_NBIB = re.compile(r"^(?:PMID- ?\d|OWN - |STAT- |FAU - |PMC - |[A-Z]{2,4} {0,2}- )", re.MULTILINE)
_NBIB_SURE = re.compile(r"^(?:PMID- ?\d|OWN - |STAT- |FAU - |PMCR- |MHDA- )", re.MULTILINE)
_BIBTEX = re.compile(r"^[ \t]*@[ \t]*[A-Za-z][\w+-]*\s{0,20}[{(]", re.MULTILINE)


def text_format(head: str, columns: Mapping[str, str]) -> str:
    """The id of the layout whose text begins with `head`, or "" when none fits."""
    start = head.lstrip()
    if columns and shape(head, columns):
        return _table(head, columns)
    if _RIS.search(head) and not _NBIB_SURE.match(start):
        return "ris"
    if _NBIB_SURE.search(head):
        return "nbib"
    if _BIBTEX.search(head):
        return "bibtex"
    if len(_RIS_TAG.findall(head)) > 2:
        return "ris"
    return _table(head, columns)


def _table(head: str, columns: Mapping[str, str]) -> str:
    form = shape(head, columns)
    return vendor(form.header) if form else ""
