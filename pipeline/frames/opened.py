"""A review as a notebook reads it: tables, figures, any day; nothing that people wrote changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from html import escape
from os import PathLike, fspath
from pathlib import Path

import pandas as pd

from pipeline.document.figures.catalogue import FIGURES
from pipeline.frames import evidence, shapes, tables
from pipeline.frames.columns import frame_of
from pipeline.model.decision import Stage
from pipeline.model.document import Figure
from pipeline.model.problem import Problem, ReviewError
from pipeline.notation.typed import nearest
from pipeline.sessions.snapshots import snapshot_of
from pipeline.snapshot import Snapshot
from pipeline.store import ReviewFolder, open_review


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure of a review on one page or several; shows itself in a notebook."""

    pages: tuple[Figure, ...]

    @property
    def svg(self) -> str:
        """The one page as SVG; ReviewError where there are several."""
        if len(self.pages) != 1:
            raise ReviewError(
                f"the figure has {len(self.pages)} pages", "Take `.svg` of each in `.pages`"
            )
        return self.pages[0].svg

    @property
    def caption(self) -> str:
        return self.pages[0].caption

    @property
    def alt(self) -> str:
        """The figure in words, for those who do not see it."""
        return " ".join(page.alt for page in self.pages)

    def save(self, path: str | PathLike[str]) -> tuple[Path, ...]:
        """Writes SVG files and gives their paths: `path`, or `NAME-1.svg`, `NAME-2.svg` …"""
        target = Path(path)
        several = len(self.pages) > 1
        written = []
        for n, page in enumerate(self.pages, 1):
            name = target.with_stem(f"{target.stem}-{n}") if several else target
            name.write_text(page.svg, encoding="utf-8")
            written.append(name)
        return tuple(written)

    def _repr_svg_(self) -> str | None:
        return self.pages[0].svg if len(self.pages) == 1 else None

    def _repr_html_(self) -> str | None:
        if len(self.pages) == 1:
            return None
        return "\n".join(
            f"<figure>{page.svg}<figcaption>{escape(page.caption)}</figcaption></figure>"
            for page in self.pages
        )


class OpenReview:
    """A review on a day. Each table is made when it is first asked for, and is yours to change.

    The columns of each stand in `pipeline.SHAPES` and in docs/public-api.md.
    """

    def __init__(
        self, folder: ReviewFolder, day: date | None = None, snapshot: Snapshot | None = None
    ) -> None:
        """`snapshot`: that of `folder` on `day`, where somebody has made or changed it already."""
        self._folder = folder
        self._day = day
        self._given = snapshot

    @property
    def slug(self) -> str:
        return self._folder.slug

    @property
    def title(self) -> str:
        return self._folder.protocol[0].title

    @property
    def day(self) -> date | None:
        """The day that is looked at: the one asked for, else that of the latest change."""
        return self._snapshot.day

    def on(self, day: str | date) -> OpenReview:
        """The review as it stood at the end of `day` (a date, or `2026-12-31`).

        Where an edition was sealed on that day or after it, what it was sealed with is read.
        """
        wanted = _day(day)
        return OpenReview(self._folder.until(wanted), wanted)

    @cached_property
    def _read(self) -> tuple[Snapshot, tuple[Problem, ...]]:
        return (self._given, ()) if self._given else snapshot_of(self._folder, self._day)

    @property
    def _snapshot(self) -> Snapshot:
        return self._read[0]

    @cached_property
    def searches(self) -> pd.DataFrame:
        """A row a search."""
        return tables.searches(self._snapshot)

    @cached_property
    def records(self) -> pd.DataFrame:
        """A row a record, with where it stands."""
        columns = ["id", *(name for name, _, _ in shapes.BIBLIOGRAPHIC)]
        return tables.records(self._snapshot, self._folder.table(columns))

    @cached_property
    def duplicates(self) -> pd.DataFrame:
        """A row a duplicate, with the record kept in its stead and who said so."""
        return tables.duplicates(self._snapshot)

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """A row a decision, undone ones among them.

        While another vote on a record is waited for, how a vote was cast is not told.
        """
        return tables.decisions(self._snapshot)

    @cached_property
    def flow(self) -> pd.DataFrame:
        """The PRISMA 2020 flow, a row a box and a row each of its parts."""
        return tables.flow(self._snapshot)

    @cached_property
    def studies(self) -> pd.DataFrame:
        """A row a study, included or extracted."""
        return evidence.studies(self._snapshot)

    @cached_property
    def results(self) -> pd.DataFrame:
        """A row a result of an extracted study."""
        return evidence.results(self._snapshot)

    @cached_property
    def appraisals(self) -> pd.DataFrame:
        """A row an answer to an item of an appraisal instrument."""
        return evidence.appraisals(self._snapshot)

    @cached_property
    def findings(self) -> pd.DataFrame:
        """A row a finding of the authors."""
        return evidence.findings(self._snapshot)

    @cached_property
    def extracted(self) -> Mapping[str, pd.DataFrame]:
        """What the forms ask, a table a level: `studies`, and each part by its dotted path."""
        return {id: frame for id, (_, frame) in evidence.extracted(self._snapshot).items()}

    @cached_property
    def problems(self) -> pd.DataFrame:
        """What is wrong with the files that were read, as `review check` begins with."""
        rows = (
            (p.severity, p.place.file, p.place.line or None, p.what, p.remedy, p.check)
            for p in (*self._snapshot.review.problems, *self._read[1])
        )
        return frame_of(shapes.PROBLEMS, rows)

    def agreement(self, stage: str = "") -> pd.DataFrame:
        """A row for every two reviewers, and for each criterion between them.

        `stage` is `title_abstract` or `full_text`; empty is both.
        """
        if stage and stage not in tuple(Stage):
            raise ReviewError(f"there is no stage {stage!r}", f"Known are {', '.join(Stage)}")
        return tables.agreement(self._snapshot, (Stage(stage),) if stage else tuple(Stage))

    def figure(self, name: str, **options: str) -> Drawing:
        """A figure of the write-up by its name, as it is drawn there: `flow`, `forest` …

        Raises ReviewError for one that is not there or that nothing can be drawn for.
        """
        if name not in FIGURES:
            raise ReviewError(
                f"there is no figure {name!r}.{nearest(name, tuple(FIGURES))}",
                f"Known are {', '.join(FIGURES)}",
            )
        takes = FIGURES[name].option
        if wrong := [option for option in options if option != takes]:
            raise ReviewError(
                f"the figure {name} takes no {wrong[0]!r}",
                f"It takes {takes!r}" if takes else "It takes no option",
            )
        return Drawing(FIGURES[name].figures(self._snapshot, **options))

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """All tables of `SHAPES` by their names."""
        return {
            name: self.agreement() if name == "agreement" else getattr(self, name)
            for name in shapes.SHAPES
        }

    def __repr__(self) -> str:
        flow = self._snapshot.ledger.flow
        return (
            f"<{self.slug}, {self.day or 'nothing happened yet'}: "
            f"{len(self._snapshot.ledger.positions):,} records, "
            f"{len(flow.included_studies):,} included studies>"
        )


def open(name: str | PathLike[str] = "") -> OpenReview:
    """The review called `name`: its slug, or the path of its folder; empty: the only one there is.

    Reads only. Raises ReviewError where there is none or its protocol cannot be read.
    """
    return OpenReview(open_review(fspath(name)))


def _day(day: str | date) -> date:
    if isinstance(day, datetime):
        return day.date()
    if isinstance(day, date):
        return day
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise ReviewError(f"{day!r} is no day", "Write year-month-day, like 2016-01-31") from None
