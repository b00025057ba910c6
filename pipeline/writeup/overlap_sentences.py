"""Which included studies share participants, in sentences with their citations."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.notation.safe_text import for_markdown
from pipeline.snapshot import Snapshot
from pipeline.terms.decision import Compared, Overlap
from pipeline.writeup.citations import citable, citation
from pipeline.writeup.tables.collation import included_overlaps
from pipeline.writeup.wording import counted, lower_first, paragraph

_SAID = {
    Overlap.OVERLAPPING: "share participants",
    Overlap.UNCLEAR: "may share participants; whether they do cannot be told from what was read",
    Overlap.APART: "were looked at as possibly one and share no participants",
}


def overlaps(snapshot: Snapshot, see: Callable[[str], str]) -> str:
    """One sentence for each two included studies that people compared, with what shows it."""
    said = included_overlaps(snapshot)
    if not said:
        return "No two included studies are recorded as sharing participants."
    many = len(said) > 1
    head = f"{counted(len(said), 'pair', words=True)} of included studies were compared for this"
    return paragraph(
        [f"{head}{see('overlaps')}" if many else "", *(_told(pair, snapshot) for pair in said)]
    )


def _told(said: Compared, snapshot: Snapshot) -> str:
    names = citable(snapshot)
    cites = citation(key for id in (said.study, said.other) if (key := names.key(id)))
    both = " and ".join(_title(id, snapshot) for id in (said.study, said.other))
    why = f" ({for_markdown(lower_first(said.reason))})" if said.reason else ""
    return f"{both} {cites} {_SAID[said.overlap]}{why}"


def _title(id: str, snapshot: Snapshot) -> str:
    study = snapshot.review.studies.get(id)
    return for_markdown(study.title if study and study.title else id)
