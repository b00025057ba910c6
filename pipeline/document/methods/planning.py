"""What was planned: protocol, criteria, changes, and the program."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.document.wording import capital, counted, in_words, paragraph, sentence, were
from pipeline.model.decision import Resolved, Screened
from pipeline.notation.safe_text import for_markdown
from pipeline.snapshot import Snapshot


def protocol(snapshot: Snapshot, see: Callable[[str], str]) -> str:
    """Kind, registration and the framework of the questions (PRISMA 2020, items 4 and 24)."""
    plan = snapshot.review.protocol
    kind = for_markdown(plan.kind)
    article = "an" if kind[:1].lower() in "aeiou" else "a"
    said = [
        f"this is {article} {kind}" if kind else "",
        for_markdown(plan.registration) or "no registration of the protocol is recorded",
    ]
    text = paragraph(said)
    if plan.elements:
        framework = f" follows {for_markdown(plan.framework)}" if plan.framework else " in parts"
        lines = [
            f"- *{for_markdown(e.name)}*: {sentence(for_markdown(e.text))}" for e in plan.elements
        ]
        text += f" The question{framework}:\n\n" + "\n".join(lines)
    return text


def eligibility(snapshot: Snapshot, see: Callable[[str], str]) -> str:
    """The criteria in their order (PRISMA 2020, item 5)."""
    criteria = snapshot.review.protocol.criteria
    if not criteria:
        return "No criteria have been written down yet."
    begun = any(isinstance(d, (Screened, Resolved)) for d in snapshot.counting)
    held, failed = ("were held", "failed") if begun else ("are to be held", "fail")
    if len(criteria) == 1:
        text = f"Records {held} against one criterion{see('criteria')}."
    else:
        text = (
            f"Records {held} against {in_words(len(criteria))} criteria, in this order, and "
            f"excluded for the first that they {failed}{see('criteria')}."
        )
    lines = []
    for n, criterion in enumerate(criteria, 1):
        said = f" {sentence(for_markdown(criterion.text))}" if criterion.text else ""
        lines.append(f"{n}. *{for_markdown(criterion.label)}.*{said}")
    return text + " Each is named here by the reason for exclusion.\n\n" + "\n".join(lines)


def outcomes(snapshot: Snapshot, see: Callable[[str], str]) -> str:
    """The outcomes that were sought, with their definitions (PRISMA 2020, item 10a)."""
    sought = snapshot.review.protocol.outcomes
    if not sought:
        return "No outcomes have been written down yet."
    n = len(sought)
    told = capital(f"{counted(n, 'outcome', words=True)} {were(n)} sought")
    undefined = sum(not o.definition.strip() for o in sought)
    lines = []
    for outcome in sought:
        said = f" {sentence(for_markdown(outcome.definition))}" if outcome.definition else ""
        lines.append(f"- *{for_markdown(outcome.label)}.*{said}")
    silent = f" No definition of {in_words(undefined)} of them is recorded." if undefined else ""
    if undefined == n:
        silent = " No definition of any of them is recorded." if n > 1 else " It is not defined."
    return f"{told}.{silent}\n\n" + "\n".join(lines)


def software(snapshot: Snapshot, see: Callable[[str], str]) -> str:
    """The program and its version, and what is made anew from what."""
    version = f" {for_markdown(snapshot.version)}" if snapshot.version else ""
    n = len(snapshot.decisions)
    exports = "from the exports of the searches, kept byte for byte"
    if n:
        made_from = f"{exports}, from {counted(n, 'decision')} and from the extracted studies"
    else:
        made_from = exports if snapshot.searches else "from the protocol, as nothing was taken in"
    return paragraph(
        [
            f"this document was made with review-pipeline{version} {made_from}",
            "every number in the generated sentences, the tables and the flow diagram is counted "
            "anew from them each time the document is made",
        ]
    )
