"""How studies were read and judged (PRISMA 2020, items 9 to 11)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.document.sentences.verification import appraisal_sentences, extraction_sentences
from pipeline.document.wording import counted, in_words, listed, paragraph, were
from pipeline.model.study import Basis, Study
from pipeline.notation.safe_text import for_markdown
from pipeline.snapshot import Snapshot

See = Callable[[str], str]


def extraction(snapshot: Snapshot, see: See) -> str:
    """Form, people, checks, and what was read of each study."""
    studies = snapshot.included
    if not studies:
        return "No included study has been extracted yet."
    n = len(studies)
    forms = dict.fromkeys((s.form, s.form_version) for s in studies)
    titles = [
        f"the form \u201c{for_markdown(snapshot.review.forms[id].title)}\u201d (version {version})"
        if id in snapshot.review.forms
        else f"the form {for_markdown(id)} (version {version})"
        for id, version in forms
    ]
    people = {name for s in studies for name in s.extractors}
    by = f" by {counted(len(people), 'person', 'people', words=True)}" if people else ""
    checked = sum(bool(s.checked_by) and s.checked_by not in s.extractors for s in studies)
    left = len(snapshot.not_extracted)
    second = extraction_sentences(snapshot, see)
    return paragraph(
        [
            f"{counted(n, 'study', 'studies', words=True)} {were(n)} extracted{by} with "
            f"{listed(titles)}",
            *second,
            "" if second and not checked else _checks(checked, n),
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


def appraisal(snapshot: Snapshot, see: See) -> str:
    """The instruments, and how many studies they were applied to (PRISMA 2020, item 11)."""
    instruments = snapshot.review.protocol.appraisal
    if not instruments:
        return "The quality of studies was not appraised with an instrument."
    forms = snapshot.review.forms
    titles = [for_markdown(forms[id].title if id in forms else id) for id in instruments]
    studies = snapshot.included
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
    said += appraisal_sentences(snapshot, see)
    said.append("no score was made of the answers" if appraised else "")
    return paragraph(said)
