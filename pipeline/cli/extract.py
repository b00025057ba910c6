"""`review extract`: a blank for a study, or a study held against its form."""

from __future__ import annotations

import json
import re
from typing import Annotated

import typer

from pipeline.cli.console import counted, safe, say, say_json, say_problems, tell
from pipeline.cli.report_texts import report_texts
from pipeline.extraction import blank_study, json_schema, read_study
from pipeline.extraction.quote_checks import quote_problems
from pipeline.ledger import settle
from pipeline.notation.typed import nearest
from pipeline.review_folder import ReviewFolder, open_review
from pipeline.terms.form import Form
from pipeline.terms.problem import Problem, ReviewError, Severity


def extract(
    words: Annotated[list[str], typer.Argument(metavar="[REVIEW] STUDY")],
    form: Annotated[str, typer.Option(help="The form, when not the one of the protocol.")] = "",
    report: Annotated[
        list[str] | None, typer.Option(help="Record id of a report of the study, primary first.")
    ] = None,
    title: Annotated[str, typer.Option(help="What people call the study.")] = "",
    name: Annotated[str, typer.Option("--as", help="Who extracts.")] = "",
    check: Annotated[bool, typer.Option("--check", help="Hold the file against its form.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --check: problems as JSON.")
    ] = False,
) -> int:
    """Write a blank for a study, to fill in with an editor, or hold it against its form.

    A file that is there is never overwritten. Where the protocol wants two people apart, each has a
    draft of their own (--as NAME), which the other does not see; `review reconcile` settles what
    differs. REVIEW may be left out where there is only one.

    Example: review extract ta-hsb aebi-2014, then review extract ta-hsb aebi-2014 --check
    """
    if not 1 <= len(words) <= 2:
        raise ReviewError(
            "extract takes a review and a study", "Write: review extract REVIEW STUDY"
        )
    folder = open_review(words[0] if len(words) == 2 else "")
    study = words[-1].removesuffix(".yaml")
    if not re.match(r"[a-z0-9][a-z0-9-]*\Z", study):
        raise ReviewError(
            f"{safe(study)!r} is no id for a study", "Use small letters, digits, hyphens: aebi-2014"
        )
    if check:
        return _check(folder, study, name, as_json)
    return _blank(folder, study, form, tuple(report or ()), title, name)


def _blank(
    folder: ReviewFolder, study: str, form_id: str, reports: tuple[str, ...], title: str, name: str
) -> int:
    path = folder.study_file(study, name)
    if path.exists():
        raise ReviewError(
            f"{folder.places.shown(path)} is there already and is not overwritten",
            f"Fill it in, then `review extract {folder.slug} {study} --check`",
        )
    review = folder.review
    form = _form(folder, form_id or review.protocol.form)
    instruments = [f for id in review.protocol.appraisal if (f := review.forms.get(id))]
    reports = reports or settle(review).studies.get(study, ())
    for record in reports:
        if record not in folder.records:
            raise ReviewError(
                f"there is no record {safe(record)!r}", "`review status` lists the searches"
            )
    protocol = review.protocol
    text = blank_study(
        form, study, title or study, reports, protocol.outcomes, protocol.groups, instruments
    )
    if name:
        text = text.replace("\nextracted_by:\n", f"\nextracted_by: {json.dumps(name)}\n", 1)
    if path.parent != folder.places.studies:
        text = text.replace("$schema=", "$schema=../../", 1)
    schema = json.dumps(json_schema(form, instruments, protocol), ensure_ascii=False, indent=1)
    folder.write(folder.places.studies / f"{form.id}.schema.json", schema + "\n")
    folder.write(path, text)
    say(f"Wrote {folder.places.shown(path)} with {counted(len(reports), 'report')}.")
    if not reports:
        tell(f"No report belongs to {study} yet: `review collate`, or write ids behind `reports:`.")
    own = f" --as {name}" if path.parent != folder.places.studies else ""
    say(f"Next: fill it in, then review extract {folder.slug} {study} --check{own}")
    return 0


def _form(folder: ReviewFolder, id: str) -> Form:
    from pipeline.extraction import read_form

    path = folder.form_path(id) if id else None
    if path is None:
        known = sorted(p.stem for p in folder.places.forms.glob("*.yaml"))
        raise ReviewError(
            f"there is no form {safe(id)!r}.{nearest(id, tuple(known))}",
            "Name one with --form, or in `form:` of the protocol",
        )
    form, problems = read_form(folder.text_of(path), folder.places.shown(path))
    errors = [p for p in problems if p.severity is Severity.ERROR]
    if form is None or errors:
        say_problems(problems)
        raise ReviewError(f"the form {id} has faults", "Correct the form first")
    if form.kind != "extraction":
        raise ReviewError(
            f"{id} is an appraisal instrument", "Name it in `appraisal:` of the protocol"
        )
    return form


def _check(folder: ReviewFolder, study: str, name: str, as_json: bool) -> int:
    path = folder.places.studies / f"{study}.yaml"
    if name or not path.is_file():
        path = folder.study_file(study, name)
    if not path.is_file():
        known = tuple(p.stem for p in path.parent.glob("*.yaml"))
        raise ReviewError(
            f"there is no study {study!r}.{nearest(study, known)}",
            f"`review extract {folder.slug} {study}` writes a blank",
        )
    forms, about_forms = folder.forms
    shown = folder.places.shown(path)
    found, problems = read_study(folder.text_of(path), shown, forms, folder.protocol[0])
    problems = (
        *about_forms,
        *problems,
        *_unknown_reports(folder, shown, found.reports if found else ()),
        *(quote_problems(found, report_texts(folder, settle(folder.review))) if found else ()),
    )
    errors = sum(p.severity is Severity.ERROR for p in problems)
    if as_json:
        say_json([*problems])
    else:
        say_problems(problems)
        results = counted(len(found.results), "result") if found else "nothing"
        say(f"{shown}: {results} read, {counted(errors, 'error')}.")
    return 1 if errors else 0


def _unknown_reports(
    folder: ReviewFolder, path: str, reports: tuple[str, ...]
) -> tuple[Problem, ...]:
    from pipeline.terms.problem import Place

    return tuple(
        Problem(
            place=Place(file=path),
            what=f"no search brought in the report {report!r}",
            remedy="Write the id of a record behind `reports:`",
            check="unknown-record",
        )
        for report in reports
        if report not in folder.records
    )
