"""People as a protocol names them, in any script, and the ids that are made from their names.

An id names a log (`decisions/ada.jsonl`) and stands in every decision: small letters and digits of
ASCII, so that every file system, every git and every terminal takes it. A name is what people
read. Where a protocol lists `[Ada, Jürgen Müller]`, the ids are `ada` and `jurgen-muller`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pipeline.model.decision import AUTOMATION
from pipeline.model.problem import Problem
from pipeline.notation.yaml_text import Path, YamlText

CHECK = "people"
LISTS: tuple[Path, ...] = (
    ("screening", "reviewers"),
    ("full_text", "reviewers"),
    ("extraction", "people"),
    ("extraction", "checkers"),
)
"""Where a protocol lists people by a name or an id."""

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}\Z")
_NO_NAME = re.compile(r"\A\.|[/\\\x00-\x1f\x7f]")
"""A path or a control sign: nobody is called so, and nothing is made of it."""

_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?\Z")


def is_person_id(text: str) -> bool:
    """Whether `text` may name a log as it stands."""
    return bool(_ID.match(text)) and not _DEVICES.match(text)


def person_id(name: str) -> str:
    """The id made from `name`: `Jürgen Müller` gives `jurgen-muller`, `李明` gives `liming`.

    "" where nothing is left to make one from, for a path, and for a name that no file may have.
    """
    if is_person_id(name):
        return name
    if _NO_NAME.search(name):
        return ""
    from anyascii import anyascii  # here, as most commands are given ids

    plain = anyascii(unicodedata.normalize("NFC", name)).lower()
    id = re.sub(r"[^a-z0-9._]+", "-", plain.replace("'", "")).strip("-._")[:40].strip("-._")
    return id if is_person_id(id) else ""


def same_name(one: str, other: str) -> bool:
    """Whether two names are one, whatever case, blanks and composed letters they are typed with."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def with_people(text: YamlText) -> tuple[YamlText, tuple[Problem, ...]]:
    """The protocol in `text` with ids where it lists people, and a person under `people` for each
    name that it gives; and what is wrong with the names. The places of all that stands there stay.
    """
    if not isinstance(text.value, Mapping):
        return text, ()
    reading = _People(text)
    value = dict(text.value)
    known = reading.of_section(value.get("people"))
    for path in LISTS:
        section, key = path
        inner = value.get(str(section))
        if isinstance(inner, Mapping) and inner.get(str(key)) is not None:
            ids = reading.of_list(inner[str(key)], path, known)
            value[str(section)] = {**inner, str(key): ids}
    if known:
        value["people"] = known
    return replace(text, value=value), tuple(reading.problems)


class _People:
    """The names of one protocol, and the faults found among them."""

    def __init__(self, text: YamlText) -> None:
        self.text = text
        self.problems: list[Problem] = []

    def of_section(self, written: Any) -> dict[str, Any]:
        """`people:` as a mapping from id to what is said of each; empty for anything else."""
        if written is None or not isinstance(written, (list, Mapping)):
            return {} if written is None else self._no_list(("people",), written)
        known: dict[str, Any] = {}
        for path, id, said in _entries(written):
            name = str(said.get("name") or id)
            id = id or person_id(name)
            if not is_person_id(id):
                self._fault(path, f"{name!r} gives no id", f"Write one before it: `ada: {name}`")
            elif id == AUTOMATION:
                self._fault(path, "`automation` is the name of the rules", "Take another id")
            elif id in known:
                self._fault(path, f"two people have the id {id!r}", "Give one of them another id")
            else:
                known[id] = {**said, "name": name}
        return known

    def _no_list(self, path: Path, written: Any) -> dict[str, Any]:
        self._fault(path, "`people` is no list of names", "Write one a line: `ada: Ada Lovelace`")
        return {}

    def of_list(self, written: Any, path: Path, known: dict[str, Any]) -> Any:
        """The ids of the people listed at `path`; those not yet `known` are added to it."""
        if isinstance(written, str):
            names = [part.strip() for part in re.split(r"[,;]", written) if part.strip()]
            if len(names) > 1:
                self._fault(
                    path,
                    f"{written!r} is one name with a comma in it, not {len(names)} people",
                    f"Put brackets around them: `[{', '.join(names)}]`",
                )
            written = [written]
        if not isinstance(written, list):
            return written
        ids: list[Any] = []
        for n, name in enumerate(written):
            at = (*path, n)
            if not isinstance(name, str):
                ids.append(name)
                continue
            id = known_id(name, {i: str(said["name"]) for i, said in known.items()})
            id = id or person_id(name)
            if not id or id == AUTOMATION:
                what = "is the name of the rules" if id else "gives no id"
                self._fault(
                    at,
                    f"{name!r} {what}",
                    "Give the person an id under `people:`, like `ada: Ada Lovelace`",
                )
            elif id in ids:
                self._fault(at, f"{name!r} is named twice here (id {id})", "Keep one of the two")
            else:
                known.setdefault(id, {"name": name})
                ids.append(id)
        return ids

    def _fault(self, path: Path, what: str, remedy: str) -> None:
        place = self.text.place(path)
        self.problems.append(Problem(place=place, what=what, remedy=remedy, check=CHECK))


def known_id(name: str, people: Mapping[str, str]) -> str:
    """The id of whoever `name` (a name or an id) is among `people`, names by id; "" for nobody."""
    if name in people:
        return name
    return next((id for id, called in people.items() if same_name(called, name)), "")


def _entries(written: Any) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """Each person of a section: the path, the id as far as it is given, what is said."""
    pairs = written.items() if isinstance(written, Mapping) else enumerate(written)
    for key, said in pairs:
        path: Path = ("people", key)
        given = "" if isinstance(key, int) else str(key)
        if isinstance(said, Mapping):
            rest = {str(k): v for k, v in said.items() if k != "id"}
            yield path, given or str(said.get("id") or ""), rest
        else:
            yield path, given, {"name": said} if said is not None else {}
