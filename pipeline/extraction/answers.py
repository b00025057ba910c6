"""Answers as a study file writes them: addresses, sources, the entries they point to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.extraction.values import ValueFault, absent_of, convert, read_number
from pipeline.model.form import NUMBERS, AnswerType, Form, Item
from pipeline.model.problem import Problem, Severity
from pipeline.model.protocol import Protocol
from pipeline.model.study import Absent, Answer, Source
from pipeline.notation.typed import nearest, wording
from pipeline.notation.yaml_text import Path, YamlText

SOURCE_KEYS = ("report", "page", "quote", "url", "note", "sure", "file_sha256")
SURE = ("certain", "probable", "doubtful")


@dataclass(slots=True)
class Gathering:
    """Filled while a study is read; `reports` are the record ids that sources may name.

    `unsourced` maps the address of a value without a source to its line, `former` that of an
    answer to an item that is no longer asked to what is written there.
    """

    yaml: YamlText
    problems: list[Problem]
    reports: tuple[str, ...] = ()
    required_open: dict[str, list[str]] = field(default_factory=dict)
    unsourced: dict[str, int] = field(default_factory=dict)
    former: dict[str, Any] = field(default_factory=dict)

    def fault(
        self,
        path: Path,
        what: str,
        remedy: str,
        severity: Severity = Severity.ERROR,
        check: str = "study",
    ) -> None:
        self.problems.append(
            Problem(
                place=self.yaml.place(path),
                what=what,
                remedy=remedy,
                severity=severity,
                check=check,
            )
        )

    def sources(self, written: Any, path: Path) -> tuple[Source, ...]:
        """`sources:` as values; one source may stand without a list."""
        if written is None:
            return ()
        if isinstance(written, Mapping):
            return self._source(written, path)
        if not isinstance(written, list):
            what = f"'sources' is {wording(written)}"
            self.fault(path, what, 'Write `sources: [{page: 12, quote: "…"}]`')
            return ()
        return tuple(s for i, one in enumerate(written) for s in self._source(one, (*path, i)))

    def _source(self, written: Any, path: Path) -> tuple[Source, ...]:
        if not isinstance(written, Mapping):
            what = f"a source is {wording(written)}"
            self.fault(path, what, "Write it as `{report: …, page: …, quote: …}`")
            return ()
        said: dict[str, str] = {}
        for key, value in written.items():
            if key not in SOURCE_KEYS:
                what = f"{key!r} is not known in a source.{nearest(str(key), SOURCE_KEYS)}"
                self.fault((*path, key), what, f"Known are {', '.join(SOURCE_KEYS)}")
            elif isinstance(value, (dict, list, bool)):
                what = f"{key!r} of a source is {wording(value)}, not text"
                self.fault((*path, key), what, "Put it in quotes")
            elif value is not None:
                said[key] = str(value)
        report = said.get("report", "")
        if report and report not in self.reports:
            known = ", ".join(self.reports) or "none"
            what = (
                f"the source {report!r} is no report of this study.{nearest(report, self.reports)}"
            )
            remedy = f"Its reports are {known}; add it to `reports:` or correct it"
            self.fault((*path, "report"), what, remedy)
        elif not report and not said.get("url") and self.reports:
            said["report"] = self.reports[0]
        sure = said.get("sure", "")
        if sure and sure not in SURE:
            what = f"{sure!r} does not say how sure you are.{nearest(sure, SURE)}"
            self.fault((*path, "sure"), what, f"Write one of {', '.join(SURE)}")
        return (Source(**said, place=self.yaml.place(path)),)

    def say_open(self) -> None:
        """One warning for each block of answers with required ones that are not yet given."""
        for block, names in self.required_open.items():
            count = (
                "1 required answer is" if len(names) == 1 else f"{len(names)} required answers are"
            )
            self.fault(
                tuple(block.split("/")),
                f"{count} not yet given: {_listed(names)}",
                "Fill them in, or write `not reported`, `not applicable` or `unclear`",
                Severity.WARNING,
                "not-yet",
            )
        if self.unsourced:
            n = len(self.unsourced)
            count = "1 value has" if n == 1 else f"{n} values have"
            listed = ", ".join(f"{name} (line {line})" for name, line in self.unsourced.items())
            self.fault(
                ("answers",),
                f"{count} no source: {listed}",
                "Add `sources:` with the page and the quote beside the value",
                Severity.NOTE,
                "no-source",
            )


def _listed(names: list[str], most: int = 8) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def address_of(value: Any, path: Path) -> str:
    """The address of the answer at `path` in what a study file says: entries go by their ids.

    The block stands in front for appraisals (`mmat-2018/category`), not for the answers.
    """
    words: list[str] = []
    for step in path:
        inner = _inner(value, step)
        if isinstance(step, int):
            entry = inner.get("id") if isinstance(inner, Mapping) else None
            words.append(str(entry or step + 1))
        else:
            words.append(step)
        value = inner
    return "/".join(words[1:])


def path_of(value: Any, address: str) -> Path | None:
    """The path of `address` in what a study file says; None where an entry on the way is missing.

    The last step need not be there yet.
    """
    steps = address.split("/")
    blocks = value.get("appraisal") if isinstance(value, Mapping) else None
    block = "appraisal" if isinstance(blocks, Mapping) and steps[0] in blocks else "answers"
    path: list[str | int] = [block]
    value = _inner(value, block)
    for step in steps:
        if isinstance(value, list):
            index = next(
                (
                    i
                    for i, entry in enumerate(value)
                    if isinstance(entry, Mapping) and str(entry.get("id", i + 1)) == step
                ),
                None,
            )
            if index is None:
                return None
            path.append(index)
            value = value[index]
        else:
            path.append(step)
            value = _inner(value, step)
    return tuple(path)


def _inner(value: Any, step: str | int) -> Any:
    if isinstance(value, list) and isinstance(step, int):
        return value[step] if step < len(value) else None
    return value.get(step) if isinstance(value, Mapping) else None


@dataclass(frozen=True, slots=True)
class _Reference:
    """`own` is the entry of the part `within` (a dotted path) that points to `target`."""

    item: Item
    target: str
    path: Path
    own: str
    within: str


@dataclass(slots=True)
class References:
    """The entries of one form's answers and what points to them.

    `outside` are the ids that a reference may name beyond its own form, by what they belong to.
    """

    outside: Mapping[str, Iterable[str]]
    entries: dict[str, dict[str, None]] = field(default_factory=dict)
    pointing: list[_Reference] = field(default_factory=list)

    def enter(self, part: str, own: str) -> None:
        """An entry `own` of the part at the dotted path `part`."""
        self.entries.setdefault(part, {})[own] = None

    def point(self, item: Item, target: str, path: Path, own: str, within: str) -> None:
        self.pointing.append(_Reference(item, target, path, own, within))

    def resolve(self, gathering: Gathering) -> None:
        """Tells of references to nothing, and of entries that refer to themselves, in a circle."""
        ahead: dict[tuple[str, str, str], _Reference] = {}
        for reference in self.pointing:
            targets = reference.item.targets
            known = [id for target in targets for id in self._ids(target)]
            if reference.target not in known:
                _tell_dangling(gathering, reference, tuple(dict.fromkeys(known)))
            elif reference.within in targets and reference.target in self._ids(reference.within):
                ahead.setdefault((reference.item.id, reference.within, reference.own), reference)
        _tell_circles(gathering, ahead)

    def _ids(self, target: str) -> Iterable[str]:
        return self.outside[target] if target in self.outside else self.entries.get(target, {})


def ids_of_protocol(protocol: Protocol) -> dict[str, Iterable[str]]:
    """What the protocol offers to refer to."""
    return {
        "protocol.outcomes": tuple(outcome.id for outcome in protocol.outcomes),
        "protocol.groups": tuple(group.id for group in protocol.groups),
    }


def _tell_dangling(gathering: Gathering, reference: _Reference, known: tuple[str, ...]) -> None:
    where = " or ".join(reference.item.targets)
    hint = nearest(reference.target, known)
    what = f"{reference.item.id!r} is {reference.target!r}, nothing in {where}.{hint}"
    listed = ", ".join(known) or "nothing yet"
    gathering.fault(reference.path, what, f"There is {listed}", check="reference")


def _tell_circles(gathering: Gathering, ahead: Mapping[tuple[str, str, str], _Reference]) -> None:
    told: set[tuple[str, str, str]] = set()
    for start in ahead:
        item, within, _ = start
        passed = [start]
        while (here := (item, within, ahead[passed[-1]].target)) in ahead and here not in passed:
            passed.append(here)
        if here != start or told.intersection(passed):
            continue
        told.update(passed)
        reference = ahead[start]
        if len(passed) == 1:
            what = f"{item!r} of {reference.own!r} refers to itself"
        else:
            way = " → ".join(own for *_, own in (*passed, start))
            what = f"{item!r} goes in a circle: {way}"
        gathering.fault(reference.path, what, "Name another entry", check="reference")


BESIDE = ("absent", "sources", "note", "derived")
"""What may stand beside `value` where an answer is written the long way."""

_APPRAISAL_ABSENT = frozenset({Absent.NOT_YET, Absent.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True)
class Around:
    """What an answer has from the entry that it stands in: its sources, whether it has a note.

    `own` is the id of the entry, `part` the dotted path of its part ("" at the top).
    """

    sources: tuple[Source, ...]
    noted: bool
    own: str
    part: str


@dataclass(frozen=True, slots=True)
class AnswerReader:
    """Reads the answers to one form; faults and references are gathered on the way."""

    gathering: Gathering
    form: Form
    references: References

    def read(self, item: Item, raw: Any, path: Path, around: Around) -> Answer:
        place = self.gathering.yaml.place(path)
        absent = absent_of(raw, item)
        if absent is not None:
            answer = Answer(absent=absent, sources=around.sources, place=place)
            return self._absent(item, answer, path)
        if isinstance(raw, Mapping):
            return self._long(item, raw, path, around)
        value = self._value(item, raw, path, around, bool(around.sources), around.noted)
        if value is None:
            return Answer(absent=Absent.NOT_YET, place=place)
        return Answer(value=value, sources=around.sources, place=place)

    def words(self, written: Mapping[str, Any], key: str, path: Path) -> str:
        """The text behind `key`; anything else there is told and left out."""
        value = written.get(key)
        if value is None or isinstance(value, str):
            return value or ""
        what = f"{key!r} is {wording(value)}, not text"
        self.gathering.fault((*path, key), what, "Put it in quotes")
        return ""

    def _long(self, item: Item, raw: Mapping[str, Any], path: Path, around: Around) -> Answer:
        """`{value, sources, note …}`; the numbers of a proportion may stand beside the sources."""
        written, inner = self._written(item, raw, path)
        sources = self.gathering.sources(raw.get("sources"), (*path, "sources")) or around.sources
        note = self.words(raw, "note", path)
        derived = self.words(raw, "derived", path)
        place = self.gathering.yaml.place(path)
        absent = self._reason(item, raw, written, path)
        value = None
        if absent is None and written is not None:
            noted = around.noted or bool(note)
            value = self._value(item, written, inner, around, bool(sources or derived), noted)
        answer = Answer(
            value=value,
            absent=(absent or Absent.NOT_YET) if value is None else None,
            sources=sources,
            note=note,
            derived=derived,
            place=place,
        )
        return self._absent(item, answer, path) if absent is not None else answer

    def _written(self, item: Item, raw: Mapping[str, Any], path: Path) -> tuple[Any, Path]:
        """The value in `raw` and where it stands."""
        written = raw.get("value")
        words = isinstance(written, str) and read_number(written, False) is None
        if item.type in NUMBERS and not words and not isinstance(written, Mapping):
            return {k: v for k, v in raw.items() if k not in BESIDE} or None, path
        known = ("value", *BESIDE)
        for key in raw:
            if key not in known:
                what = f"{key!r} is not known in an answer.{nearest(str(key), known)}"
                self.gathering.fault((*path, key), what, f"Known are {', '.join(known)}")
        return written, (*path, "value")

    def _reason(
        self, item: Item, raw: Mapping[str, Any], written: Any, path: Path
    ) -> Absent | None:
        """Why there is no value, where the answer says so behind `absent` or `value`."""
        if raw.get("absent") is None:
            return absent_of(written, item) if written is not None else None
        absent = absent_of(raw["absent"])
        if absent is None:
            words = tuple(str(a) for a in Absent)
            what = f"{wording(raw['absent'])} does not say why there is no answer"
            hint = nearest(str(raw["absent"]), words)
            remedy = f"Write one of {', '.join(words)}"
            self.gathering.fault((*path, "absent"), f"{what}.{hint}", remedy)
            return Absent.NOT_YET
        if written is not None:
            what = f"{item.id!r} has a value and is {absent} as well"
            self.gathering.fault((*path, "absent"), what, "Keep one of the two")
        return absent

    def _value(
        self, item: Item, raw: Any, path: Path, around: Around, sourced: bool, noted: bool
    ) -> Any:
        value, faults = convert(item, raw)
        self._tell(faults, path, noted)
        if value is None:
            return None
        if item.type is AnswerType.REFERENCE:
            for target in value if isinstance(value, tuple) else (value,):
                self.references.point(item, str(target), path, around.own, around.part)
        elif not sourced and self.form.kind == "extraction":
            at = path[:-1] if path[-1] == "value" else path
            address = address_of(self.gathering.yaml.value, at)
            self.gathering.unsourced[address] = self.gathering.yaml.place(at).line
        return value

    def _absent(self, item: Item, answer: Answer, path: Path) -> Answer:
        appraising = self.form.kind == "appraisal" and item.options
        if appraising and answer.absent not in _APPRAISAL_ABSENT:
            words = ", ".join(option.id for option in item.options)
            what = f"'{answer.absent}' is no answer of this instrument"
            self.gathering.fault(path, what, f"Write one of {words}")
        return answer

    def _tell(self, faults: Sequence[ValueFault], path: Path, noted: bool) -> None:
        for fault in faults:
            severity = Severity.WARNING if fault.printed and noted else fault.severity
            at = (*path, *fault.at)
            self.gathering.fault(at, fault.what, fault.remedy, severity, "answer")
