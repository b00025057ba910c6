"""Opens a review: every file that people wrote, as values, with what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline.notation.decision_lines import DecisionLog, read_decisions
from pipeline.notation.typed import into
from pipeline.notation.yaml_text import read_yaml
from pipeline.review_folder import cache
from pipeline.review_folder.drafts import Drafts, study_file
from pipeline.review_folder.editions import read_editions
from pipeline.review_folder.kept_problems import kept_problems, program
from pipeline.review_folder.places import ReviewPlaces, find_review, shipped_forms, shown
from pipeline.review_folder.study_shelf import Against, Shelf, content_of, read_shelf
from pipeline.review_folder.writing import append_decisions, reviewer_name, write_file
from pipeline.screening.plan_faults import CHECK as PLAN_CHECK
from pipeline.screening.plan_faults import plan_faults
from pipeline.terms.decision import AUTOMATION, Decision
from pipeline.terms.form import Form
from pipeline.terms.problem import Place, Problem, ReviewError
from pipeline.terms.protocol import Protocol
from pipeline.terms.review import Edition, Review
from pipeline.terms.search import Search
from pipeline.terms.study import Study

Tick = Callable[[int], None]


def open_review(
    name: str = "",
    *,
    as_reviewer: str = "",
    until: date | None = None,
    tick: Tick = lambda n: None,
) -> ReviewFolder:
    """The review called `name` (slug or path; empty: the only one there is).

    With `as_reviewer` only that person's log and that of the rules are read: who screens is blind
    by construction. With `until` the files of the first edition that was sealed on that day or
    after it are read, where there is one. `tick` is told how many records were parsed. Raises
    ReviewError when there is no such review or its protocol cannot be read.
    """
    folder = ReviewFolder(find_review(name), as_reviewer=as_reviewer, tick=tick)
    return folder.until(until) if until else folder


class ReviewFolder:
    """A review on disk. Reads when asked, once; `reload` forgets what was read."""

    def __init__(
        self, places: ReviewPlaces, *, as_reviewer: str = "", tick: Tick = lambda n: None
    ) -> None:
        self.places = places
        self._as_reviewer = reviewer_name(as_reviewer) if as_reviewer else ""
        self._tick = tick
        self._sealed: dict[int, ReviewFolder] = {}
        self._whole: ReviewFolder | None = None  # of a sealed one: the review whose logs it shares

    @property
    def slug(self) -> str:
        return self.places.slug

    def until(self, day: date) -> ReviewFolder:
        """This review as the first edition knew it that was sealed on `day` or after it, if any.

        Of two of one day, the one that was not withdrawn.
        """
        later = [e for e in self.sealed_editions if e.on >= day]
        edition = min(later, key=lambda e: (e.on, bool(e.withdrawn_on), e.number), default=None)
        return self.as_sealed(edition.number) if edition else self

    def as_sealed(self, number: int) -> ReviewFolder:
        """This review as the sealed edition `number` knew it."""
        if number not in self._sealed:
            places = ReviewPlaces(self.places.review, number)
            folder = ReviewFolder(places, as_reviewer=self._as_reviewer, tick=self._tick)
            folder._whole = self._whole or self
            self._sealed[number] = folder
        return self._sealed[number]

    def forget_sealed(self, number: int) -> None:
        """Lets the next `as_sealed` of `number` read its files again."""
        self._sealed.pop(number, None)

    def reload(self) -> None:
        """Forgets everything that was read, so that the next look sees the files as they are."""
        for name in [n for n in self.__dict__ if not n.startswith("_") and n != "places"]:
            del self.__dict__[name]
        self._sealed.clear()

    @cached_property
    def review(self) -> Review:
        """All that people wrote. Raises ReviewError when there is no readable protocol."""
        protocol, problems = self.protocol
        editions, about_editions = self.editions
        logs = self.logs
        return Review(
            slug=self.slug,
            protocol=protocol,
            searches=tuple(self.searches[0].values()),
            entries={search: export.ids for search, export in self.exports[0].items()},
            decisions=tuple(d for log in logs for d in log.decisions),
            studies=self.shelf.studies,
            drafts=self.drafts,
            forms=self.forms[0],
            editions=editions,
            sealed=_Sealed(self, [e.number for e in self.sealed_editions]),
            problems=(
                *problems,
                *self.searches[1],
                *self.exports[1],
                *(p for log in logs for p in log.problems),
                *self.forms[1],
                *self.shelf.problems,
                *about_editions,
                *self._decisions_lost(),
            ),
        )

    @cached_property
    def protocol(self) -> tuple[Protocol, tuple[Problem, ...]]:
        """The protocol. Raises ReviewError, with every fault of the file, when it is not sound."""
        file = shown(self.places.protocol)
        text = self._text(self.places.protocol)
        written = read_yaml(text, file)
        protocol, problems = into(Protocol, written)
        if protocol is not None:
            problems = (*problems, *plan_faults(protocol, written.place))
        if protocol is None or any(p.check == PLAN_CHECK for p in problems):
            faults = "\n".join(str(p) for p in problems)
            raise ReviewError(f"the protocol of {self.slug} cannot be read\n{faults}")
        return protocol, problems

    @cached_property
    def searches(self) -> tuple[Mapping[str, Search], tuple[Problem, ...]]:
        """The search log by id, in the order in which the exports came in."""
        found: list[Search] = []
        problems: list[Problem] = []
        for path in sorted(self.places.searches.glob("*.yaml")):
            if path.name.count(".") > 1:
                continue
            text = read_yaml(self._text(path), shown(path))
            search, faults = into(Search, text, given={"id": path.stem})
            problems += faults
            if search is None:
                continue
            if search.found_nothing:
                found.append(search)
                continue
            if "/" in search.export or "\\" in search.export or search.export in ("", ".", ".."):
                problems.append(
                    Problem(
                        place=text.place(("export",)),
                        what=f"`export: {search.export}` is not the name of a file beside this one",
                        remedy="Put the export into the same folder and write only its name",
                        check="export-missing",
                    )
                )
                continue
            found.append(search)
        found.sort(key=lambda s: (s.ingested_on, s.sequence, s.id))
        return {s.id: s for s in found}, tuple(problems)

    @cached_property
    def exports(self) -> tuple[Mapping[str, cache.ParsedExport], tuple[Problem, ...]]:
        """The parsed export of each search; changed or missing exports are problems."""
        found: dict[str, cache.ParsedExport] = {}
        problems: list[Problem] = []
        for search in self.searches[0].values():
            if search.found_nothing:
                continue
            export = self.places.exports / search.export
            about = Place(file=shown(self.places.searches / f"{search.id}.yaml"), line=1)
            if not export.is_file():
                problems.append(_missing_export(search, about))
                continue
            try:
                sha256 = cache.known_sha256(export, self.places.cache)
            except OSError as error:
                problems.append(
                    Problem(
                        place=about,
                        what=f"the export {search.export} cannot be read: {error.strerror}",
                        remedy="Give yourself the right to read it",
                        check="export-missing",
                    )
                )
                continue
            if sha256 != search.sha256:
                problems.append(_changed_export(search, about))
            found[search.id] = cache.parsed_export(
                search,
                export,
                shown(export),
                self.places.cache,
                self.repairs_of(search),
                self._tick,
            )
        return found, tuple(problems)

    def repairs_of(self, search: Search) -> Path | None:
        """The file with repaired entries of an export, `searches/ID.repairs.*`, if there is one."""
        return next(iter(sorted(self.places.searches.glob(f"{search.id}.repairs.*"))), None)

    @cached_property
    def records(self) -> cache.Records:
        """Every record by id, read from the cache as it is asked for."""
        return cache.Records(self.exports[0].values())

    def table(self, columns: Sequence[str]) -> Any:
        """An Arrow table of `columns` (names of notation/record_table.py) over all records."""
        import pyarrow as pa

        from pipeline.notation.record_table import SCHEMA

        parts = [export.columns(list(columns)) for export in self.exports[0].values()]
        parts = [part.select(list(columns)).replace_schema_metadata() for part in parts]
        empty = pa.schema([SCHEMA.field(name) for name in columns]).empty_table()
        return pa.concat_tables([empty, *parts])

    @cached_property
    def logs(self) -> tuple[DecisionLog, ...]:
        """The decision logs that this session may read, one a reviewer, by name."""
        if self._whole is not None and self.counted is not None:
            return tuple(_only(log, self.counted) for log in self._whole.logs)
        logs: list[DecisionLog] = []
        for path in sorted(self.places.decisions.glob("*.jsonl")):
            if self._as_reviewer and path.stem not in (self._as_reviewer, AUTOMATION):
                continue
            log = read_decisions(_bytes(path), path.stem, shown(path))
            logs.append(_only(log, self.counted) if self.counted is not None else log)
        return tuple(logs)

    @cached_property
    def counted(self) -> frozenset[str] | None:
        """The ids of the decisions that a sealed edition counts; None where nothing is sealed."""
        if not self.places.seal:
            return None
        return frozenset(self._text(self.places.counted).split())

    def _decisions_lost(self) -> tuple[Problem, ...]:
        lost = (self.counted or frozenset()) - {d.id for log in self.logs for d in log.decisions}
        if not lost or self._as_reviewer:
            return ()
        what = f"{len(lost)} of the decisions that this edition counts stand in no log any more"
        return (
            Problem(
                place=Place(file=shown(self.places.counted)),
                what=f"{what}: {', '.join(sorted(lost)[:5])}{' …' if len(lost) > 5 else ''}",
                remedy="Restore the lines from the history of the repository",
                check="editions",
            ),
        )

    def place_of(self, decision: Decision) -> Place:
        """The line of `decision` in its log."""
        return self._decision_places[decision.id]

    @cached_property
    def _decision_places(self) -> Mapping[str, Place]:
        return {
            decision.id: Place(
                file=shown(self.places.decisions / f"{log.reviewer}.jsonl"), line=line
            )
            for log in self.logs
            for decision, line in zip(log.decisions, log.lines, strict=True)
        }

    def search_place(self, search: str) -> Place:
        """The YAML of a search; the protocol for the empty name."""
        path = self.places.searches / f"{search}.yaml" if search else self.places.protocol
        return Place(file=shown(path), line=1)

    def orphaned_exports(self) -> tuple[Place, ...]:
        """Files in `searches/` that no search speaks of."""
        known = {s.export for s in self.searches[0].values()}
        return tuple(
            Place(file=shown(path))
            for path in sorted(self.places.exports.glob("*"))
            if path.is_file()
            and path.suffix != ".yaml"
            and ".repairs" not in path.name
            and not path.name.startswith(".")
            and path.name not in known
        )

    def verify_exports(self) -> None:
        """Hashes every export in full, whatever the cache remembers of it."""
        for search in self.searches[0].values():
            export = self.places.exports / search.export
            if search.export and export.is_file():
                cache.forget_sha256(export, self.places.cache)
        self.reload()

    @cached_property
    def forms(self) -> tuple[Mapping[str, Form], tuple[Problem, ...]]:
        """The forms that this review uses: those of the project go before those shipped."""
        protocol = self.protocol[0]
        wanted = {protocol.form, *protocol.appraisal, *self._forms_named_in_studies()}
        found: dict[str, Form] = {}
        problems: list[Problem] = []
        for name in sorted(wanted - {""}):
            path = self.form_path(name)
            if path is None:
                continue
            from pipeline.extraction import read_form

            try:
                form, faults = read_form(self._text(path), shown(path))
            except ReviewError as refused:  # one form that cannot be read is no reason to stop
                place = Place(file=shown(path))
                what = f"no study can follow this form: {refused.what}"
                form = None
                faults = (Problem(place=place, what=what, remedy=refused.remedy, check="form"),)
            problems += faults
            if form is not None:
                found[name] = form
        return found, tuple(problems)

    def form_path(self, name: str) -> Path | None:
        """Where the form `name` stands: in the project, else among the shipped ones."""
        if "/" in name or "\\" in name or name.startswith("."):
            return None
        for folder in (self.places.forms, shipped_forms()):
            if (folder / f"{name}.yaml").is_file():
                return folder / f"{name}.yaml"
        return None

    @cached_property
    def shelf(self) -> Shelf:
        """The extracted studies, held against their forms; each is read in full when asked for."""
        against = Against(self.forms[0], self.protocol[0])
        kept_at = self.places.cache / "studies" / f"{self._kept_as}.json"
        return read_shelf(self._study_files, against, kept_at, self._tick)

    def kept(
        self, name: str, texts: Iterable[str], find: Callable[[], tuple[Problem, ...]]
    ) -> tuple[Problem, ...]:
        """What `find` gives from the protocol, the studies and `texts`, kept by `name` till then.

        `find` may use code of `pipeline.synthesis` and the rooms below it, and nothing else of the
        review.
        """
        code = program("terms", "notation", "extraction", "synthesis")
        rests_on = (code, self._text(self.places.protocol), self.shelf.key, *texts)
        kept_at = self.places.cache / name / f"{self._kept_as}.json"
        return kept_problems(kept_at, (part.encode() for part in rests_on), find)

    @property
    def _kept_as(self) -> str:
        """A name for what is kept of this review: an edition does not push the live one out."""
        return f"{self.slug}-edition-{self.places.seal}" if self.places.seal else self.slug

    @cached_property
    def _study_files(self) -> Mapping[str, bytes]:
        """What each study file holds, by the name that messages give it."""
        folder = self.places.studies
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        around = shown(folder)
        return {
            f"{around}/{name}": content_of(folder / name)
            for name in names
            if name.endswith(".yaml") and not name.startswith(".")
        }

    def _forms_named_in_studies(self) -> set[str]:
        drafts = sorted(self.places.drafts.glob("*/*.yaml"))
        texts = (*self._study_files.values(), *(content_of(path) for path in drafts))
        named = (re.search(rb"^form:[ \t]*([^\s#]+)", text, re.M) for text in texts)
        found = {match.group(1).decode("utf-8", "replace") for match in named if match}
        return {name.strip("\"'") for name in found}

    @cached_property
    def drafts(self) -> Mapping[str, Mapping[str, Study]]:
        """Studies as people extracted them apart; none in a session that sees one log only."""
        if self._as_reviewer:
            return {}
        return Drafts(self.places, self.forms[0], self.protocol[0], self._text)

    def study_file(self, study: str, name: str = "") -> Path:
        """The file in which `name` extracts `study`; ReviewError where the plan lacks the name."""
        return study_file(self.places, self.protocol[0].extraction, study, name)

    @cached_property
    def editions(self) -> tuple[tuple[Edition, ...], tuple[Problem, ...]]:
        """The published editions, withdrawn ones among them, in the order of their days."""
        path = self.places.editions
        return read_editions(self._text(path), shown(path)) if path.is_file() else ((), ())

    @property
    def sealed_editions(self) -> tuple[Edition, ...]:
        """The editions that keep a copy of what people had written, before the one looked at."""
        own = self.places.seal
        return tuple(
            e
            for e in self.editions[0]
            if self.places.manifest_of(e.number).is_file() and e.number != own
        )

    def append(self, reviewer: str, event: type[Decision], **said: Any) -> Decision:
        """Adds one decision to the log of `reviewer`; it is on disk when this returns."""
        return self.append_all(reviewer, [(event, said)])[0]

    def append_all(
        self, reviewer: str, events: Iterable[tuple[type[Decision], Mapping[str, Any]]]
    ) -> tuple[Decision, ...]:
        """Adds several decisions at once, all or none; ReviewError for a bad name or disk."""
        name = reviewer_name(reviewer, automation=reviewer == AUTOMATION)
        log = self.places.decisions / f"{name}.jsonl"
        return append_decisions(log, name, list(events), datetime.now().astimezone())

    def log_size(self, reviewer: str) -> int:
        """The bytes of the log of `reviewer`: another number, something was written there."""
        try:
            return (self.places.decisions / f"{reviewer}.jsonl").stat().st_size
        except FileNotFoundError:
            return 0

    def mentioned_by(self, reviewer: str, records: Iterable[str]) -> frozenset[str]:
        """Those of `records` of which the log of `reviewer` speaks, without reading its lines."""
        try:
            log = (self.places.decisions / f"{reviewer}.jsonl").read_bytes()
        except OSError:
            return frozenset()
        return frozenset(r for r in records if b'"' + r.encode() + b'"' in log)

    def write(self, path: Path, content: bytes | str) -> None:
        """Puts a file in place as a whole or not at all."""
        write_file(path, content)

    def text_of(self, path: Path) -> str:
        """The text of a file that people wrote; `""` when it is not there."""
        return self._text(path) if path.is_file() else ""

    def _text(self, path: Path) -> str:
        content = _bytes(path)
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise ReviewError(
                f"{shown(path)}:{line} is not UTF-8 text", "Save the file as UTF-8 in your editor"
            ) from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except IsADirectoryError as error:
        raise ReviewError(f"{shown(path)} is a folder", "A file is wanted there") from error
    except FileNotFoundError as error:
        raise ReviewError(f"{shown(path)} is not there", "Restore it") from error
    except PermissionError as error:
        raise ReviewError(f"{shown(path)} may not be read", "Give yourself the right") from error


class _Sealed(Mapping[int, Review]):
    """The review as each sealed edition knew it, opened when it is asked for."""

    def __init__(self, folder: ReviewFolder, numbers: Sequence[int]) -> None:
        self._folder = folder
        self._numbers = tuple(numbers)
        self._opened: dict[int, Review] = {}

    def __getitem__(self, number: int) -> Review:
        if number not in self._numbers:
            raise KeyError(number)
        if number not in self._opened:
            self._opened[number] = self._folder.as_sealed(number).review
        return self._opened[number]

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


def _only(log: DecisionLog, ids: frozenset[str]) -> DecisionLog:
    """`log` with the decisions `ids`; what is wrong with other lines is not theirs."""
    kept = [(d, line) for d, line in zip(log.decisions, log.lines, strict=True) if d.id in ids]
    return replace(
        log,
        decisions=tuple(d for d, _ in kept),
        lines=tuple(line for _, line in kept),
        problems=(),
        torn=False,
    )


def _missing_export(search: Search, place: Place) -> Problem:
    return Problem(
        place=place,
        what=f"the export {search.export} of this search is not there; its records are not counted",
        remedy="Restore it from the history of the repository or from the database",
        check="export-missing",
    )


def _changed_export(search: Search, place: Place) -> Problem:
    return Problem(
        place=place,
        what=f"the export {search.export} is no longer the file that was taken in; "
        "decisions may point at other records",
        remedy="Restore it (`git checkout` does); take a newer export in as a search of its own",
        check="export-changed",
    )
