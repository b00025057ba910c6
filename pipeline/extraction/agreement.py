"""How far two people who extracted and appraised apart gave the same answers, item by item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.agreement import Figures, figures_of
from pipeline.extraction.differences import TwoAnswers, side_by_side
from pipeline.terms.form import AnswerType, Form, Item
from pipeline.terms.study import Study

_CATEGORIES = (AnswerType.CHOICE, AnswerType.YES_NO)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAgreement:
    """One item over all studies that two people extracted apart; `asked` "" is a whole form.

    `compared` counts answers that at least one of the two gave, `same` those on which both said
    the same. `judged` is on the answers that both gave from a list of options.
    """

    form: str
    asked: str
    label: str
    compared: int
    same: int
    judged: Figures


@dataclass(slots=True)
class _Tally:
    label: str
    compared: int = 0
    same: int = 0
    judged: Counter[tuple[object, object]] = field(default_factory=Counter)
    options: set[object] = field(default_factory=set)

    def add(self, two: TwoAnswers) -> None:
        self.compared += 1
        self.same += two.same
        both = two.one_said is not None and two.other_said is not None
        if both and two.item.type in _CATEGORIES:
            self.judged[two.one_said, two.other_said] += 1
            self.options.update(_options(two.item))

    def result(self, form: str, asked: str) -> ItemAgreement:
        return ItemAgreement(
            form=form,
            asked=asked,
            label=self.label,
            compared=self.compared,
            same=self.same,
            judged=figures_of(self.judged, len(self.options)),
        )


def agreement_by_item(
    drafts: Iterable[tuple[Study, Study]], forms: Mapping[str, Form]
) -> tuple[ItemAgreement, ...]:
    """The agreement on each item, in the order of the forms, each form led by its total.

    An entry (a group, a result) that only one of the two has counts once, as a difference on the
    part that it belongs to.
    """
    found: dict[str, dict[str, _Tally]] = {}
    for one, other in drafts:
        entries: set[str] = set()
        for two in side_by_side(one, other, forms).answers:
            if two.entry in entries:
                continue
            asked, label = two.asked, two.item.label
            if two.entry:
                entries.add(two.entry)
                asked = asked.partition(".")[0]
                label = next((i.label for i in forms[two.form].items if i.id == asked), asked)
            of_form = found.setdefault(two.form, {"": _Tally(forms[two.form].title)})
            of_form.setdefault(asked, _Tally(label)).add(two)
            of_form[""].add(two)
    return tuple(
        tally.result(form, asked)
        for form, tallies in found.items()
        for asked, tally in _in_order(tallies, forms[form])
    )


def _in_order(tallies: Mapping[str, _Tally], form: Form) -> list[tuple[str, _Tally]]:
    order = {item.id: n for n, item in enumerate(form.items, 1)}
    return sorted(tallies.items(), key=lambda t: order.get(t[0].partition(".")[0], 0))


def _options(item: Item) -> tuple[object, ...]:
    """What can be chosen; a reason for no answer is one more where somebody gave it."""
    return tuple(option.id for option in item.options) or (True, False)
