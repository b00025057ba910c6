"""The study files and forms of a review, held against each other."""

from __future__ import annotations

import gc
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pipeline.extraction import read_study
from pipeline.extraction.study_data import summary_of
from pipeline.model.form import Form
from pipeline.model.problem import Place, Problem, ReviewError
from pipeline.model.protocol import Protocol
from pipeline.model.study import Study, StudySummary
from pipeline.store.cache import keep, program
from pipeline.store.files import Reader
from pipeline.store.places import ReviewPlaces, shipped_forms, shown

MOST_BYTES = 20_000_000
_WORTH_A_PROCESS = 400  # files; fewer are read faster than a process starts
_BATCH = 100


class StudyFileCheck(msgspec.Struct, frozen=True):
    """What was found in one study file; `summary` is None where it holds no study."""

    problems: tuple[Problem, ...]
    summary: StudySummary | None


@dataclass(frozen=True, slots=True)
class Against:
    """All that a study is held against."""

    forms: Mapping[str, Form]
    protocol: Protocol

    def key(self) -> str:
        """Changes whenever the same file could give another finding."""
        protocol = self.protocol
        of_protocol = (protocol.form, protocol.appraisal, protocol.outcomes, protocol.groups)
        said = msgspec.json.encode((self.forms, of_protocol))
        return hashlib.sha256(
            said + program("extraction", "notation", "model").encode()
        ).hexdigest()


class Studies(Mapping[str, Study]):
    """Studies by id, each read from its file when it is asked for, and the summaries of all."""

    def __init__(
        self,
        files: Mapping[str, tuple[str, bytes]],
        summaries: Mapping[str, StudySummary],
        against: Against,
    ) -> None:
        self.summaries = summaries
        self._files = files
        self._against = against
        self._read: dict[str, Study] = {}

    def __getitem__(self, id: str) -> Study:
        if id not in self._read:
            file, content = self._files[id]
            study, _ = _held(file, content, self._against)
            if study is None:
                raise KeyError(id)
            self._read[id] = study
        return self._read[id]

    def __contains__(self, id: object) -> bool:
        return id in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The studies of a review, and what is wrong with their files.

    `key` is another one whenever a study, or anything that it is held against, says something else.
    """

    studies: Studies
    problems: tuple[Problem, ...]
    key: str


def read_shelf(
    files: Mapping[str, bytes],
    against: Against,
    kept_at: Path,
    tick: Callable[[int], object] = lambda n: None,
) -> Shelf:
    """Every study file held against `against`; findings are kept in the file `kept_at`.

    `files` maps the name of each file, as people see it in messages, to what it holds. `tick` is
    told how many files had to be read.
    """
    key = against.key()
    marks = {name: _hash(key, name, content) for name, content in files.items()}
    known = _kept(kept_at)
    jobs = [(marks[name], name, files[name]) for name in files if marks[name] not in known]
    found = dict(known)
    for done, (mark, finding) in enumerate(_findings(jobs, against), 1):
        found[mark] = finding
        tick(done)
    if jobs or len(known) != len(files):
        keep(kept_at, msgspec.json.encode({mark: found[mark] for mark in marks.values()}))
    order = [(name, found[mark]) for name, mark in marks.items()]
    sound = {f.summary.id: (name, files[name]) for name, f in order if f.summary is not None}
    summaries = {f.summary.id: f.summary for _, f in order if f.summary is not None}
    return Shelf(
        studies=Studies(sound, summaries, against),
        problems=tuple(problem for _, f in order for problem in f.problems),
        key=hashlib.sha256("".join((key, *marks.values())).encode()).hexdigest(),
    )


def content_of(path: Path) -> bytes:
    """What a study file holds, as far as a person could have written it.

    Raises ReviewError for what is no file that can be read; one that is too large is cut, and told
    when it is held against its form.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except IsADirectoryError as error:
        raise ReviewError(f"{shown(path)} is a folder", "A file is wanted there") from error
    except OSError as error:
        raise ReviewError(f"{shown(path)} cannot be read", "Give yourself the right") from error


def _held(file: str, content: bytes, against: Against) -> tuple[Study | None, tuple[Problem, ...]]:
    if len(content) > MOST_BYTES:
        what = f"this file is larger than {MOST_BYTES // 1_000_000} MB and is not read"
        return None, (_fault(file, 0, what, "No study is that long: look at what is in it"),)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        what = "this is not UTF-8 text"
        return None, (_fault(file, line, what, "Save the file as UTF-8 in your editor"),)
    return read_study(text, file, against.forms, against.protocol)


def _fault(file: str, line: int, what: str, remedy: str) -> Problem:
    return Problem(place=Place(file=file, line=line), what=what, remedy=remedy, check="study")


def _finding(file: str, content: bytes, against: Against) -> StudyFileCheck:
    study, problems = _held(file, content, against)
    form = against.forms.get(study.form) if study is not None else None
    return StudyFileCheck(problems, summary_of(study, form) if study is not None else None)


_Job = tuple[str, str, bytes]


def _findings(jobs: Sequence[_Job], against: Against) -> Iterator[tuple[str, StudyFileCheck]]:
    """The findings of `jobs` (mark, file, content), on two processes where that is worth it."""
    if len(jobs) < _WORTH_A_PROCESS or (os.cpu_count() or 1) < 2:
        for mark, file, content in jobs:
            yield mark, _finding(file, content, against)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    batches = [jobs[n : n + _BATCH] for n in range(0, len(jobs), _BATCH)]
    with ProcessPoolExecutor(
        2, get_context("spawn"), initializer=_begin, initargs=(against,)
    ) as pool:
        for said in pool.map(_batch, batches):
            yield from msgspec.json.decode(said, type=list[tuple[str, StudyFileCheck]])


_against: list[Against] = []  # of a process of the pool


def _begin(against: Against) -> None:
    _against[:] = [against]
    gc.disable()  # studies hold no circles, and looking for them takes a sixth of the time


def _batch(jobs: Sequence[_Job]) -> bytes:
    found = [(mark, _finding(file, content, _against[0])) for mark, file, content in jobs]
    return msgspec.json.encode(found)


def _kept(kept_at: Path) -> dict[str, StudyFileCheck]:
    try:
        return msgspec.json.decode(kept_at.read_bytes(), type=dict[str, StudyFileCheck])
    except (OSError, msgspec.MsgspecError):
        return {}


def _hash(key: str, name: str, content: bytes) -> str:
    return hashlib.sha256(f"{key}|{name}|".encode() + content).hexdigest()


def read_forms(
    places: ReviewPlaces, names: Iterable[str], read: Reader
) -> tuple[Mapping[str, Form], tuple[Problem, ...]]:
    """The forms called `names`, and what is wrong with them; a name without a file is left out."""
    found: dict[str, Form] = {}
    problems: list[Problem] = []
    for name in sorted(names):
        path = form_path(places, name)
        if path is None:
            continue
        form, faults = _form_at(path, read)
        problems += faults
        if form is not None:
            found[name] = form
    return found, tuple(problems)


def _form_at(path: Path, read: Reader) -> tuple[Form | None, tuple[Problem, ...]]:
    from pipeline.extraction import read_form

    try:
        return read_form(read(path), shown(path))
    except ReviewError as refused:  # one form that cannot be read is no reason to stop
        place = Place(file=shown(path))
        what = f"no study can follow this form: {refused.what}"
        return None, (Problem(place=place, what=what, remedy=refused.remedy, check="form"),)


def form_path(places: ReviewPlaces, name: str) -> Path | None:
    """Where the form `name` stands: in the project, else among the shipped ones."""
    if "/" in name or "\\" in name or name.startswith("."):
        return None
    for folder in (places.forms, shipped_forms()):
        if (folder / f"{name}.yaml").is_file():
            return folder / f"{name}.yaml"
    return None


def study_files(places: ReviewPlaces) -> Mapping[str, bytes]:
    """What each study file holds, by the name that messages give it."""
    folder = places.studies
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    around = shown(folder)
    return {
        f"{around}/{name}": content_of(folder / name)
        for name in names
        if name.endswith(".yaml") and not name.startswith(".")
    }


def forms_named(places: ReviewPlaces, studies: Iterable[bytes]) -> frozenset[str]:
    """The names of the forms that `studies` (what their files hold) and the drafts follow.

    Read by lines and not as YAML: the forms are needed before a study can be held against one.
    """
    drafts = sorted(places.drafts.glob("*/*.yaml"))
    texts = (*studies, *(content_of(path) for path in drafts))
    named = (re.search(rb"^form:[ \t]*([^\s#]+)", text, re.M) for text in texts)
    found = {match.group(1).decode("utf-8", "replace") for match in named if match}
    return frozenset(name.strip("\"'") for name in found)
