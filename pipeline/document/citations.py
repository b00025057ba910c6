"""What can be cited, by whatever name the prose calls it, and the items that were cited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.record import Issued, Name, Record
from pipeline.notation.typed import nearest
from pipeline.notation.yaml_text import read_yaml
from pipeline.snapshot import Snapshot

_WHOLES = frozenset({"book", "report", "thesis", "webpage", "manuscript", "document"})


def csl_item(record: Record, key: str = "") -> dict[str, object]:
    """The CSL item of `record` under `key` (its id when empty); fields that are empty are left out.

    A record without a type is an article in a journal when it says where it appeared, else a
    document. A record without a title gets none.
    """
    kind = record.type or ("article-journal" if record.container_title else "document")
    item: dict[str, object] = {"id": key or record.id, "type": kind, "title": record.title}
    item["author"] = [_name(name) for name in record.author]
    item["editor"] = [_name(name) for name in record.editor]
    item["issued"] = _issued(record.issued)
    item["container-title"] = record.container_title
    item["container-title-short"] = record.container_title_short
    item["volume"] = record.volume
    item["issue"] = "" if kind in _WHOLES else record.issue
    item["number"] = record.issue if kind == "report" else ""
    item["page"] = _pages(record.page)
    item["publisher"] = record.publisher
    item["publisher-place"] = record.publisher_place
    item["DOI"] = record.doi
    item["PMID"] = record.pmid
    item["PMCID"] = record.pmcid
    item["ISSN"] = ", ".join(record.issn)
    item["ISBN"] = ", ".join(record.isbn)
    item["URL"] = "" if record.doi else record.url
    item["language"] = record.language
    return {name: value for name, value in item.items() if value}


def _name(name: Name) -> dict[str, str]:
    if name.literal or not name.family:
        return {"literal": name.literal or name.given}
    parts = {"family": name.family, "given": name.given, "suffix": name.suffix}
    return {key: value for key, value in parts.items() if value}


def _issued(issued: Issued | None) -> dict[str, object]:
    if issued is None:
        return {}
    if not issued.year:
        return {"literal": issued.literal} if issued.literal else {}
    parts = [issued.year]
    if issued.month:
        parts.append(issued.month)
        if issued.day:
            parts.append(issued.day)
    return {"date-parts": [parts]}


def _pages(page: str) -> str:
    """`12-19` whatever dash the export used; `1230-8` stays as it is, styles expand it."""
    return re.sub(r"\s*[\u2010-\u2015\u2212-]+\s*", "-", page.strip())


# pandoc's syntax: not after a letter or digit, single signs of punctuation inside a key only
_CITED = re.compile(
    r"(?<![\w\\@])(?P<lead>-?@)(?:\{(?P<braced>[^{}\s]+)\}"
    r"|(?P<bare>\w(?:\w|[:.#$%&\-+?<>~/](?=\w))*))"
)
_DATES = frozenset({"issued", "accessed", "event-date", "original-date", "submitted"})
_CODE = re.compile(r"^(?:```|~~~).*?^(?:```|~~~)[^\n]*$|`[^`\n]+`", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citable:
    """Names under which references are cited, each with the one key that the document uses.

    A study is cited by its id and stands for its primary report; a record that is that report, or
    a duplicate of it, is the same reference.
    """

    keys: Mapping[str, str]
    snapshot: Snapshot

    def item(self, key: str) -> Mapping[str, object]:
        """The CSL item of a key of the document."""
        if key in self.snapshot.references:
            return {**self.snapshot.references[key], "id": key}
        study = self.snapshot.review.studies.get(key)
        return csl_item(self.snapshot.records[study.reports[0] if study else key], key)

    def key(self, name: str) -> str:
        """The key for `name`, "" when nothing is called that."""
        if name in self.keys:
            return self.keys[name]
        position = self.snapshot.ledger.positions.get(name)
        if position is not None and position.kept:
            return self.key(position.kept)
        return name if name in self.snapshot.records else ""

    def hint(self, name: str) -> str:
        """` Did you mean …?` for a name that is nearly right."""
        hint = nearest(name, tuple(self.keys))
        return hint or (nearest(name, tuple(self.snapshot.records)) if ":" in name else "")


@lru_cache(maxsize=8)
def citable(snapshot: Snapshot) -> Citable:
    """Every name under which something can be cited in the write-up of `snapshot`."""
    keys = {id: id for id in snapshot.references}
    for study in snapshot.review.studies.values():
        if study.reports and study.reports[0] in snapshot.records:
            keys[study.id] = study.id
            keys.setdefault(study.reports[0], study.id)
            position = snapshot.ledger.positions.get(study.reports[0])
            if position is not None and position.kept:
                keys.setdefault(position.kept, study.id)
    for id, reports in snapshot.ledger.studies.items():
        if id not in keys and reports[0] in snapshot.records:
            keys[id] = keys.get(reports[0], reports[0])
    return Citable(keys=keys, snapshot=snapshot)


def cited_names(markdown: str) -> Iterator[tuple[str, int]]:
    """Each name cited in `markdown` with its line from 1; code is passed over."""
    prose = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code.group()), markdown)
    for cited in _CITED.finditer(prose):
        name = cited["braced"] or cited["bare"]
        yield name, prose.count("\n", 0, cited.start()) + 1


def with_keys(markdown: str, citable: Citable) -> tuple[str, tuple[str, ...]]:
    """`markdown` with each cited name as the document's key, and those keys, each once.

    Names that nothing is called are left as they are and not among the keys.
    """
    used: dict[str, None] = {}

    def renamed(cited: re.Match[str]) -> str:
        key = citable.key(cited["braced"] or cited["bare"])
        if not key:
            return cited.group()
        used[key] = None
        return f"{cited['lead']}{{{key}}}" if not _is_bare(key) else f"{cited['lead']}{key}"

    pieces: list[str] = []
    end = 0
    for code in _CODE.finditer(markdown):
        pieces += [_CITED.sub(renamed, markdown[end : code.start()]), code.group()]
        end = code.end()
    pieces.append(_CITED.sub(renamed, markdown[end:]))
    return "".join(pieces), tuple(used)


def citation(keys: Iterable[str]) -> str:
    """`[@a; @b]` for keys, nothing for none."""
    marks = [f"@{key}" if _is_bare(key) else f"@{{{key}}}" for key in keys]
    return f"[{'; '.join(marks)}]" if marks else ""


def _is_bare(key: str) -> bool:
    whole = _CITED.fullmatch(f"@{key}")
    return whole is not None and whole["bare"] == key


def read_references(
    text: str, file: str
) -> tuple[Mapping[str, Mapping[str, object]], tuple[Problem, ...]]:
    """The CSL items of a references.yaml by id, and what is wrong with them.

    A list of items, or `references:` with one. An empty text is a file that is not there.
    """
    if not text.strip():
        return {}, ()
    yaml = read_yaml(text, file)
    value = yaml.value
    items = value.get("references") if isinstance(value, Mapping) else value
    problems = list(yaml.problems)
    if value is None and not problems:
        return {}, ()
    if not isinstance(items, list):
        if not problems:
            problems.append(_shape(yaml.place(), "this is not a list of references"))
        return {}, tuple(problems)
    top = ("references",) if isinstance(value, Mapping) else ()
    found: dict[str, Mapping[str, object]] = {}
    for n, item in enumerate(items):
        place = yaml.place((*top, n))
        if not isinstance(item, Mapping) or not isinstance(item.get("id"), str):
            problems.append(_shape(place, "this reference has no `id`"))
            continue
        if item["id"] in found:
            problems.append(_shape(place, f"the reference {item['id']!r} stands here twice"))
        if not item.get("title"):
            what = f"the reference {item['id']!r} has no title"
            problems.append(
                Problem(
                    place=place,
                    what=what,
                    remedy="Add `title:`",
                    severity=Severity.WARNING,
                    check="references",
                )
            )
        found[item["id"]] = {"type": "document", **_csl(item)}
    return found, tuple(problems)


def _csl(item: Mapping[str, Any]) -> dict[str, object]:
    """`item` with its days as CSL dates: YAML gives `2016` and `2016-01-31` as such."""
    made: dict[str, object] = {}
    for name, value in item.items():
        if name in _DATES and isinstance(value, date):
            made[name] = {"date-parts": [[value.year, value.month, value.day]]}
        elif name in _DATES and isinstance(value, int):
            made[name] = {"date-parts": [[value]]}
        elif name in _DATES and isinstance(value, str):
            made[name] = {"literal": value}
        else:
            made[name] = value.isoformat() if isinstance(value, date) else value
    return made


def _shape(place: Place, what: str) -> Problem:
    remedy = "Write a list of CSL items: `- id: key`, then type, title, author, issued …"
    return Problem(place=place, what=what, remedy=remedy, check="references")
