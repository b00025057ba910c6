"""Finds records to go to: by id, by words of the title, by one's own tags."""

from __future__ import annotations

from pipeline.desk.session import Session
from pipeline.notation.safe_text import for_terminal

MOST = 9
"""As many are offered as there are keys to choose one with."""


def find_records(session: Session, words: str) -> list[str]:
    """The ids of records that `words` may mean, at most `MOST`; one where it is sure.

    An id in full or its end (`0012`), `#tag` for what this reviewer has tagged, or words that all
    stand in the title.
    """
    words = words.strip()
    if not words:
        return []
    if words in session.folder.records:
        return [words]
    if words.startswith("#"):
        tag = words[1:].strip().casefold()
        found = [r for r, vote in session.votes.items() if tag in map(str.casefold, vote.tags)]
        return found[-MOST:]
    ends = [record for record in session.folder.records if record.endswith(f":{words}")]
    return ends[:MOST] or _by_title(session, words.casefold().split())


def _by_title(session: Session, words: list[str]) -> list[str]:
    table = session.folder.table(["id", "title"])
    found: list[str] = []
    for record, title in zip(table["id"].to_pylist(), table["title"].to_pylist(), strict=True):
        low = title.casefold()
        if all(word in low for word in words):
            found.append(record)
            if len(found) == MOST:
                break
    return found


def found_line(session: Session, record: str) -> str:
    """A found record on one line: its title, and this reviewer's own verdict on it."""
    vote = session.votes.get(record)
    said = f"you: {vote.verdict}" if vote else "waits" if record in session.waiting else "not yours"
    return f"{record} ({said}) {for_terminal(session.record(record).title)}"
