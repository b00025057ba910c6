"""A frozen citation graph of 5,000 made-up works, and OpenAlex as it answers for it.

Works 0 to 2,999 hang together in circles, and so do 3,000 to 4,999; no citation joins the two.
Some works were merged into others: they are cited by an old id, which OpenAlex lists nowhere and
leads on from. Some cited ids lead to nothing.
"""

from __future__ import annotations

from typing import Any

from tests.services import made_up
from tests.services.web_server import Asked, Sent, as_json

ALL, NEAR = 5_000, 3_000
OLD, GONE = 900_000, 800_000


def cites(n: int) -> list[int]:
    """The works that work n cites."""
    if n < NEAR:
        return sorted({(n * 7 + 1) % NEAR, (n * 13 + 5) % NEAR} - {n})
    return sorted({(n * 3 + 1) % (ALL - NEAR) + NEAR} - {n})


def written(n: int) -> str:
    """The id by which work n is cited: the old one of a work that was merged into it."""
    return f"W{OLD + n}" if n % 50 == 3 else f"W{n}"


class Graph:
    """OpenAlex over the works below `works` of the graph."""

    def __init__(self, works: int = ALL) -> None:
        self.works = works
        self.cited_by: dict[int, list[int]] = {}
        for n in range(works):
            for m in cites(n):
                self.cited_by.setdefault(m, []).append(n)

    def work(self, n: int) -> dict[str, Any]:
        names = [written(m) for m in cites(n)]
        if n % 40 == 7:
            names.append(f"W{GONE + n}")
        return {
            **made_up.openalex_work(n),
            "id": f"https://openalex.org/W{n}",
            "referenced_works": [f"https://openalex.org/{name}" for name in names],
        }

    def answer(self, asked: Asked) -> Sent:
        name = asked.path.removeprefix("/openalex/works").strip("/")
        if name:
            return self._one(name)
        said = asked.parameters
        filter_, _, values = said["filter"].partition(":")
        found = self._matching(filter_, values.split("|"))
        size = int(said.get("per-page", 25))
        cursor = said["cursor"]
        at = 0 if cursor == "*" else int(cursor.removeprefix("Ils"))
        page = found[at : at + size]
        meta = {"count": len(found), "per_page": size,
                "next_cursor": f"Ils{at + size}" if page else None}  # fmt: skip
        return as_json({"meta": meta, "results": [self.work(n) for n in page], "group_by": []})

    def _matching(self, filter_: str, values: list[str]) -> list[int]:
        if len(values) > 100:
            raise AssertionError("OpenAlex takes 100 values in a filter")
        numbers = [int(v[1:]) for v in values if v[:1] in "Ww" and v[1:].isdigit()]
        if filter_ == "openalex":
            return sorted(n for n in set(numbers) if n < self.works)
        if filter_ == "cites":
            return sorted({c for n in numbers for c in self.cited_by.get(n, ())})
        if filter_ == "doi":
            return [n for v in values if (n := self._of_doi(v)) is not None]
        if filter_ == "pmid":
            return [n for v in values if 0 <= (n := int(v) - 70000) < self.works]
        raise AssertionError(filter_)

    def _of_doi(self, doi: str) -> int | None:
        number = doi.rpartition("made.")[2]
        return int(number) if number.isdigit() and int(number) < self.works else None

    def _one(self, name: str) -> Sent:
        number = self._of_doi(name) if name.startswith("doi:") else int(name[1:])
        if number is not None and OLD <= number < OLD + self.works:
            return 301, {"Location": f"/openalex/works/W{number - OLD}"}, b""
        if number is None or number >= self.works:
            return as_json({"error": "Not found"}, 404)
        return as_json(self.work(number))
