"""Sealing an edition: a copy of what people wrote, and a manifest of all that it was made from.

Order on disk: the copy in `editions/N/`, its `manifest.json`, the lines of `editions.yaml`. A stop
in between leaves a folder that nothing speaks of; sealing again makes it anew.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

import pipeline
from pipeline.model.problem import ReviewError
from pipeline.model.search import READER_VERSION
from pipeline.store.cache import sha256_of
from pipeline.store.editions import Line, with_lines
from pipeline.store.files import refusing_disk_faults, write_file
from pipeline.store.opening import ReviewFolder
from pipeline.store.places import SEALED_FOLDERS, ReviewPlaces, shown

_MADE_WITH = ("pypandoc_binary", "typst", "jinja2", "pyyaml")
"""Programs of others whose version can change the bytes of a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an edition was made from and what was made: SHA-256 by name.

    `inputs` are names below the folder of the edition; `exports` files in `searches/`; `decisions`
    the logs, each by the sorted ids of its decisions that count; `outputs` what a build made.
    """

    edition: int
    on: date
    program: Mapping[str, str]
    inputs: Mapping[str, str]
    exports: Mapping[str, str]
    decisions: Mapping[str, str]
    outputs: Mapping[str, str] = field(default_factory=dict)


def program_versions() -> dict[str, str]:
    """The versions that made a document: of this program, of its very code, of what it uses."""
    from pipeline.duplicates import METHOD_VERSION

    said = {
        "review-pipeline": pipeline.__version__,
        "code": _code_sha256(),
        "readers": str(READER_VERSION),
        "duplicates": str(METHOD_VERSION),
    }
    for name in _MADE_WITH:
        try:
            said[name] = version(name)
        except PackageNotFoundError:
            said[name] = ""
    return said


def _code_sha256() -> str:
    """The SHA-256 of all files of the program, names and contents."""
    root = Path(str(files("pipeline")))
    digest = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        if path.suffix != ".pyc":
            name = path.relative_to(root).as_posix()
            digest.update(f"{name}\0{sha256_of(path)}\n".encode())
    return digest.hexdigest()


def begin_seal(
    folder: ReviewFolder, number: int, until: date, lines: Sequence[Line]
) -> ReviewFolder:
    """Copies what people wrote by the end of `until`, with `lines` added to `editions.yaml`.

    Gives the review as that copy knows it. It is no sealed edition before `finish_seal`. Raises
    ReviewError when the edition is sealed already, or the disk refuses.
    """
    places = folder.places
    target = places.seal_of(number)
    if places.manifest_of(number).exists() and number in {e.number for e in folder.editions[0]}:
        raise ReviewError(
            f"edition {number} is sealed already", "Give the next edition the next number"
        )
    copies = dict(_files_to_copy(folder, until))
    folder.forget_sealed(number)
    with refusing_disk_faults(target):
        if target.exists():
            shutil.rmtree(target)
        for name, path in copies.items():
            write_file(target / name, path.read_bytes())
        listed = folder.text_of(places.editions) if places.editions.is_file() else ""
        write_file(target / "editions.yaml", with_lines(listed, lines))
        counted = sorted(d.id for d in folder.review.decisions if d.at.date() <= until)
        write_file(target / "decisions.txt", "".join(f"{id}\n" for id in counted))
        # git must give back the very bytes, whatever it does to line ends elsewhere
        write_file(places.seals / ".gitattributes", "* -text\n")
    return folder.as_sealed(number)


def drop_seal(places: ReviewPlaces, number: int) -> None:
    """Takes back what `begin_seal` copied."""
    shutil.rmtree(places.seal_of(number), ignore_errors=True)


def finish_seal(
    folder: ReviewFolder, number: int, until: date, outputs: Mapping[str, bytes]
) -> str:
    """Writes the manifest of the copy that `begin_seal` made; gives its SHA-256."""
    sealed = folder.as_sealed(number)
    made = Manifest(
        edition=number,
        on=until,
        program=program_versions(),
        outputs={n: hashlib.sha256(outputs[n]).hexdigest() for n in sorted(outputs)},
        **inputs_of(sealed),
    )
    content = json.dumps(msgspec.to_builtins(made), indent=1).encode() + b"\n"
    write_file(folder.places.manifest_of(number), content)
    return hashlib.sha256(content).hexdigest()


def inputs_of(sealed: ReviewFolder) -> dict[str, Any]:
    """The SHA-256 of everything that a sealed edition is made from, as it is on disk now.

    What is not there any more is left out.
    """
    places = sealed.places
    exports = [s.export for s in sealed.searches[0].values() if s.export]
    logs = {log.reviewer: sorted(d.id for d in log.decisions) for log in sealed.logs}
    return {
        "inputs": {
            path.relative_to(places.written).as_posix(): sha256_of(path)
            for path in _files_below(places.written)
            if path != places.manifest_of(places.seal)
        },
        "exports": {
            name: sha256_of(places.exports / name)
            for name in sorted(exports)
            if (places.exports / name).is_file()
        },
        "decisions": {
            f"{reviewer}.jsonl": hashlib.sha256("\n".join(ids).encode()).hexdigest()
            for reviewer, ids in sorted(logs.items())
            if ids
        },
    }


def read_manifest(places: ReviewPlaces, number: int) -> tuple[Manifest, str]:
    """The manifest of a sealed edition and its own SHA-256; raises ReviewError without one."""
    path = places.manifest_of(number)
    if not path.is_file():
        raise ReviewError(
            f"edition {number} is not sealed",
            f"`review publish {places.slug} {number} --as NAME` seals it",
        )
    content = path.read_bytes()
    try:
        return msgspec.json.decode(content, type=Manifest), hashlib.sha256(content).hexdigest()
    except msgspec.MsgspecError as error:
        raise ReviewError(
            f"{shown(path)} cannot be read: {error}",
            "Restore it from the history of the repository",
        ) from error


def add_lines(folder: ReviewFolder, lines: Sequence[Line]) -> None:
    """Adds `lines` to `editions.yaml`, which is replaced as a whole."""
    path = folder.places.editions
    text = folder.text_of(path) if path.is_file() else ""
    write_file(path, with_lines(text, lines))


def names_to_seal(folder: ReviewFolder, until: date) -> tuple[str, ...]:
    """The files that an edition of the day `until` would keep a copy of."""
    return tuple(sorted(dict(_files_to_copy(folder, until))))


def edited_since(folder: ReviewFolder, number: int) -> tuple[str, ...]:
    """What of the working files is not as the sealed edition `number` keeps it, by name.

    Nothing for an edition that is not sealed. Decisions and searches are no files that people edit:
    the ledger tells of them.
    """
    if not folder.places.manifest_of(number).is_file():
        return ()
    manifest, _ = read_manifest(folder.places, number)
    working = dict(_files_to_copy(folder, manifest.on))
    kept = {n: h for n, h in manifest.inputs.items() if n not in ("editions.yaml", "decisions.txt")}
    return tuple(
        name
        for name in sorted({*working, *kept})
        if name not in working or name not in kept or sha256_of(working[name]) != kept[name]
    )


def _files_to_copy(folder: ReviewFolder, until: date) -> Iterator[tuple[str, Path]]:
    """What people write and change, by its name below the folder of the edition."""
    places = folder.places
    for path in sorted(places.review.iterdir()):
        if path.is_file() and not path.name.startswith(".") and path != places.editions:
            yield path.name, path
    for name in SEALED_FOLDERS:
        for path in _files_below(places.review / name):
            yield path.relative_to(places.review).as_posix(), path
    for search in folder.searches[0].values():
        if search.ingested_on <= until:
            told = places.searches / f"{search.id}.yaml"
            yield f"searches/{told.name}", told
            if repairs := folder.repairs_of(search):
                yield f"searches/{repairs.name}", repairs
    for name in folder.forms[0]:
        form = folder.form_path(name)
        if form is not None:
            yield f"extraction_forms/{form.name}", form


def _files_below(folder: Path) -> list[Path]:
    """Every file below `folder` that is not hidden, in order."""
    found = (p for p in folder.rglob("*") if p.is_file())
    return sorted(
        p for p in found if not any(x.startswith(".") for x in p.relative_to(folder).parts)
    )
