"""How far people agreed, in sentences: every figure beside kappa, and what it is counted on."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.notation.safe_text import for_markdown
from pipeline.screening.agreement import Agreement
from pipeline.snapshot import Snapshot
from pipeline.terms.decision import Stage
from pipeline.writeup.agreeing import (
    figure,
    kappa_in_words,
    of_all,
    same_votes,
    stage_agreement,
)
from pipeline.writeup.wording import in_words, paragraph, percent, sentence

_ON = {Stage.TITLE_ABSTRACT: "title and abstract", Stage.FULL_TEXT: "full text"}
_UNIT = {Stage.TITLE_ABSTRACT: "record", Stage.FULL_TEXT: "report"}


def agreement(snapshot: Snapshot, see: Callable[[str], str]) -> str:
    """How far every two people agreed, a paragraph a stage; never kappa alone (Byrt 1993)."""
    told = []
    for stage, on in _ON.items():
        found = stage_agreement(snapshot, stage)
        if not found.pairs:
            told.append(f"on {on}, no two people screened the same {_UNIT[stage]}")
            continue
        said = [_pair(*pair, figures, on) for pair, figures in found.pairs.items()]
        if figures_of_all := of_all(found):
            said.append(f"over all {in_words(found.reviewers)} people, {figures_of_all}")
        told.append(paragraph(said))
    how = "these are first independent votes, and unsure counts as a vote to include"
    how += see("agreement")
    if by_criterion := see("agreement_by_criterion"):
        how += f"; reasons are compared criterion by criterion{by_criterion}"
    if not any(stage_agreement(snapshot, stage).pairs for stage in _ON):
        return paragraph(told)
    return "\n\n".join([*map(sentence, told), paragraph([how])])


def _pair(one: str, other: str, figures: Agreement, on: str) -> str:
    first, second = for_markdown(one), for_markdown(other)
    counts = figures.table
    kappa = kappa_in_words(figures)
    why = ", since both gave one and the same vote throughout" if figures.kappa is None else ""
    verb = "is" if figures.kappa is None else "was"
    return paragraph(
        [
            f"on {on}, {first} and {second} gave the same vote on {same_votes(figures)} "
            f"({percent(figures.observed or 0, 1)}): both included {_few(counts.both)} and "
            f"excluded {_few(counts.neither)}, {first} alone included "
            f"{_few(counts.only_first)} and {second} alone {_few(counts.only_second)}",
            f"Cohen's kappa {verb} {kappa}{why}; PABAK was {figure(figures.pabak)}, Gwet's AC1 "
            f"{figure(figures.ac1)}, the prevalence index {figure(figures.prevalence_index)} and "
            f"the bias index {figure(figures.bias_index)}",
        ]
    )


def _few(n: int) -> str:
    return in_words(n) if n else "none"
