"""How far two people who extracted and appraised apart gave the same answers, item by item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.extraction.differences import TwoAnswers, side_by_side
from pipeline.terms.form import AnswerType, Form
from pipeline.terms.study import Study

_CATEGORIES = (AnswerType.CHOICE, AnswerType.YES_NO)
Answers = tuple[object, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAgreement:
    """One item over all studies that two people extracted apart; `asked` "" is a whole form.

    `compared` counts answers that at least one of the two gave, `same` those on which both said
    the same. `kappa` is Cohen's, over the `judged` answers that both gave from a list of options.
    """

    form: str
    asked: str
    label: str
    compared: int
    same: int
    judged: int = 0
    kappa: float | None = None


@dataclass(slots=True)
class _Tally:
    label: str
    compared: int = 0
    same: int = 0
    judged: list[Answers] = field(default_factory=list)

    def add(self, two: TwoAnswers) -> None:
        self.compared += 1
        self.same += two.same
        both = two.one_said is not None and two.other_said is not None
        if both and two.item.type in _CATEGORIES:
            self.judged.append((two.one_said, two.other_said))

    def result(self, form: str, asked: str) -> ItemAgreement:
        return ItemAgreement(
            form=form,
            asked=asked,
            label=self.label,
            compared=self.compared,
            same=self.same,
            judged=len(self.judged),
            kappa=cohens_kappa(self.judged),
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


def cohens_kappa(pairs: Sequence[Answers]) -> float | None:
    """Cohen's kappa (1960) of two people's choices; None where it is not defined.

    That is without answers, and where both chose one and the same option throughout.
    """
    n = len(pairs)
    if not n:
        return None
    observed = sum(a == b for a, b in pairs) / n
    one, other = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    by_chance = sum(one[option] * other[option] for option in one) / n**2
    return (observed - by_chance) / (1 - by_chance) if by_chance < 1 else None
