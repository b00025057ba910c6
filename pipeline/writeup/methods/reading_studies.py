"""How studies were read, judged and brought together (PRISMA 2020, items 9 to 15; SWiM)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.notation.safe_text import for_markdown
from pipeline.terms.finding import FindingKind, Grouping, SynthesisMethod
from pipeline.terms.study import Basis, Study
from pipeline.writeup.dossier import Dossier
from pipeline.writeup.votes import APPROACHES, methods_used
from pipeline.writeup.wording import counted, in_words, listed, lower_first, paragraph, were

See = Callable[[str], str]


def extraction(dossier: Dossier, see: See) -> str:
    """Form, people, checks, and what was read of each study."""
    studies = dossier.included
    if not studies:
        return "No included study has been extracted yet."
    n = len(studies)
    forms = dict.fromkeys((s.form, s.form_version) for s in studies)
    titles = [
        f"the form \u201c{for_markdown(dossier.review.forms[id].title)}\u201d (version {version})"
        if id in dossier.review.forms
        else f"the form {for_markdown(id)} (version {version})"
        for id, version in forms
    ]
    people = {s.extracted_by for s in studies if s.extracted_by}
    by = f" by {counted(len(people), 'person', 'people', words=True)}" if people else ""
    checked = sum(bool(s.checked_by) and s.checked_by != s.extracted_by for s in studies)
    left = len(dossier.not_extracted)
    return paragraph(
        [
            f"{counted(n, 'study', 'studies', words=True)} {were(n)} extracted{by} with "
            f"{listed(titles)}",
            _checks(checked, n),
            basis(studies),
            f"{counted(left, 'included study', 'included studies', words=True)} "
            f"{'has' if left == 1 else 'have'} not been extracted yet"
            if left
            else "",
            "an answer that the source does not give is marked as not reported, not applicable or "
            "unclear",
        ]
    )


def _checks(checked: int, n: int) -> str:
    if not checked:
        return "no second person checked the extraction"
    if checked == n:
        return "a second person checked " + ("it" if n == 1 else "each of them")
    return f"a second person checked {in_words(checked)} of them"


def basis(studies: Sequence[Study]) -> str:
    """How many studies were read in full, by their abstract, through a secondary source."""
    counts = {b: sum(s.basis is b for s in studies) for b in Basis}
    n = len(studies)
    said = {
        Basis.FULL_TEXT: "the full text",
        Basis.ABSTRACT: "the abstract alone",
        Basis.SECONDARY_SOURCE: "a secondary source alone",
    }
    alone = [b for b in Basis if counts[b] == n]
    if alone and n:
        whole = "the one study was" if n == 1 else f"all {in_words(n)} studies were"
        return f"{whole} extracted from {said[alone[0]]}"
    told = [b for b in Basis if counts[b]]
    if not told:
        return ""
    first = told[0]
    parts = [f"{in_words(counts[first])} {were(counts[first])} extracted from {said[first]}"]
    parts += [f"{in_words(counts[b])} from {said[b]}" for b in told[1:]]
    none = "" if counts[Basis.FULL_TEXT] else ", none from the full text"
    return f"of {in_words(n)} studies, {' and '.join(parts)}{none}"


def appraisal(dossier: Dossier, see: See) -> str:
    """The instruments, and how many studies they were applied to (PRISMA 2020, item 11)."""
    instruments = dossier.review.protocol.appraisal
    if not instruments:
        return "The quality of studies was not appraised with an instrument."
    forms = dossier.review.forms
    titles = [for_markdown(forms[id].title if id in forms else id) for id in instruments]
    studies = dossier.included
    appraised = sum(bool(s.appraisals) for s in studies)
    said = [f"the instrument for appraisal is {titles[0]}"]
    if len(titles) > 1:
        said = [f"the instruments for appraisal are {listed(titles)}"]
    if not studies:
        said.append("no study has been appraised yet")
    elif appraised == len(studies):
        said.append(
            f"{'the study was' if appraised == 1 else f'all {in_words(appraised)} studies were'} "
            f"appraised{see('appraisal')}"
        )
    elif not appraised:
        said.append("none of the included studies has been appraised")
    else:
        said.append(
            f"{in_words(appraised)} of {in_words(len(studies))} studies {were(appraised)} "
            f"appraised{see('appraisal')}"
        )
    said.append("no score was made of the answers" if appraised else "")
    return paragraph(said)


def synthesis(dossier: Dossier, see: See) -> str:
    """Grouping, methods, direction and certainty, as the findings tell (SWiM 1 to 7)."""
    findings = tuple(dossier.synthesis.findings.values())
    if not findings:
        return "No finding has been written down yet."
    n = len(findings)
    told = [f for f in findings if f.kind is not FindingKind.GAP]
    gaps = n - len(told)
    verb = "says" if gaps == 1 else "say"
    told_nothing = f", {in_words(gaps)} of which {verb} that no study tells" if gaps else ""
    said = [f"the synthesis has {counted(n, 'finding', words=True)}{see('findings')}{told_nothing}"]
    used = methods_used(findings)
    if used:
        said.append(f"results were brought together by {used}; no estimates were pooled")
    if any(f.method is SynthesisMethod.VOTE_COUNT for f in findings):
        said.append(
            "each study has one vote on a finding: the direction in which at least 70% of its "
            "results point, as a person coded it from the report, whatever their p values; "
            "studies with conflicting results or without a stated direction are named and not "
            "counted for either side"
        )
    said += [_grouping(g) for g in dossier.synthesis.groupings.values()]
    approaches = [APPROACHES[a] for a in dict.fromkeys(f.approach for f in findings) if a]
    judged = sum(f.certainty is not None for f in findings)
    if judged:
        how = f" with {listed(approaches)}" if approaches else ""
        each = "the finding" if n == 1 else "all of them" if judged == n else f"{in_words(judged)}"
        of = "" if judged == n else f" of {in_words(n)} findings"
        said.append(f"certainty was judged{how} for {each}{of}, each step with its reason")
    else:
        said.append("certainty of the findings was not judged")
    return paragraph(said)


def _grouping(grouping: Grouping) -> str:
    when = "as planned" if grouping.planned else "post hoc"
    labels = listed(for_markdown(lower_first(g.label)) for g in grouping.groups)
    why = f", because {for_markdown(lower_first(grouping.rationale))}" if grouping.rationale else ""
    return f"studies were grouped {when} into {labels}{why}".rstrip(".")
