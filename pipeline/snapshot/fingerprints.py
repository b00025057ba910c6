"""The fingerprint of everything that a statement may rest on, by the names of `dependencies`.

A fingerprint is `SAYS-BEHIND`, eight hexadecimal digits each: what the input says (a value, which
records stand in a box) and what lies behind it (sources with page and quote; the decisions).
Places in files are left out: a line that moves changes nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import Any

from pipeline.model.decision import (
    Decision,
    Discarded,
    Matched,
    Removed,
    Reopened,
    Resolved,
    Retrieved,
    Screened,
    Stage,
    Stopped,
)
from pipeline.model.review import Position
from pipeline.model.search import Arm
from pipeline.model.standing import (
    BOXES,
    EVERY,
    REMOVED_BEFORE_SCREENING,
    SOUGHT,
    TO_SCREEN,
    Box,
    Entrance,
    Standing,
)
from pipeline.model.study import Answer, Result, Study, is_unsaid
from pipeline.model.undoing import effective
from pipeline.snapshot import Snapshot
from pipeline.snapshot.dependencies import SYNTHESIS_NAMES, parts_of, result_name

INCLUDED = "#included"
"""After the id of a study: that it is included, by which reports and decisions."""
GONE = ""
"""The fingerprint of what is not there."""

_PLACES = frozenset({"place", "places", "taken_from"})
_BEHIND = frozenset({"sources", "unsourced", "note", "notes", "reasons"})


def _level_of(standings: frozenset[Standing]) -> int:
    """How far decisions have to be known to tell whether a record stands in `standings`.

    0 that it was found; 1 duplicates and removals; 2 title and abstract; 3 retrieval; 4 full text.
    """
    kinds = (
        (EVERY,),
        (*({s} for s in REMOVED_BEFORE_SCREENING), TO_SCREEN),
        (*({s} for s in EVERY - SOUGHT), SOUGHT),
        (
            *({s} for s in EVERY - SOUGHT),
            {Standing.AWAITING_RETRIEVAL},
            {Standing.NOT_RETRIEVED},
            SOUGHT - {Standing.AWAITING_RETRIEVAL, Standing.NOT_RETRIEVED},
        ),
    )
    for level, classes in enumerate(kinds):
        if all(set(kind) <= standings or not set(kind) & standings for kind in classes):
            return level
    return 4


_Stood = tuple[Arm, Standing, Entrance | None]
_EVERYTHING = 5
"""The level of reports that belong to studies."""


def _level(decision: Decision) -> int:
    match decision:
        case Matched() | Removed() | Discarded():
            return 1
        case Screened() | Resolved() | Reopened() | Stopped():
            return 2 if decision.stage is Stage.TITLE_ABSTRACT else 4
        case Retrieved():
            return 3
        case _:
            return _EVERYTHING


class Fingerprints:
    """The fingerprints of one snapshot, each worked out when it is first asked for.

    With those of another snapshot, `like`, what both share as the same object is taken over.
    """

    def __init__(self, snapshot: Snapshot, like: Fingerprints | None = None) -> None:
        self.snapshot = snapshot
        self._like = like
        self._known: dict[str, str] = {}
        self._of_studies: dict[str, Mapping[str, str]] = {}
        if like is not None and like.snapshot.ledger is snapshot.ledger:
            self._known = {n: print for n, print in like._known.items() if "/" not in n}

    def __call__(self, name: str) -> str:
        """`SAYS-BEHIND` of the input `name`, `GONE` when there is none."""
        if name not in self._known:
            self._known[name] = self._of(name)
        return self._known[name]

    def but_found_again(self, name: str, since: datetime) -> str:
        """The fingerprint of `name` without what after `since` only joined another record to a
        report of an included study: a search that is run again finds it again, and says no more.
        """
        if not name.endswith(INCLUDED):
            return self(name)
        return self._is_included(name.removesuffix(INCLUDED), since)

    def of(self, names: Iterable[str]) -> Mapping[str, str]:
        """The fingerprints of `names`, in their order; each is worked out when it is looked at."""
        return _Prints(self, names)

    def _of(self, name: str) -> str:
        kind, _, rest = name.partition(":")
        snapshot = self.snapshot
        wholes: Mapping[str, Callable[[], str]] = {
            "included": self._included,
            "standings": self._standings,
            "decisions": lambda: _two("", sorted(d.id for d in self._decisions)),
            "searches": lambda: _two([_plain(s) for s in snapshot.searches]),
            "readings": lambda: _two({id: _plain(r) for id, r in snapshot.readings.items()}),
            "editions": lambda: _two([_plain(e) for e in snapshot.review.editions]),
            "drafts": lambda: _two({by: _plain(d) for by, d in snapshot.review.drafts.items()}),
        }
        if name in wholes:
            return wholes[name]()
        count, _, rounds = kind.partition("-")
        if count == "n" and rest in BOXES:
            return self._box(BOXES[rest], over_all=bool(rounds))
        if count == "standings":
            standings = frozenset(map(Standing, rest.split(",")))
            return self._box(Box("", "", frozenset(Arm), standings), over_all=bool(rounds))
        if kind == "standing":
            position = snapshot.ledger.positions.get(rest)
            return self._standing(position) if position else GONE
        if kind == "record":
            return _two(_plain(snapshot.records[rest])) if rest in snapshot.records else GONE
        if kind == "reference":
            item = snapshot.references.get(rest)
            return _two(_plain(item)) if item is not None else GONE
        if name.startswith("synthesis."):
            return self._of_synthesis_whole(name.removeprefix("synthesis."))
        if kind == "protocol":
            return _two(_plain(getattr(snapshot.review.protocol, rest, None)))
        if kind in ("outcome", "group"):
            entries = getattr(snapshot.review.protocol, f"{kind}s")
            return _two([_plain(entry) for entry in entries if entry.id == rest])
        if kind == "form":
            form = snapshot.review.forms.get(rest)
            return _two(_without_help(_plain(form))) if form is not None else GONE
        if kind == "reading":
            reading = snapshot.readings.get(rest)
            return _two(_plain(reading)) if reading is not None else GONE
        if name.endswith(INCLUDED):
            return self._is_included(name.removesuffix(INCLUDED))
        head, _, attribute = name.partition("#")
        if attribute:
            found = snapshot.review.studies.get(head)
            return _two(_plain(getattr(found, attribute))) if found is not None else GONE
        study = name.partition("/")[0]
        if study in snapshot.review.studies:
            return self._extracted(study).get(name, GONE)
        return self._of_synthesis(kind, rest)

    # -- what was extracted, and the synthesis

    def _extracted(self, id: str) -> Mapping[str, str]:
        """Everything of one study by its name."""
        if id not in self._of_studies:
            study = self.snapshot.review.studies[id]
            like = self._like
            if like is not None and like.snapshot.review.studies.get(id) is study:
                self._of_studies[id] = like._extracted(id)
            else:
                found = {name: _of_answer(answer) for name, answer in parts_of(study)}
                found |= {result_name(r.id): _of_result(r) for r in study.results}
                self._of_studies[id] = {**found, id: _of_study(study, found.values())}
        return self._of_studies[id]

    def _of_synthesis(self, kind: str, id: str) -> str:
        """An entry of a part of the synthesis, `finding:few-view` or `themes.quotes:q1`."""
        *path, last = kind.split(".")
        value: Any = self.snapshot.synthesis
        for step in path:
            value = getattr(value, step, None)
        field = next((f for f, name in SYNTHESIS_NAMES.items() if name == last), last)
        entries = getattr(value, field, None)
        if not isinstance(entries, Mapping) or id not in entries:
            return GONE
        return _two(_plain(entries[id], but=_BEHIND), _plain(entries[id]))

    def _of_synthesis_whole(self, path: str) -> str:
        """A text or a list of the synthesis: `theory.text`, `robustness.sensitivity`."""
        value: Any = self.snapshot.synthesis
        for step in path.split("."):
            value = getattr(value, step, None)
        return _two(_plain(value)) if value is not None else GONE

    # -- where records stand

    @cached_property
    def _decisions(self) -> tuple[Decision, ...]:
        return effective(self.snapshot.decisions)

    @cached_property
    def _behind(self) -> Mapping[str, list[int]]:
        """Of each record, the sum of what was decided of it up to each level."""
        sums: dict[str, list[int]] = defaultdict(lambda: [0] * (_EVERYTHING + 1))
        for decision in self._decisions:
            level, size = _level(decision), _number(decision.id)
            for record in self._about(decision):
                of_record = sums[record]
                for n in range(level, _EVERYTHING + 1):
                    of_record[n] += size
        return sums

    def _about(self, decision: Decision) -> set[str]:
        """The records that `decision` names, and those that are kept in their stead."""
        about = {getattr(decision, "record", ""), getattr(decision, "duplicate_of", "")}
        positions = self.snapshot.ledger.positions
        if isinstance(decision, Stopped):
            left = self.snapshot.ledger.at(Standing.NOT_SCREENED)
            about = {p.record for p in left if p.search in decision.searches}
        homes = {p.kept for record in about if (p := positions.get(record)) and p.kept}
        return (about | homes) - {""}

    @cached_property
    def _stands(self) -> Mapping[_Stood, tuple[int, int, list[int]]]:
        """By arm, standing and entrance (None: settled in the edition before): how many, which
        records, and what was decided of them by level."""
        arms = {s.id: s.arm for s in self.snapshot.searches}
        entrances = self.snapshot.ledger.entrances
        sums: dict[_Stood, tuple[int, int, list[int]]] = {}
        for record, position in self.snapshot.ledger.positions.items():
            key = arms[position.search], position.standing, entrances.get(record)
            n, which, levels = sums.get(key, (0, 0, [0] * (_EVERYTHING + 1)))
            of_record = self._behind.get(record)
            if of_record is not None:
                levels = [a + b for a, b in zip(levels, of_record, strict=True)]
            sums[key] = n + 1, which + _number(record + position.reason), levels
        return sums

    def _box(self, box: Box, *, over_all: bool) -> str:
        level = _level_of(box.standings)
        n = which = behind = 0
        for (arm, standing, entrance), (count, records, levels) in self._stands.items():
            came = Entrance.SEARCH if over_all else entrance
            if came is not None and box.holds(arm, standing, came):
                n, which, behind = n + count, which + records, behind + levels[level]
        return _two([n, which], behind)

    def _included(self) -> str:
        studies = {id: list(reports) for id, reports in self.snapshot.ledger.studies.items()}
        reports = {r for inside in studies.values() for r in inside}
        behind = sum(self._behind[r][_EVERYTHING] for r in reports if r in self._behind)
        return _two(studies, behind)

    def _is_included(self, study: str, since: datetime | None = None) -> str:
        reports = self.snapshot.ledger.studies.get(study)
        if reports is None:
            return GONE
        behind = sum(self._behind[r][_EVERYTHING] for r in reports if r in self._behind)
        if since is not None:
            behind -= self._found_again(reports, since)
        return _two(reports, behind)

    def _found_again(self, reports: Iterable[str], since: datetime) -> int:
        """The sum of what joined other records to `reports` later than `since`."""
        return sum(
            _number(decision.id) * len((self._about(decision) - {decision.record}) & set(reports))
            for decision in self._decisions
            if isinstance(decision, Matched) and decision.same and decision.at > since
        )

    def _standings(self) -> str:
        whole: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for (arm, standing, _), (n, which, levels) in self._stands.items():
            sums = whole[f"{arm}/{standing}"]
            whole[f"{arm}/{standing}"] = [
                a + b for a, b in zip(sums, (n, which, levels[_EVERYTHING]), strict=True)
            ]
        return _two({k: v[:2] for k, v in whole.items()}, {k: v[2] for k, v in whole.items()})

    def _standing(self, position: Position) -> str:
        says = [position.standing, position.reason, position.kept]
        of_record = self._behind.get(position.record)
        return _two(says, of_record[_EVERYTHING] if of_record is not None else 0)


class _Prints(Mapping[str, str]):
    """Names and their fingerprints: who only reads a text never asks for one."""

    def __init__(self, prints: Fingerprints, names: Iterable[str]) -> None:
        self._prints = prints
        self._names = dict.fromkeys(names)

    def __getitem__(self, name: str) -> str:
        if name not in self._names:
            raise KeyError(name)
        return self._prints(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@lru_cache(maxsize=8)
def fingerprints(snapshot: Snapshot) -> Fingerprints:
    """The fingerprints of `snapshot`, one value for all who ask."""
    return Fingerprints(snapshot)


def together(prints: Iterable[str]) -> str:
    """One fingerprint of several, in their order."""
    parts = [print.partition("-") for print in prints]
    return _two([says for says, _, _ in parts], [behind for _, _, behind in parts])


def digest(value: Any) -> str:
    """Eight hexadecimal digits of any plain value."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, default=str)
    return blake2b(text.encode(), digest_size=4).hexdigest()


def _two(says: Any, behind: Any = "") -> str:
    return f"{digest(says)}-{digest(behind)}"


def _of_answer(answer: Answer) -> str:
    says = [_plain(answer.value), answer.absent, answer.derived]
    return _two(says, [_plain(answer.sources), answer.note])


def _of_result(result: Result) -> str:
    return _two(_plain(result, but=_BEHIND), [_plain(result.sources), result.note])


def _of_study(study: Study, inputs: Iterable[str]) -> str:
    return _two([study.title, study.basis, study.reports], list(inputs))


def _plain(value: Any, but: frozenset[str] = frozenset()) -> Any:
    """`value` as lists, mappings and plain values, without places and the fields `but`."""
    if is_dataclass(value) and not isinstance(value, type):
        skipped = _PLACES | but
        return {
            f.name: _plain(getattr(value, f.name))
            for f in fields(value)
            if f.name not in skipped and not is_unsaid(f, getattr(value, f.name))
        }
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, (set, frozenset)):
        return sorted(str(v) for v in value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def _without_help(value: Any) -> Any:
    """A form as plain values without its help, which is for people who extract alone."""
    if isinstance(value, Mapping):
        return {k: _without_help(v) for k, v in value.items() if k != "help"}
    return [_without_help(v) for v in value] if isinstance(value, list) else value


def _number(text: str) -> int:
    """A number for `text`, so that a set of texts has a sum that tells it from any other."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
