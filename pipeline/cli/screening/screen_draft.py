"""What a reviewer has put together on the record in view, before the verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A note, tags, the criteria marked as failing, and the words that are searched for."""

    note: str = ""
    tags: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    found: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.note or self.tags or self.fails)

    def with_tag(self, tag: str) -> Draft:
        """`tag` added; taken away where it was there already."""
        tag = tag.strip().removeprefix("#")
        if not tag:
            return self
        kept = tuple(t for t in self.tags if t != tag)
        return replace(self, tags=kept if len(kept) < len(self.tags) else (*self.tags, tag))

    def with_fail(self, criterion: str, order: tuple[str, ...]) -> Draft:
        """`criterion` marked, or unmarked; the marked ones stand in the protocol's `order`."""
        marked = set(self.fails) ^ {criterion}
        return replace(self, fails=tuple(c for c in order if c in marked))

    def in_words(self) -> str:
        """What is kept so far, in brackets; empty when it is nothing."""
        parts = [f"note: {self.note}"] if self.note else []
        parts += [f"#{tag}" for tag in self.tags]
        parts += [f"fails: {', '.join(self.fails)}"] if self.fails else []
        return f"[{'; '.join(parts)}] " if parts else ""
