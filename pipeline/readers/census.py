"""How many records a file seems to hold: its marks counted, by no reader and before any.

A mark is what begins or ends a record in a layout: a line `TY  -`, an element, a banner. The same
count over the whole file is held against what was read of it, so that nothing is lost in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

Marks = Mapping[str, re.Pattern[str]]
"""What begins or ends a record in a layout, by what people call it. Patterns of marks that stand at
the beginning of a line begin with a line feed; the text is handed over with one before it."""


def _marks(**patterns: str) -> Marks:
    return {name: re.compile(text) for name, text in patterns.items()}


MARKS: Mapping[str, Marks] = {
    "ris": _marks(
        TY=r"\n[ \t]{0,8}[Tt][Yy][ \t]{0,3}[-\u2013](?=[ \tA-Z]|\n)",
        ER=r"\n[ \t]{0,8}[Ee][Rr][ \t]{0,3}[-\u2013][ \t]*(?=\n|\Z)",
    ),
    "nbib": _marks(PMID=r"\nPMID ?- ?\d", OWN=r"\nOWN ? ?- "),
    "bibtex": {
        "@": re.compile(
            r"\n[ \t]*@[ \t]*(?!(?i:comment|string|preamble|xdata)\b)[A-Za-z][\w+-]*\s{0,20}[{(]"
            r"|[})][ \t]*@(?!(?i:comment|string|preamble|xdata)\b)[A-Za-z]+\{[^\s{}=,\"]{0,99},"
        )
    },
    "wos": _marks(PT=r"\nPT [A-Z]\s", ER=r"\nER[ \t]*(?=\n|\Z)"),
    "refworks": _marks(RT=r"\nRT "),
    "refer": {
        "%0": re.compile(r"\n[ \t]{0,3}%0(?=[ \t\n])"),
        "%T": re.compile(r"\n[ \t]{0,3}%T(?=[ \t\n])"),
    },
    "cochrane": _marks(Record=r"\n[ \t]*Record #?\d+ of \d+", ID=r"\nID: "),
    "ovid": {
        "<1>": re.compile(r"\n[ \t]*<[ \t]*\d+[ \t]*\.?[ \t]*>[ \t]*(?=\n|\Z)"),
        "VN": re.compile(r"\nVN {1,3}- "),
    },
    "proquest": _marks(
        Document=r"\n[ \t]*(?:Document|Record|Item)[ \t]*:?[ \t]*\d+(?: of \d+)?[ \t]*(?=\n|\Z)"
    ),
    "inspec": _marks(Record=r"\nRecord[^\n]*INSPEC"),
    "cnki": _marks(SrcDatabase=r"\nSrcDatabase-"),
    "zotero_rdf": _marks(
        itemType=r"<(?:[\w.-]+:)?itemType>(?!\s*(?:attachment|note|annotation)\b)"
    ),
    "biblioscape": _marks(rule=r"\n-{6,}[ \t]*(?=\n|\Z)"),
}
"""The marks of the layouts of plain text, and of XML where the name of an element is not enough."""


def elements(names: Iterable[str]) -> Marks:
    """The marks of XML records: their elements opened, with or without a prefix."""
    return {
        f"<{name}>": re.compile(rf"<(?:[\w.-]+:)?{re.escape(name)}(?=[\s/>])") for name in names
    }


def count(text: str, of: Marks) -> dict[str, int]:
    """How often each mark stands in `text`, which begins at the beginning of a line."""
    text = "\n" + text
    return {name: sum(1 for _ in mark.finditer(text)) for name, mark in of.items()}


class Census:
    """Counts the marks of a text as it passes by."""

    def __init__(self, of: Marks) -> None:
        self._marks = of
        self.counts = dict.fromkeys(of, 0)

    def watch(self, pieces: Iterable[str]) -> Iterator[str]:
        """`pieces` as they are, counted."""
        fresh = True
        for piece in pieces:
            text = "\n" + piece if fresh else piece
            for name, mark in self._marks.items():
                self.counts[name] += sum(1 for _ in mark.finditer(text))
            fresh = piece.endswith("\n")
            yield piece

    def differs(self, found: int) -> str:
        """In words what the marks say, when none of them agrees with the records found."""
        told = {name: number for name, number in self.counts.items() if number}
        if not told or found in told.values():
            return ""
        return " and ".join(f"{number:,} × {name}" for name, number in told.items())


_ROOT = re.compile(r"<(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)")
_NO_ELEMENT = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_KNOWN_ROOTS = {
    "TEI": ("full text in TEI, as GROBID writes it", "RIS or BibTeX of the references"),
    "html": ("a web page", "RIS; the site may have sent a login or an error in place of the file"),
    "rss": ("a feed of news", "RIS of the search itself"),
    "svg": ("a drawing", "RIS"),
    "opml": ("an outline", "RIS"),
    "project": ("a project of another program", "RIS"),
    "ONIXMessage": ("a publisher's book trade message", "RIS or MARC XML"),
    "eSearchResult": (
        "PubMed's list of numbers",
        "the records themselves (efetch, or a .nbib file)",
    ),
    "OAI-PMH": ("a harvest of a repository", "records in the form marcxml or mods"),
    "CDISC": ("a study's data", "RIS"),
    "plist": ("a property list of macOS", "RIS from the program that made it"),
}


def root_of(head: str) -> str:
    """The local name of the root element of what begins with `head`; "" where it has none."""
    found = _ROOT.search(_NO_ELEMENT.sub("", head[: 1 << 16]))
    return found[2] if found else ""


def unknown_root(root: str) -> tuple[str, str]:
    """(what an XML file with this root is, what helps)."""
    what, instead = _KNOWN_ROOTS.get(root, ("XML of a kind that is not read", "RIS"))
    return f"{what} (its root is <{root}>)", f"Export from the source as {instead}"
