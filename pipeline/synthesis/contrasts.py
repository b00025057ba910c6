"""Two groups of participants against each other, whichever of them a study names first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipeline.synthesis.study_facts import protocol_group
from pipeline.terms.relationship import Contrast
from pipeline.terms.study import Direction, Result, Study

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
