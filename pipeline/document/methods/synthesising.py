"""How the studies were brought together (PRISMA 2020, items 13 and 15; SWiM 1 to 7; Popay 2006)."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.document.estimate_words import METHODS, SCALES
from pipeline.document.figures.estimates import Numbers, numbers_of
from pipeline.document.finding_words import APPROACHES, methods_used
from pipeline.document.wording import counted, in_words, listed, lower_first, paragraph, were
from pipeline.extraction.forms import walk
from pipeline.model.finding import (
    Finding,
    FindingKind,
    Grouping,
    IntervalOf,
    Pool,
    PoolingModel,
    SynthesisMethod,
    Tau2,
)
from pipeline.model.narrative import ReadAs
from pipeline.notation.safe_text import for_markdown
from pipeline.snapshot import Snapshot

See = Callable[[str], str]


def synthesis(snapshot: Snapshot, see: See) -> str:
    """Theory, groups, order, methods, direction, numbers, themes, relationships, robustness and
    certainty, as far as each was done."""
    findings = tuple(snapshot.synthesis.findings.values())
    if not findings:
        return "No finding has been written down yet."
    first = paragraph(
        [
            *_theory(snapshot, see),
            *(_grouping(g) for g in snapshot.synthesis.groupings.values()),
            _order(snapshot),
            *_findings(findings, snapshot, see),
        ]
    )
    second = paragraph([*_numbers(snapshot, see), *_themes(snapshot, see)])
    third = paragraph([*_between(snapshot, see), *_robustness(snapshot, see)])
    fourth = paragraph(_certainty(findings, see))
    return "\n\n".join(part for part in (first, second, third, fourth) if part)


def _theory(snapshot: Snapshot, see: See) -> list[str]:
    theory = snapshot.synthesis.theory
    if not theory.text.strip() and theory.logic_model is None:
        return []
    model = theory.logic_model
    if model is None:
        return ["a theory of how, why and for whom guided the synthesis"]
    assumed = sum(not arrow.findings for arrow in model.arrows)
    said = "a theory of how, why and for whom guided the synthesis and is drawn as a logic model"
    if assumed and model.arrows:
        said += (
            f"; {in_words(assumed)} of its {counted(len(model.arrows), 'arrow', words=True)} "
            f"{'is' if assumed == 1 else 'are'} assumed"
        )
    return [f"{said}{see('logic_model')}"]


def _grouping(grouping: Grouping) -> str:
    when = "as planned" if grouping.planned else "post hoc"
    labels = listed(for_markdown(lower_first(g.label)) for g in grouping.groups)
    why = f", because {for_markdown(lower_first(grouping.rationale))}" if grouping.rationale else ""
    return f"studies were grouped {when} into {labels}{why}".rstrip(".")


def _order(snapshot: Snapshot) -> str:
    order = snapshot.synthesis.preliminary.order
    reason = for_markdown(lower_first(" ".join(order.reason.split()).removesuffix(".")))
    because = f"; the reason given is: {reason}" if reason else ""
    if not order.by:
        return f"in tables and figures studies stand by their names{because}" if reason else ""
    by = listed(f"*{for_markdown(_label_of(path, snapshot))}*" for path in order.by)
    return f"in tables and figures studies stand by {by}, then by their names{because}"


def _label_of(path: str, snapshot: Snapshot) -> str:
    """What the forms call the item at `path`."""
    dotted = path.replace("/", ".")
    for form in snapshot.review.forms.values():
        for here, item in walk(form.items):
            if here == dotted:
                return item.label
    return path


def _findings(findings: tuple[Finding, ...], snapshot: Snapshot, see: See) -> list[str]:
    n = len(findings)
    gaps = sum(f.kind is FindingKind.GAP for f in findings)
    verb = "says" if gaps == 1 else "say"
    nothing = f", {in_words(gaps)} of which {verb} that no study tells" if gaps else ""
    said = [f"the synthesis has {counted(n, 'finding', words=True)}{see('findings')}{nothing}"]
    used = methods_used(findings)
    if used:
        said.append(f"results were brought together by {used}")
    if any(f.method is SynthesisMethod.VOTE_COUNT for f in findings):
        said.append(
            "each study has one vote on a finding: the direction in which at least 70% of its "
            "results point, as a person coded it from the report, whatever their p values; "
            "studies with conflicting results or without a stated direction are named and not "
            "counted for either side"
        )
        said.append("shares of votes carry Wilson intervals")
    if any(f.sign_test for f in findings):
        said.append(
            "an exact two-sided sign test was made where the authors asked for it; it takes "
            "studies as independent, which they seldom are"
        )
    if snapshot.synthesis.preliminary.directions.read_as is ReadAs.BENEFIT:
        said.append(
            "in figures, directions are turned by what a higher value means for those concerned, "
            "as the protocol says for each outcome"
        )
    return said


def _numbers(snapshot: Snapshot, see: See) -> list[str]:
    sets = snapshot.synthesis.estimates
    if not sets:
        return ["no estimates were pooled"]
    told = [numbers_of(snapshot, id) for id in sets]
    scales = dict.fromkeys(SCALES[one.asked.scale].lower() for one in told)
    words = [
        f"{counted(len(sets), 'set', words=True)} of estimates {were(len(sets))} brought onto "
    ]
    words[0] += f"one scale each ({listed(scales)}){see('estimates')}"
    ways = dict.fromkeys(
        how for one in told for effect in one.effects if effect.how for how in [effect.how]
    )
    if ways:
        words.append(f"where reports gave something else, it was worked out: {listed(ways)}")
    left = sum(len(one.missing) for one in told)
    if left:
        words.append(
            f"{counted(left, 'result', words=True)} could not be brought onto the scale of "
            f"{'its' if left == 1 else 'their'} set and {were(left)} left beside it"
        )
    pooled = [one for one in told if one.pooled is not None]
    if not pooled:
        return [*words, "estimates stand side by side; none were pooled"]
    ways_of = dict.fromkeys(METHODS[one.pooled.method] for one in pooled if one.pooled is not None)
    words.append(
        f"{counted(len(pooled), 'set', words=True)} {were(len(pooled))} pooled by "
        f"{listed(ways_of)}, because the authors hold the studies alike enough for it"
    )
    words += _models(pooled)
    return [*words, *_looked_at([one.asked.pool for one in pooled if one.asked.pool], see)]


def _looked_at(pools: list[Pool], see: See) -> list[str]:
    """What was done beside pooling, in any set."""
    words = []
    if any(pool.subgroups for pool in pools):
        words.append(
            "subgroups were pooled apart, each with a variance between studies of its own, and "
            f"held against each other by Cochran's Q{see('subgroups')}"
        )
    asked = [one for pool in pools for one in pool.regression]
    if asked:
        planned = sum(one.planned for one in asked)
        when = "as planned" if planned == len(asked) else f"{in_words(planned)} of them planned"
        if not planned:
            when = "post hoc"
        words.append(
            f"{counted(len(asked), 'meta-regression', words=True)} {were(len(asked))} made, "
            f"{when}, with the correction of Knapp and Hartung where intervals have it"
            f"{see('meta_regression')}"
        )
    if any(pool.leave_one_out for pool in pools):
        words.append(f"sets were pooled again without each study in turn{see('leave_one_out')}")
    if any(pool.influence for pool in pools):
        words.append(
            "the influence of single studies was looked at as Viechtbauer and Cheung have it"
            f"{see('influence')}"
        )
    if any(pool.small_studies for pool in pools):
        words.append(
            "whether small studies show other effects was looked at in funnel plots; tests were "
            f"made from ten studies on{see('small_studies')}"
        )
    return words


def _models(pooled: list[Numbers]) -> list[str]:
    """How the variance between studies, intervals and several results of a study were dealt with,
    as far as any pooled set asks for it."""
    random = [
        (one.asked.pool, one.pooled)
        for one in pooled
        if one.pooled is not None
        and one.asked.pool is not None
        and one.pooled.model is PoolingModel.RANDOM_EFFECTS
    ]
    alone = [pool for pool, found in random if found.studies == found.k]
    words = []
    if alone:
        estimators = listed(dict.fromkeys(_ESTIMATORS[pool.tau2] for pool in alone))
        words.append(f"between-study variance was estimated by {estimators}")
    hartung = [pool for pool in alone if pool.interval is IntervalOf.HARTUNG_KNAPP]
    if any(pool.safeguard for pool in hartung):
        words.append(
            "intervals follow Hartung and Knapp and are never narrower than without their "
            "correction"
        )
    if any(not pool.safeguard for pool in hartung):
        words.append("where that is said, they may be narrower than without it")
    if any(pool.interval is IntervalOf.NORMAL for pool in alone):
        words.append("intervals are normal where that is said")
    if any(found.tau2_interval for _, found in random):
        words.append("the interval of the between-study variance is that of the Q-profile")
    several = [pool for pool, found in random if found.studies < found.k]
    if several:
        rhos = listed(f"{rho:g}" for rho in dict.fromkeys(p.correlation for p in several))
        words.append(
            "where a study has several results, a model of correlated and hierarchical effects was "
            "fitted by restricted maximum likelihood, with errors that are robust to its being "
            "wrong (CR2, Satterthwaite's degrees of freedom); sampling errors of one study were "
            f"taken to be correlated by {rhos}"
        )
    if any(found.prediction for _, found in random):
        words.append("a prediction interval is given from three studies on")
    if len(random) < len(pooled):
        words.append("a common effect was assumed where that is said")
    return words


_ESTIMATORS = {
    Tau2.REML: "restricted maximum likelihood",
    Tau2.DERSIMONIAN_LAIRD: "the method of DerSimonian and Laird",
    Tau2.PAULE_MANDEL: "the method of Paule and Mandel",
}


def _themes(snapshot: Snapshot, see: See) -> list[str]:
    found = snapshot.synthesis.themes
    if not found.themes:
        return []
    studies = {quote.study for quote in found.quotes.values()}
    return [
        f"{counted(len(found.quotes), 'quote', words=True)} from "
        f"{counted(len(studies), 'study', 'studies', words=True)} {were(len(found.quotes))} coded "
        f"with {counted(len(found.codes), 'code', words=True)}{see('quotes')}",
        f"codes were brought together in {counted(len(found.themes), 'theme', words=True)}, "
        f"descriptive ones close to the studies and analytical ones beyond them{see('themes')}",
    ]


def _between(snapshot: Snapshot, see: See) -> list[str]:
    said = snapshot.synthesis.relationships
    words = []
    if said.moderators:
        labels = listed(for_markdown(lower_first(m.label)) for m in said.moderators)
        planned = sum(m.planned for m in said.moderators)
        when = "as planned" if planned == len(said.moderators) else "post hoc"
        if 0 < planned < len(said.moderators):
            when = f"of which {in_words(planned)} as planned"
        words.append(
            f"whether directions differ by {labels} was looked at, {when}{see('moderators')}"
        )
    if said.contrasts:
        labels = listed(for_markdown(c.label) for c in said.contrasts)
        words.append(f"groups of participants were compared: {labels}{see('contrasts')}")
    return words


def _robustness(snapshot: Snapshot, see: See) -> list[str]:
    said = snapshot.synthesis.robustness
    words = []
    if said.sensitivity:
        labels = listed(for_markdown(lower_first(s.label)) for s in said.sensitivity)
        words.append(f"findings were counted again {labels}{see('sensitivity')}")
    if said.reflection:
        words.append(
            "the synthesis was reflected on, prompt by prompt, beside what the review counts on "
            f"each{see('reflection')}"
        )
    return words


def _certainty(findings: tuple[Finding, ...], see: See) -> list[str]:
    n = len(findings)
    approaches = [APPROACHES[a] for a in dict.fromkeys(f.approach for f in findings) if a]
    judged = sum(f.certainty is not None for f in findings)
    if not judged:
        return ["certainty of the findings was not judged"]
    how = f" with {listed(approaches)}" if approaches else ""
    each = "the finding" if n == 1 else "all of them" if judged == n else f"{in_words(judged)}"
    of = "" if judged == n else f" of {in_words(n)} findings"
    shown = see("summary_of_findings")
    return [f"certainty was judged{how} for {each}{of}, each step with its reason{shown}"]
