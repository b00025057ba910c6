"""One finding a row, short enough for a slide."""

from __future__ import annotations

from pipeline.snapshot import Snapshot
from pipeline.terms.document import Table
from pipeline.terms.finding import FindingKind
from pipeline.writeup.tables.rows import cell, column
from pipeline.writeup.votes import certainty_in_words, share_of_votes, votes_of
from pipeline.writeup.wording import counted, sentence

_GAP = "No study tells"


def slides(snapshot: Snapshot) -> Table:
    """Each finding with the studies behind it and its certainty, in the order of the questions."""
    order = {question.id: n for n, question in enumerate(snapshot.review.protocol.questions)}
    findings = sorted(
        snapshot.synthesis.findings.values(), key=lambda f: order.get(f.question, len(order))
    )
    rows = []
    for finding in findings:
        n = len(finding.all_studies)
        told = share_of_votes(finding, votes_of(finding, snapshot))
        studies = counted(n, "study", "studies") if n else _GAP
        if told:
            studies = f"{told[0]} of {counted(told[1], 'study', 'studies')}"
        certain = "" if finding.kind is FindingKind.GAP else certainty_in_words(finding)
        rows.append((cell(sentence(finding.statement)), cell(studies), cell(certain)))
    return Table(
        id="slides",
        caption="What was found, one finding a row",
        columns=(
            column("finding", "Finding", 3.2),
            column("studies", "Studies", 0.9),
            column("certainty", "Certainty", 1.1),
        ),
        rows=tuple(rows),
    )
