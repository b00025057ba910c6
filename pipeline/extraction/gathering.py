"""What is found while one study file is read: problems, sources, ids, and what is still open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.notation.typed import nearest, wording
from pipeline.notation.yaml_text import Path, YamlText
from pipeline.terms.problem import Problem, Severity
from pipeline.terms.study import Source

SOURCE_KEYS = ("report", "page", "quote", "url", "note", "sure", "file_sha256")
SURE = ("certain", "probable", "doubtful")


@dataclass(slots=True)
class Gathering:
    """Filled while a study is read; `reports` are the record ids that sources may name.

    `unsourced` maps the address of a value without a source to its line, `former` that of an
    answer to an item that is no longer asked to what is written there.
    """

    yaml: YamlText
    problems: list[Problem]
    reports: tuple[str, ...] = ()
    required_open: dict[str, list[str]] = field(default_factory=dict)
    unsourced: dict[str, int] = field(default_factory=dict)
    former: dict[str, Any] = field(default_factory=dict)

    def fault(
        self,
        path: Path,
        what: str,
        remedy: str,
        severity: Severity = Severity.ERROR,
        check: str = "study",
    ) -> None:
        self.problems.append(
            Problem(
                place=self.yaml.place(path),
                what=what,
                remedy=remedy,
                severity=severity,
                check=check,
            )
        )

    def sources(self, written: Any, path: Path) -> tuple[Source, ...]:
        """`sources:` as values; one source may stand without a list."""
        if written is None:
            return ()
        if isinstance(written, Mapping):
            return self._source(written, path)
        if not isinstance(written, list):
            what = f"'sources' is {wording(written)}"
            self.fault(path, what, 'Write `sources: [{page: 12, quote: "…"}]`')
            return ()
        return tuple(s for i, one in enumerate(written) for s in self._source(one, (*path, i)))

    def _source(self, written: Any, path: Path) -> tuple[Source, ...]:
        if not isinstance(written, Mapping):
            what = f"a source is {wording(written)}"
            self.fault(path, what, "Write it as `{report: …, page: …, quote: …}`")
            return ()
        said: dict[str, str] = {}
        for key, value in written.items():
            if key not in SOURCE_KEYS:
                what = f"{key!r} is not known in a source.{nearest(str(key), SOURCE_KEYS)}"
                self.fault((*path, key), what, f"Known are {', '.join(SOURCE_KEYS)}")
            elif isinstance(value, (dict, list, bool)):
                what = f"{key!r} of a source is {wording(value)}, not text"
                self.fault((*path, key), what, "Put it in quotes")
            elif value is not None:
                said[key] = str(value)
        report = said.get("report", "")
        if report and report not in self.reports:
            known = ", ".join(self.reports) or "none"
            what = (
                f"the source {report!r} is no report of this study.{nearest(report, self.reports)}"
            )
            remedy = f"Its reports are {known}; add it to `reports:` or correct it"
            self.fault((*path, "report"), what, remedy)
        elif not report and not said.get("url") and self.reports:
            said["report"] = self.reports[0]
        sure = said.get("sure", "")
        if sure and sure not in SURE:
            what = f"{sure!r} does not say how sure you are.{nearest(sure, SURE)}"
            self.fault((*path, "sure"), what, f"Write one of {', '.join(SURE)}")
        return (Source(**said, place=self.yaml.place(path)),)

    def say_open(self) -> None:
        """One warning for each block of answers with required ones that are not yet given."""
        for block, names in self.required_open.items():
            count = (
                "1 required answer is" if len(names) == 1 else f"{len(names)} required answers are"
            )
            self.fault(
                tuple(block.split("/")),
                f"{count} not yet given: {_listed(names)}",
                "Fill them in, or write `not reported`, `not applicable` or `unclear`",
                Severity.WARNING,
                "not-yet",
            )
        if self.unsourced:
            n = len(self.unsourced)
            count = "1 value has" if n == 1 else f"{n} values have"
            listed = ", ".join(f"{name} (line {line})" for name, line in self.unsourced.items())
            self.fault(
                ("answers",),
                f"{count} no source: {listed}",
                "Add `sources:` with the page and the quote beside the value",
                Severity.NOTE,
                "no-source",
            )


def _listed(names: list[str], most: int = 8) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
