"""Filled manuscripts into every file of the outputs, two documents at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from pipeline.notation.safe_text import for_file_name
from pipeline.terms.problem import Place, Problem, Severity

if TYPE_CHECKING:
    from pipeline.snapshot import Snapshot
    from pipeline.writeup import WriteUp

Tick = Callable[[int, int], None]


def documents(
    written: Sequence[WriteUp],
    formats: Sequence[str],
    slug: str,
    tick: Tick = lambda done, total: None,
) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """The documents by file name, and what is wrong with them (too many pages).

    `formats` are those that were asked for; when empty, each manuscript's own.
    """
    from pipeline.writers.documents import WRITERS, prepare
    from pipeline.writers.pdf import page_count

    made: dict[str, bytes] = {}
    problems: list[Problem] = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        preparing = [(one, pool.submit(prepare, one.document)) for one in written]
        jobs: list[tuple[WriteUp, str, Future[bytes]]] = []
        for one, prepared in preparing:
            ready = prepared.result()
            for name in formats_of(one, formats):
                jobs.append((one, name, pool.submit(WRITERS[name].write, ready)))
                made |= WRITERS[name].beside(ready)
        for n, (one, name, job) in enumerate(jobs, 1):
            content = job.result()
            made[f"{stem_of(slug, one)}{WRITERS[name].suffix}"] = content
            if name == "pdf" and one.front.pages:
                problems += _too_long(one, page_count(content))
            tick(n, len(jobs))
    return made, tuple(problems)


def formats_of(written: WriteUp, asked: Sequence[str]) -> tuple[str, ...]:
    from pipeline.writeup import kind_of

    return tuple(asked) or written.front.formats or kind_of(written.kind).formats


def stem_of(slug: str, written: WriteUp) -> str:
    """The file name of a document without its suffix: `ta-hsb`, `ta-hsb-summary`."""
    from pipeline.writeup import FULL

    return for_file_name(slug if written.kind == FULL else f"{slug}-{written.kind}")


def beside(
    snapshot: Snapshot, written: Sequence[WriteUp], formats: Sequence[str], slug: str
) -> dict[str, bytes]:
    """What stands beside the documents: the evidence browser, tables, flow, bibliography, ledger,
    and what rests on what."""
    from pipeline.writers.browser import browser_html
    from pipeline.writers.tables import table_csv
    from pipeline.writeup import (
        FULL,
        bibliographies,
        flow_files,
        ledger_json,
        statements_json,
    )
    from pipeline.writeup.browsing import browser

    made: dict[str, bytes] = {}
    for one in written:
        if one.kind == FULL and "html" in formats_of(one, formats):
            stem = stem_of(slug, one)
            shown_in = browser(snapshot, one, document=f"{stem}.html")
            made[f"{stem}-evidence.html"] = browser_html(shown_in)
        for id, table in sorted(one.tables.items()):  # those of the full review stand
            name = id.removeprefix("checklist-")
            path = f"tables/{id}.csv" if name == id else f"checklists/{name}.csv"
            if one.kind == FULL or (name == id and path not in made):
                made[path] = table_csv(table)
    references = {k: v for one in written for k, v in one.document.references.items()}
    made |= flow_files(snapshot)
    made |= bibliographies(snapshot, references)
    made["ledger.json"] = ledger_json(snapshot)
    made["statements.json"] = statements_json(written)
    return made


def _too_long(written: WriteUp, pages: int) -> list[Problem]:
    most = written.front.pages
    if pages <= most:
        return []
    place = Place(file=written.file, line=1)
    return [
        Problem(
            place=place,
            what=f"this document has {pages} pages as PDF, and `pages: {most}` allows {most}",
            remedy="Shorten it, or raise `pages:` at the head of the manuscript",
            severity=Severity.ERROR,
            check="pages",
        )
    ]
