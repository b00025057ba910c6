"""Records as BibTeX, UTF-8, with the signs escaped that TeX would act upon."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.model.record import Name, Record
from pipeline.notation.safe_text import for_file_name
from pipeline.render.bibliography.fields import BIBTEX, one_line

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$",
    "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_SPECIAL_SIGN = re.compile(r"[\\{}&%$#_~^]")
_VERBATIM = frozenset({"doi", "url"})
_PEOPLE = frozenset({"author", "editor"})


def as_exported(records: Iterable[Record]) -> Iterator[str]:
    """Records of a BibTeX export, every field as it stood there, in its order."""
    for record in records:
        head, *fields = record.as_exported
        lines = [f"{head.name}{{{head.value}"]
        lines += [f"  {field.name} = {_balanced(field.value)}" for field in fields]
        yield ",\n".join(lines) + ",\n}\n\n"


def from_fields(records: Iterable[Record]) -> Iterator[str]:
    """Records of any export, written from their fields, each with a key of its own."""
    taken: dict[str, int] = {}
    for record in records:
        key = _key(record)
        taken[key] = taken.get(key, 0) + 1
        if taken[key] > 1:
            key = f"{key}-{taken[key]}"
        fields = [
            f"  {name} = {{{_escaped(name, clean)}}}"
            for name, value in _fields(record)
            if (clean := one_line(value))
        ]
        yield ",\n".join([f"@{BIBTEX.get(record.type, 'misc')}{{{key}", *fields]) + ",\n}\n\n"


def _balanced(raw: str) -> str:
    """A raw value, or its text in braces where its own delimiters do not close."""
    if raw[:1] == "{" and _closes(raw):
        return raw
    if raw[:1] == '"' and len(raw) > 1 and raw[-1] == '"' and _depths(raw[1:-1]):
        return raw
    if raw and re.fullmatch(r"[\w.:+/-]+", raw):
        return raw
    return "{" + raw.strip('{}"').replace("{", "").replace("}", "") + "}"


def _closes(raw: str) -> bool:
    return len(raw) > 1 and raw[-1] == "}" and _depths(raw[1:-1])


def _depths(text: str) -> bool:
    """Whether every brace in `text` is closed in it and none is closed that it did not open."""
    depth = 0
    for sign in re.findall(r"(?<!\\)[{}]", text):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _key(record: Record) -> str:
    who = record.author[0] if record.author else None
    family = for_file_name((who.family or who.literal) if who else "anon").split("-")[0]
    words = [word for word in for_file_name(record.title).split("-") if len(word) > 3]
    year = str(record.year) if record.year else "nd"
    return f"{family}{year}{words[0] if words else ''}"


def _escaped(name: str, text: str) -> str:
    if name in _PEOPLE:
        return text  # escaped part by part: their braces mean something
    if name in _VERBATIM:
        return text.replace("{", "%7B").replace("}", "%7D")
    return _SPECIAL_SIGN.sub(lambda sign: _SPECIAL[sign.group()], text)


def _fields(record: Record) -> Iterator[tuple[str, str]]:
    kind = BIBTEX.get(record.type, "misc")
    yield "title", record.title
    yield "author", " and ".join(map(_name, record.author))
    yield "editor", " and ".join(map(_name, record.editor))
    issued = record.issued
    if issued:
        yield "year", f"{issued.year:04d}" if issued.year else issued.literal
        if issued.month:
            yield "date", str(issued)
    within = "booktitle" if kind in ("incollection", "inproceedings") else "journal"
    yield within, record.container_title
    yield "shortjournal", record.container_title_short
    yield "volume", record.volume
    yield "number", record.issue
    yield "pages", record.page.replace("-", "--")
    home = {"phdthesis": "school", "techreport": "institution"}.get(kind, "publisher")
    yield home, record.publisher
    yield "address", record.publisher_place
    yield "doi", record.doi
    yield "pmid", record.pmid
    yield "pmcid", record.pmcid
    yield "issn", ", ".join(record.issn)
    yield "isbn", ", ".join(record.isbn)
    yield "abstract", record.abstract
    yield "language", record.language
    yield "keywords", "; ".join(record.keyword)
    yield "url", record.url
    yield "accession_number", record.accession_number
    yield "database", record.database
    yield "note", record.note
    for tag in record.identifiers:
        if tag.name == "arxiv":
            yield "eprint", tag.value
            yield "archiveprefix", "arXiv"


def _name(name: Name) -> str:
    """A name as BibTeX parts it; a literal name, or one that holds ` and `, stands in braces."""
    if name.literal:
        return "{" + _escaped("", one_line(name.literal)) + "}"
    parts = [name.family, name.suffix, name.given] if name.suffix else [name.family, name.given]
    text = _escaped("", one_line(", ".join(part for part in parts if part)))
    return "{" + text + "}" if re.search(r"\sand\s", text, re.IGNORECASE) else text
