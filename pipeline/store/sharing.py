"""A copy of a review for sharing, with what must not be shared taken out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from pipeline.model.decision import HandedOver, Withdrawn
from pipeline.model.study import Study
from pipeline.notation.pseudonyms import WITHHELD, Renaming, pseudonyms
from pipeline.notation.yaml_text import read_yaml
from pipeline.store.files import write_file
from pipeline.store.opening import ReviewFolder
from pipeline.store.places import SEALED_FOLDERS, ReviewPlaces

_TEXT = (".yaml", ".yml", ".md", ".txt", ".csv", ".jsonl", ".json", ".csl", ".bib", ".ris")


def copy_for_sharing(
    folder: ReviewFolder,
    target: Path,
    *,
    without_names: bool,
    without_quotes: bool,
    prints: Mapping[tuple[str, str], str] | None = None,
    left_out: Collection[str] = (),
) -> tuple[ReviewPlaces, Renaming, tuple[str, ...]]:
    """Copies what `folder` knows into `target/reviews/SLUG`, full texts left out.

    Gives its places, the names that were replaced, and the quotes that were taken out. A sealed
    edition gives what it was made from and nothing later. `prints` are what confirmed claims rest
    on in the copy, by support and the fingerprint in the review. The decisions `left_out`, and what
    took them back, are in no log of the copy; drafts of a study not yet settled are not in it.
    """
    places = ReviewPlaces(target / "reviews" / folder.slug)
    gone = _with_undoings(folder, left_out)
    logs = {log.reviewer: b"\n".join(_lines(folder, log.reviewer, gone)) for log in folder.logs}
    quotes = tuple(dict.fromkeys(_quotes(folder))) if without_quotes else ()
    names = pseudonyms(_people(folder)) if without_names else {}
    for person in folder.protocol[0].people if names else ():
        if person.id in names:
            names[person.name] = names[person.id]
    renaming = Renaming(names, logs, quotes, prints)
    for name, path in _written(folder.places):
        if _is_open_draft(folder.places, name):
            continue
        content = _shared(path, renaming, without_quotes, name)
        write_file(places.review / _renamed(name, names), content)
    for search in folder.searches[0].values():
        export = folder.places.exports / search.export
        if search.export and export.is_file():
            write_file(places.exports / search.export, export.read_bytes())
    for reviewer, content in logs.items():
        log = f"{names.get(reviewer, reviewer)}.jsonl"
        write_file(places.decisions / log, renaming.log(content))
    _share_machines(folder, places, renaming, without_quotes)
    for edition in folder.sealed_editions:
        _share_seal(folder.places, places, edition.number, renaming, without_quotes, gone)
    for form in folder.forms[0]:
        if (source := folder.form_path(form)) is not None:
            write_file(places.forms / source.name, source.read_bytes())
    return places, renaming, quotes


def _share_machines(
    folder: ReviewFolder, places: ReviewPlaces, renaming: Renaming, without_quotes: bool
) -> None:
    """The prompts of machines and, unless quotes stay here, their logs."""
    here = folder.places.written
    for person in folder.protocol[0].people:
        prompt = here / person.machine.prompt if person.machine else None
        if prompt and prompt.is_file() and prompt.resolve().is_relative_to(here.resolve()):
            name = prompt.resolve().relative_to(here.resolve()).as_posix()
            content = _shared(prompt, renaming, without_quotes, name)
            write_file(places.review / name, content)
    for log in () if without_quotes else folder.machine_logs:
        path = folder.places.machines / f"{log.machine}.jsonl"
        name = renaming.names.get(log.machine, log.machine)
        write_file(places.machines / f"{name}.jsonl", path.read_bytes())


def _people(folder: ReviewFolder) -> Iterator[str]:
    """Everybody who is named as a reviewer anywhere: in logs, plans, studies and sign-offs."""
    protocol = folder.protocol[0]
    yield from (person.id for person in protocol.people)
    yield from (log.reviewer for log in folder.logs)
    for plan in (protocol.screening, protocol.full_text):
        yield from plan.reviewers if plan else ()
    yield from (*protocol.extraction.people, *protocol.extraction.checkers)
    for person, drafts in folder.drafts.items():
        yield person
        yield from _people_of(drafts.values())
    yield from _people_of(folder.review.studies.values())
    for decision in folder.review.decisions:
        if isinstance(decision, HandedOver):
            yield from (decision.leaver, decision.to)
    for edition in folder.editions[0]:
        yield from (signed.by for signed in edition.signed_off)
        yield from (edition.withdrawn_by,) if edition.withdrawn_by else ()


def _people_of(studies: Iterable[Study]) -> Iterator[str]:
    for study in studies:
        yield from study.extractors
        yield from (name for name in (study.checked_by, study.reconciled_by) if name)


def _with_undoings(folder: ReviewFolder, ids: Collection[str]) -> frozenset[str]:
    """`ids`, and the ids of what took any of them back."""
    gone = set(ids)
    undone = [d for d in folder.review.decisions if isinstance(d, Withdrawn)]
    while more := {d.id for d in undone if d.undoes in gone and d.id not in gone}:
        gone |= more
    return frozenset(gone)


def _lines(folder: ReviewFolder, reviewer: str, gone: Collection[str]) -> Iterator[bytes]:
    """The lines of a log whose decisions count for `folder`, without those in `gone`."""
    log = next(log for log in folder.logs if log.reviewer == reviewer)
    content = (folder.places.decisions / f"{reviewer}.jsonl").read_bytes().split(b"\n")
    without = {log.lines[n] for n, d in enumerate(log.decisions) if d.id in gone}
    yield from (content[line - 1] for line in log.lines if line not in without)


def open_drafts(places: ReviewPlaces) -> tuple[str, ...]:
    """Paths in the review of the drafts of studies that two people have not settled yet."""
    names = (name for name, _ in _written(places))
    return tuple(name for name in names if _is_open_draft(places, name))


def _is_open_draft(places: ReviewPlaces, name: str) -> bool:
    above, drafts, below = name.partition("studies/drafts/")
    if above or not drafts or "/" not in below:
        return False
    return not (places.written / "studies" / below.rpartition("/")[2]).is_file()


def _written(places: ReviewPlaces) -> Iterator[tuple[str, Path]]:
    """What people wrote and change: the top of the review, its folders, the search logs."""
    here = places.written
    own = {"decisions.txt", "manifest.json"} if places.seal else set()
    for path in sorted(here.iterdir()):
        if path.is_file() and not path.name.startswith(".") and path.name not in own:
            yield path.name, path
    for name in SEALED_FOLDERS:
        for path in sorted((here / name).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(here).as_posix(), path
    for path in sorted(places.searches.glob("*")):
        if path.suffix == ".yaml" or ".repairs" in path.name:
            yield f"searches/{path.name}", path


def _share_seal(
    old: ReviewPlaces,
    new: ReviewPlaces,
    number: int,
    renaming: Renaming,
    without_quotes: bool,
    gone: Collection[str],
) -> None:
    source = old.seal_of(number)
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source).as_posix()
        if not path.is_file() or _is_open_draft(old, name):
            continue
        if name == "decisions.txt":
            ids = sorted(renaming.id(id) for id in path.read_text().split() if id not in gone)
            write_file(new.seal_of(number) / name, "".join(f"{id}\n" for id in ids))
        else:
            content = _shared(path, renaming, without_quotes, name)
            write_file(new.seal_of(number) / _renamed(name, renaming.names), content)


def _renamed(name: str, names: Mapping[str, str]) -> str:
    """A path in a review with the folder of a person's drafts under the person's new name."""
    above, drafts, below = name.partition("studies/drafts/")
    person, slash, file = below.partition("/")
    return f"{above}{drafts}{names.get(person, person)}{slash}{file}" if slash else name


def _shared(path: Path, renaming: Renaming, without_quotes: bool, name: str) -> bytes:
    content = path.read_bytes()
    if path.suffix.lower() not in _TEXT:
        return content
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content
    if without_quotes and name.partition("/")[0] in SEALED_FOLDERS and path.suffix == ".yaml":
        return _withheld(text, name, renaming).encode()
    if name == "references.yaml":
        return text.encode()
    return renaming.text(text, protocol=name == "protocol.yaml").encode()


def _withheld(text: str, name: str, renaming: Renaming) -> str:
    """The YAML `text` with every `quote` withheld; comments go, they may quote as well."""
    value = read_yaml(text, name).value
    if value is None:
        return ""
    _each_quote(value, lambda holder, _: holder.__setitem__("quote", WITHHELD))
    cleaned = _each_text(value, renaming.text)
    return yaml.safe_dump(cleaned, allow_unicode=True, sort_keys=False, width=100)


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each_text(inner, change) for key, inner in value.items()}
    if isinstance(value, list):
        return [_each_text(inner, change) for inner in value]
    return value


def _quotes(folder: ReviewFolder) -> Iterator[str]:
    """Every quote that studies and synthesis hold, as it is written.

    Words that stand in the title of a report are cited wherever it is, and are none.
    """
    titles = "\n".join(" ".join(record.title.split()) for record in folder.records.values())
    found: list[str] = []
    for name, path in _written(folder.places):
        if name.partition("/")[0] in SEALED_FOLDERS and path.suffix == ".yaml":
            value = read_yaml(path.read_bytes().decode("utf-8-sig", "replace"), name).value
            _each_quote(value, lambda _, quote: found.append(" ".join(quote.split())))
    yield from (quote for quote in found if quote not in titles)


def _each_quote(value: Any, do: Callable[[dict[str, Any], str], object]) -> None:
    if isinstance(value, dict):
        if isinstance(value.get("quote"), str) and value["quote"]:
            do(value, value["quote"])
        for inner in value.values():
            _each_quote(inner, do)
    elif isinstance(value, list):
        for inner in value:
            _each_quote(inner, do)
