"""What stands at the end of a review: funding, interests, roles of the authors, data and code.

PRISMA 2020, items 25 to 27. Each part is a statement of its own, so that a checklist can tell which
of them was written down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.document.wording import listed, sentence
from pipeline.notation.safe_text import for_markdown
from pipeline.snapshot import Snapshot


def _support(snapshot: Snapshot) -> str:
    return _written(snapshot.review.protocol.support)


def _interests(snapshot: Snapshot) -> str:
    return _written(snapshot.review.protocol.competing_interests)


def _roles(snapshot: Snapshot) -> str:
    told = [
        f"{for_markdown(author.name)}: {for_markdown(author.role)}"
        for author in snapshot.review.protocol.authors
        if author.role.strip()
    ]
    return sentence("; ".join(told)) if told else ""


def _availability(snapshot: Snapshot) -> str:
    return _written(snapshot.review.protocol.availability)


def _written(text: str) -> str:
    return sentence(for_markdown(text)) if text.strip() else ""


PARTS: Mapping[str, tuple[str, Callable[[Snapshot], str]]] = {
    "support": ("Funding", _support),
    "competing_interests": ("Competing interests", _interests),
    "roles": ("Authors' roles", _roles),
    "availability": ("Data and code", _availability),
}
"""The parts by the key of the protocol, each with its heading and its words ("" where nothing was
written down)."""


def not_recorded(parts: list[str]) -> str:
    """That nothing was written down of `parts`."""
    if not parts:
        return ""
    verb = "is" if len(parts) == 1 else "are"
    return sentence(f"{listed(parts)} {verb} not recorded")
