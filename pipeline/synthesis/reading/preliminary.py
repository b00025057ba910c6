"""`synthesis/preliminary.yaml`: order, descriptions and the quality of studies."""

from __future__ import annotations

from pipeline.synthesis.reading.faults import Known, fault, read_into, unknown
from pipeline.terms.preliminary import Preliminary
from pipeline.terms.problem import Problem


def read_preliminary(
    file: tuple[str, str], known: Known
) -> tuple[Preliminary, tuple[Problem, ...]]:
    """The preliminary synthesis; one with nothing said where there is no file."""
    said, text, problems = read_into(Preliminary, file)
    if said is None:
        return Preliminary(), tuple(problems)
    if known.studies:
        problems += unknown(
            "item of the form", said.order.by, known.items, text.place(("order", "by"))
        )
    if said.order.by and not said.order.reason:
        problems.append(
            fault(
                text.place(("order",)),
                "the order of the studies has no reason",
                "Add `reason:`: by what they are ordered and why (SWiM 7)",
            )
        )
    for id in said.descriptions:
        problems += unknown("study", [id], known.studies, text.place(("descriptions", id)))
    for id, quality in said.quality.items():
        problems += unknown("study", [id], known.studies, text.place(("quality", id)))
        if not quality.why.strip():
            problems.append(
                fault(text.place(("quality", id)), f"no reason is given for {id}", "Add `why:`")
            )
    return said, tuple(problems)
