"""One value changed in YAML that people wrote; every other byte stays: comments, order, quotes.

A library that parses and writes anew would lay out the whole file anew. Here only the characters
of the one value are exchanged, and the result is read again: if it says anything but what was
there with that one change, the edit is refused.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from pipeline.model.problem import ReviewError
from pipeline.notation.yaml_text import Path, compose, read_yaml
from pipeline.notation.yaml_writing import Written, yaml_below, yaml_inline

_STEP = 2  # blanks by which what belongs to a key stands further in
_LONGEST_INLINE = 76


def with_value(text: str, path: Path, value: Written) -> str:
    """`text` with `value` at `path`; what is missing on the way there is added.

    The last step may be a key that is not there yet, or the length of a list, which appends to it.
    `None` leaves the key empty. Raises ReviewError where the file cannot be read, or where the
    place is written in a way that no edit can keep apart from others (a YAML alias).
    """
    before = read_yaml(text, "")
    if before.problems:
        raise _refusal(path, f"line {before.problems[0].place.line}: {before.problems[0].what}")
    edited = _edited(text, path, value)
    after = read_yaml(edited, "")
    if after.problems or not _same(after.value, _changed(before.value, path, value)):
        raise _refusal(path, "other values hang together with it")
    return edited


def without_entry(text: str, path: Path) -> str:
    """`text` without the entry of a list, or the key, at `path`; comments outside of it stay.

    Raises ReviewError where the file cannot be read or the entry cannot be taken out by itself.
    """
    before = read_yaml(text, "")
    expected = copy.deepcopy(before.value)
    inner = expected
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    if not inner:
        return with_value(text, path[:-1], type(inner)())
    root, page = compose(text), _Page(text)
    spot = page.spot(root, path)
    if spot.rest or spot.within:
        return with_value(text, path[:-1], inner)
    start = text.rfind("\n", 0, spot.lead) + 1
    end = min(page.line_end(page.end_of(spot.node)) + 1, len(text))
    edited = text[:start] + text[end:]
    after = read_yaml(edited, "")
    if after.problems or not _same(after.value, expected):
        raise _refusal(path, "it cannot be taken out by itself")
    return edited


def _refusal(path: Path, why: str) -> ReviewError:
    where = "/".join(str(step) for step in path)
    return ReviewError(f"{where} cannot be changed from here ({why})", "Change it in an editor")


def _edited(text: str, path: Path, value: Written) -> str:
    root = compose(text)
    if root is None:
        return f"{text.rstrip()}\n{yaml_below(_nested(path, value))}\n".lstrip("\n")
    page = _Page(text)
    spot = page.spot(root, path)
    if not spot.rest:
        return page.exchanged(spot, value)
    if _is_empty(spot.node):
        return page.exchanged(spot, _nested(spot.rest, value), below=True)
    return page.added(spot, _nested(spot.rest[1:], value))


@dataclass(frozen=True, slots=True)
class _Spot:
    """The deepest node on a path, what leads to it, and the steps that are not there yet.

    `lead` is the index just behind the colon or the hyphen that the value belongs to, `indent` the
    column of that key or hyphen; `within`: brackets stand around it.
    """

    node: Any
    lead: int
    indent: int
    within: bool
    rest: Path


class _Page:
    """The text that is edited; indexes count its characters."""

    def __init__(self, text: str) -> None:
        self.text = text

    def spot(self, root: Any, path: Path) -> _Spot:
        spot = _Spot(root, 0, -_STEP, False, path)
        while spot.rest:
            step, node = spot.rest[0], spot.node
            within = spot.within or _is_flow(node)
            if isinstance(node, yaml.MappingNode):
                pair = next((pair for pair in node.value if pair[0].value == step), None)
                if pair is None:
                    break
                key, child = pair
                lead = self.text.index(":", key.end_mark.index) + 1
                spot = _Spot(child, lead, key.start_mark.column, within, spot.rest[1:])
            elif isinstance(node, yaml.SequenceNode) and step in range(len(node.value)):
                child = node.value[int(step)]
                start = child.start_mark.index
                lead = start if within else self.text.rindex("-", 0, max(start, 1)) + 1
                spot = _Spot(child, lead, node.start_mark.column, within, spot.rest[1:])
            else:
                break
        return spot

    def exchanged(self, spot: _Spot, value: Written, *, below: bool = False) -> str:
        """The text with `value` for the node of `spot`; `below` puts it on lines of its own."""
        text, node = self.text, spot.node
        start, end = node.start_mark.index, self.end_of(node)
        if spot.within:
            gap = " " if start == spot.lead and text[start - 1] == ":" else ""
            return text[:start] + gap + yaml_inline(value) + text[end:]
        inline, lines = _laid_out(value, spot.indent + _STEP, below)
        comments = list(self.comments(node, spot.lead, end))
        line_end = self.line_end(end)
        if "\n" not in text[spot.lead : end]:
            if not lines:
                gap = text[spot.lead : start] or " "
                return text[: spot.lead] + (gap + inline if inline else "") + text[end:]
            return (
                text[: spot.lead] + inline + text[end:line_end].rstrip() + lines + text[line_end:]
            )
        tail = text[end:line_end].strip()
        said = [text[at : self.line_end(at)].rstrip() for at in comments] + [tail] * bool(tail)
        beside = ""
        if comments and "\n" not in text[spot.lead : comments[0]]:
            beside = f"  {said.pop(0)}"
        margin = "\n" + " " * (spot.indent + _STEP)
        kept = "".join(margin + comment for comment in said)
        first = f" {inline.strip()}" if inline else ""
        if lines and inline:  # the sign of a block of text must be the last on its line
            kept, beside = "", ""
            first, lines = f" {inline.strip()}", lines + "".join(margin[:-_STEP] + c for c in said)
        return text[: spot.lead] + first + beside + kept + lines + text[line_end:]

    def added(self, spot: _Spot, value: Written) -> str:
        """The text with one more key, or one more entry, in the mapping or list of `spot`."""
        text, node, step = self.text, spot.node, spot.rest[0]
        if isinstance(node, yaml.ScalarNode) or (
            isinstance(node, yaml.MappingNode) is not isinstance(step, str)
        ):
            raise _refusal(spot.rest, "another kind of value stands there")
        one: Written = {step: value} if isinstance(step, str) else [value]
        if spot.within or _is_flow(node):
            end = node.end_mark.index - 1
            body = text[:end].rstrip()
            comma = "" if body.endswith(("{", "[")) else " " if body.endswith(",") else ", "
            return body + comma + yaml_inline(one)[1:-1] + text[end:]
        at = self.line_end(self.end_of(node))
        lines = yaml_below(one, node.start_mark.column)
        return text[:at] + "\n" + lines + (text[at:] or "\n")

    def end_of(self, node: Any) -> int:
        """Where a node ends, without the blank lines and comments that come after it."""
        end = int(node.end_mark.index)
        if isinstance(node, yaml.ScalarNode):
            return len(self.text[:end].rstrip()) if node.style in ("|", ">") else end
        if _is_flow(node) or not node.value:
            return end
        last = node.value[-1]
        if isinstance(last, tuple):
            behind_key = self.text.index(":", last[0].end_mark.index) + 1
            return max(behind_key, self.end_of(last[1]))
        return max(self.end_of(last), int(last.start_mark.index))

    def line_end(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def comments(self, node: Any, start: int, end: int) -> Iterator[int]:
        """Where comments begin between `start` and `end`; a # in a value is none."""
        values = sorted((n.start_mark.index, n.end_mark.index) for n in _scalars(node) if n.value)
        at = self.text.find("#", start, end)
        while at >= 0:
            inside = next((stop for begin, stop in values if begin <= at < stop), 0)
            if not inside and self.text[at - 1] in " \t\n":
                yield at
                inside = self.line_end(at)
            at = self.text.find("#", max(inside, at + 1), end)


def _laid_out(value: Written, indent: int, below: bool) -> tuple[str, str]:
    """`value` as what stands behind its key, and the lines below it (led by a line feed)."""
    if value is None:
        return "", ""
    if isinstance(value, str) and "\n" in value:
        sign, _, lines = yaml_below({"x": value}, indent - _STEP).strip().partition("\n")
        return sign.removeprefix("x:"), "\n" + lines if lines else ""
    inline = yaml_inline(value)
    is_plain = not isinstance(value, (dict, list))
    if is_plain or not value or (not below and len(inline) + indent < _LONGEST_INLINE):
        return inline, ""
    return "", "\n" + yaml_below(value, indent)


def _nested(steps: Path, value: Written) -> Written:
    for step in reversed(steps):
        value = [value] if isinstance(step, int) else {step: value}
    return value


def _is_flow(node: Any) -> bool:
    return bool(getattr(node, "flow_style", False))


def _is_empty(node: Any) -> bool:
    return isinstance(node, yaml.ScalarNode) and not node.style and node.value in ("", "~", "null")


def _scalars(node: Any) -> Iterator[Any]:
    if isinstance(node, yaml.ScalarNode):
        yield node
        return
    for child in node.value:
        for one in child if isinstance(child, tuple) else (child,):
            yield from _scalars(one)


def _changed(value: Any, path: Path, new: Written) -> Any:
    """What the file must say after the edit."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    if value is None:
        value = [] if isinstance(step, int) else {}
    changed = copy.copy(value)
    if isinstance(step, int):
        changed[step : step + 1] = [_changed(value[step] if step < len(value) else None, rest, new)]
    else:
        changed[step] = _changed(value.get(step), rest, new)
    return changed


def _same(left: Any, right: Any) -> bool:
    """Equal in value and in type: 1, 1.0 and true are three things."""
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(_same(left[k], right[k]) for k in left)
    if isinstance(left, list) and isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(map(_same, left, right))
    return type(left) is type(right) and bool(left == right)
