"""What stands at the top of a study file, above the answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from pipeline.extraction.gathering import Gathering
from pipeline.notation.typed import nearest, wording
from pipeline.terms.form import Form
from pipeline.terms.problem import Severity
from pipeline.terms.protocol import Protocol
from pipeline.terms.study import Basis

HEADER: Mapping[str, str] = {
    "study": "the id of the study, the same as the name of the file",
    "title": "what people call it, like `Aebi et al. 2014`",
    "form": "the id of the extraction form",
    "form_version": "the version of the form that was filled",
    "reports": "record ids of its reports, the primary one first",
    "files": "the SHA-256 of the file that was read, by record id",
    "basis": "what was read: full_text, abstract or secondary_source",
    "extracted_by": "who read and wrote; two names with a comma where they did so apart",
    "extracted_on": "the day, year-month-day",
    "checked_by": "who held it against the reports again",
    "checked_on": "the day of that",
    "reconciled_by": "who settled where two people who extracted it apart differed",
    "reconciled_on": "the day of that",
    "sources": "where all answers come from that name no source of their own",
    "note": "anything a reader should know",
    "answers": "the answers to the items of the form",
    "appraisal": "the answers to appraisal instruments, by the id of the instrument",
}
"""What stands at the top of a study file."""

_SHA256 = re.compile(r"[0-9a-fA-F]{64}\Z")


class Head:
    """Reads one key after the other; what is wrong with one is told and costs only that key."""

    def __init__(
        self,
        gathering: Gathering,
        written: Mapping[str, Any],
        file: str,
        forms: Mapping[str, Form],
        protocol: Protocol,
    ) -> None:
        self.gathering = gathering
        self.written = written
        self.stem = PurePosixPath(file.replace("\\", "/")).stem
        self.forms = {id: form for id, form in forms.items() if form.kind == "extraction"}
        self.protocol = protocol
        for key in written:
            if key not in HEADER:
                hint = nearest(str(key), tuple(HEADER))
                gathering.fault(
                    (key,), f"{key!r} is not known here.{hint}", f"Known are {', '.join(HEADER)}"
                )

    def form(self) -> Form | None:
        id = self.text("form") or self.protocol.form
        form = self.forms.get(id)
        if form is None:
            known = ", ".join(self.forms) or "none: put one into extraction_forms/"
            what = (
                f"there is no sound extraction form {id!r}.{nearest(id, tuple(self.forms))}"
                if id
                else "'form' is missing, and the protocol names none"
            )
            self.gathering.fault(
                ("form",), what, f"Known are {known}. A form with faults is mended first"
            )
        return form

    def study_id(self) -> str:
        id = self.text("study")
        if id and id != self.stem:
            what = f"this file is called {self.stem!r}, but 'study' says {id!r}"
            self.gathering.fault(
                ("study",), what, "Let both be the same; other files refer to that id"
            )
        return self.stem

    def text(self, key: str) -> str:
        value = self.written.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.gathering.fault(
                (key,), f"{key!r} is {wording(value)}, not text", "Put it in quotes"
            )
            return ""
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.written.get(key)
        values = value if isinstance(value, list) else [] if value is None else [value]
        texts: list[str] = []
        for index, one in enumerate(values):
            if isinstance(one, str):
                texts.append(one)
            else:
                what = f"{key!r} holds {wording(one)}, not text"
                self.gathering.fault((key, index), what, "Write ids in quotes, one `- ` a line")
        if len(set(texts)) < len(texts):
            self.gathering.fault((key,), f"an id stands twice in {key!r}", "Keep it once")
        if not texts:
            what = "no report is named that this study was read from"
            remedy = "Write the record ids of its reports behind `reports:`, the primary one first"
            self.gathering.fault((key,), what, remedy, Severity.WARNING)
        return tuple(dict.fromkeys(texts))

    def day(self, key: str) -> date | None:
        value = self.written.get(key)
        if value is None or isinstance(value, date):
            return value
        what = f"{key!r} is {wording(value)}, not a day"
        self.gathering.fault((key,), what, "Write year-month-day, like `2016-01-31`")
        return None

    def basis(self) -> Basis:
        value = self.written.get("basis")
        words = tuple(str(b) for b in Basis)
        if isinstance(value, str) and value in words:
            return Basis(value)
        if value is None:
            what, severity = "'basis' does not say yet what was read", Severity.WARNING
        else:
            hint = nearest(str(value), words)
            what, severity = f"{value!r} is no basis of a study.{hint}", Severity.ERROR
        self.gathering.fault(("basis",), what, f"Write one of {', '.join(words)}", severity)
        return Basis.FULL_TEXT

    def files(self) -> Mapping[str, str]:
        """The SHA-256 of the file that was read, by the report that it is of."""
        written = self.written.get("files")
        if written is None:
            return {}
        if not isinstance(written, Mapping):
            what = f"'files' is {wording(written)}"
            self.gathering.fault(("files",), what, "Write `record id: SHA-256` lines")
            return {}
        found: dict[str, str] = {}
        for report, sha256 in written.items():
            at = ("files", report)
            if report not in self.gathering.reports:
                hint = nearest(report, self.gathering.reports)
                what = f"{report!r} in 'files' is no report of this study.{hint}"
                self.gathering.fault(at, what, "Name a record of `reports:`")
            elif not isinstance(sha256, str) or not _SHA256.match(sha256):
                what = f"the file of {report!r} is given as {wording(sha256)}, not as a SHA-256"
                self.gathering.fault(at, what, "`sha256sum FILE` prints it: 64 digits and letters")
            else:
                found[report] = sha256.lower()
        return found
