"""Appraisals: which instrument fits a study, what it says, and the judgement that it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.extraction.judging import BY_RULE, judged_by_rule, signals_of
from pipeline.model.form import AnswerType, Form, Item, Light
from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.protocol import Protocol
from pipeline.model.study import Judgement, Part, Study


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


def _instrument_for(design: str, forms: Mapping[str, Form]) -> str:
    """What to do where no instrument of the protocol is meant for `design`."""
    meant = [id for id, f in forms.items() if f.kind == "appraisal" and design in f.designs]
    if not meant:
        return "Add an instrument to the protocol"
    return f"Add one to `appraisal:` of the protocol; meant for it are {', '.join(meant)}"


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
            remedy="Add it below `appraisal:`" if fitting else _instrument_for(design, forms),
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
        for entry, path, items in _levels(instrument.items, part, ""):
            yield from _rule_problems(instrument, entry, path, items)


def _levels(
    items: Sequence[Item], part: Part, path: str
) -> Iterator[tuple[Part, str, Sequence[Item]]]:
    """Every entry of every part of an appraisal, with its dotted path and its items."""
    yield part, path, items
    for item in items:
        for entry in part.parts.get(item.id, ()):
            yield from _levels(item.items, entry, f"{path}.{item.id}" if path else item.id)


def _rule_problems(
    instrument: Form, part: Part, path: str, items: Sequence[Item]
) -> Iterator[Problem]:
    """Judgements other than the rule of the instrument gives, without a reason."""
    overall = instrument.overall
    judged = {algorithm.judges for algorithm in instrument.algorithms}
    for name, told in judged_by_rule(instrument, path, items, part.answers).items():
        given = part.answers.get(name)
        if given is None or not isinstance(given.value, str) or not told or given.value == told:
            continue
        if given.note or part.note:
            continue
        dotted = f"{path}.{name}" if path else name
        if dotted in judged:
            yield Problem(
                place=given.place,
                what=f"{name} is {given.value!r}, but its questions come to {told!r} by the rule",
                remedy="Look at the answers again, or say in `note` why you judge otherwise",
                check="appraisal-rule",
            )
        elif overall is not None and given.value in overall.order:
            rank, least = overall.order.index(given.value), overall.order.index(told)
            if rank > least and overall.may_be_worse:
                continue
            word = "better" if rank < least else "worse"
            yield Problem(
                place=given.place,
                what=f"overall is {given.value!r}, {word} than the worst domain, {told!r}",
                remedy="Judge again, or say in `note` of the overall judgement why",
                check="appraisal-overall",
            )


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
    dotted_path = ".".join(path)
    ruled = judged_by_rule(about.instrument, dotted_path, items, part.answers)
    signals = signals_of(about.instrument)
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
            proposed=ruled.get(item.id, "") if is_overall else "",
            absent=answer.absent,
            by_rule="" if is_overall else ruled.get(item.id, ""),
            derived=answer.derived == BY_RULE,
            signals=dotted in signals,
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
