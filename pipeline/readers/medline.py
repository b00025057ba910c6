"""PubMed and MEDLINE tagged text (`.nbib`), ERIC's variant of it included, into entries.

A tag of up to four letters, a hyphen in column five; long values go on in lines indented by six
blanks (in ERIC's, by none). A record begins with PMID, or, where a file has none, with the tag
that begins its first record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.model.problem import Severity
from pipeline.readers.entries import Entry, Gathered, Sorter, grouped, tag_of
from pipeline.readers.lines import TOO_LONG, Held, line_blocks

PLAN = (
    ("type", ("PT",)),
    ("title", ("TI", "BTI", "CTI", "TT", "T1")),
    ("author", ("FAU",)),
    ("editor", ("FED",)),
    ("issued", ("DP", "DEP", "EDAT", "PHST", "DA", "YR", "PY")),
    ("container_title", ("JT", "BTI", "TA", "SO", "SE")),
    ("container_title_short", ("TA",)),
    ("volume", ("VI", "VL")),
    ("issue", ("IP",)),
    ("page", ("PG",)),
    ("publisher", ("PB", "PU")),
    ("publisher_place", ("PL",)),
    ("doi", ("LID", "AID", "DO", "DOI")),
    ("pmid", ("PMID",)),
    ("pmcid", ("PMC",)),
    ("serial", ("IS", "ISBN", "SN")),
    ("abstract", ("AB", "OAB")),
    ("language", ("LA", "LG")),
    ("keyword", ("MH", "OT", "KW", "DE")),
    ("url", ("LR", "UR", "URL", "LID", "4099", "4100")),
    ("accession_number", ("AN", "OID")),
    ("database", ("DB",)),
    ("note", ("GN",)),
    ("identifier", ("SI", "AID", "OID", "AN")),
)
_TAG = re.compile(r"[ \t]{0,2}([A-Z][A-Z0-9]{0,3}|[a-z]{2,4}) {0,3}-(?: (.*)| ?\Z)")
_GLUED = re.compile(r"([A-Z][A-Z0-9 ]{3})-(\S.*)\Z")
_KNOWN = {name for _, names in PLAN for name in names} | {"AU", "OWN", "STAT", "CN"}
_FOLD = "\x1f"
_REPEATED_ONCE = frozenset({"PMID", "OWN", "TI", "BTI"})


def entries(pieces: Iterable[str], gathered: Gathered, declared: list[int]) -> Iterator[Entry]:
    """Entries in the order of the file; lines before the first tag are told as problems."""
    held = Held()
    names, texts = held.names, held.texts
    starter = ""
    blank = True
    inner: dict[str, str] = {}
    sorter = Sorter(PLAN)
    number = 0
    folded = 0
    for _, lines in line_blocks(map(_with_folds, pieces), gathered):
        for line in lines:
            number += 1 + folded
            folded = 0
            if _FOLD in line:
                folded = line.count(_FOLD)
                line = line.replace(_FOLD, " ")
            # a tag that begins no record, or a line that goes on: nearly every line there is
            usual = inner.get(line[:6])
            if usual is not None and names and not blank:
                names.append(usual)
                texts.append(line[6:])
                continue
            if line[:3] == "   " and names and not line.isspace():
                held.go_on(line)
                continue
            if line[4:6] == "- ":
                name = line[:4].rstrip(" ")
            elif not line or line.isspace():
                blank = True
                continue
            else:
                name = ""
            text = line[6:]
            if not name.isalnum() or not name.isupper():
                found = _TAG.match(line) or _glued(line)
                if not found:
                    if names:
                        held.go_on(line)
                    else:
                        gathered.add(
                            "outside-record",
                            number,
                            f"a line outside of any record: {line.strip()[:60]!r}",
                            "Nothing to do if this is a heading",
                            Severity.NOTE,
                        )
                    continue
                name, text = found[1].strip().upper(), found[2] or ""
            if names and (
                (name == "PMID" and ("PMID" in names or blank))
                or (blank and (name == starter or (name in _REPEATED_ONCE and name in names)))
                or name == starter == "OWN"
            ):
                yield _entry(held, sorter)
                names = held.names
            starter = starter or name
            blank = False
            regular = line[4:6] == "- " and len(inner) < 500
            if regular and name != starter and name not in _REPEATED_ONCE:
                inner[line[:6]] = name
            if names:
                names.append(name)
                texts.append(text)
            else:
                held.open(number, name, text)
                names, texts = held.names, held.texts
        held.weigh(sum(map(len, lines)) + len(lines))
    if names:
        yield _entry(held, sorter)


def _glued(line: str) -> re.Match[str] | None:
    """A known tag without the blank behind its hyphen (`PMID-1`)."""
    found = _GLUED.match(line)
    return found if found and found[1].strip() in _KNOWN else None


def _with_folds(piece: str) -> str:
    """`piece` with the line ends of wrapped values as one sign each, in one go."""
    return piece.replace(_FOLD, "\u241f").replace("\n      ", _FOLD)


def _entry(held: Held, sorter: Sorter) -> Entry:
    begun = held.begun
    names, texts, too_long = held.close(" ")
    if too_long:
        return Entry(begun, (), {}, why=TOO_LONG, raw=too_long)
    tags = tuple(map(tag_of, zip(names, texts, strict=True)))
    by_tag = grouped(names, texts)
    if "FAU" not in by_tag and "AU" in by_tag:
        by_tag["FAU"] = by_tag["AU"]
    if "FED" not in by_tag and "ED" in by_tag:
        by_tag["FED"] = by_tag["ED"]
    said = sorter.said(by_tag)
    if "CN" in by_tag:
        said["author"] = [*said.get("author", ()), *("{" + name + "}" for name in by_tag["CN"])]
    return Entry(begun, tags, said)
