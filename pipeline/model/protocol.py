"""The protocol: what the review asks, what it takes in, who screens, what it looks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pipeline.model.decision import Stage
from pipeline.model.machine import Machine
from pipeline.model.study import LATER


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    id: str
    text: str
    short: str = ""


class PersonKind(StrEnum):
    """Who or what takes part: a `machine` (a language model, a classifier) is never told as a
    person."""

    PERSON = "person"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who takes part: `id` names the log, `name` (in any script) is what one reads.

    `machine` says of one of kind `machine` what it is and how `review machine` asks it.
    """

    id: str
    name: str
    kind: PersonKind = PersonKind.PERSON
    machine: Machine | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element of a question framework (PICO, PEO, PICo, SPIDER, PCC, CoCoPop …)."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """An eligibility criterion. A record is excluded for the first, in this order, that it fails.

    `key` is the key of the screen that excludes for it.
    """

    id: str
    label: str
    text: str = ""
    stages: tuple[Stage, ...] = (Stage.TITLE_ABSTRACT, Stage.FULL_TEXT)
    key: str = ""


class PlanKind(StrEnum):
    """Who screens what.

    `all`: each record by `reviewers_per_record` people. `sample`: each by the first reviewer of the
    plan and a sample by the others. `split`: the records dealt out among the reviewers, each to
    `reviewers_per_record` of them.
    """

    ALL = "all"
    SAMPLE = "sample"
    SPLIT = "split"


class RankingModel(StrEnum):
    """What ranks the records of titles and abstracts.

    `svm`: a linear support vector machine, the best of them in the benchmark. `naive_bayes` and
    `logistic` see the same words differently: to look from another side at what is left. `words`:
    the words of the protocol alone, whatever the verdicts say.
    """

    SVM = "svm"
    NAIVE_BAYES = "naive_bayes"
    LOGISTIC = "logistic"
    WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """In which order records are shown on title and abstract.

    Of the places, a share `random` goes to records drawn by the seed (so that what is found is no
    picture of the model's taste alone, and what is left can be estimated), a share `uncertain` to
    those that the model is least sure of, the rest to those that it holds most relevant. `seed` 0
    stands for the seed of the plan.
    """

    model: RankingModel = RankingModel.SVM
    random: float = 0.05
    uncertain: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningPlan:
    """How many people look at each record of a stage.

    `sample` is the share of records (0 to 1) that a second person sees under `PlanKind.SAMPLE`;
    `seed` draws it. `pilot` is the number of records, drawn by `seed`, that every reviewer sees
    first. `safety_first`: two votes include/exclude settle as include (EPPI's rule).
    `target_recall` and `confidence` are those of the test that says when screening may stop.
    """

    reviewers: tuple[str, ...] = ()
    reviewers_per_record: int = 2
    plan: PlanKind = PlanKind.ALL
    sample: float = 0.1
    seed: int = 1
    pilot: int = 0
    safety_first: bool = False
    target_recall: float = 0.95
    confidence: float = 0.95
    ranking: Ranking = Ranking()

    @property
    def ranking_seed(self) -> int:
        return self.ranking.seed or self.seed


class ExtractionPlanKind(StrEnum):
    """Who extracts and appraises a study.

    `single`: one person. `one_checked`: one person, and another holds each answer against the
    report. `two_apart`: two people, blind to each other, who then settle what differs.
    """

    SINGLE = "single"
    ONE_CHECKED = "one_checked"
    TWO_APART = "two_apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionPlan:
    """How studies are extracted and appraised (PRISMA 2020, items 9 and 11).

    `people` extract and `checkers` check, in a team of any size; no names means anybody.
    """

    plan: ExtractionPlanKind = ExtractionPlanKind.SINGLE
    people: tuple[str, ...] = ()
    checkers: tuple[str, ...] = ()


class Polarity(StrEnum):
    """What a higher value of an outcome means for the young people concerned."""

    HIGHER_IS_BETTER = "higher_is_better"
    HIGHER_IS_WORSE = "higher_is_worse"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    id: str
    label: str
    definition: str = ""
    polarity: Polarity = Polarity.NEUTRAL
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of participants that studies compare, e.g. *TA-HSB only*."""

    id: str
    label: str
    definition: str = ""


class AmendmentEffect(StrEnum):
    """What an amendment does to the criteria that it affects.

    `widened`: what met them still does; `narrowed`: what failed them still does; `reworded`: they
    mean what they meant; `new_records`: they hold for records screened from that day on, and what
    was decided before stands. Nobody needs to look again where a verdict cannot change.
    """

    WIDENED = "widened"
    NARROWED = "narrowed"
    REWORDED = "reworded"
    NEW_RECORDS = "new_records"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A dated change of the protocol with its reason (PRISMA 2020 item 24c).

    `affects` are ids (of criteria, outcomes …); without `change` any verdict that rested on a
    criterion among them is to be looked at again.
    """

    on: date
    what: str
    why: str
    affects: tuple[str, ...] = ()
    change: AmendmentEffect | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LivingMode:
    """How the review is kept up to date (PRISMA-LSR 2024, L1).

    A search is stale when it is older than `search_every_months`; `sources` gives single sources
    their own number of months. `schedule` and `retirement` are told in words.
    """

    search_every_months: int | None = None
    sources: Mapping[str, int] = field(default_factory=dict)
    schedule: str = ""
    retirement: str = ""

    def months_for(self, source: str) -> int | None:
        """After how many months a search of `source` is stale; None when nothing is planned."""
        return self.sources.get(source, self.search_every_months)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSearch:
    """A search that the program runs itself (`review search --again`).

    `source` is one of those that `review search` knows, `query` in its own words. `address` is
    that of another server that answers for it (the proxy of an institution).
    """

    source: str
    query: str
    from_day: date | None = None
    to_day: date | None = None
    limit: int | None = None
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    name: str
    affiliation: str = ""
    orcid: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HighlightTerms:
    """Words that the screen marks: `include` speak for a record, `exclude` against it."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedNumber:
    """Words with a number that a manuscript may type, and why no slot fills it in."""

    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """`reviews/SLUG/protocol.yaml`. `notice` is printed at the head of every document."""

    title: str
    questions: tuple[Question, ...]
    criteria: tuple[Criterion, ...]
    subtitle: str = ""
    authors: tuple[Author, ...] = ()
    language: str = "en-GB"
    kind: str = "narrative review"
    notice: str = ""
    framework: str = ""
    elements: tuple[Element, ...] = ()
    registration: str = ""
    contact: str = ""  # an e-mail address; sources that are searched over the web are told it
    searches: tuple[PlannedSearch, ...] = ()
    support: str = ""
    competing_interests: str = ""
    availability: str = ""
    people: tuple[Person, ...] = ()
    screening: ScreeningPlan = ScreeningPlan()
    full_text: ScreeningPlan | None = None
    form: str = ""
    extraction: ExtractionPlan = ExtractionPlan()
    appraisal: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    groups: tuple[Group, ...] = ()
    terms: HighlightTerms = HighlightTerms()
    style: str = ""
    reference_docx: str = ""
    typed_numbers: tuple[TypedNumber, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    living: LivingMode | None = None

    @property
    def machines(self) -> Mapping[str, str]:
        """Who takes part and is no person: the name to read, by the id of the log."""
        return {p.id: p.name for p in self.people if p.kind is PersonKind.MACHINE}

    def plan(self, stage: Stage) -> ScreeningPlan:
        """The plan of `stage`; full text falls back on the plan of titles and abstracts."""
        return self.full_text or self.screening if stage is Stage.FULL_TEXT else self.screening

    @property
    def names(self) -> Mapping[str, str]:
        """The name of each person by id."""
        return {person.id: person.name for person in self.people}

    def name_of(self, id: str) -> str:
        """What the person with this id is called; the id where the protocol gives no name."""
        return self.names.get(id, id)

    def criteria_of(self, stage: Stage) -> tuple[Criterion, ...]:
        return tuple(c for c in self.criteria if stage in c.stages)
