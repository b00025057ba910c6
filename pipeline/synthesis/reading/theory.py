"""`synthesis/theory.yaml`: text, and a logic model whose arrows lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.notation.yaml_text import YamlText
from pipeline.synthesis.reading.faults import Known, fault, read_into, twice, unknown, warning
from pipeline.terms.problem import Problem
from pipeline.terms.theory import LogicModel, Theory


def read_theory(file: tuple[str, str], known: Known) -> tuple[Theory, tuple[Problem, ...]]:
    """The theory; an empty one where there is no file."""
    theory, text, problems = read_into(Theory, file)
    if theory is None:
        return Theory(), tuple(problems)
    if theory.logic_model is not None:
        problems += _faults_of(theory.logic_model, text, known)
    return theory, tuple(problems)


def _faults_of(model: LogicModel, text: YamlText, known: Known) -> Iterator[Problem]:
    top = ("logic_model",)
    nodes = [node.id for node in model.nodes]
    columns = [column.id for column in model.columns]
    at_nodes = text.place((*top, "nodes"))
    yield from twice((id, at_nodes) for id in nodes)
    yield from twice((id, text.place((*top, "columns"))) for id in columns)
    for node in model.nodes:
        yield from unknown(
            "column", [node.column], columns, text.place((*top, "nodes", node.id, "column"))
        )
    for n, arrow in enumerate(model.arrows):
        at = text.place((*top, "arrows", n))
        yield from unknown("node", (arrow.start, arrow.end), nodes, at)
        yield from unknown("finding", arrow.findings, known.findings, at)
        if arrow.start == arrow.end:
            yield fault(at, f"the arrow leads from {arrow.start!r} to itself", "Take it out")
        if arrow.assumed and arrow.findings:
            yield warning(
                at,
                f"the arrow from {arrow.start!r} to {arrow.end!r} is assumed, and findings bear it",
                "Take `assumed` out, or the findings",
            )
