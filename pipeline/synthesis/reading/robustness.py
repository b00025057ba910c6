"""`synthesis/robustness.yaml`: reflection by prompt, and what is counted again."""

from __future__ import annotations

from pipeline.notation.typed import nearest
from pipeline.synthesis.reading.faults import Known, fault, path_of, read_into, unknown
from pipeline.terms.problem import Problem
from pipeline.terms.robustness import LeaveOut, Prompt, Robustness


def read_robustness(file: tuple[str, str], known: Known) -> tuple[Robustness, tuple[Problem, ...]]:
    """The robustness; nothing said where there is no file."""
    said, text, problems = read_into(Robustness, file)
    if said is None:
        return Robustness(), tuple(problems)
    prompts = tuple(str(prompt) for prompt in Prompt)
    for prompt in said.reflection:
        if prompt not in prompts:
            problems.append(
                fault(
                    text.place(("reflection", prompt)),
                    f"there is no prompt {prompt!r}.{nearest(prompt, prompts)}",
                    f"Known are {', '.join(prompts)}",
                )
            )
    for n, analysis in enumerate(said.sensitivity):
        at = text.place(path_of(text, ("sensitivity",), analysis.id, n))
        problems += unknown("finding", analysis.findings, known.findings, at)
        problems += unknown("study", analysis.leave_out.studies, known.studies, at)
        if analysis.leave_out == LeaveOut():
            problems.append(
                fault(
                    at,
                    f"{analysis.id!r} leaves nothing out",
                    "Name basis, designs, studies, concerns or lights below `leave_out`",
                )
            )
    return said, tuple(problems)
