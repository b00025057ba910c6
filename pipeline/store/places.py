"""Where things lie: the folders of a project and of one review in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}\Z")


SEALED_FOLDERS = ("studies", "synthesis")
"""Folders of a review whose files people change; an edition keeps a copy of them whole."""


@dataclass(frozen=True, slots=True)
class ReviewPlaces:
    """The paths of the review in the folder `review`; none of them has to exist.

    With `seal` what people write and change is looked for in the copy that the edition of that
    number keeps. Exports and decisions are only ever added to and have one place.
    """

    review: Path
    seal: int = 0

    @property
    def written(self) -> Path:
        """Where the files lie that people write and change."""
        return self.seal_of(self.seal) if self.seal else self.review

    @property
    def seals(self) -> Path:
        return self.review / "editions"

    def seal_of(self, number: int) -> Path:
        """The folder of the sealed edition `number`."""
        return self.seals / str(number)

    def manifest_of(self, number: int) -> Path:
        """What the sealed edition `number` was made from, with SHA-256; it makes the seal."""
        return self.seal_of(number) / "manifest.json"

    @property
    def counted(self) -> Path:
        """The ids of the decisions that a sealed edition counts."""
        return self.written / "decisions.txt"

    @property
    def slug(self) -> str:
        return self.review.name

    @property
    def kept_as(self) -> str:
        """A name for what is kept of this review: an edition does not push the live one out."""
        return f"{self.slug}-edition-{self.seal}" if self.seal else self.slug

    @property
    def project(self) -> Path:
        """The folder that holds `reviews/`, or the review itself where it stands alone."""
        parent = self.review.parent
        return parent.parent if parent.name == "reviews" else self.review

    @property
    def protocol(self) -> Path:
        return self.written / "protocol.yaml"

    @property
    def exports(self) -> Path:
        """The exports, byte for byte as they were downloaded."""
        return self.review / "searches"

    @property
    def searches(self) -> Path:
        """What is told of each search, one YAML each, and repaired entries."""
        return self.written / "searches"

    @property
    def decisions(self) -> Path:
        return self.review / "decisions"

    @property
    def machines(self) -> Path:
        """What machines answered, one log each; no decision stands there."""
        return self.review / "machines"

    @property
    def notices(self) -> Path:
        """What services said of included reports, one file a day."""
        return self.review / "notices"

    @property
    def studies(self) -> Path:
        return self.written / "studies"

    @property
    def drafts(self) -> Path:
        """Studies as each of two people extracted them, apart, one folder a person."""
        return self.studies / "drafts"

    @property
    def synthesis(self) -> Path:
        return self.written / "synthesis"

    @property
    def manuscript(self) -> Path:
        return self.written / "manuscript.md"

    @property
    def references(self) -> Path:
        return self.written / "references.yaml"

    @property
    def editions(self) -> Path:
        return self.written / "editions.yaml"

    @property
    def fulltexts(self) -> Path:
        return self.review / "fulltexts"

    @property
    def outputs(self) -> Path:
        return self.project / "outputs" / self.slug

    @property
    def cache(self) -> Path:
        """Derived from the exports, safe to delete at any time."""
        return self.project / "outputs" / ".cache"

    @property
    def forms(self) -> Path:
        return (self.written if self.seal else self.project) / "extraction_forms"

    def shown(self, path: Path) -> str:
        """`path` as people see it in messages: relative to the working folder when it is below."""
        return shown(path)


def shown(path: Path) -> str:
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def shipped_forms() -> Path:
    """The forms that come with the program: inside the wheel, or beside it in a checkout."""
    packaged = Path(str(files("pipeline"))) / "_forms"
    return (
        packaged if packaged.is_dir() else Path(str(files("pipeline"))).parent / "extraction_forms"
    )
