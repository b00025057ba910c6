"""A snapshot that notes what is read from it: what a table or a sentence was made from.

Whoever makes a table, a figure or a sentence reads a snapshot; what they read is what it rests on,
and nobody has to declare it. The containers of the watched snapshot note the name of every value
that they hand out:

    aebi-2014/groups/boys/n      an extracted value, by its path
    aebi-2014/results/arrest     a result
    finding:few-view             an entry of the synthesis, by its part and id
    n:records_screened           a box of the flow of the round
    n-all:records_screened       the same box over all rounds
    standing:psycinfo-1:0007     where one record stands
    record:…  reference:…        what a citation says
    protocol:criteria            what the protocol says under a key
    aebi-2014#basis              what stands above the answers of a study
    form:extraction              a form or an instrument
    synthesis.theory.text        a text or a list of the synthesis, as a whole
    reading:psycinfo-1           what the reading of one export came to
    included  standings  decisions  searches  readings  editions  drafts        each as a whole
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import partial
from typing import Any, cast

from pipeline.model.finding import Synthesis
from pipeline.model.standing import Box, Flow
from pipeline.model.study import Answer, Part, Result, Study
from pipeline.snapshot import Snapshot

Note = Callable[[str], None]

SYNTHESIS_NAMES = {"findings": "finding", "groupings": "grouping"}
"""How the entries of a part of the synthesis are called one by one; else the part's own name."""

STUDY_HEAD = frozenset(f.name for f in fields(Study)) - {
    *("id", "place", "answers", "parts", "results", "appraisals", "former"),
}
"""What stands above the answers of a study file, each noted by its own name."""


def watch(snapshot: Snapshot) -> tuple[Snapshot, Mapping[str, None]]:
    """`snapshot` as one that notes what is read from it, and the names read so far, in order."""
    read: dict[str, None] = {}

    def note(name: str) -> None:
        read[name] = None

    review, ledger = snapshot.review, snapshot.ledger
    watched = replace(
        snapshot,
        review=replace(
            review,
            protocol=_noting_fields(review.protocol, lambda key: note(f"protocol:{key}")),
            studies=_Studies(review.studies, note),
            decisions=_Whole(review.decisions, "decisions", note),
            searches=_Whole(review.searches, "searches", note),
            entries=_All(review.entries, "searches", note),
            drafts=_All(review.drafts, "drafts", note),
            forms=_Named(review.forms, "form:", note),
            editions=_Whole(review.editions, "editions", note),
        ),
        ledger=replace(
            ledger,
            positions=_Named(ledger.positions, "standing:", note, whole="standings"),
            duplicates=_Named(ledger.duplicates, "standing:", note, whole="standings"),
            studies=_All(ledger.studies, "included", note),
            flow=cast(Flow, _WatchedFlow(ledger.flow, note)),
            discarded=_All(ledger.discarded, "decisions", note),
            whole=cast(Flow, _WatchedFlow(ledger.whole, note, OF_ALL)),
        ),
        readings=_Named(snapshot.readings, "reading:", note, whole="readings"),
        records=_Named(snapshot.records, "record:", note),
        references=_Named(snapshot.references, "reference:", note),
        synthesis=_synthesis(snapshot.synthesis, note),
    )
    return watched, read


_NOTING: dict[type[Any], type[Any]] = {}


def _noting(kind: type[Any]) -> type[Any]:
    """The dataclass `kind` as one whose `_read` is called with the name of each field read."""
    if kind in _NOTING:
        return _NOTING[kind]
    names = frozenset(f.name for f in fields(kind))

    def get(self: Any, name: str) -> Any:
        if name in names:
            object.__getattribute__(self, "_read")(name)
        return object.__getattribute__(self, name)

    nobody = staticmethod(lambda name: None)
    made = type(kind.__name__, (kind,), {"__getattribute__": get, "_read": nobody})
    return _NOTING.setdefault(kind, made)


def _noting_fields(value: Any, note: Note) -> Any:
    """The frozen dataclass `value` as one that notes each field that is read from it."""
    made = object.__new__(_noting(type(value)))
    for f in fields(value):
        object.__setattr__(made, f.name, getattr(value, f.name))
    object.__setattr__(made, "_read", note)
    return made


class _Named(Mapping[str, Any]):
    """A mapping that notes the name of each entry it hands out, or of the whole when it is gone
    through from end to end and `whole` is given."""

    def __init__(self, inner: Mapping[str, Any], prefix: str, note: Note, whole: str = "") -> None:
        self._inner, self._prefix, self._note, self._whole = inner, prefix, note, whole

    def __getitem__(self, key: str) -> Any:
        value = self._inner[key]
        self._note(f"{self._prefix}{key}")
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._inner)

    def __len__(self) -> int:
        return len(self._inner)

    def __contains__(self, key: object) -> bool:
        return key in self._inner

    def values(self) -> Any:
        return self._inner.values() if self._noted() else super().values()

    def items(self) -> Any:
        return self._inner.items() if self._noted() else super().items()

    def _noted(self) -> bool:
        if self._whole:
            self._note(self._whole)
        return bool(self._whole)


class _All(Mapping[str, Any]):
    """A mapping that is noted as a whole, whatever is read from it."""

    def __init__(self, inner: Mapping[str, Any], name: str, note: Note) -> None:
        self._inner, self._name, self._note = inner, name, note

    def __getitem__(self, key: str) -> Any:
        self._note(self._name)
        return self._inner[key]

    def __iter__(self) -> Iterator[str]:
        self._note(self._name)
        return iter(self._inner)

    def __len__(self) -> int:
        self._note(self._name)
        return len(self._inner)


class _Whole(tuple[Any, ...]):
    """A tuple that is noted as a whole when somebody goes through it or counts it."""

    _name: str
    _note: Note

    def __new__(cls, inner: tuple[Any, ...], name: str, note: Note) -> _Whole:
        made = super().__new__(cls, inner)
        made._name, made._note = name, note
        return made

    def __iter__(self) -> Iterator[Any]:
        self._note(self._name)
        return super().__iter__()

    def __len__(self) -> int:
        self._note(self._name)
        return super().__len__()

    def __getitem__(self, at: Any) -> Any:
        self._note(self._name)
        return super().__getitem__(at)


class _Studies(Mapping[str, Study]):
    """Studies whose answers and results note their own names."""

    def __init__(self, inner: Mapping[str, Study], note: Note) -> None:
        self._inner, self._note = inner, note
        self._made: dict[str, Study] = {}

    def __getitem__(self, key: str) -> Study:
        if key not in self._made:
            self._made[key] = self._watched(self._inner[key])
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._inner)

    def __len__(self) -> int:
        return len(self._inner)

    def __contains__(self, key: object) -> bool:
        return key in self._inner

    def _watched(self, study: Study) -> Study:
        note, id = self._note, study.id
        watched = replace(
            study,
            answers=_Named(study.answers, f"{id}/", note),
            parts=_Parts(study.parts, f"{id}/", note),
            results=_NotedResults(study.results, note),
            appraisals=_Appraisals(study.appraisals, f"{id}/appraisal/", note),
        )
        return cast(Study, _noting_fields(watched, partial(self._head, id)))

    def _head(self, id: str, name: str) -> None:
        if name in STUDY_HEAD:
            self._note(f"{id}#{name}")


class _NotedResults(tuple[Result, ...]):
    """Results of a study, each noted when it is handed out."""

    _note: Note

    def __new__(cls, inner: tuple[Result, ...], note: Note) -> _NotedResults:
        made = super().__new__(cls, inner)
        made._note = note
        return made

    def __iter__(self) -> Iterator[Result]:
        for result in super().__iter__():
            self._note(result_name(result.id))
            yield result


def result_name(id: str) -> str:
    """The name of the result `<study>/<entry>` among what statements rest on."""
    study, _, entry = id.partition("/")
    return f"{study}/results/{entry}"


class _Parts(Mapping[str, tuple[Part, ...]]):
    def __init__(self, inner: Mapping[str, tuple[Part, ...]], prefix: str, note: Note) -> None:
        self._inner, self._prefix, self._note = inner, prefix, note

    def __getitem__(self, key: str) -> tuple[Part, ...]:
        inside = self._inner[key]
        # a part that stands once is no step of a path, one that repeats is called by its id
        return tuple(
            _part(entry, f"{self._prefix}{key}/" + (f"{entry.id}/" * (entry.id != key)), self._note)
            for entry in inside
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._inner)

    def __len__(self) -> int:
        return len(self._inner)


class _Appraisals(Mapping[str, Part]):
    def __init__(self, inner: Mapping[str, Part], prefix: str, note: Note) -> None:
        self._inner, self._prefix, self._note = inner, prefix, note

    def __getitem__(self, key: str) -> Part:
        return _part(self._inner[key], f"{self._prefix}{key}/", self._note)

    def __iter__(self) -> Iterator[str]:
        return iter(self._inner)

    def __len__(self) -> int:
        return len(self._inner)


def _part(entry: Part, prefix: str, note: Note) -> Part:
    return replace(
        entry,
        answers=_Named(entry.answers, prefix, note),
        parts=_Parts(entry.parts, prefix, note),
    )


def parts_of(study: Study) -> Iterator[tuple[str, Answer]]:
    """Every answer of `study` by the name that is noted for it, those of appraisals included."""
    yield from ((f"{study.id}/{item}", answer) for item, answer in study.answers.items())
    for part, entries in study.parts.items():
        for entry in entries:
            yield from _answers_of(
                entry, f"{study.id}/{part}/" + f"{entry.id}/" * (entry.id != part)
            )
    for instrument, entry in study.appraisals.items():
        yield from _answers_of(entry, f"{study.id}/appraisal/{instrument}/")


def _answers_of(entry: Part, prefix: str) -> Iterator[tuple[str, Answer]]:
    yield from ((f"{prefix}{item}", answer) for item, answer in entry.answers.items())
    for part, entries in entry.parts.items():
        for inner in entries:
            yield from _answers_of(inner, f"{prefix}{part}/" + f"{inner.id}/" * (inner.id != part))


def _synthesis(synthesis: Synthesis, note: Note) -> Synthesis:
    return cast(Synthesis, _container(synthesis, "", note))


def _container(value: Any, prefix: str, note: Note) -> Any:
    """A dataclass whose mappings note their entries and whose other fields note themselves;
    dataclasses inside it likewise."""
    changed: dict[str, Any] = {}
    whole: set[str] = set()
    for f in fields(value):
        inner = getattr(value, f.name)
        name = SYNTHESIS_NAMES.get(f.name, f.name)
        if isinstance(inner, Mapping):
            changed[f.name] = _Named(inner, f"{prefix}{name}:", note)
        elif is_dataclass(inner) and not isinstance(inner, type):
            changed[f.name] = _container(inner, f"{prefix}{name}.", note)
        else:
            whole.add(f.name)

    def read(name: str) -> None:
        if name in whole:
            note(f"synthesis.{prefix}{name}")

    return _noting_fields(replace(value, **changed), read)


OF_ALL = "-all"
"""After the kind of a count: that it is one over all rounds."""


class _WatchedFlow:
    """A flow that notes which boxes were counted; `rounds` says of which rounds."""

    def __init__(self, flow: Flow, note: Note, rounds: str = "") -> None:
        self._flow, self._note, self._rounds = flow, note, rounds

    def count(self, key: str) -> int:
        self._note(f"n{self._rounds}:{key}")
        return self._flow.count(key)

    def by_source(self, key: str) -> Mapping[str, int]:
        self._note(f"n{self._rounds}:{key}")
        return self._flow.by_source(key)

    def by_reason(self, key: str) -> Mapping[str, int]:
        self._note(f"n{self._rounds}:{key}")
        return self._flow.by_reason(key)

    def inside(self, box: Box) -> int:
        self._standings(box.standings)
        return self._flow.inside(box)

    def standing(self, *standings: Any) -> int:
        self._standings(standings)
        return self._flow.standing(*standings)

    def _standings(self, standings: Iterable[Any]) -> None:
        self._note(f"standings{self._rounds}:{','.join(sorted(map(str, standings)))}")

    def __getattr__(self, name: str) -> Any:
        if name not in ("reasons", "kinds", "is_update", "has_other_sources"):
            whole = "included" if name.endswith(("_studies", "_reports")) else "standings"
            self._note(whole)
        return getattr(self._flow, name)
