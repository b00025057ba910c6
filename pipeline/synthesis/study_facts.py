"""What a synthesis asks of its studies: answers, designs, results, groups, their order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.model.finding import Grouping, StudyGroup
from pipeline.model.form import Form, Item
from pipeline.model.narrative import Contrast, Preliminary
from pipeline.model.review import Review
from pipeline.model.study import Answer, Direction, Part, Result, Study

RANDOMISED = "randomised_trial"
"""The design at which GRADE starts high."""


def answer_at(study: Study, path: str) -> Answer | None:
    """The answer to the item at `path`, in parts that stand once; None where there is no such."""
    answers, parts = study.answers, study.parts
    *around, item = path.split("/")
    for step in around:
        entries = parts.get(step, ())
        if len(entries) != 1:
            return None
        answers, parts = entries[0].answers, entries[0].parts
    return answers.get(item)


def values_at(study: Study, path: str) -> tuple[str, ...]:
    """The values at `path` as words (several for a choice of several), none where it has none."""
    found = answer_at(study, path)
    if found is None or found.value is None:
        return ()
    many = found.value if isinstance(found.value, tuple) else (found.value,)
    return tuple(str(one) for one in many)


def design_of(study: Study) -> str:
    """The id of the study's design, "" where it is not given."""
    return next(iter(values_at(study, "design")), "")


def total_of(study: Study) -> int | None:
    """The participants or cases of the study, None where that is not reported."""
    found = answer_at(study, "participants/total")
    return found.value if found is not None and isinstance(found.value, int) else None


def entry(study: Study, part: str, id: str) -> Part | None:
    return next((e for e in study.parts.get(part, ()) if e.id == id), None)


def protocol_group(study: Study, group: str) -> str:
    """The protocol's group that `group` of a study is, by `same_as`; `group` itself where it is not
    one of the study's own."""
    own = entry(study, "groups", group)
    if own is None:
        return group
    same = own.answers.get("same_as")
    return same.value if same is not None and isinstance(same.value, str) else ""


def n_of(result: Result, study: Study) -> int | None:
    """How many people the group of a result has: those analysed, else those its numbers are of,
    else its own number, else the whole study."""
    if result.n_analysed is not None:
        return result.n_analysed
    for numbers in (result.proportion, result.mean):
        if numbers and numbers.get("n"):
            return round(numbers["n"])
    own = _size_of(study, result.group)
    return total_of(study) if own is None else own


def people_of(result: Result, study: Study) -> int | None:
    """How many people a result speaks of: those analysed, else both of its groups, as far as their
    numbers are known; the whole study where neither is."""
    if result.n_analysed is not None:
        return result.n_analysed
    if not result.comparator:
        return n_of(result, study)
    sizes = (_size_of(study, result.group), _size_of(study, result.comparator))
    known = [size for size in sizes if size is not None]
    return sum(known) if known else n_of(result, study)


def _size_of(study: Study, group: str) -> int | None:
    own = entry(study, "groups", group)
    n = own.answers.get("n") if own is not None else None
    return n.value if n is not None and isinstance(n.value, int) else None


def texts_of(study: Study) -> Iterator[tuple[str, str]]:
    """Every quote and every text of the study's file with its page ("" for a text), in turn."""
    parts = [Part(id="", answers=study.answers, parts=study.parts, place=study.place)]
    parts += study.appraisals.values()
    for part in parts:
        yield from _texts(part)


def _texts(part: Part) -> Iterator[tuple[str, str]]:
    for source in part.sources:
        yield source.quote, source.page
    for answer in part.answers.values():
        for source in answer.sources:
            yield source.quote, source.page
        many = answer.value if isinstance(answer.value, tuple) else (answer.value,)
        page = answer.sources[0].page if answer.sources else ""
        for one in many:
            if isinstance(one, str):
                yield one, page
    for entries in part.parts.values():
        for each in entries:
            yield from _texts(each)


_MARKS = str.maketrans(dict.fromkeys('\u2018\u2019\u201c\u201d"', "'") | {"\u00ad": ""})
_GAP = re.compile(r"\s*(?:\[?\u2026\]?|\[?\.\.\.\]?)\s*")


def holds(text: str, quote: str) -> bool:
    """Whether `text` holds the words of `quote`; an ellipsis in the quote may stand for anything.

    Blanks, capitals and the shape of quotation marks make no difference.
    """
    where = 0
    whole = _plain(text)
    pieces = [piece for piece in _GAP.split(_plain(quote)) if piece]
    for piece in pieces:
        at = whole.find(piece, where)
        if at < 0:
            return False
        where = at + len(piece)
    return bool(pieces)


def _plain(text: str) -> str:
    return " ".join(text.translate(_MARKS).casefold().split())


def results_by_id(review: Review) -> Mapping[str, Result]:
    """Every extracted result of `review` by its id `<study>/<entry>`."""
    return {result.id: result for study in review.studies.values() for result in study.results}


def with_members(grouping: Grouping, studies: Mapping[str, Study]) -> Grouping:
    """`grouping` with the studies that fit `where` among those of each group."""
    return replace(grouping, groups=tuple(_filled(group, studies) for group in grouping.groups))


def _filled(group: StudyGroup, studies: Mapping[str, Study]) -> StudyGroup:
    if not group.where:
        return group
    fitting = (id for id, study in studies.items() if fits(study, group.where))
    return replace(group, studies=tuple(dict.fromkeys((*group.studies, *fitting))))


def fits(study: Study, where: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether the answer to every item of `where` is one of its values."""
    return all(set(values_at(study, path)) & set(values) for path, values in where.items())


def ungrouped(grouping: Grouping, included: Iterable[str]) -> tuple[str, ...]:
    """The included studies that stand in no group of `grouping` (SWiM 1: they must be named)."""
    grouped = {study for group in grouping.groups for study in group.studies}
    return tuple(study for study in included if study not in grouped)


def in_several(grouping: Grouping) -> tuple[str, ...]:
    """The studies that stand in more than one group of `grouping`, in the order of the groups."""
    once: set[str] = set()
    twice: dict[str, None] = {}
    for group in grouping.groups:
        for study in dict.fromkeys(group.studies):
            if study in once:
                twice[study] = None
            once.add(study)
    return tuple(twice)


_TURNED = {Direction.HIGHER: Direction.LOWER, Direction.LOWER: Direction.HIGHER}


def compared(contrast: Contrast, studies: Iterable[Study]) -> tuple[Result, ...]:
    """The results of `studies` that compare the two groups of `contrast`, on its outcomes.

    A result that a study gives the other way round is turned: its direction is that of the group
    of the contrast, and its numbers, which are the study's own, are left out.
    """
    found: list[Result] = []
    wanted = (contrast.group, contrast.comparator)
    for study in studies:
        for result in study.results:
            if contrast.outcomes and result.outcome not in contrast.outcomes:
                continue
            if not result.group or not result.comparator:
                continue
            pair = (protocol_group(study, result.group), protocol_group(study, result.comparator))
            if pair == wanted:
                found.append(result)
            elif pair == wanted[::-1]:
                found.append(
                    replace(
                        result,
                        direction=_TURNED.get(result.direction, result.direction),
                        group=result.comparator,
                        comparator=result.group,
                        estimate=None,
                        proportion=None,
                    )
                )
    return tuple(found)


def studies_in(results: Iterable[Result]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(result.study for result in results))


_Key = tuple[int, float, str]


def in_order(
    studies: Iterable[Study], preliminary: Preliminary, forms: Mapping[str, Form]
) -> tuple[Study, ...]:
    """`studies` by the items that the authors named, then by id; without an answer last.

    Numbers go from small to large, answers that a form lists as the form lists them, other words
    by the alphabet, designs by how well they suit.
    """
    by = preliminary.order.by
    listed = {
        (id, path): _options_at(form.items, path) for id, form in forms.items() for path in by
    }
    return tuple(
        sorted(
            studies,
            key=lambda s: (
                *(_key(s, path, preliminary, listed.get((s.form, path), [])) for path in by),
                s.id,
            ),
        )
    )


def _options_at(items: tuple[Item, ...], path: str) -> list[str]:
    """What the item at `path` may be answered with, as its form lists it; nothing for any other."""
    first, _, rest = path.partition("/")
    item = next((i for i in items if i.id == first), None)
    if item is None:
        return []
    return _options_at(item.items, rest) if rest else [option.id for option in item.options]


def _key(study: Study, path: str, preliminary: Preliminary, listed: Sequence[str]) -> _Key:
    found = answer_at(study, path)
    value = found.value if found is not None else None
    if value is None:
        return (3, 0.0, "")
    if path == "design" and value in preliminary.designs:
        return (0, float(preliminary.designs.index(str(value))), "")
    if isinstance(value, (int, float)):
        return (1, float(value), "")
    if str(value) in listed:
        return (1, float(listed.index(str(value))), "")
    return (2, 0.0, str(value).casefold())
