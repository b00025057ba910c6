"""The results of the synthesis in sentences, and studies described in one order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from pipeline.document.citations import citable, citation
from pipeline.document.estimate_words import (
    SCALES,
    TESTS,
    asymmetry_in_words,
    difference_in_words,
    filled_in_words,
    heterogeneity_in_words,
    model_in_words,
    pooled_in_words,
    regression_in_words,
    value_on_scale,
)
from pipeline.document.evidence_base import evidence_base
from pipeline.document.figures.estimates import Numbers, numbers_of
from pipeline.document.figures.maps import short_name
from pipeline.document.finding_words import votes_in_words, votes_of
from pipeline.document.sentences.reflecting import PROMPTS, facts_of
from pipeline.document.values import UnknownValue, find, shown_items, value_in_words
from pipeline.document.wording import (
    capital,
    counted,
    listed,
    lower_first,
    paragraph,
    sentence,
    were,
)
from pipeline.model.finding import Finding
from pipeline.model.form import AnswerType
from pipeline.model.narrative import Theme, ThemeLevel
from pipeline.model.study import Direction, Study
from pipeline.notation.safe_text import for_markdown
from pipeline.snapshot import Snapshot
from pipeline.synthesis import sign_test
from pipeline.synthesis.sensitivity import counted_findings, left_out, recount
from pipeline.synthesis.study_facts import compared
from pipeline.synthesis.themes import quotes_of

_SETTING = ("country", "setting", "period", "participants", "groups")
_METHOD = ("design", "design_detail", "sampling", "measures", "analysis", "response", "follow_up")
_LIMITS = ("limitations", "not_seen", "funding")
_SIGNS = {
    Direction.HIGHER: "\u25b2",
    Direction.LOWER: "\u25bc",
    Direction.NO_CLEAR_DIFFERENCE: "\u25c4\u25ba",
    Direction.MIXED: "\u25c1\u25b7",
    Direction.NOT_STATED: "?",
    Direction.DESCRIPTIVE: "\u2013",
}


def described(study: Study, snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    """Setting and participants, design and method, results, limits: each head with its words."""
    results = "; ".join(
        f"{_SIGNS[r.direction]} {' '.join(r.statement.split()).removesuffix('.')}"
        for r in study.results
    )
    return (
        ("Setting and participants", _said(study, snapshot, _SETTING)),
        ("Design and method", _said(study, snapshot, _METHOD)),
        ("Results", results or "none extracted"),
        ("Limits", _said(study, snapshot, _LIMITS)),
    )


def _said(study: Study, snapshot: Snapshot, items: Sequence[str]) -> str:
    told = [f"{label}: {words}" for label, words in _answers(study, snapshot, items)]
    return "; ".join(told) or "not reported"


def _answers(study: Study, snapshot: Snapshot, wanted: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The label and the words of each answer that has a value, in the order of `wanted`."""
    form = snapshot.review.forms.get(study.form)
    items = {item.id: item for item in form.items} if form else {}
    inside = dict(shown_items(form)) if form else {}
    for id in wanted:
        item = items.get(id)
        if item is None:
            continue
        if item.type is AnswerType.PART and item.repeats:
            labels = [
                value_in_words(e.answers["label"].value, None)
                for e in study.parts.get(id, ())
                if "label" in e.answers and e.answers["label"].value is not None
            ]
            if labels:
                yield item.label, "; ".join(labels)
            continue
        paths = [p for p in inside if p.startswith(f"{id}/")] if item.items else [id]
        for path in paths:
            try:
                found = find(snapshot.review, study, path)
            except UnknownValue:
                continue
            if found.answer.value is not None and found.item is not None:
                yield found.item.label, value_in_words(found.answer.value, found.item)


See = Callable[[str], str]


def theory(snapshot: Snapshot, see: See) -> str:
    """The authors' theory, as they wrote it in Markdown, with its references."""
    said = snapshot.synthesis.theory
    if not said.text.strip():
        return "No theory has been written down yet."
    names = citable(snapshot)
    cites = citation(key for name in said.cites if (key := names.key(name)))
    text = sentence(said.text.strip()) if "\n\n" not in said.text.strip() else said.text.strip()
    return f"{text.removesuffix('.')} {cites}." if cites else text


def descriptions(snapshot: Snapshot, see: See) -> str:
    """A paragraph a study, all under the same heads and in the authors' order."""
    base = evidence_base(snapshot)
    if not base.studies:
        return "No included study has been extracted yet."
    own = snapshot.synthesis.preliminary.descriptions
    names = citable(snapshot)
    told = []
    for study in base.studies.values():
        key = names.key(study.id)
        head = f"**{for_markdown(base.label(study.id))}** {citation([key] if key else [])}".rstrip()
        parts = [f"{name}: {for_markdown(words)}" for name, words in described(study, snapshot)]
        account = [for_markdown(own[study.id].account)] if study.id in own else []
        told.append(f"{head}. {paragraph([*parts, *account])}")
    return "\n\n".join(told)


def votes(snapshot: Snapshot, see: See) -> str:
    """What the votes on each counted finding come to; conflicting and unclear studies are named."""
    found = counted_findings(snapshot.synthesis.findings)
    if not found:
        return "No finding is counted by direction of effect."
    return paragraph([*(_voted(f, snapshot) for f in found), _seen(see)])


def _seen(see: See) -> str:
    shown = see("vote_counts")
    return f"the votes of the single studies stand in the table{shown}" if shown else ""


def _voted(finding: Finding, snapshot: Snapshot) -> str:
    count = votes_of(finding, snapshot)
    about = short_name(finding, snapshot)
    if finding.comparison:
        about += f" ({lower_first(finding.comparison)})"
    said = f"{for_markdown(about)}: {votes_in_words(count)}"
    if finding.sign_test and count.counted:
        said += f"; sign test, two-sided, p = {sign_test(len(count.higher), count.counted):.3f}"
    return said


def relationships(snapshot: Snapshot, see: See) -> str:
    """What the authors looked at between studies: moderators and contrasts, with their accounts."""
    base = evidence_base(snapshot)
    said = snapshot.synthesis.relationships
    told = []
    for moderator in said.moderators:
        when = "as planned" if moderator.planned else "post hoc"
        grouping = snapshot.synthesis.groupings.get(moderator.grouping)
        by = for_markdown(lower_first(grouping.label if grouping else moderator.label))
        told.append(f"results were held apart {when} by {by}{see('moderators')}")
        told.append(for_markdown(moderator.account))
    for contrast in said.contrasts:
        results = compared(contrast, base.studies.values())
        directed = any(r.direction in (Direction.HIGHER, Direction.LOWER) for r in results)
        n = len({r.study for r in results})
        if not n:
            told.append(f"{for_markdown(contrast.label)}: no included study compares these groups")
        else:
            few = ", fewer than were wanted" if n < contrast.at_least else ""
            outcomes = len({r.outcome for r in results})
            told.append(
                f"{for_markdown(contrast.label)}: {counted(n, 'study', 'studies', words=True)}"
                f"{few}, on {counted(outcomes, 'outcome', words=True)}{see('contrasts')}"
                + ("" if directed else "; no result states a direction")
            )
        told.append(for_markdown(contrast.account))
    return paragraph(told) if told else "No relationship between studies has been explored."


def sensitivity(snapshot: Snapshot, see: See) -> str:
    """What holds and what changes when studies are left out."""
    base = evidence_base(snapshot)
    synthesis = snapshot.synthesis
    told = []
    for analysis in synthesis.robustness.sensitivity:
        out = left_out(analysis.leave_out, base.studies.values(), base.quality)
        again = [
            recount(f, base.results, tuple(base.studies), out)
            for f in counted_findings(synthesis.findings, analysis.findings)
        ]
        concerned = [r for r in again if r.without]
        lost = [r for r in concerned if not r.after.studies]
        changed = [r for r in concerned if r.changes and r.after.studies]
        named = listed(
            for_markdown(short_name(synthesis.findings[r.finding], snapshot)) for r in changed
        )
        when = "planned" if analysis.planned else "post hoc"
        n = counted(len(out), "study", "studies", words=True)
        head = f"{for_markdown(analysis.label)} ({when}): {n} {were(len(out))} left out"
        if not concerned:
            told.append(f"{head}, on which no counted finding rests")
            continue
        told.append(
            f"{head}{see('sensitivity')}, on which "
            f"{counted(len(concerned), 'counted finding', words=True)} "
            f"{'rests' if len(concerned) == 1 else 'rest'}"
        )
        if lost:
            whole = len(lost) == len(concerned)
            n = "none of them" if whole else counted(len(lost), "of them", "of them", words=True)
            told.append(
                f"for {n} is a study left" if whole else f"for {n} no study is left without these"
            )
        if changed:
            told.append(f"the leading direction changes or goes for {named}")
        elif len(lost) < len(concerned):
            told.append("every other leading direction holds" if lost else "every direction holds")
    return paragraph(told) if told else "No finding was counted again without some studies."


def reflection(snapshot: Snapshot, see: See) -> str:
    """A paragraph a prompt: the facts that the review holds, then the authors' words."""
    said = snapshot.synthesis.robustness.reflection
    parts = []
    for prompt, question in PROMPTS.items():
        facts = [for_markdown(fact) for fact in facts_of(prompt, snapshot)]
        own = for_markdown(" ".join(said.get(prompt, "").split()))
        told = paragraph([*facts, own or "what its authors say is still to be written"])
        parts.append(f"**{question}.** {told}")
    return "\n\n".join(parts)


def estimates(snapshot: Snapshot, see: See) -> str:
    """Each set of estimates: its spread, or what it was pooled to, and why."""
    told = [_set(id, snapshot, see) for id in snapshot.synthesis.estimates]
    return paragraph(told) if told else "No estimates were brought onto one scale."


def _set(id: str, snapshot: Snapshot, see: See) -> str:
    told = numbers_of(snapshot, id)
    asked, scale = told.asked, told.asked.scale
    label = for_markdown(asked.label)
    n = counted(len(told.effects), "estimate", words=True)
    studies = counted(len({e.study for e in told.effects}), "study", "studies", words=True)
    if not told.effects:
        return f"{label}: no estimate could be brought onto the scale"
    shown = see("estimates")
    if told.pooled is None:
        values = [effect.value for effect in told.effects]
        low, high = (
            value_on_scale(scale, min(values)),
            value_on_scale(scale, max(values)),
        )
        spread = low if low == high else f"{low} to {high}"
        why = f" ({told.not_pooled})" if told.not_pooled else ""
        return (
            f"{label}: {n} from {studies}, {SCALES[scale].lower()} {spread}, not pooled{why}{shown}"
        )
    why = f"; pooled because {for_markdown(lower_first(asked.pool.reason))}" if asked.pool else ""
    found = f"{SCALES[scale].lower()} {pooled_in_words(told.pooled, scale, told.n)}"
    return (
        f"{label}: {found} from {n} of "
        f"{studies}{shown}; {lower_first(model_in_words(asked, told.pooled))}; "
        f"{heterogeneity_in_words(told.pooled, scale, told.n)}{why.removesuffix('.')}"
        f"{''.join(f'. {capital(more)}' for more in _beside(told, snapshot, see))}"
    )


def _beside(told: Numbers, snapshot: Snapshot, see: See) -> list[str]:
    """What was looked at beside a pooled estimate, in the order in which readers ask for it."""
    analysis, scale = told.analysis, told.asked.scale
    said = []
    if analysis.subgroups is not None:
        parts = listed(
            f"{for_markdown(lower_first(g.label))} {pooled_in_words(g.pooled, scale, told.n)}"
            for g in analysis.subgroups.groups
            if not isinstance(g.pooled, str)
        )
        test = difference_in_words(analysis.subgroups)
        said.append(f"subgroups, {_grouping_label(told)}{see('subgroups')}: {parts}; {test}")
    for one in analysis.regressions:
        label = for_markdown(lower_first(one.asked.label or one.asked.id.replace("-", " ")))
        when = "planned" if one.asked.planned else "post hoc"
        words = regression_in_words(one)
        said.append(f"meta-regression by {label} ({when}){see('meta_regression')}: {words}")
    pooled = [p for p in (analysis.without or {}).values() if not isinstance(p, str)]
    if pooled:
        ends = [told.printed(p.estimate) for p in pooled]
        low, high = (value_on_scale(scale, end) for end in (min(ends), max(ends)))
        said.append(
            f"without any one study the estimate lies from {low} to {high}{see('leave_one_out')}"
        )
    if analysis.influence is not None and not isinstance(analysis.influence, str):
        base = evidence_base(snapshot)
        marked = [base.label(study) for study, one in analysis.influence.items() if one.marked]
        names = listed(for_markdown(name) for name in marked)
        said.append(f"influential by the usual marks{see('influence')}: {names or 'no study'}")
    return [*said, *_small(told, see)]


def _grouping_label(told: Numbers) -> str:
    found = told.analysis.subgroups
    return for_markdown(lower_first(found.grouping.label)) if found is not None else ""


def _small(told: Numbers, see: See) -> list[str]:
    small = told.analysis.small
    if small is None:
        return []
    shown = see("small_studies")
    said = []
    for test, made in small.tests.items():
        words = f"not made, as {made}" if isinstance(made, str) else asymmetry_in_words(test, made)
        said.append(f"{TESTS[test]}{shown}: {words}")
    if small.filled is not None:
        bare = isinstance(small.filled, str)
        words = (
            f"not made, as {small.filled}"
            if isinstance(small.filled, str)
            else filled_in_words(told.asked, small.filled, told.n)
        )
        more = "" if bare else ", which are no data and only show what asymmetry may do"
        filled = not isinstance(small.filled, str) and small.filled.missing
        said.append(f"trim and fill{shown}: {words}{more if filled else ''}")
    if small.fail_safe is not None:
        words = f"{small.fail_safe}" if isinstance(small.fail_safe, int) else "not worked out"
        said.append(
            f"Rosenthal's fail-safe number{shown} is {words}; it rests on significance alone and "
            "is no measure of bias"
        )
    return said


def themes(snapshot: Snapshot, see: See) -> str:
    """Each theme that stands under no other: its account, and below it the themes and quotes."""
    found = snapshot.synthesis.themes
    if not found.themes:
        return "No theme has been written down yet."
    below = {id for theme in found.themes.values() for id in theme.themes}
    tops = [theme for theme in found.themes.values() if theme.id not in below]
    tops.sort(key=lambda theme: theme.level is ThemeLevel.DESCRIPTIVE)
    return "\n\n".join(_theme(theme, snapshot) for theme in tops)


def _theme(theme: Theme, snapshot: Snapshot) -> str:
    found = snapshot.synthesis.themes
    head = f"**{for_markdown(capital(theme.label))}.** {sentence(for_markdown(theme.account))}"
    borne = [found.themes[id] for id in theme.themes if id in found.themes]
    lines = [head.rstrip(), *(f"- {_borne(one, snapshot)}" for one in borne)]
    if not borne:
        return f"{lines[0]} {_words(theme, snapshot)}"
    return f"{lines[0]}\n\n" + "\n".join(lines[1:])


def _borne(theme: Theme, snapshot: Snapshot) -> str:
    account = for_markdown(lower_first(" ".join(theme.account.split())).removesuffix("."))
    said = f": {account}" if account else ""
    return f"{for_markdown(capital(theme.label))}{said}. {_words(theme, snapshot)}"


def _words(theme: Theme, snapshot: Snapshot) -> str:
    """How many quotes of how many studies bear a theme, citing them."""
    quotes = quotes_of(snapshot.synthesis.themes, theme.id)
    studies = tuple(dict.fromkeys(quote.study for quote in quotes))
    names = citable(snapshot)
    cites = citation(dict.fromkeys(key for s in studies if (key := names.key(s))))
    n = counted(len(quotes), "coded quote", words=True)
    verb = "bears" if len(quotes) == 1 else "bear"
    of = counted(len(studies), "study", "studies", words=True)
    return f"{capital(n)} from {of} {verb} it {cites}".rstrip() + "."


SYNTHESIS: Mapping[str, Callable[[Snapshot, See], str]] = {
    "theory": theory,
    "descriptions": descriptions,
    "votes": votes,
    "relationships": relationships,
    "sensitivity": sensitivity,
    "reflection": reflection,
    "estimates": estimates,
    "themes": themes,
}
"""What `results()` says of the synthesis, by word."""
