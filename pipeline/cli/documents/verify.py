"""`review verify`: what sealed editions were made from and gave, held against their manifests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from pipeline.cli.console import counted, progress, safe, say, say_json, say_problems
from pipeline.model.problem import Place, Problem, ReviewError, Severity
from pipeline.model.review import Edition
from pipeline.store import ReviewFolder, open_review
from pipeline.store.places import shown
from pipeline.store.sealing import Manifest, inputs_of, program_versions, read_manifest


def verify(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")] = "",
    number: Annotated[
        int | None, typer.Argument(help="The edition; all that are sealed, without it.", min=1)
    ] = None,
    rebuild: Annotated[
        bool | None,
        typer.Option(
            "--rebuild/--no-rebuild",
            help="Make the documents anew and compare them, or not. Without either: only where "
            "the program is the one that made them.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Checks that a published edition can be trusted: nothing it was made from has changed.

    Every file, export and decision is held against the SHA-256 of the manifest that was signed
    off. Where the very same program is at hand, the documents are made anew as well, byte for byte.
    Exit code 1 when anything differs.

    Example: review verify my-review 1
    """
    with progress("Reading exports") as tick:
        folder = open_review(review, tick=tick)
        sealed = {e.number: e for e in folder.sealed_editions}
    if number is not None and number not in sealed:
        listed = ", ".join(map(str, sealed)) or "none"
        raise ReviewError(
            f"edition {number} is not sealed",
            f"Sealed are: {listed}. `review publish {folder.slug} {number} --as NAME` seals one",
        )
    if not sealed:
        raise ReviewError(
            f"{folder.slug} has no sealed edition",
            f"`review publish {folder.slug} 1 --on YYYY-MM-DD --as NAME` makes one",
        )
    wanted = [sealed[number]] if number is not None else list(sealed.values())
    told = []
    for edition in wanted:
        with progress(f"Holding edition {edition.number} against its manifest"):
            told.append(_verified(folder, edition, rebuild))
    errors = sum(p.severity is Severity.ERROR for one in told for p in one["problems"])
    if as_json:
        say_json(told)
    else:
        for one in told:
            _say(one)
    if errors:
        raise typer.Exit(1)


def _verified(folder: ReviewFolder, edition: Edition, rebuild: bool | None) -> dict[str, Any]:
    manifest, sha256 = read_manifest(folder.places, edition.number)
    problems = list(faults_of_inputs(folder, edition, manifest, sha256))
    same_program = program_versions() == dict(manifest.program)
    rebuilt = rebuild if rebuild is not None else same_program
    if rebuilt:
        severity = Severity.ERROR if same_program else Severity.WARNING
        problems += _faults_of_outputs(folder, manifest, severity)
    return {
        "edition": edition.number,
        "on": edition.on,
        "signed_off": sorted({s.by for s in edition.signed_off if s.manifest == sha256}),
        "manifest": sha256,
        "inputs": len(manifest.inputs) + len(manifest.exports) + len(manifest.decisions),
        "outputs": len(manifest.outputs),
        "rebuilt": rebuilt,
        "same_program": same_program,
        "program": dict(manifest.program),
        "problems": tuple(problems),
    }


def _say(one: Mapping[str, Any]) -> None:
    problems = one["problems"]
    errors = sum(p.severity is Severity.ERROR for p in problems)
    signed = ", ".join(one["signed_off"]) or "nobody"
    say(f"Edition {one['edition']} of {one['on']}, signed off by {safe(signed)}:")
    say_problems(problems)
    if not errors:
        say(f"  {counted(one['inputs'], 'input')} are what they were.")
    if one["rebuilt"] and not any(p.check == "output" for p in problems):
        say(f"  {counted(one['outputs'], 'output')} made anew, byte for byte the same.")
    if not one["rebuilt"] and not one["same_program"]:
        version = one["program"].get("review-pipeline", "")
        say(
            f"  Its documents were made by another version of the program ({version}, code "
            f"{one['program'].get('code', '')[:12]}) and were not made anew; --rebuild compares."
        )
    if errors:
        say(f"  {counted(errors, 'difference')}: this is not what was published.")


def faults_of_inputs(
    folder: ReviewFolder, edition: Edition, manifest: Manifest, sha256: str
) -> tuple[Problem, ...]:
    """Where what a sealed edition was made from differs from its manifest or its sign-offs."""
    return tuple(_faults_of_inputs(folder, edition, manifest, sha256))


def _faults_of_inputs(
    folder: ReviewFolder, edition: Edition, manifest: Manifest, sha256: str
) -> Iterator[Problem]:
    places = folder.places
    at_manifest = Place(file=shown(places.manifest_of(edition.number)))
    history = "Restore it from the history of the repository (`git log` finds the change)"
    if manifest.edition != edition.number or manifest.on != edition.on:
        what = f"the manifest is of edition {manifest.edition} of {manifest.on}"
        yield _differs(at_manifest, what, history)
    for signed in edition.signed_off:
        if signed.manifest != sha256:
            what = f"{signed.by} signed off another manifest, on {signed.on}"
            yield _differs(at_manifest, what, history)
    now = inputs_of(folder.as_sealed(edition.number))
    parts: tuple[tuple[str, Mapping[str, str], Any], ...] = (
        ("inputs", manifest.inputs, places.seal_of(edition.number)),
        ("exports", manifest.exports, places.exports),
        ("decisions", manifest.decisions, places.decisions),
    )
    for kind, then, below in parts:
        for name in sorted({*then, *now[kind]}):
            place = Place(file=shown(below / name))
            if name not in now[kind]:
                yield _differs(place, "it is not there any more", history)
            elif name not in then:
                yield _differs(place, "it was not there when the edition was sealed", history)
            elif then[name] != now[kind][name]:
                what = (
                    "decisions that the edition counts are missing or changed"
                    if kind == "decisions"
                    else "it was changed after the edition was sealed"
                )
                yield _differs(place, what, history)


def _faults_of_outputs(
    folder: ReviewFolder, manifest: Manifest, severity: Severity
) -> Iterator[Problem]:
    from pipeline.cli.documents.build import outputs_of

    sealed = folder.as_sealed(manifest.edition)
    made, _, problems = outputs_of(sealed, manifest.on)
    if made is None:
        yield from (p for p in problems if p.severity is Severity.ERROR)
        return
    now = {name: hashlib.sha256(content).hexdigest() for name, content in made.items()}
    why = "The inputs tell what changed" if severity is Severity.ERROR else "The program changed"
    for name in sorted({*now, *manifest.outputs}):
        if now.get(name) != manifest.outputs.get(name):
            missing = "is not made any more" if name not in now else "comes out differently"
            new = "" if name in manifest.outputs else " (it was not made then)"
            yield Problem(
                place=Place(file=name),
                what=f"{missing}{new}",
                remedy=why,
                severity=severity,
                check="output",
            )


def _differs(place: Place, what: str, remedy: str) -> Problem:
    return Problem(place=place, what=what, remedy=remedy, check="input")
