"""How studies were read and judged (PRISMA 2020, items 9 to 11)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pipeline.document.sentences.verification import appraisal_sentences, extraction_sentences
from pipeline.document.wording import counted, in_words, listed, number, paragraph, were
from pipeline.extraction import judgements_of
from pipeline.extraction.study_data import counted_answers
from pipeline.model.study import Absent, Basis, Study
from pipeline.notation.safe_text import for_markdown
from pipeline.snapshot import Snapshot

See = Callable[[str], str]


def extraction(snapshot: Snapshot, see: See) -> str:
    """Form, people, checks, and what was read of each study."""
    studies = [study for study in snapshot.included if _is_begun(study)]
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
    machines = snapshot.review.protocol.machines
    names = {name for s in studies for name in s.extractors}
    people = names - set(machines)
    by = f" by {counted(len(people), 'person', 'people', words=True)}" if people else ""
    nobody = sum(not s.extractors for s in studies)
    checked = sum(
        bool(s.checked_by) and s.checked_by not in {*s.extractors, *machines} for s in studies
    )
    left = len(snapshot.not_extracted) + len(snapshot.included) - len(studies)
    second = extraction_sentences(snapshot, see)
    return paragraph(
        [
            f"{counted(n, 'study', 'studies', words=True)} {were(n)} extracted{by} with "
            f"{listed(titles)}",
            _not_recorded(nobody, n) if nobody else "",
            *(_by_machine(id, name, studies) for id, name in machines.items()),
            *second,
            "" if second and not checked else _checks(checked, n),
            basis(studies),
            f"{counted(left, 'included study', 'included studies', words=True)} "
            f"{'has' if left == 1 else 'have'} not been extracted yet"
            if left
            else "",
            _absent(studies),
        ]
    )


def _is_begun(study: Study) -> bool:
    """Whether anything was answered: a file whose every answer is *not yet* is a blank."""
    counts = counted_answers(study)
    return bool(study.results) or any(n for reason, n in counts.items() if reason != Absent.NOT_YET)


def _by_machine(id: str, name: str, studies: Sequence[Study]) -> str:
    """What a program extracted or checked; it is counted as no person."""
    told = [
        (sum(id in s.extractors for s in studies), "extracted"),
        (sum(s.checked_by == id for s in studies), "checked"),
    ]
    said = [f"{how} {counted(k, 'study', 'studies', words=True)}" for k, how in told if k]
    return f"the program {for_markdown(name)} {listed(said)}" if said else ""


def _not_recorded(nobody: int, n: int) -> str:
    of_them = "it" if n == 1 else "any of them" if nobody == n else f"{in_words(nobody)} of them"
    return f"who extracted {of_them} is not recorded"


def _absent(studies: Sequence[Study]) -> str:
    """How many answers a source did not give, by the word that stands in their place."""
    counts = [counted_answers(study) for study in studies]
    told = [
        f"{number(k)} {str(reason).replace('_', ' ')}"
        for reason in (Absent.NOT_REPORTED, Absent.NOT_APPLICABLE, Absent.UNCLEAR)
        if (k := sum(c[str(reason)] for c in counts))
    ]
    return f"where a source gives no answer this is said instead: {listed(told)}" if told else ""


def _checks(checked: int, n: int) -> str:
    if not checked:
        return "no check of the extraction by a second person is recorded"
    if checked == n:
        return "a second person checked " + ("it" if n == 1 else "each of them")
    return f"a second person checked {in_words(checked)} of them"


def basis(studies: Sequence[Study]) -> str:
    """What was read of how many studies, each kind with its number."""
    n = len(studies)
    counts = {b: k for b in Basis if (k := sum(s.basis is b for s in studies))}
    unstated = counts.pop(Basis.UNSTATED, 0)
    silent = ""
    if unstated:
        of_them = "it" if n == 1 else "any of them" if unstated == n else in_words(unstated)
        silent = f"what was read of {of_them} is not recorded"
    if not counts:
        return silent
    if len(counts) == 1 and not unstated:
        whole = "the one study was" if n == 1 else f"all {in_words(n)} studies were"
        return f"{whole} extracted from {_READ[next(iter(counts))]}"
    first, *others = counts
    parts = [f"{in_words(counts[first])} {were(counts[first])} extracted from {_READ[first]}"]
    parts += [f"{in_words(counts[b])} from {_READ[b]}" for b in others]
    none = "" if Basis.FULL_TEXT in counts or unstated else ", none from the full text"
    told = f"of {in_words(n)} studies, {listed(parts)}{none}"
    return f"{told}; {silent}" if silent else told


_READ = {
    Basis.FULL_TEXT: "the full text",
    Basis.ABSTRACT: "the abstract but not the full text",
    Basis.PAGE: "pages about the report but not its abstract",
    Basis.SECONDARY_SOURCE: "a secondary source alone",
}


def appraisal(snapshot: Snapshot, see: See) -> str:
    """The instruments, and how many studies they were applied to (PRISMA 2020, item 11)."""
    instruments = snapshot.review.protocol.appraisal
    if not instruments:
        return "The protocol names no instrument for the appraisal of studies."
    forms = snapshot.review.forms
    titles = [for_markdown(forms[id].title if id in forms else id) for id in instruments]
    studies = snapshot.included
    done = {study.id: _how_far(study, snapshot) for study in studies}
    some = sum(far is not _NOT for far in done.values())
    said = [f"the instrument for appraisal is {titles[0]}"]
    if len(titles) > 1:
        said = [f"the instruments for appraisal are {listed(titles)}"]
    if not studies:
        said.append("no study has been appraised yet")
    elif not some:
        said.append("none of the included studies has been appraised")
    else:
        whole = "the study was" if some == 1 else f"all {in_words(some)} studies were"
        part = f"{in_words(some)} of {in_words(len(studies))} studies {were(some)}"
        said.append(f"{whole if some == len(studies) else part} appraised{see('appraisal')}")
        said.append(_exceptions(tuple(done.values()), len(studies)))
        said += _by_rule(studies, snapshot)
    said += appraisal_sentences(snapshot, see)
    said.append("the program makes no score of the answers" if some else "")
    return paragraph(said)


def _by_rule(studies: Iterable[Study], snapshot: Snapshot) -> list[str]:
    """How many judgements follow the rule of their instrument, and how many a person's reason."""
    told = [
        j
        for study in studies
        for j in judgements_of(study, snapshot.review.forms)
        if j.by_rule and j.answer
    ]
    other = sum(j.answer != j.by_rule for j in told)
    if not told:
        return []
    n = counted(len(told), "judgement", words=True)
    head = f"{n} {'has' if len(told) == 1 else 'have'} answers to the questions of the instrument"
    rule = "it" if len(told) == 1 else "them"
    if not other:
        return [f"{head}, and the rule of the instrument gave {rule}"]
    return [
        f"{head} and a rule that leads from them; {in_words(other)} "
        f"{'differs' if other == 1 else 'differ'} from it, each for a stated reason"
    ]


_NOT, _IN_PART, _IN_FULL = "not", "in part", "in full"


def _how_far(study: Study, snapshot: Snapshot) -> str:
    """Whether the questions that the instruments ask of `study` have an answer, or a word why not.

    A blank that was only written is no appraisal.
    """
    judgements = [j for j in judgements_of(study, snapshot.review.forms) if not j.signals]
    answered = [bool(j.answer) or j.absent not in (None, Absent.NOT_YET) for j in judgements]
    if not any(answered):
        return _NOT
    return _IN_FULL if all(answered) else _IN_PART


def _exceptions(done: Sequence[str], n: int) -> str:
    """Which appraisals are blank or have questions left, by number."""
    blank, part = done.count(_NOT), done.count(_IN_PART)
    of_them = "" if n == 1 else f"{in_words(part)} of them "
    told = [
        f"of {in_words(blank)} no question is answered" if blank else "",
        (
            "some of its questions have no answer yet"
            if n == 1
            else f"{of_them}{'has' if part == 1 else 'have'} questions without an answer yet"
        )
        if part
        else "",
    ]
    return listed(told)
