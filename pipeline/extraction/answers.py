"""One written answer into an `Answer`: a bare value, or a value with its sources and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.extraction.absence import absent_of
from pipeline.extraction.addresses import address_of
from pipeline.extraction.conversion import Fault
from pipeline.extraction.gathering import Gathering
from pipeline.extraction.numbers import read_number
from pipeline.extraction.references import References
from pipeline.extraction.values import convert
from pipeline.notation.typed import nearest, wording
from pipeline.notation.yaml_text import Path
from pipeline.terms.form import NUMBERS, AnswerType, Form, Item
from pipeline.terms.problem import Severity
from pipeline.terms.study import Absent, Answer, Source

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

    def _tell(self, faults: Sequence[Fault], path: Path, noted: bool) -> None:
        for fault in faults:
            severity = Severity.WARNING if fault.printed and noted else fault.severity
            at = (*path, *fault.at)
            self.gathering.fault(at, fault.what, fault.remedy, severity, "answer")
