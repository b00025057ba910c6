"""Versions of a form: what a change asks to be revisited, and items that are no longer asked."""

from __future__ import annotations

from typing import Any

from pipeline.extraction.answers import Gathering
from pipeline.model.form import Form, FormChange
from pipeline.model.problem import Severity
from pipeline.notation.typed import nearest, wording
from pipeline.notation.yaml_text import Path


def changes_since(form: Form, version: int) -> tuple[FormChange, ...]:
    """The changes of `form` that came after `version`, in the order of the form."""
    return tuple(change for change in form.changes if change.version > version)


def to_revisit(form: Form, version: int) -> tuple[str, ...]:
    """The dotted paths of items that a study of `version` should look at again."""
    named = (item for change in changes_since(form, version) for item in change.revisit)
    return tuple(dict.fromkeys(named))


def read_version(gathering: Gathering, form: Form, written: Any, path: Path) -> int:
    """The version of `form` that was filled; an older one is told with what to revisit."""
    if written is None:
        return form.version
    if isinstance(written, bool) or not isinstance(written, int):
        what = f"'form_version' is {wording(written)}, not a whole number"
        gathering.fault(path, what, f"Write `form_version: {form.version}`")
        return form.version
    if not 1 <= written <= form.version:
        what = f"this was filled from version {written}; {form.id} is at {form.version}"
        gathering.fault(path, what, "Take in the newer form, or correct the number")
    elif written < form.version:
        _tell_outdated(gathering, form, written, path)
    return written


def tell_former(gathering: Gathering, form: Form, version: int, dotted: str, path: Path) -> bool:
    """Whether `dotted` is an answer to an item that an earlier version of `form` asked; told then.

    A change of the form may name it (`removed`); in a file of an older version anything counts
    that is no slip of the pen.
    """
    change = next((c for c in form.changes if dotted in c.removed), None)
    known = tuple(part for part in _siblings(form, dotted))
    if change is None and (version >= form.version or nearest(dotted.split(".")[-1], known)):
        return False
    since = f"since version {change.version} ({change.what})" if change else "any more"
    gathering.fault(
        path,
        f"{dotted!r} is not asked {since}; its answer is kept here and counts nowhere",
        "Leave it, or move what it says to an item of the form",
        Severity.WARNING,
        "former-item",
    )
    return True


def _siblings(form: Form, dotted: str) -> tuple[str, ...]:
    items = form.items
    for step in dotted.split(".")[:-1]:
        items = next((item.items for item in items if item.id == step), ())
    return tuple(item.id for item in items)


def _tell_outdated(gathering: Gathering, form: Form, version: int, path: Path) -> None:
    changes = changes_since(form, version)
    since = "; ".join(f"version {c.version}: {c.what}" for c in changes)
    revisit = to_revisit(form, version)
    remedy = f"Look at {', '.join(revisit)} again, then" if revisit else "Look it through, then"
    gathering.fault(
        path,
        f"{form.id} has gone from version {version} to {form.version} "
        f"({since or 'no change is described'})",
        f"{remedy} write `form_version: {form.version}`",
        Severity.WARNING,
        "form-changed",
    )
