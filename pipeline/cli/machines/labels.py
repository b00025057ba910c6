"""Labels of records in a CSV: what people decided, to hold a machine against."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping
from pathlib import Path

from pipeline.model.problem import ReviewError
from pipeline.notation.typed import nearest
from pipeline.snapshot.machine_evaluation import Label
from pipeline.store.files import check_readable, text_at

_WORDS = {"include": True, "exclude": False}


def read_labels(
    path: Path, records: Collection[str], criteria: Collection[str]
) -> Mapping[str, Label]:
    """By record what `path` says: columns record, verdict (include or exclude) and, if told,
    reason (a criterion). ReviewError with the line for anything that is not so."""
    check_readable(path)
    rows = csv.DictReader(io.StringIO(text_at(path)))
    if not {"record", "verdict"} <= set(rows.fieldnames or ()):
        raise ReviewError(
            f"{path} has no columns `record` and `verdict`",
            "Its first line is `record,verdict,reason`; the reason may be left out",
        )
    found: dict[str, Label] = {}
    for number, row in enumerate(rows, 2):
        record, word = (row["record"] or "").strip(), (row["verdict"] or "").strip().lower()
        reason = (row.get("reason") or "").strip()
        fault = ""
        if record not in records:
            fault = f"there is no record {record!r}.{nearest(record, tuple(records))}"
        elif record in found:
            fault = f"{record} stands there twice"
        elif word not in _WORDS:
            fault = f"the verdict is {word!r}, not include or exclude"
        elif reason and (reason not in criteria or _WORDS[word]):
            fault = f"{reason!r} is no criterion that {record} could be excluded for"
        if fault:
            raise ReviewError(f"{path}:{number}: {fault}", "Mend the line and run it again")
        found[record] = Label(relevant=_WORDS[word], reason=reason)
    return found
