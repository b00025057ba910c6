"""`review agreement`: how far reviewers agree."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from pipeline.cli.console import bold, counted, safe, say, say_json
from pipeline.model.decision import Stage
from pipeline.model.undoing import effective
from pipeline.screening.agreement import (
    Agreement,
    StageAgreement,
    counts_of,
    fleiss_kappa,
    krippendorff_alpha,
)
from pipeline.sessions.session import WORD_OF_STAGE
from pipeline.snapshot.first_votes import agreement_at
from pipeline.snapshot.settle import settle
from pipeline.store import open_review


def agreement(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")] = "",
    stage: Annotated[Stage | None, typer.Option(help="Only this stage.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Prints how far reviewers agree on their first independent votes, by stage and criterion.

    Only records that two people have screened are counted. "Unsure" counts as include.

    Example: review agreement ta-hsb
    """
    folder = open_review(review)
    written = folder.review
    ledger, counting = settle(written), effective(written.decisions)
    found = [
        agreement_at(at, counting, ledger, written.protocol)
        for at in ((stage,) if stage else tuple(Stage))
    ]
    if as_json:
        say_json([_for_programs(one) for one in found])
        return
    labels = {c.id: c.label for c in written.protocol.criteria}
    for one in found:
        _say_stage(one, labels)
    say("Kappa alone misleads where nearly everything is excluded: read it beside the others.")


def _say_stage(found: StageAgreement, labels: dict[str, str]) -> None:
    say(bold(f"On {WORD_OF_STAGE[found.stage]}"))
    if not found.pairs:
        say("  No record has been screened by two people yet.\n")
        return
    for (one, other), figures in found.pairs.items():
        table = figures.table
        say(f"  {one} and {other}: {counted(table.n, 'record')} screened by both")
        say(f"    {'':<18}{other:>16} in  {other:>16} out")
        say(f"    {one + ' in':<18}{table.both:>19,}  {table.only_first:>20,}")
        say(f"    {one + ' out':<18}{table.only_second:>19,}  {table.neither:>20,}")
        say(f"    {figures_line(figures)}")
        for criterion, about in found.criteria[one, other].items():
            said = about.table.both + about.table.only_first + about.table.only_second
            if said:
                say(
                    f"    excluded for {safe(labels.get(criterion, criterion), 60)}: "
                    f"both {about.table.both}, {one} only {about.table.only_first}, "
                    f"{other} only {about.table.only_second}"
                )
                say(
                    f"      agreement {_figure(about.observed)}, kappa {_figure(about.kappa)}, "
                    f"PABAK {_figure(about.pabak)}, AC1 {_figure(about.ac1)}"
                )
    if found.reviewers > 2:
        counts = counts_of(found.first)
        say(
            f"  All {found.reviewers} reviewers: Fleiss' kappa {_figure(fleiss_kappa(counts))}, "
            f"Krippendorff's alpha {_figure(krippendorff_alpha(counts))}"
        )
    say()


def figures_line(figures: Agreement) -> str:
    """The figures of a pair in one line; a dash where one is not defined."""
    between = (
        f" (95 % CI {_figure(figures.kappa_low)} to {_figure(figures.kappa_high)})"
        if figures.kappa_low is not None
        else ""
    )
    return (
        f"agreement {_figure(figures.observed)}, kappa {_figure(figures.kappa)}{between}, "
        f"PABAK {_figure(figures.pabak)}, AC1 {_figure(figures.ac1)}, "
        f"prevalence index {_figure(figures.prevalence_index)}, "
        f"bias index {_figure(figures.bias_index)}"
    )


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _for_programs(found: StageAgreement) -> dict[str, Any]:
    counts = counts_of(found.first)
    return {
        "stage": found.stage,
        "pairs": [
            {
                "reviewers": list(pair),
                **asdict(figures),
                "criteria": {c: asdict(about) for c, about in found.criteria[pair].items()},
            }
            for pair, figures in found.pairs.items()
        ],
        "fleiss_kappa": fleiss_kappa(counts) if found.reviewers > 2 else None,
        "krippendorff_alpha": krippendorff_alpha(counts) if found.reviewers > 1 else None,
    }
