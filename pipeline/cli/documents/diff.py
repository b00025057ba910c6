"""`review diff`: what changed between two editions or days, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.console import bold, progress, safe, say, say_json, tell
from pipeline.model.problem import ReviewError, Severity
from pipeline.model.review import Edition, Ledger
from pipeline.notation.typed import nearest
from pipeline.store import ReviewFolder, open_review
from pipeline.store.files import write_file
from pipeline.store.places import shown

if TYPE_CHECKING:
    from pipeline.snapshot import Snapshot
    from pipeline.snapshot.comparison import Comparison, Prose, SentenceChange

_SHOWN = 15


def diff(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    old: Annotated[str, typer.Argument(help="An edition by its number, or a day.")],
    new: Annotated[str, typer.Argument(help="The same, or now.")] = "now",
    only: Annotated[
        list[str] | None, typer.Option(help="Just this: values, claims, text … May stand again.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write a page with old and new side by side.")
    ] = None,
    markdown: Annotated[Path | None, typer.Option(help="Write it as Markdown.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Show every line.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """What changed between two editions or days: from records down to sentences and numbers.

    Each side is what stood on its day; a sealed edition is read from its own files.

    Example: review diff my-review 1 now --html changes.html
    """
    from pipeline.snapshot.compare import compare
    from pipeline.snapshot.comparison import Aspect

    known = (*(str(a) for a in Aspect), "text")
    for word in only or ():
        if word not in known:
            hint = nearest(word, known)
            raise ReviewError(
                f"{word!r} is nothing to compare.{hint}", f"Known: {', '.join(known)}"
            )
    with progress("Reading exports") as tick:
        folder = open_review(review, tick=tick)
        editions = folder.editions[0]
        sides = _moment(old, editions), _moment(new, editions)
    if sides[0].until and sides[1].until and sides[0].until > sides[1].until:
        raise ReviewError(f"{old} is later than {new}", "Name the earlier one first")
    with_text = not only or bool({"text", "claims"} & set(only))
    before, was = _side(folder, sides[0], with_text)
    number = sides[0].sealed
    at_hand = {number: before.ledger} if number and _is_sealed(folder, sides[0]) else {}
    after, is_now = _side(folder, sides[1], with_text, at_hand)
    found = _part(compare(before, after, was, is_now), tuple(only or ()))
    title = f"{folder.review.protocol.title}: from {sides[0].name} to {sides[1].name}"
    if as_json:
        say_json(_for_programs(found, sides, folder))
        return
    _write(found, title, sides, html, markdown, folder)
    _say(found, title, 0 if everything else _SHOWN)
    if html is None and markdown is None:
        tell("With --html FILE: old and new sentences side by side.")


@dataclass(frozen=True, slots=True)
class _Moment:
    """A side as it was asked for: what it is called, its day (None: now), its sealed edition."""

    name: str
    until: date | None
    sealed: int | None = None


def _moment(word: str, editions: tuple[Edition, ...]) -> _Moment:
    """`now`, the number of an edition, or a day; raises ReviewError for anything else."""
    if word == "now":
        return _Moment("now", None)
    if word.isdecimal() and len(word) < 6:
        edition = next((e for e in editions if e.number == int(word)), None)
        if edition is None:
            listed = ", ".join(str(e.number) for e in editions) or "none"
            raise ReviewError(f"there is no edition {word}", f"There are: {listed}")
        return _Moment(f"edition {edition.number} of {edition.on}", edition.on, edition.number)
    try:
        day = date.fromisoformat(word)
    except ValueError as error:
        raise ReviewError(
            f"{word!r} is no edition and no day", "Write 1, 2016-03-31 or now"
        ) from error
    return _Moment(day.isoformat(), day)


def _is_sealed(folder: ReviewFolder, moment: _Moment) -> bool:
    return moment.sealed is not None and folder.places.manifest_of(moment.sealed).is_file()


def _side(
    folder: ReviewFolder,
    moment: _Moment,
    with_text: bool,
    known: Mapping[int, Ledger] | None = None,
) -> tuple[Snapshot, Prose]:
    """What stood at `moment`, and what its manuscript said: nothing where it cannot be filled."""
    from pipeline.cli.documents.manuscripts import filled
    from pipeline.sessions.snapshots import snapshot_of
    from pipeline.snapshot.comparison import Prose

    if moment.sealed is not None and _is_sealed(folder, moment):
        folder = folder.as_sealed(moment.sealed)
    elif moment.until is not None:
        folder = folder.until(moment.until)
    snapshot, _ = snapshot_of(folder, moment.until, known)
    if not with_text or not folder.places.manuscript.is_file():
        return snapshot, Prose()
    written, problems = filled(folder, snapshot)
    if written is None:
        errors = [p for p in problems if p.severity is Severity.ERROR]
        tell(f"The text of {moment.name} cannot be filled, and is not compared.")
        tell(safe(str(errors[0])))
        return snapshot, Prose()
    claims = {claim.id: claim for claim in written.claims}
    return snapshot, Prose(text=written.prose, claims=claims)


def _part(found: Comparison, only: tuple[str, ...]) -> Comparison:
    from pipeline.snapshot.comparison import Comparison

    if not only:
        return found
    return Comparison(
        changes=tuple(c for c in found.changes if str(c.aspect) in only),
        sentences=found.sentences if "text" in only else (),
    )


def _write(
    found: Comparison,
    title: str,
    sides: tuple[_Moment, _Moment],
    html: Path | None,
    markdown: Path | None,
    folder: ReviewFolder,
) -> None:
    from pipeline.document.comparison_page import comparison_markdown, comparison_page

    if html is not None:
        language = folder.review.protocol.language
        page = comparison_page(found, title, sides[0].name, sides[1].name, language)
        write_file(html, page)
        tell(f"Written: {safe(shown(html))}")
    if markdown is not None:
        write_file(markdown, comparison_markdown(found, title))
        tell(f"Written: {safe(shown(markdown))}")


def _say(found: Comparison, title: str, most: int) -> None:
    from pipeline.document.comparison_page import lines_of

    say(bold(safe(title)))
    say()
    for line in lines_of(found, safe, most):
        say(bold(line.removeprefix("## ")) if line.startswith("## ") else line)


def _for_programs(
    found: Comparison, sides: tuple[_Moment, _Moment], folder: ReviewFolder
) -> dict[str, Any]:
    return {
        "review": folder.slug,
        "before": {"name": sides[0].name, "until": sides[0].until},
        "after": {"name": sides[1].name, "until": sides[1].until},
        "changes": found.changes,
        "sentences": [_sentence(s) for s in found.sentences],
    }


def _sentence(change: SentenceChange) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "section": change.section,
        "before": "".join(m.text for m in change.before),
        "after": "".join(m.text for m in change.after),
        "numbers_before": change.numbers[0],
        "numbers_after": change.numbers[1],
    }
