"""The example counted a second time, without any code of the project: regexes over the files.

What this module says and what the project says must be the same; that is the proof.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from pathlib import Path

REVIEW = Path(__file__).parents[2] / "reviews" / "ta-hsb"
SEARCHES = REVIEW / "searches"
DATABASES = ("psycinfo", "pubmed", "scopus", "ncjrs", "library")
OTHER = ("organisations", "websites", "citations", "memory")
LAST_DAY = "2016-03-31"
"""The day of edition 1."""
SECOND_DAY = "2026-04-30"
"""The day of edition 2."""


def exports(until: str = LAST_DAY) -> dict[str, Path]:
    """Search id to export file, of the searches up to a day."""
    files = (p for p in sorted(SEARCHES.iterdir()) if p.suffix != ".yaml")
    return {p.stem: p for p in files if p.stem[-10:] <= until}


def titles(export: Path) -> list[str]:
    """The title of each entry, in the order of the file."""
    text = export.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    match export.suffix:
        case ".ris":
            return re.findall(r"^T[1I]  - (.*)$", text, re.M)
        case ".enw":
            return re.findall(r"^%T (.*)$", text, re.M)
        case ".nbib":
            found = re.findall(r"^TI  - (.*(?:\n      .*)*)", text, re.M)
            return [re.sub(r"\n +", " ", t) for t in found]
        case ".bib":
            return re.findall(r"^  title = \{(.*)\},$", text, re.M)
        case ".csv" | ".tsv":
            rows = csv.DictReader(
                io.StringIO(text), delimiter="," if export.suffix == ".csv" else "\t"
            )
            return [row[next(k for k in row if k.startswith("Title"))] for row in rows]
    raise AssertionError(export)


def entries(export: Path) -> int:
    """How many entries an export holds, by the mark that begins (or ends) each."""
    text = export.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    marks = {".ris": r"^ER  - ", ".enw": r"^%0 ", ".nbib": r"^PMID-", ".bib": r"^@[a-z]+\{"}
    if export.suffix in marks:
        return len(re.findall(marks[export.suffix], text, re.M))
    return len(list(csv.reader(io.StringIO(text)))) - 1


def letters(title: str) -> str:
    return re.sub(r"[^a-z0-9]", "", title.lower())


def record_titles(until: str = LAST_DAY) -> dict[str, str]:
    """Record id to title, searches in the order in which they came in."""
    by_day = sorted(exports(until).items(), key=lambda item: item[0][-10:])
    return {
        f"{search}:{number:04d}": title
        for search, export in by_day
        for number, title in enumerate(titles(export), 1)
    }


def decisions(until: str = LAST_DAY) -> list[dict[str, str]]:
    """Every line of every log up to a day, with its reviewer, by time."""
    lines = [
        {"by": log.stem, **json.loads(line)}
        for log in sorted((REVIEW / "decisions").glob("*.jsonl"))
        for line in log.read_text().splitlines()
    ]
    return sorted((d for d in lines if d["at"][:10] <= until), key=lambda d: d["at"])


def kept(until: str = LAST_DAY) -> dict[str, str]:
    """Record id to the record kept in its stead: same letters in the title, or a person said so."""
    first: dict[str, str] = {}
    stead: dict[str, str] = {}
    said = {
        d["record"]: d["duplicate_of"]
        for d in decisions(until)
        if d["event"] == "matched" and d["by"] != "automation" and d["same"]
    }
    for record, title in record_titles(until).items():
        stead[record] = stead.get(same := first.setdefault(letters(title), record), same)
        if record in said:
            stead[record] = stead[said[record]]
    return stead


def consensus(stage: str, until: str = LAST_DAY) -> dict[str, tuple[str, str]]:
    """Record id to verdict and reason: a settlement, or else what both reviewers say."""
    votes: dict[str, dict[str, tuple[str, str]]] = {}
    settled: dict[str, tuple[str, str]] = {}
    for d in decisions(until):  # a later verdict of the same person overrides an earlier one
        if d.get("stage") == stage:
            said = (d["verdict"], d.get("reason", ""))
            if d["event"] == "screened":
                votes.setdefault(d["record"], {})[d["by"]] = said
            else:
                settled[d["record"]] = said
    result = dict(settled)
    for record, by in votes.items():
        if record not in result:
            verdicts = {verdict for verdict, _ in by.values()}
            assert len(by) == 2 and len(verdicts) == 1, (record, by)
            result[record] = by["reviewer-1"]
    return result


def flow(until: str = LAST_DAY, since: str = "") -> dict[str, int]:
    """The boxes of the PRISMA 2020 diagram by the keys of the PRISMA2020 R package.

    Of an updated review the boxes count what came in after the day `since`, and what of the
    searches before it still awaited classification on that day.
    """
    stead = kept(until)
    first, second = consensus("title_abstract", until), consensus("full_text", until)
    unobtained = {d["record"] for d in decisions(until) if d.get("outcome") == "not_obtained"}
    count: Counter[str] = Counter()
    for record, instead in stead.items():
        database = record.split("-")[0] in DATABASES
        arm = "dbr" if database else "other"
        if record.split(":")[0][-10:] <= since:
            if second.get(record, ("",))[0] == "unsure":
                for box in ("carried_to_assessment", "assessed", "awaiting_classification"):
                    count[f"{arm}_{box}"] += 1
            continue
        count["database_results" if database else "other_results"] += 1
        if instead != record:
            count["duplicates" if database else "other_not_sought"] += 1
            continue
        if database:
            count["records_to_screen"] += 1
            count["records_screened"] += 1
        if first[record][0] == "exclude":
            count["records_excluded" if database else "other_not_sought"] += 1
            continue
        count[f"{arm}_sought_reports"] += 1
        if record in unobtained:
            count[f"{arm}_notretrieved_reports"] += 1
            continue
        count[f"{arm}_assessed"] += 1
        words = {"include": "included", "exclude": "excluded", "unsure": "awaiting_classification"}
        count[f"{arm}_{words[second[record][0]]}"] += 1
    return dict(count)


def reasons(arm: tuple[str, ...], until: str = LAST_DAY, since: str = "") -> dict[str, int]:
    """How many reports of an arm were excluded on full text for each reason."""
    return dict(
        Counter(
            reason
            for record, (verdict, reason) in consensus("full_text", until).items()
            if verdict == "exclude"
            and record.split("-")[0] in arm
            and record.split(":")[0][-10:] > since
        )
    )
