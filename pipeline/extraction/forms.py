"""A form as text into a `Form`, held against what a form must be."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from pipeline.extraction.form_faults import FormFaults, walk
from pipeline.extraction.form_items import check_items
from pipeline.extraction.form_rules import (
    check_changes,
    check_overall,
    check_results,
    check_robvis,
    check_rules,
)
from pipeline.notation.typed import into, nearest
from pipeline.notation.yaml_text import read_yaml
from pipeline.terms.form import Form, Item
from pipeline.terms.problem import Problem

__all__ = ["KINDS", "item_at", "read_form", "walk"]

KINDS = ("extraction", "appraisal")


def read_form(text: str, file: str) -> tuple[Form | None, tuple[Problem, ...]]:
    """The form in `text`, and what is wrong with it; None when it is no form at all.

    A form with faults of its own is given back with them, so that one sees all faults at once;
    studies should not be held against it.
    """
    yaml = read_yaml(text, file)
    form, problems = into(Form, yaml)
    if form is None:
        return None, problems
    faults = FormFaults(form, yaml, dict(walk(form.items)))
    _check_head(faults)
    check_items(faults, form.items, ("items",))
    if form.kind == "extraction":
        check_results(faults)
    check_rules(faults)
    check_overall(faults)
    check_robvis(faults)
    check_changes(faults)
    return form, (*problems, *faults.found)


def item_at(items: tuple[Item, ...], dotted: str) -> Item | None:
    """The item at a dotted path, or None."""
    found: Item | None = None
    for step in dotted.split("."):
        found = next((i for i in items if i.id == step), None)
        if found is None:
            return None
        items = found.items
    return found


def _check_head(faults: FormFaults) -> None:
    form = faults.form
    if form.kind not in KINDS:
        what = f"{form.kind!r} is no kind of form.{nearest(form.kind, KINDS)}"
        faults.fault(("kind",), what, "Write extraction or appraisal")
    if form.version < 1:
        faults.fault(("version",), f"version {form.version} is below 1", "Count versions from 1")
    if not re.match(r"[a-z0-9][a-z0-9_-]*\Z", form.id):
        what = f"{form.id!r} is no id for a form"
        faults.fault(("id",), what, "Use small letters, digits and hyphens")
    stem = PurePosixPath(faults.yaml.file.replace("\\", "/")).stem
    if form.id != stem:
        what = f"the form {form.id!r} stands in a file called {stem!r}"
        faults.fault(("id",), what, "Let both be the same; studies name a form by its file")
