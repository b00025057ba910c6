"""`review bundle`: what others need to check and reuse a review, in one file (PRISMA 2020, 27)."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import pipeline
from pipeline.cli.console import counted, progress, safe, say, say_json, say_problems, tell
from pipeline.model.decision import Confirmed
from pipeline.model.problem import ReviewError
from pipeline.store import ReviewFolder, open_review
from pipeline.store.files import write_file
from pipeline.store.places import ReviewPlaces, shown
from pipeline.store.sealing import program_versions
from pipeline.store.sharing import copy_for_sharing, open_drafts

if TYPE_CHECKING:
    from pipeline.notation.pseudonyms import Renaming
    from pipeline.render.packaging import About

_LICENCE = re.compile(r"[A-Za-z0-9.+-]{1,60}\Z")


def bundle(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")] = "",
    edition: Annotated[
        int | None, typer.Option(min=1, help="A published edition; else what there is now.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The zip to write.")] = None,
    licence: Annotated[
        str, typer.Option(metavar="SPDX", help="Under what it may be used: CC-BY-4.0, CC0-1.0 …")
    ] = "",
    no_quotes: Annotated[bool, typer.Option(help="Without words quoted from reports.")] = False,
    pseudonyms: Annotated[
        bool, typer.Option(help="Reviewers under other names, everywhere the same.")
    ] = False,
    with_exports: Annotated[
        bool, typer.Option(help="With the exports of databases and their abstracts, if you may.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Packs a review for sharing: what people wrote, data tables, forms, documents, code version.

    The zip is a Frictionless data package (datapackage.json with the schema of each table) and an
    RO-Crate, with CITATION.cff, .zenodo.json, FHIR resources of studies and findings, and a README.
    Full texts are never in it; exports of databases only on request, their abstracts are their
    publishers'. The same review gives the same bytes.

    Example: review bundle my-review --edition 1 --licence CC-BY-4.0 --no-quotes --pseudonyms
    """
    if licence and not _LICENCE.match(licence):
        raise ReviewError(f"{licence!r} is no licence", "Give an SPDX id, like CC-BY-4.0")
    with progress("Reading exports") as tick:
        folder = open_review(review, tick=tick)
    blind = _blind_votes(folder)
    folder, day = _chosen(folder, edition)
    drafts = open_drafts(folder.places)
    wishes = {"no_quotes": no_quotes, "pseudonyms": pseudonyms, "with_exports": with_exports}
    with tempfile.TemporaryDirectory(prefix="review-bundle-") as beside:
        # documents know themselves how to withhold quotes, once their claims are held against them
        named, renaming, _ = _copied(folder, day, Path(beside, "named"), pseudonyms, False, blind)
        made = _documents(named, day, no_quotes, as_json)
        at = Path(beside, "shared")
        shared, _, quotes = _copied(folder, day, at, pseudonyms, no_quotes, blind)
        files, about = _files(shared, day, edition, licence, wishes, made)
    left = _left(files, tuple(renaming.names), quotes)
    name = f"{folder.slug}-edition-{edition}" if edition else folder.slug
    path = out or Path(f"{name}.zip")
    from pipeline.render.packaging import zipped

    write_file(path, zipped(files, name))
    if as_json:
        withheld = {"blind_votes_left_out": len(blind), "open_drafts_left_out": len(drafts)}
        say_json({"bundle": shown(path), "files": sorted(files), "look_at": left, **withheld})
        return
    say(f"Packed {safe(about.title)} into {safe(shown(path))}: {counted(len(files), 'file')}.")
    say(
        f"  Without full texts{'' if with_exports else ', without exports and abstracts'}"
        f"{', without quotes' if no_quotes else ''}"
        f"{', reviewers under other names' if pseudonyms else ''}."
    )
    for line in (*_withheld(len(blind), len(drafts)), *left):
        tell(line)
    if not licence:
        tell(
            "It names no licence: say --licence CC-BY-4.0, say, so that others know what they may."
        )
    if not pseudonyms:
        tell("Reviewers' names stand in it; --pseudonyms replaces them.")


def _blind_votes(folder: ReviewFolder) -> frozenset[str]:
    """Ids of votes that other reviewers may not see yet, whatever is packed: now, not once."""
    from pipeline.sessions.snapshots import snapshot_of
    from pipeline.snapshot.as_of import is_blind

    snapshot, _ = snapshot_of(folder, None)
    return frozenset(d.id for d in snapshot.decisions if is_blind(d, snapshot.ledger))


def _withheld(votes: int, drafts: int) -> Iterator[str]:
    if votes:
        yield (
            f"Left out {counted(votes, 'vote')} on records that wait for another reviewer's: it "
            "would end the blinding. The documents in the bundle do not count them."
        )
    if drafts:
        yield (
            f"Left out {counted(drafts, 'draft')} of studies that two people have not settled yet."
        )


def _chosen(folder: ReviewFolder, edition: int | None) -> tuple[ReviewFolder, date | None]:
    """The review as the edition knew it, and the edition's day."""
    if edition is None:
        return folder, None
    found = next((e for e in folder.editions[0] if e.number == edition), None)
    if found is None:
        raise ReviewError(f"there is no edition {edition}", f"`review status {folder.slug}` tells")
    if folder.places.manifest_of(edition).is_file():
        return folder.as_sealed(edition), found.on
    return folder, found.on


def _copied(
    folder: ReviewFolder,
    day: date | None,
    target: Path,
    names: bool,
    quotes: bool,
    blind: frozenset[str],
) -> tuple[ReviewFolder, Renaming, tuple[str, ...]]:
    """A copy without `names`, `quotes` or `blind` votes; a claim that was confirmed still is.

    What a claim rests on has another fingerprint there: the same vote of a person with another
    name, the same value without its quote. So the copy is made twice, to know them first.
    """
    from pipeline.document.manuscript.confirming import prints_renewed
    from pipeline.sessions.snapshots import snapshot_of

    def copy(
        to: str, prints: Mapping[tuple[str, str], str]
    ) -> tuple[ReviewPlaces, Renaming, tuple[str, ...]]:
        return copy_for_sharing(
            folder,
            target / to,
            without_names=names,
            without_quotes=quotes,
            prints=prints,
            left_out=blind,
        )

    prints: dict[tuple[str, str], str] = {}
    if (names or quotes or blind) and any(
        isinstance(d, Confirmed) for d in folder.review.decisions
    ):
        before, _ = snapshot_of(folder, day)
        after, _ = snapshot_of(ReviewFolder(copy("first", {})[0]), day)
        for number, old in before.earlier.items():
            prints |= prints_renewed(old, after.earlier[number])
        prints |= prints_renewed(before, after)
    places, renaming, withheld = copy("again", prints)
    return ReviewFolder(places), renaming, withheld


def _documents(
    folder: ReviewFolder, day: date | None, no_quotes: bool, as_json: bool
) -> dict[str, bytes]:
    """What a build makes; raises ReviewError when it cannot."""
    from pipeline.cli.documents.build import Wishes, outputs_of

    made, _, found = outputs_of(folder, day, wishes=Wishes(quotes=not no_quotes))
    # the copy that was built from is gone when people read this: name the file in the review
    beside = f"{shown(folder.places.project)}/"
    problems = [
        replace(p, place=replace(p.place, file=p.place.file.removeprefix(beside))) for p in found
    ]
    if made is None:
        errors = say_problems(problems)
        raise ReviewError(
            f"the documents cannot be made: {counted(errors, 'error')}",
            f"`review check {folder.slug}` and `review build {folder.slug}` find them",
        )
    if not as_json:
        say_problems(problems, most=10)
    return made


def _files(
    folder: ReviewFolder,
    day: date | None,
    edition: int | None,
    licence: str,
    wishes: Mapping[str, bool],
    made: Mapping[str, bytes],
) -> tuple[dict[str, bytes], About]:
    """Every file of the bundle by its path in it."""
    from pipeline.document.about import about_of
    from pipeline.document.exchange import fhir_bundle, zenodo_metadata
    from pipeline.document.shared_tables import shared_tables
    from pipeline.render.packaging import citation_cff, datapackage, ro_crate, table_bytes
    from pipeline.sessions.snapshots import snapshot_of

    snapshot, _ = snapshot_of(folder, day)
    about = about_of(snapshot, edition, licence)
    tables = tuple(shared_tables(snapshot))
    files = {f"documents/{name}": content for name, content in made.items()}
    files |= {f"data/{table.name}.csv": table_bytes(table) for table in tables}
    project = folder.places.project
    exports = {s.export for s in folder.searches[0].values() if s.export}
    for path in sorted(p for p in project.rglob("*") if p.is_file()):
        name = path.relative_to(project).as_posix()
        is_export = path.parent == folder.places.exports and path.name in exports
        if not name.startswith("outputs/") and (wishes["with_exports"] or not is_export):
            files[name] = path.read_bytes()
    files["README.md"] = _readme(about, folder.slug, tables, wishes, bool(folder.sealed_editions))
    files["exchange/fhir.json"] = fhir_bundle(snapshot)
    files[".zenodo.json"] = zenodo_metadata(about)
    files["CITATION.cff"] = citation_cff(about)
    files["datapackage.json"] = datapackage(
        about, {f"data/{table.name}.csv": table for table in tables}, files
    )
    files["ro-crate-metadata.json"] = ro_crate(about, files, pipeline.__version__)
    return files, about


def _readme(
    about: About,
    slug: str,
    tables: tuple[object, ...],
    wishes: Mapping[str, bool],
    has_editions: bool,
) -> bytes:
    versions = program_versions()
    edition = f", edition {about.version}" if about.version != "0" else ""
    out = [
        "full texts, which are their publishers'",
        *([] if wishes["with_exports"] else ["exports of databases with their abstracts"]),
        *(["words quoted from reports"] if wishes["no_quotes"] else []),
        *(["reviewers' names, replaced by others everywhere"] if wishes["pseudonyms"] else []),
    ]
    rebuild = (
        f"`review build {slug}` in this folder makes the documents anew, with version "
        f"{versions['review-pipeline']} of the program (code {versions['code'][:16]})."
        if wishes["with_exports"]
        else "To make the documents anew, put the exports that `data/searches.csv` names by their "
        f"SHA-256 back into `reviews/{slug}/searches/`; then `review build {slug}` works, with "
        f"version {versions['review-pipeline']} of the program (code {versions['code'][:16]})."
    )
    changed = wishes["no_quotes"] or wishes["pseudonyms"]
    sealed = (
        "The manifests below `editions/` hold the SHA-256 of what was sealed in the review itself. "
        "Files that were changed for sharing have another, and `review verify` names them.\n\n"
        if changed and has_editions
        else ""
    )
    text = f"""# {about.title}{edition}

As of {about.day or "the day it was begun"}. {about.description}

| folder | what it holds |
|---|---|
| `documents/` | the write-up, its flow diagram, tables and bibliography |
| `data/` | {len(tables)} tables as CSV; `datapackage.json` describes every column |
| `reviews/{slug}/` | what people wrote: protocol, search logs, decisions, studies, manuscript |
| `exchange/` | `fhir.json`: Citation and Evidence resources of FHIR R5 |
| `extraction_forms/` | the forms and instruments that were used |

Every number and sentence of the write-up can be walked back from here to a study file, a decision
and a line of an export.

Not in here: {"; ".join(out)}.

{rebuild}

{sealed}Licence: {about.licence or "none was given; ask the authors before you reuse it"}.
How to cite: see `CITATION.cff`.
"""
    return text.encode()


def _left(
    files: Mapping[str, bytes], names: tuple[str, ...], quotes: tuple[str, ...]
) -> tuple[str, ...]:
    """What a person should look at: files in which a name or a quote may still be read.

    A name may be that of an author, or a common word; nothing is left out without a word.
    """
    told = []
    for path, content in sorted(files.items()):
        text = " ".join(content.decode("utf-8", "ignore").split())
        found = [n for n in names if re.search(rf"(?<![\w-]){re.escape(n)}(?![\w-])", text, re.I)]
        if found:
            told.append(f"{path}: the word {', '.join(found)} still stands there; an author, say?")
        if any(len(q) >= 12 and q in text for q in quotes):
            told.append(f"{path}: words of a quote still stand there")
    return tuple(told)
