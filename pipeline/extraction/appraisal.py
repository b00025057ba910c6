"""Appraisals: which instrument fits a study, what it says, and the judgement that it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.model.form import AnswerType, Form, Item, Light, Overall
from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.protocol import Protocol
from pipeline.model.study import Answer, Judgement, Part, Study


def design_of(study: Study) -> str:
    """The id of the study's design, or "" where it is not given."""
    answer = study.answers.get("design")
    return answer.value if answer is not None and isinstance(answer.value, str) else ""


def instruments_for(study: Study, forms: Mapping[str, Form], protocol: Protocol) -> tuple[str, ...]:
    """The instruments of the protocol that are meant for the design of `study`, in its order."""
    design = design_of(study)
    return tuple(
        id
        for id in protocol.appraisal
        if id in forms and (not forms[id].designs or design in forms[id].designs)
    )


def judgements_of(study: Study, forms: Mapping[str, Form]) -> tuple[Judgement, ...]:
    """Every answer of every appraisal of `study`, in the order of the instruments' items.

    An instrument that is answered for each result gives a judgement a result (`about`). No answer
    is turned into points, and none are added up.
    """
    found: list[Judgement] = []
    for id, part in study.appraisals.items():
        instrument = forms.get(id)
        if instrument is not None:
            about = _About(study=study.id, instrument=instrument)
            found.extend(_judgements(about, instrument.items, part, ()))
    return tuple(found)


def remarks_of(study: Study, forms: Mapping[str, Form], instrument: str) -> Mapping[str, str]:
    """What was answered in words, by the label of the item: the tenth question of CASP, say."""
    form, part = forms.get(instrument), study.appraisals.get(instrument)
    if form is None or part is None:
        return {}
    return {
        item.label: answer.value
        for item in form.items
        if item.type is AnswerType.TEXT
        and (answer := part.answers.get(item.id)) is not None
        and isinstance(answer.value, str)
    }


def proposed(overall: Overall, part: Part) -> str:
    """The worst answer among the domains of `overall` in `part`; "" while any is not given."""
    order = overall.order
    given = [_under(part, domain.split(".")) for domain in overall.domains]
    answers = [answer for answers in given for answer in answers]
    values = [str(a.value) for a in answers if a.value is not None and str(a.value) in order]
    if not values or len(values) < len(answers):
        return ""
    return max(values, key=order.index)


def appraisal_problems(
    study: Study, forms: Mapping[str, Form], protocol: Protocol, place: Place
) -> Iterator[Problem]:
    """A missing or unfitting appraisal, and overall judgements better than their worst domain."""
    fitting = instruments_for(study, forms, protocol)
    design = design_of(study)
    if protocol.appraisal and design and not set(fitting) & set(study.appraisals):
        asked = ", ".join(fitting) or "none of the instruments of the protocol"
        yield Problem(
            place=place,
            what=f"this study ({design}) has no appraisal; for its design there is {asked}",
            remedy="Add it below `appraisal:`" if fitting else "Add an instrument to the protocol",
            severity=Severity.WARNING,
            check="appraisal-missing",
        )
    for id, part in study.appraisals.items():
        instrument = forms[id]
        if design and instrument.designs and design not in instrument.designs:
            yield Problem(
                place=part.place,
                what=f"{id} is not meant for the design {design!r}",
                remedy=f"It is for {', '.join(instrument.designs)}; look at both again",
                severity=Severity.WARNING,
                check="appraisal-design",
            )
        if instrument.overall is not None:
            yield from _overall_problems(instrument.overall, part)


def _overall_problems(overall: Overall, part: Part) -> Iterator[Problem]:
    *around, item = overall.item.split(".")
    for entry in _entries(part, around):
        inside = _inside(overall, around)
        worst, given = proposed(inside, entry), entry.answers.get(item)
        if given is None or given.value is None or not worst or given.note or entry.note:
            continue
        rank, least = overall.order.index(str(given.value)), overall.order.index(worst)
        if rank < least or (rank > least and not overall.may_be_worse):
            word = "better" if rank < least else "worse"
            yield Problem(
                place=given.place,
                what=f"overall is {given.value!r}, {word} than the worst domain, {worst!r}",
                remedy="Judge again, or say in `note` of the overall judgement why",
                check="appraisal-overall",
            )


def _inside(overall: Overall, around: Sequence[str]) -> Overall:
    """`overall` as seen from within the part at the path `around`."""
    head = ".".join(around) + "." if around else ""
    return Overall(
        item=overall.item.removeprefix(head),
        domains=tuple(domain.removeprefix(head) for domain in overall.domains),
        order=overall.order,
        may_be_worse=overall.may_be_worse,
    )


def _entries(part: Part, path: Sequence[str]) -> Iterator[Part]:
    if not path:
        yield part
        return
    for entry in part.parts.get(path[0], ()):
        yield from _entries(entry, path[1:])


def _under(part: Part, path: Sequence[str]) -> list[Answer]:
    *around, item = path
    return [e.answers[item] for e in _entries(part, around) if item in e.answers]


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """What judgements are about: a study, an instrument, the result judged, the part it is in."""

    study: str
    instrument: Form
    result: str = ""
    part: str = ""


def _judgements(
    about: _About, items: Sequence[Item], part: Part, path: tuple[str, ...]
) -> Iterator[Judgement]:
    overall = about.instrument.overall
    for item in items:
        if item.type is AnswerType.PART:
            for entry in part.parts.get(item.id, ()):
                inner = replace(about, part="" if item.repeats else item.label)
                if item.repeats:
                    inner = replace(inner, result=_result(entry) or entry.id)
                yield from _judgements(inner, item.items, entry, (*path, item.id))
            continue
        answer = part.answers.get(item.id)
        if answer is None or item.type is not AnswerType.CHOICE:
            continue
        option = next((o for o in item.options if o.id == answer.value), None)
        dotted = ".".join((*path, item.id))
        is_overall = overall is not None and overall.item == dotted
        yield Judgement(
            study=about.study,
            instrument=about.instrument.id,
            item=dotted,
            label=item.label,
            about=about.result,
            part=about.part,
            answer=option.id if option else "",
            answer_label=option.label if option else str(answer.absent),
            light=option.light if option else Light.NONE,
            note=answer.note,
            overall=is_overall,
            proposed=proposed(_inside(overall, path), part) if overall and is_overall else "",
            absent=answer.absent,
            sources=answer.sources,
            place=answer.place,
        )


def _result(entry: Part) -> str:
    """The result or outcome that one entry of an appraisal judges, where it names one."""
    for item in ("result", "outcome"):
        answer = entry.answers.get(item)
        if answer is not None and isinstance(answer.value, str):
            return answer.value
    return ""
