"""`review build`: the whole write-up, made anew from what people wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from pipeline.cli.console import (
    bold,
    counted,
    dim,
    progress,
    safe,
    say,
    say_json,
    say_problems,
    tell,
)
from pipeline.cli.documents.changed import FILE, changed_text, lines_of
from pipeline.model.problem import Place, Problem, ReviewError, Severity
from pipeline.notation.safe_text import for_file_name
from pipeline.notation.spelling import written_in
from pipeline.notation.typed import nearest
from pipeline.store import ReviewFolder, open_review
from pipeline.store.outputs import put_outputs
from pipeline.store.places import shown

if TYPE_CHECKING:
    from pipeline.document import WriteUp
    from pipeline.snapshot import Snapshot


FORMATS = ("html", "docx", "pdf", "markdown", "latex", "pptx")
_OTHER_NAMES = {"md": "markdown", "htm": "html", "word": "docx", "tex": "latex", "slides": "pptx"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What of the write-up is made, and how; `formats` and `kinds` empty: what each asks for."""

    formats: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    style: Path | None = None
    reference_docx: Path | None = None
    draft: bool = False
    quotes: bool = True


def build(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")] = "",
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="As it stood at the end of this day."),
    ] = None,
    kinds: Annotated[
        str, typer.Option("--kind", help="Documents to make: full,summary,blog,slides … (all).")
    ] = "",
    formats: Annotated[
        str, typer.Option("--format", help=f"Their formats: {','.join(FORMATS)}.")
    ] = "",
    style: Annotated[
        Path | None,
        typer.Option(help="A CSL style: a .csl file, or a name (apa, with the extra `styles`)."),
    ] = None,
    reference_docx: Annotated[
        Path | None, typer.Option(help="A Word file whose look the Word documents take.")
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Go on where claims changed since they were confirmed.")
    ] = False,
    quotes: Annotated[
        bool, typer.Option("--quotes/--no-quotes", help="Whether words of sources are printed.")
    ] = True,
    out: Annotated[Path | None, typer.Option(help="Folder for what is made.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Renders the write-up of a review: documents, flow diagram, tables, bibliography.

    Each manuscript makes a document: manuscript.md the full review, manuscript-summary.md,
    manuscript-blog.md, manuscript-slides.md the others. Everything is made first and then put in
    place together: when something is wrong, what was made before stays as it is. The folder then
    holds what this build made and nothing else. Exit code 1 when what people wrote has errors.

    Example: review build ta-hsb --kind summary --format html,pdf
    """
    wishes = Wishes(
        formats=_formats(formats),
        kinds=tuple(part.strip().lower() for part in kinds.split(",") if part.strip()),
        style=style,
        reference_docx=reference_docx,
        draft=draft,
        quotes=quotes,
    )
    try:
        _build(review, until.date() if until else None, wishes, out, as_json)
    except KeyboardInterrupt:
        tell("\nStopped. What was made before stays as it is.")
        raise


def _build(
    review: str, until: date | None, wishes: Wishes, out: Path | None, as_json: bool
) -> None:
    with progress("Reading exports") as tick:
        folder = open_review(review, until=until, tick=tick)
    made, snapshot, problems = outputs_of(folder, until, wishes=wishes)
    if made is None:
        errors = sum(p.severity is Severity.ERROR for p in problems)
        _refuse(folder, problems, errors, as_json)
    place = (out or folder.places.outputs).resolve()
    changed = changed_text(folder, snapshot, made[FILE], place)
    put_outputs(place, made)
    if as_json:
        changes = changed.changes if changed is not None else ()
        ids = [{"id": c.id, "kind": c.kind, "grounds": c.grounds} for c in changes]
        told = {"folder": shown(place), "made": sorted(made), "problems": problems}
        say_json({**told, "changed": ids})
        return
    say_problems(problems)
    for line in lines_of(changed):
        tell(line)
    _tell_what_was_made(place, made, snapshot)
    if folder.places.seal:
        say(f"Made from the files that edition {folder.places.seal} keeps.")


def outputs_of(
    folder: ReviewFolder,
    until: date | None,
    formats: tuple[str, ...] = (),
    *,
    wishes: Wishes | None = None,
) -> tuple[dict[str, bytes] | None, Snapshot, tuple[Problem, ...]]:
    """Every file that a build of `folder` makes, by its path, and what is wrong.

    None instead of the files when there is an error.
    """

    from pipeline.cli.documents.manuscripts import checked_snapshot

    wishes = wishes or Wishes(formats=formats)
    with progress("Checking what was written"):
        snapshot, problems = checked_snapshot(folder, until)
    with progress("Filling the manuscripts"):
        written, found = _written(folder, snapshot, wishes)
    problems = (*problems, *found)
    if any(p.severity is Severity.ERROR for p in problems):
        return None, snapshot, problems
    with progress("Documents written") as so_far:
        made, too_long = documents(written, wishes.formats, folder.slug, so_far)
    if too_long and not wishes.draft:
        return None, snapshot, (*problems, *too_long)
    with written_in(snapshot.review.protocol.language):
        made |= beside(_shown(snapshot, wishes), written, wishes.formats, folder.slug)
    return made, snapshot, (*problems, *too_long)


def _written(
    folder: ReviewFolder, snapshot: Snapshot, wishes: Wishes
) -> tuple[tuple[WriteUp, ...], tuple[Problem, ...]]:
    """The manuscripts that were asked for, filled; without quotes where they are withheld.

    What is wrong is always told of the whole review: claims are confirmed with their quotes.
    """
    from pipeline.cli.documents.manuscripts import write_ups
    from pipeline.document.quotes import leaked_quotes

    def ask(of: Snapshot, *, confirmed: bool) -> tuple[tuple[WriteUp, ...], tuple[Problem, ...]]:
        return write_ups(
            folder,
            of,
            style=wishes.style,
            reference_docx=wishes.reference_docx,
            kinds=wishes.kinds,
            draft=wishes.draft,
            confirmed=confirmed,
        )

    written, problems = ask(snapshot, confirmed=True)
    if wishes.quotes or not written:
        return written, problems
    withheld, found = ask(_shown(snapshot, wishes), confirmed=False)
    return withheld, (*problems, *found, *leaked_quotes(withheld, snapshot))


def _shown(snapshot: Snapshot, wishes: Wishes) -> Snapshot:
    from pipeline.document import without_quotes

    return snapshot if wishes.quotes else without_quotes(snapshot)


def _formats(text: str) -> tuple[str, ...]:
    asked = [part.strip().lower() for part in text.split(",") if part.strip()]
    named = [_OTHER_NAMES.get(part, part) for part in asked]
    for name in named:
        if name not in FORMATS:
            raise ReviewError(
                f"there is no format {name!r}.{nearest(name, FORMATS)}",
                f"Known are {', '.join(FORMATS)}",
            )
    return tuple(dict.fromkeys(named))


def _refuse(
    folder: ReviewFolder, problems: tuple[Problem, ...], errors: int, as_json: bool
) -> NoReturn:
    if as_json:
        say_json({"folder": "", "made": [], "problems": problems})
    else:
        say_problems(problems)
        tell(
            f"Nothing was made: {counted(errors, 'error')}. What was made before stays as it is. "
            f"`review check {folder.slug}` finds every fault outside the manuscript."
        )
    raise typer.Exit(1)


def _tell_what_was_made(place: Path, made: Mapping[str, bytes], snapshot: Snapshot) -> None:
    from pipeline.render.documents import WRITERS

    say(bold(safe(snapshot.review.protocol.title)))
    suffixes = {writer.suffix: writer.label for writer in WRITERS.values()}
    at_top = [name for name in made if "/" not in name]
    documents = [n for n in at_top if Path(n).suffix in suffixes]
    for suffix, label in suffixes.items():
        for name in documents:
            if name.endswith(suffix):
                say(f"  {shown(place / name)}  {dim(label)}")
    beside = [name for name in at_top if name not in documents]
    say(f"  Beside: {', '.join(sorted(beside))}")
    tables = sum(name.startswith("tables/") for name in made)
    say(f"  {shown(place / 'tables')}/  {dim(counted(tables, 'table') + ' as CSV')}")
    pending = snapshot.ledger.flow.pending
    if pending:
        say(f"The review is in progress: {counted(pending, 'record')} pending.")
    if snapshot.ledger.day is None:
        say(_what_comes_next(snapshot))


def _what_comes_next(snapshot: Snapshot) -> str:
    """Once all is screened and read: the conclusions, an edition, and then when to look again."""
    slug = snapshot.review.slug
    if snapshot.ledger.flow.pending or not snapshot.ledger.studies:
        return f"Next: review status {slug}"
    if not snapshot.synthesis.findings:
        return f"Next: write what you conclude into synthesis/findings.yaml; review build {slug}"
    if snapshot.edition is not None:
        return f"This is edition {snapshot.edition.number}. Is it still fresh? review stale {slug}"
    if snapshot.draft_after is not None:
        after = snapshot.draft_after
        edited = (
            f": {counted(len(snapshot.edited), 'file')} edited since" if snapshot.edited else ""
        )
        tell(f"This is a draft after edition {after.number} of {after.on}{edited}.")
    number = max((edition.number for edition in snapshot.review.editions), default=0) + 1
    edition = f"{slug} {number} --on YYYY-MM-DD --as NAME"
    return f"When it is finished for now: review publish {edition}"


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
    from pipeline.render.documents import WRITERS
    from pipeline.render.pdf import page_count
    from pipeline.render.prepared import prepare

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
    from pipeline.document import kind_of

    return tuple(asked) or written.front.formats or kind_of(written.kind).formats


def stem_of(slug: str, written: WriteUp) -> str:
    """The file name of a document without its suffix: `ta-hsb`, `ta-hsb-summary`."""
    from pipeline.document import FULL

    return for_file_name(slug if written.kind == FULL else f"{slug}-{written.kind}")


def beside(
    snapshot: Snapshot, written: Sequence[WriteUp], formats: Sequence[str], slug: str
) -> dict[str, bytes]:
    """What stands beside the documents: the evidence browser, tables, flow, bibliography, ledger,
    and what rests on what."""
    from pipeline.document import FULL, bibliographies, flow_files, ledger_json, statements_json
    from pipeline.document.browsing import browser
    from pipeline.render.browser import browser_html
    from pipeline.render.workbook import table_csv

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
