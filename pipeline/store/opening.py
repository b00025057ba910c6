"""Opens a review: every file that people wrote, as values, with what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline.duplicates.completing import CompletedRecords
from pipeline.duplicates.groups import groups_of, kept_records
from pipeline.model.decision import AUTOMATION, Decision, Matched
from pipeline.model.form import Form
from pipeline.model.problem import Place, Problem, ReviewError
from pipeline.model.protocol import Protocol
from pipeline.model.review import Edition, Review
from pipeline.model.search import Search
from pipeline.model.study import Study
from pipeline.model.undoing import discarded_searches, effective
from pipeline.notation.decision_lines import DecisionLog
from pipeline.notation.machine_lines import MachineLog
from pipeline.notation.people import CHECK as PEOPLE_CHECK
from pipeline.notation.people import with_people
from pipeline.notation.spelling import LANGUAGES
from pipeline.notation.typed import into
from pipeline.notation.yaml_text import YamlText, read_yaml
from pipeline.screening.machine_faults import machine_faults
from pipeline.screening.plans import CHECK as PLAN_CHECK
from pipeline.screening.plans import plan_faults
from pipeline.store import cache, decision_logs, search_log, study_files
from pipeline.store.cache import kept_problems, program
from pipeline.store.drafts import Drafts, study_file
from pipeline.store.editions import read_editions
from pipeline.store.files import Reader, append_decisions, reviewer_name, text_at, write_file
from pipeline.store.locating import find_review
from pipeline.store.machine_logs import read_machine_logs
from pipeline.store.places import ReviewPlaces, shipped_forms, shown
from pipeline.store.protocol_names import name_faults
from pipeline.store.study_files import Against, Shelf, read_shelf


def _language_faults(protocol: Protocol, place: Place) -> Iterator[Problem]:
    """A language that the program does not write: its own words would stand in another one."""
    if protocol.language not in LANGUAGES:
        yield Problem(
            place=place,
            what=f"the language {protocol.language!r} is none that this program writes",
            remedy=f"Write `language: {LANGUAGES[0]}` or `language: {LANGUAGES[1]}`; your own "
            "prose may stand in any language",
            check="protocol",
        )


def read_protocol(places: ReviewPlaces, read: Reader) -> tuple[Protocol, tuple[Problem, ...]]:
    """The protocol. Raises ReviewError, with every fault of the file, when it is not sound."""
    written = read_yaml(read(places.protocol), shown(places.protocol))
    written, about_people = with_people(written)
    protocol, problems = into(Protocol, written)
    problems = (*problems, *about_people)
    if protocol is not None:
        problems = (*problems, *plan_faults(protocol, written.place))
        problems = (*problems, *name_faults(protocol, written))
        problems = (*problems, *machine_faults(protocol, written.place))
        problems = (*problems, *_language_faults(protocol, written.place(("language",))))
    if protocol is None or any(p.check in (PLAN_CHECK, PEOPLE_CHECK) for p in problems):
        faults = "\n".join(str(p) for p in problems)
        raise ReviewError(f"the protocol of {places.slug} cannot be read\n{faults}")
    return protocol, problems


def sealed_among(places: ReviewPlaces, editions: Iterable[Edition]) -> tuple[Edition, ...]:
    """Those of `editions` that are sealed, without the one that `places` looks at."""
    return tuple(
        e for e in editions if places.manifest_of(e.number).is_file() and e.number != places.seal
    )


def first_known_by(day: date, editions: Iterable[Edition]) -> Edition | None:
    """The first of `editions` that was sealed on `day` or after it, if any.

    Of two of one day, the one that was not withdrawn.
    """
    later = [e for e in editions if e.on >= day]
    return min(later, key=lambda e: (e.on, bool(e.withdrawn_on), e.number), default=None)


class SealedReviews(Mapping[int, Review]):
    """The review as each sealed edition knew it, opened when it is asked for."""

    def __init__(self, numbers: Iterable[int], opened: Callable[[int], Review]) -> None:
        self._numbers = tuple(numbers)
        self._open = opened
        self._opened: dict[int, Review] = {}

    def __getitem__(self, number: int) -> Review:
        if number not in self._numbers:
            raise KeyError(number)
        if number not in self._opened:
            self._opened[number] = self._open(number)
        return self._opened[number]

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


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
    ReviewError when there is no such review, when it leads out of its folder, or when its protocol
    cannot be read.
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
        edition = first_known_by(day, self.sealed_editions)
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
        read = [n for n in self.__dict__ if isinstance(vars(type(self)).get(n), cached_property)]
        for name in read:
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
            sealed=self._sealed_reviews(),
            problems=(
                *problems,
                *self.searches[1],
                *self.exports[1],
                *(p for log in logs for p in log.problems),
                *self.forms[1],
                *self.shelf.problems,
                *about_editions,
                *self._decisions_lost(),
                *(p for log in self.machine_logs for p in log.problems),
            ),
        )

    def _sealed_reviews(self) -> Mapping[int, Review]:
        numbers = [edition.number for edition in self.sealed_editions]
        return SealedReviews(numbers, lambda number: self.as_sealed(number).review)

    @cached_property
    def protocol(self) -> tuple[Protocol, tuple[Problem, ...]]:
        """The protocol. Raises ReviewError, with every fault of the file, when it is not sound."""
        return read_protocol(self.places, text_at)

    @cached_property
    def searches(self) -> tuple[Mapping[str, Search], tuple[Problem, ...]]:
        """The search log by id, in the order in which the exports came in."""
        return search_log.read_searches(self.places, text_at)

    @cached_property
    def exports(self) -> tuple[Mapping[str, cache.ParsedExport], tuple[Problem, ...]]:
        """The parsed export of each search; changed or missing exports are problems."""
        return search_log.read_exports(self.places, self.searches[0].values(), self._tick)

    def repairs_of(self, search: Search) -> Path | None:
        """The file with repaired entries of an export, `searches/ID.repairs.*`, if there is one."""
        return search_log.repairs_of(self.places, search)

    @cached_property
    def records(self) -> CompletedRecords:
        """Every record by id, read as it is asked for and completed from those of its report."""
        return CompletedRecords(self.as_read, self.duplicates)

    @cached_property
    def as_read(self) -> cache.Records:
        """Every record by id as its export has it, read from the cache as it is asked for."""
        return cache.Records(self.exports[0].values())

    @cached_property
    def duplicates(self) -> Mapping[str, tuple[str, ...]]:
        """The other records of each kept record's report, by the logs that this session reads."""
        decisions = [d for log in self.logs for d in log.decisions]
        gone = discarded_searches(decisions)
        entries = {search: export.ids for search, export in self.exports[0].items()}
        counting = [id for search, ids in entries.items() if search not in gone for id in ids]
        stray = [id for search, ids in entries.items() if search in gone for id in ids]
        matches = (d for d in effective(decisions) if isinstance(d, Matched))
        return groups_of(counting, kept_records([*counting, *stray], matches))

    def table(self, columns: Sequence[str], without: Collection[str] = ()) -> Any:
        """An Arrow table of `columns` (names of notation/record_table.py) over all records but
        those of the searches `without`."""
        exports = [e for search, e in self.exports[0].items() if search not in without]
        return search_log.table_of(exports, columns)

    @cached_property
    def logs(self) -> tuple[DecisionLog, ...]:
        """The decision logs that this session may read, one a reviewer, by name."""
        if self._whole is not None and self.counted is not None:
            return tuple(decision_logs.only(log, self.counted) for log in self._whole.logs)
        logs = decision_logs.read_logs(self.places, self._as_reviewer)
        if self.counted is None:
            return logs
        return tuple(decision_logs.only(log, self.counted) for log in logs)

    @cached_property
    def machine_logs(self) -> tuple[MachineLog, ...]:
        """What machines answered; whoever screens reads none of it, nor does a sealed edition."""
        if self._as_reviewer or self.places.seal:
            return ()
        return read_machine_logs(self.places)

    @cached_property
    def counted(self) -> frozenset[str] | None:
        """The ids of the decisions that a sealed edition counts; None where nothing is sealed."""
        if not self.places.seal:
            return None
        return frozenset(text_at(self.places.counted).split())

    def _decisions_lost(self) -> tuple[Problem, ...]:
        if self.counted is None or self._as_reviewer:
            return ()
        return decision_logs.decisions_lost(self.places, self.counted, self.logs)

    def place_of(self, decision: Decision) -> Place:
        """The line of `decision` in its log."""
        return self._decision_places[decision.id]

    @cached_property
    def _decision_places(self) -> Mapping[str, Place]:
        return decision_logs.decision_places(self.places, self.logs)

    def search_place(self, search: str) -> Place:
        """The YAML of a search; the protocol for the empty name."""
        return search_log.search_place(self.places, search)

    def protocol_place(self, key: str) -> Place:
        """The line of `key` in the protocol, that of its head where the key does not stand."""
        return self._protocol_text.place((key,))

    @cached_property
    def _protocol_text(self) -> YamlText:
        return read_yaml(text_at(self.places.protocol), shown(self.places.protocol))

    def form_place(self, form: str) -> Place:
        """The file of a form or an instrument."""
        path = self.form_path(form)
        return Place(file=shown(path) if path else form, line=0)

    def orphaned_exports(self) -> tuple[Place, ...]:
        """Files in `searches/` that no search speaks of."""
        return search_log.orphaned_exports(self.places, self.searches[0].values())

    def verify_exports(self) -> None:
        """Hashes every export in full, whatever the cache remembers of it."""
        search_log.forget_hashes(self.places, self.searches[0].values())
        self.reload()

    @cached_property
    def forms(self) -> tuple[Mapping[str, Form], tuple[Problem, ...]]:
        """The forms that this review uses: those of the project go before those shipped."""
        protocol = self.protocol[0]
        named = study_files.forms_named(self.places, self._study_files.values())
        wanted = {protocol.form, *protocol.appraisal, *named}
        return study_files.read_forms(self.places, wanted - {""}, text_at)

    def form_names(self) -> tuple[str, ...]:
        """The forms that may be named: those of the project and those shipped."""
        folders = (self.places.forms, shipped_forms())
        return tuple(sorted({path.stem for folder in folders for path in folder.glob("*.yaml")}))

    def form_path(self, name: str) -> Path | None:
        """Where the form `name` stands: in the project, else among the shipped ones."""
        return study_files.form_path(self.places, name)

    @cached_property
    def shelf(self) -> Shelf:
        """The extracted studies, held against their forms; each is read in full when asked for."""
        against = Against(self.forms[0], self.protocol[0])
        kept_at = self.places.cache / "studies" / f"{self.places.kept_as}.json"
        return read_shelf(self._study_files, against, kept_at, self._tick)

    def kept(
        self, name: str, texts: Iterable[str], find: Callable[[], tuple[Problem, ...]]
    ) -> tuple[Problem, ...]:
        """What `find` gives from the protocol, the studies and `texts`, kept by `name` till then.

        `find` may use code of `pipeline.synthesis` and the rooms below it, and nothing else of the
        review.
        """
        code = program("model", "notation", "extraction", "synthesis")
        rests_on = (code, text_at(self.places.protocol), self.shelf.key, *texts)
        kept_at = self.places.cache / name / f"{self.places.kept_as}.json"
        return kept_problems(kept_at, (part.encode() for part in rests_on), find)

    @cached_property
    def _study_files(self) -> Mapping[str, bytes]:
        """What each study file holds, by the name that messages give it."""
        return study_files.study_files(self.places)

    @cached_property
    def drafts(self) -> Mapping[str, Mapping[str, Study]]:
        """Studies as people extracted them apart; none in a session that sees one log only."""
        if self._as_reviewer:
            return {}
        return Drafts(self.places, self.forms[0], self.protocol[0], text_at)

    def study_file(self, study: str, name: str = "") -> Path:
        """The file in which `name` extracts `study`; ReviewError where the plan lacks the name."""
        return study_file(self.places, self.protocol[0].extraction, study, name)

    @cached_property
    def editions(self) -> tuple[tuple[Edition, ...], tuple[Problem, ...]]:
        """The published editions, withdrawn ones among them, in the order of their days."""
        path = self.places.editions
        return read_editions(text_at(path), shown(path)) if path.is_file() else ((), ())

    @property
    def sealed_editions(self) -> tuple[Edition, ...]:
        """The editions that keep a copy of what people had written, before the one looked at."""
        return sealed_among(self.places, self.editions[0])

    def append(self, reviewer: str, event: type[Decision], **said: Any) -> Decision:
        """Adds one decision to the log of `reviewer`; it is on disk when this returns."""
        return self.append_all(reviewer, [(event, said)])[0]

    def append_all(
        self, reviewer: str, events: Iterable[tuple[type[Decision], Mapping[str, Any]]]
    ) -> tuple[Decision, ...]:
        """Adds several decisions at once, all or none; ReviewError for a bad name or disk."""
        name = reviewer_name(reviewer, automation=reviewer == AUTOMATION)
        if name in self.protocol[0].machines:
            raise ReviewError(
                f"{name} is a machine by the protocol, and decides nothing",
                f"Decide under your own name; `review machine {self.slug} --as {name}` asks it",
            )
        log = decision_logs.log_at(self.places, name)
        return append_decisions(log, name, list(events), datetime.now().astimezone())

    def log_size(self, reviewer: str) -> int:
        """The bytes of the log of `reviewer`: another number, something was written there."""
        return decision_logs.log_size(decision_logs.log_at(self.places, reviewer))

    def mentioned_by(self, reviewer: str, records: Iterable[str]) -> frozenset[str]:
        """Those of `records` of which the log of `reviewer` speaks, without reading its lines."""
        return decision_logs.mentioned_in(decision_logs.log_at(self.places, reviewer), records)

    def write(self, path: Path, content: bytes | str) -> None:
        """Puts a file in place as a whole or not at all."""
        write_file(path, content)

    def text_of(self, path: Path) -> str:
        """The text of a file that people wrote; `""` when it is not there."""
        return text_at(path) if path.is_file() else ""
