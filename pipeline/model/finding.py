"""Findings, claims and sets of estimates: what the authors conclude, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.model.narrative import Preliminary, Relationships, Robustness, Themes, Theory
from pipeline.model.problem import Place
from pipeline.model.study import LATER, Direction


class Scale(StrEnum):
    """What a set of estimates is expressed in."""

    PROPORTION = "proportion"
    ODDS_RATIO = "odds_ratio"
    RISK_RATIO = "risk_ratio"
    RISK_DIFFERENCE = "risk_difference"
    HAZARD_RATIO = "hazard_ratio"
    RATE = "rate"
    RATE_RATIO = "rate_ratio"
    RATE_DIFFERENCE = "rate_difference"
    MEAN_DIFFERENCE = "mean_difference"
    STANDARDISED_MEAN_DIFFERENCE = "standardised_mean_difference"
    RATIO_OF_MEANS = "ratio_of_means"
    CORRELATION = "correlation"


RATIOS = frozenset(
    {
        Scale.ODDS_RATIO,
        Scale.RISK_RATIO,
        Scale.HAZARD_RATIO,
        Scale.RATE_RATIO,
        Scale.RATIO_OF_MEANS,
    }
)
"""Scales that are worked with as natural logarithms; 1 means no difference."""
DESCRIPTIVE = frozenset({Scale.PROPORTION, Scale.RATE})
"""Scales of one group, which compare nothing."""


class Transform(StrEnum):
    """What proportions are worked with as: the logit, or the double arcsine of Freeman & Tukey."""

    LOGIT = "logit"
    DOUBLE_ARCSINE = "double_arcsine"


class PoolingModel(StrEnum):
    """Whether studies are taken to estimate effects that differ, or one that is the same."""

    RANDOM_EFFECTS = "random_effects"
    COMMON_EFFECT = "common_effect"


class PoolingMethod(StrEnum):
    """How single studies are weighted. The second and third assume a common effect."""

    INVERSE_VARIANCE = "inverse_variance"
    MANTEL_HAENSZEL = "mantel_haenszel"
    PETO = "peto"


class Tau2(StrEnum):
    """How the variance between studies is estimated."""

    REML = "reml"
    DERSIMONIAN_LAIRD = "dersimonian_laird"
    PAULE_MANDEL = "paule_mandel"


class IntervalOf(StrEnum):
    """What the interval of a random-effects estimate rests on."""

    HARTUNG_KNAPP = "hartung_knapp"
    NORMAL = "normal"


class Several(StrEnum):
    """How several results of one study are pooled: with robust errors, or as if independent."""

    ROBUST = "robust"
    INDEPENDENT = "independent"


class Asymmetry(StrEnum):
    """Tests of whether small studies show other effects than large ones."""

    EGGER = "egger"
    PETERS = "peters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderation:
    """A meta-regression: on the answers at `by` (paths in the form), and why."""

    id: str
    by: tuple[str, ...]
    reason: str
    label: str = ""
    planned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallStudies:
    """What is looked at beside a funnel plot, and why."""

    reason: str
    tests: tuple[Asymmetry, ...] = (Asymmetry.EGGER,)
    trim_and_fill: bool = False
    fail_safe: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The authors' wish to pool, with the reason why the studies are alike enough for it.

    `safeguard`: the interval of Hartung and Knapp is never narrower than without their correction.
    `correlation` is that of sampling errors of one study, where it has several results. `subgroups`
    is a grouping whose groups are pooled apart and held against each other.
    """

    reason: str
    model: PoolingModel = PoolingModel.RANDOM_EFFECTS
    method: PoolingMethod = field(default=PoolingMethod.INVERSE_VARIANCE, metadata=LATER)
    tau2: Tau2 = field(default=Tau2.REML, metadata=LATER)
    interval: IntervalOf = field(default=IntervalOf.HARTUNG_KNAPP, metadata=LATER)
    safeguard: bool = field(default=True, metadata=LATER)
    several: Several = field(default=Several.ROBUST, metadata=LATER)
    correlation: float = field(default=0.6, metadata=LATER)
    subgroups: str = field(default="", metadata=LATER)
    regression: tuple[Moderation, ...] = field(default=(), metadata=LATER)
    leave_one_out: bool = field(default=False, metadata=LATER)
    influence: bool = field(default=False, metadata=LATER)
    small_studies: SmallStudies | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPair:
    """Two results of one study, each with a proportion (a mean, a rate), set against each other."""

    group: str
    comparator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """How many of 1,000 people without the exposure or intervention have the outcome, and whence
    that is known: the ground of absolute effects."""

    per_1000: float
    why: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Important:
    """The effects from which on the authors hold a difference to be important, on the printed
    scale: `below` for a lower, `above` for a higher one."""

    why: str
    below: float | None = None
    above: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateSet:
    """Results brought onto one scale. `measures` says what an estimate is where its words do not.

    `lower_means` and `higher_means` stand at the two ends of the axis. `absolute` are baseline
    risks (none: the median of the comparators, where the set is pooled and has any); `important`
    serves the judgement of imprecision.
    """

    id: str
    label: str
    scale: Scale
    results: tuple[str, ...] = ()
    pairs: tuple[ResultPair, ...] = ()
    measures: Mapping[str, Scale] = field(default_factory=dict)
    transform: Transform = field(default=Transform.LOGIT, metadata=LATER)
    lower_means: str = ""
    higher_means: str = ""
    grouping: str = ""
    reason: str = ""
    pool: Pool | None = None
    absolute: tuple[Baseline, ...] = field(default=(), metadata=LATER)
    important: Important | None = field(default=None, metadata=LATER)


class FindingKind(StrEnum):
    DIRECTION = "direction"  # counted by direction of effect
    DESCRIPTION = "description"  # figures or accounts, nothing is compared
    THEME = "theme"
    GAP = "gap"  # no study tells


class SynthesisMethod(StrEnum):
    """How the results of a finding were brought together (SWiM 3; Cochrane Handbook, ch. 12)."""

    VOTE_COUNT = "vote_count"
    SUMMARY_OF_ESTIMATES = "summary_of_estimates"
    TEXTUAL = "textual"
    THEMATIC = "thematic"
    NONE = "none"


class Approach(StrEnum):
    """How certainty is judged: GRADE without a pooled estimate (Murad 2017), or GRADE-CERQual."""

    GRADE = "grade"
    GRADE_CERQUAL = "grade_cerqual"


class Certainty(StrEnum):
    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very_low"


class Size(StrEnum):
    """How large a difference is, in the authors' judgement (GRADE guidelines 26)."""

    LARGE = "large"
    MODERATE = "moderate"
    SLIGHT = "slight"
    LITTLE_OR_NONE = "little_or_none"


class Domain(StrEnum):
    """What moves certainty: the domains of GRADE, then those of GRADE-CERQual."""

    RISK_OF_BIAS = "risk_of_bias"
    INCONSISTENCY = "inconsistency"
    INDIRECTNESS = "indirectness"
    IMPRECISION = "imprecision"
    PUBLICATION_BIAS = "publication_bias"
    LARGE_EFFECT = "large_effect"
    DOSE_RESPONSE = "dose_response"
    PLAUSIBLE_CONFOUNDING = "plausible_confounding"
    METHODOLOGICAL_LIMITATIONS = "methodological_limitations"
    COHERENCE = "coherence"
    ADEQUACY = "adequacy"
    RELEVANCE = "relevance"


DOMAINS: Mapping[Approach, tuple[Domain, ...]] = {
    Approach.GRADE: tuple(Domain)[:8],
    Approach.GRADE_CERQUAL: tuple(Domain)[8:],
}


class Concern(StrEnum):
    NONE_OR_VERY_MINOR = "none_or_very_minor"
    MINOR = "minor"
    MODERATE = "moderate"
    SERIOUS = "serious"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One step in the judgement of certainty: `steps` levels down (negative) or up, and why."""

    domain: Domain
    why: str
    steps: int = 0
    concern: Concern | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the studies say on one outcome of one comparison, or on a theme.

    `results` are ids `<study>/<entry>`; `studies` bear on the finding without a result of their
    own; `themes` are those that a thematic finding rests on; `estimate` is the set of numbers that
    belongs to it. `direction` and `size` are the authors' reading; what the results say is counted,
    never stored; `says` is the direction that the words of `statement` mean, where its author says
    so. `start` is where GRADE begins (None: by the designs). `sign_test` asks for the
    exact sign test, which is given on request only.
    """

    id: str
    statement: str
    kind: FindingKind = FindingKind.DESCRIPTION
    question: str = ""
    outcome: str = ""
    comparison: str = ""
    results: tuple[str, ...] = ()
    studies: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    estimate: str = ""
    direction: Direction | None = None
    size: Size | None = None
    method: SynthesisMethod = SynthesisMethod.TEXTUAL
    method_reason: str = ""
    says: Direction | None = field(default=None, metadata=LATER)
    sign_test: bool = False
    approach: Approach | None = None
    start: Certainty | None = None
    certainty: Certainty | None = None
    reasons: tuple[Reason, ...] = ()
    comments: str = ""
    notes: str = ""

    @property
    def all_studies(self) -> tuple[str, ...]:
        """The studies that the finding rests on, those with results first, each once."""
        of_results = (result.partition("/")[0] for result in self.results)
        return tuple(dict.fromkeys((*of_results, *self.studies)))


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyGroup:
    """Studies named one by one, and those whose answers fit `where` (item of the form: values)."""

    id: str
    label: str
    studies: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """One way of parting the included studies, planned or post hoc (SWiM 1a, 1b)."""

    id: str
    label: str
    groups: tuple[StudyGroup, ...]
    rule: str = ""
    rationale: str = ""
    planned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """All of `reviews/SLUG/synthesis/`, by id. `places` are the lines of the findings.

    The studies of a group are all its members: those named and those that fit its `where`.
    """

    findings: Mapping[str, Finding] = field(default_factory=dict)
    groupings: Mapping[str, Grouping] = field(default_factory=dict)
    theory: Theory = field(default_factory=Theory)
    preliminary: Preliminary = field(default_factory=Preliminary)
    relationships: Relationships = field(default_factory=Relationships)
    robustness: Robustness = field(default_factory=Robustness)
    estimates: Mapping[str, EstimateSet] = field(default_factory=dict)
    themes: Themes = field(default_factory=Themes)
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence of the manuscript that rests on evidence.

    `supports` are `finding:ID`, `theme:ID`, `STUDY/RESULT`, `STUDY`, `STUDY/path/to/a/value`,
    `quote:STUDY/path`, `n:COUNT` or `@KEY` of a reference; each was found when the claim was made.
    `says` is the direction that the sentence states, where its author said so; `numbers` are
    the ids of the statements that slots inside it made.
    """

    id: str
    text: str
    supports: tuple[str, ...]
    place: Place
    says: str = ""
    numbers: tuple[str, ...] = ()
