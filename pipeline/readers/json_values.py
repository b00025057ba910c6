"""Names and texts out of the shapes that JSON services give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pipeline.model.record import Name
from pipeline.readers.names import name, names_in_cell

_PARTS = (
    ("family", "given"), ("lastName", "firstName"), ("last_name", "first_name"),
    ("lastname", "firstname"), ("surname", "given_names"), ("surname", "forename"),
)  # fmt: skip
_WHOLE = (
    "literal", "name", "display_name", "full_name", "fullName", "collectiveName", "authname",
    "raw_author_name",
)  # fmt: skip


def people_in(value: Any, field: str) -> list[Name]:
    """The people that a member's value names, as authors or editors (`field`)."""
    if isinstance(value, str):
        return list(names_in_cell(value, True))
    if isinstance(value, Mapping):
        inner = value.get("author") or value.get("authors")
        return people_in(inner, field) if isinstance(inner, list) else people_in([value], field)
    found: list[Name] = []
    for one in value if isinstance(value, list) else ():
        person: Name | None = None
        if isinstance(one, str):
            person = name(one, True)
        elif isinstance(one, Mapping):
            if field == "author" and one.get("creatorType", "author") in ("editor", "translator"):
                continue
            person = _person(one)
        if person:
            found.append(person)
    return found


def _person(one: Mapping[str, Any]) -> Name | None:
    for family, given in _PARTS:
        if one.get(family):
            particle = one.get("non-dropping-particle") or one.get("dropping-particle") or ""
            return Name(
                family=" ".join(p for p in (str(particle), str(one[family])) if p),
                given=str(one.get(given) or one.get("initials") or ""),
                suffix=str(one.get("suffix") or ""),
            )
    inner = one.get("author")
    if isinstance(inner, Mapping):
        return _person(inner)
    for key in _WHOLE:
        if one.get(key):
            text = str(one[key])
            return Name(literal=text) if key in ("literal", "collectiveName") else name(text, True)
    if one.get("given"):
        return Name(literal=str(one["given"]))
    return None


def texts_in(value: Any, field: str) -> list[str]:
    """The texts in a member's value that a field can be made of."""
    if isinstance(value, str):
        return [value] if value.strip() else []
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, int | float | date):
        return [
            value.isoformat()
            if isinstance(value, date)
            else f"{value:g}"
            if isinstance(value, float)
            else str(value)
        ]
    if isinstance(value, Mapping):
        return _texts_of_object(value, field)
    if field == "issued" and value and isinstance(value[0], Mapping):
        return _texts_of_object(value[0], field)
    if field in ("title", "abstract") and value:
        return texts_in(value[0], field)
    return [text for one in value for text in texts_in(one, field)]


def _texts_of_object(value: Mapping[str, Any], field: str) -> list[str]:
    if field == "issued":
        parts = value.get("date-parts")
        if (
            isinstance(parts, list)
            and parts
            and isinstance(parts[0], list)
            and parts[0]
            and parts[0][0]
        ):
            return ["-".join(f"{int(p):02d}" if str(p).isdecimal() else str(p) for p in parts[0])]
        if value.get("year"):
            keys = [value.get(key) for key in ("year", "month", "day")]
            return ["-".join(str(p) for p in keys if p)]
        for key in ("raw", "literal", "date", "date-time", "value"):
            if value.get(key):
                return [str(value[key])]
        return []
    if field == "abstract" and value and all(isinstance(v, list) for v in value.values()):
        return [inverted(value)]
    if field == "container_title":
        for key in ("display_name", "title", "name", "journal", "source"):
            if value.get(key):
                return texts_in(value[key], field)
        return []
    if field in ("doi", "pmid", "pmcid", "serial", "identifier", "url"):
        return [text for one in value.values() for text in texts_in(one, field)]
    for key in ("display_name", "name", "keyword", "term", "tag", "title", "value", "text", "id"):
        if isinstance(value.get(key), str):
            return [value[key]]
    return []


def inverted(index: Mapping[str, Sequence[Any]]) -> str:
    """The abstract that OpenAlex gives as positions by word."""
    places = [
        (place, word) for word, where in index.items() for place in where if isinstance(place, int)
    ]
    return " ".join(word for _place, word in sorted(places))
