"""Citations followed from seeds, backward and forward, round by round, over the catalogue OpenAlex.

Other services can be asked as second voices: what they know of a seed's references and citations
by DOI is looked up in the catalogue too. Ids that OpenAlex merged into others lead where it leads.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.services.asking import PassingFault, Request, Response, Unanswered

BACKWARD, FORWARD = "backward", "forward"
_AT_ONCE = 50
"""Ids in one filter; OpenAlex takes 100, and addresses grow long."""
_ID = re.compile(r"[Ww](\d+)\s*\Z")
_RESULTS = re.compile(r'"results"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")
Tick = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A report whose citations are followed; `record` is its id in the review."""

    record: str
    openalex: str = ""
    doi: str = ""
    pmid: str = ""

    def by_openalex(self) -> str:
        return self.openalex

    def by_doi(self) -> str:
        return self.doi

    def by_pmid(self) -> str:
        return self.pmid


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A work of the catalogue: its id (W1234), DOI and references, and its JSON as it came."""

    id: str
    doi: str
    references: tuple[str, ...]
    raw: bytes


@dataclass(slots=True)
class Chase:
    """What following citations came to.

    `found` are the works in the order in which they came, without the seeds; `led` says of each in
    what round, which way and from which work it was reached. `seeds` are the works of the seeds by
    the record; `unknown` the seeds that the catalogue does not have, `gone` ids that lead nowhere,
    `beyond` DOIs that only a second voice knows. `without_id` counts references that a service has
    and cannot name.
    """

    found: dict[str, Work] = field(default_factory=dict)
    led: dict[str, list[str]] = field(default_factory=dict)
    seeds: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    beyond: set[str] = field(default_factory=set)
    without_id: int = 0
    rounds: int = 0
    ended: bool = False


class Voice(ABC):
    """A service beside the catalogue that knows citations by DOI."""

    name = ""

    def __init__(self, ask: Callable[[Request, Callable[[Response], Any]], Any]) -> None:
        self.ask = ask

    @abstractmethod
    def neighbours(self, doi: str, direction: str) -> tuple[list[str], int]:
        """The DOIs that `doi` cites, or that cite it, and how many are told without one."""


class OpenCitations(Voice):
    """https://api.opencitations.net/index/v2: `references/doi:…` and `citations/doi:…`."""

    name = "OpenCitations"

    def neighbours(self, doi: str, direction: str) -> tuple[list[str], int]:
        operation, member = ("references", "cited") if direction == BACKWARD else (
            "citations", "citing",
        )  # fmt: skip
        said = self.ask(Request(path=f"{operation}/doi:{doi}"), _list_of_objects)
        found, without = [], 0
        for one in said:
            ids = str(one.get(member, "")).split()
            dois = [name.removeprefix("doi:").lower() for name in ids if name.startswith("doi:")]
            found += dois[:1]
            without += not dois
        return found, without


class SemanticScholarCitations(Voice):
    """Semantic Scholar's Academic Graph: `paper/DOI:…/references` and `/citations`."""

    name = "Semantic Scholar"

    def neighbours(self, doi: str, direction: str) -> tuple[list[str], int]:
        operation, member = ("references", "citedPaper") if direction == BACKWARD else (
            "citations", "citingPaper",
        )  # fmt: skip
        found: list[str] = []
        without, offset = 0, 0
        while True:
            request = Request(
                path=f"paper/DOI:{doi}/{operation}",
                parameters=(
                    ("fields", "externalIds"),
                    ("offset", str(offset)),
                    ("limit", "1000"),
                ),
            )
            try:
                said = self.ask(request, _object)
            except Unanswered as refusal:
                if refusal.status == 404:  # it does not know the paper
                    return found, without
                raise
            for one in said.get("data") or ():
                paper = one.get(member) if isinstance(one, Mapping) else None
                ids = paper.get("externalIds") if isinstance(paper, Mapping) else None
                name = ids.get("DOI") if isinstance(ids, Mapping) else None
                found += [str(name).lower()] if name else []
                without += not name
            following = said.get("next")
            if not isinstance(following, int) or following <= offset:
                return found, without
            offset = following


def _list_of_objects(answer: Response) -> list[Mapping[str, Any]]:
    said = answer.as_json()
    if not isinstance(said, list):
        raise PassingFault("the answer is no list", tries=3)
    return [one for one in said if isinstance(one, Mapping)]


def _object(answer: Response) -> Mapping[str, Any]:
    said = answer.as_json()
    if not isinstance(said, Mapping):
        raise PassingFault("the answer is JSON of another shape", tries=3)
    return said


class Catalogue:
    """Works of OpenAlex by id, DOI or PubMed id, and by what they cite.

    `ask` puts a question and gives what is read of its answer. `alias` leads from an id that was
    merged to the one that it has now.
    """

    def __init__(
        self,
        ask: Callable[[Request, Callable[[Response], Any]], Any],
        contact: str = "",
    ) -> None:
        self._ask = ask
        self._polite = (("mailto", contact),) if contact else ()
        self.alias: dict[str, str] = {}

    def by(self, filter_: str, values: Iterable[str]) -> Iterator[Work]:
        """Works whose `filter_` (openalex, doi, pmid, cites) is one of `values`."""
        plain = [v for v in dict.fromkeys(values) if not {",", "|"} & set(v)]
        for at in range(0, len(plain), _AT_ONCE):
            yield from self._pages(f"{filter_}:{'|'.join(plain[at : at + _AT_ONCE])}")

    def one(self, name: str) -> Work | None:
        """The work called `name` (W1234, doi:10.…), a merged one under its new id, or None."""
        try:
            raw = self._ask(Request(path=f"works/{name}", parameters=self._polite), _body)
        except Unanswered as refusal:
            if refusal.status in (404, 410):
                return None
            raise
        return work_of(raw)

    def now(self, id: str) -> str:
        """The id that `id` has now, as far as it is known."""
        return self.alias.get(id, id)

    def _pages(self, filter_: str) -> Iterator[Work]:
        cursor: str | None = "*"
        seen: set[str] = set()
        while cursor is not None and cursor not in seen:
            seen.add(cursor)
            request = Request(
                path="works",
                parameters=(
                    ("filter", filter_), ("per-page", "100"), ("cursor", cursor), *self._polite,
                ),
            )  # fmt: skip
            works, cursor = self._ask(request, _works_and_next)
            yield from works


def _body(answer: Response) -> bytes:
    _object(answer)
    return answer.body


def _works_and_next(answer: Response) -> tuple[list[Work], str | None]:
    said = _object(answer)
    meta, results = said.get("meta"), said.get("results")
    if not isinstance(meta, Mapping) or not isinstance(results, list):
        raise PassingFault("the answer has no `meta` and `results`", tries=3)
    works = [work_of(raw) for raw in _slices(answer.body)] if results else []
    following = meta.get("next_cursor")
    return [w for w in works if w], following if isinstance(following, str) and results else None


def _slices(body: bytes) -> Iterator[bytes]:
    """The bytes of each member of `results`, as they came."""
    text = body.decode("utf-8", "replace")
    begin = _RESULTS.search(text)
    at = begin.end() if begin else len(text)
    decoder = json.JSONDecoder(strict=False)
    while (blank := _BETWEEN.match(text, at)) and text[blank.end() : blank.end() + 1] == "{":
        _, end = decoder.raw_decode(text, blank.end())
        yield text[blank.end() : end].encode()
        at = end


def work_of(raw: bytes) -> Work | None:
    """The work of a JSON object; None where it has no id."""
    said = json.loads(raw)
    id = short_id(str(said.get("id") or "")) if isinstance(said, Mapping) else ""
    if not id:
        return None
    doi = str(said.get("doi") or "").lower().removeprefix("https://doi.org/")
    references = said.get("referenced_works")
    names = [short_id(str(one)) for one in references] if isinstance(references, list) else []
    return Work(id=id, doi=doi, references=tuple(n for n in names if n), raw=raw)


def short_id(name: str) -> str:
    """`W1234` of an OpenAlex id or address, "" for anything else."""
    found = _ID.search(name)
    return f"W{found[1]}" if found else ""


def seeds_found(catalogue: Catalogue, seeds: Sequence[Seed], chase: Chase) -> list[Work]:
    """The works of `seeds`, by OpenAlex id, DOI, then PubMed id; others are told in `chase`."""
    works: dict[str, Work] = {}
    left = list(seeds)
    for filter_, name_of in (
        ("openalex", Seed.by_openalex),
        ("doi", Seed.by_doi),
        ("pmid", Seed.by_pmid),
    ):
        asked = {name_of(s).lower(): s for s in left if name_of(s)}
        came: dict[str, Work] = {}
        for work in catalogue.by(filter_, asked):
            for sign in _signs(work, filter_):
                came.setdefault(sign, work)
        for sign, seed in asked.items():
            one: Work | None = came.get(sign)
            if one is None and filter_ != "pmid":
                one = catalogue.one(sign.upper() if filter_ == "openalex" else f"doi:{sign}")
            if one is not None:
                if filter_ == "openalex" and one.id != sign.upper():
                    catalogue.alias[sign.upper()] = one.id
                works.setdefault(one.id, one)
                chase.seeds[seed.record] = one.id
        left = [s for s in left if s.record not in chase.seeds]
    chase.unknown += [s.record for s in left]
    return list(works.values())


def _signs(work: Work, filter_: str) -> Iterator[str]:
    if filter_ == "openalex":
        yield work.id.lower()
    elif filter_ == "doi":
        yield work.doi
    else:
        ids = json.loads(work.raw).get("ids")
        pmid = str(ids.get("pmid") or "") if isinstance(ids, Mapping) else ""
        yield pmid.rstrip("/").rpartition("/")[2]


def follow(
    catalogue: Catalogue,
    seeds: Sequence[Seed],
    *,
    backward: bool,
    forward: bool,
    rounds: int,
    voices: Sequence[Voice] = (),
    most: int = 100_000,
    tick: Tick = lambda done, total: None,
) -> Chase:
    """Follows citations from `seeds` until a round brings nothing new, or `rounds` are over.

    Ends as well once `most` works are found; `ended` says whether nothing new was left.
    """
    chase = Chase()
    frontier = seeds_found(catalogue, seeds, chase)
    known = {work.id for work in frontier}
    while frontier and chase.rounds < rounds and len(chase.found) < most:
        chase.rounds += 1
        new: dict[str, Work] = {}
        steps = _Round(chase, catalogue, known, new)
        if backward:
            steps.backward(frontier)
        if forward:
            steps.forward(frontier)
        for voice in voices:
            for way in [*([BACKWARD] if backward else []), *([FORWARD] if forward else [])]:
                steps.by_voice(voice, frontier, way)
        known |= new.keys()
        chase.found |= new
        tick(len(chase.found), None)
        frontier = list(new.values())
    chase.ended = not frontier
    return chase


class _Round:
    """One round: what is new of it, and which works led to each."""

    def __init__(
        self, chase: Chase, catalogue: Catalogue, known: set[str], new: dict[str, Work]
    ) -> None:
        self.chase, self.catalogue, self.known, self.new = chase, catalogue, known, new

    def _take(self, work: Work, way: str, origins: Iterable[str], by: str = "") -> None:
        if work.id in self.known:
            return
        self.new.setdefault(work.id, work)
        led = self.chase.led.setdefault(work.id, [])
        for origin in dict.fromkeys(origins):
            said = f"{self.chase.rounds} {way} {origin}{f' ({by})' if by else ''}"
            if said not in led:
                led.append(said)

    def backward(self, frontier: Sequence[Work]) -> None:
        cited: dict[str, list[str]] = {}
        for work in frontier:
            for name in work.references:
                cited.setdefault(name, []).append(work.id)
        had = self.known | self.new.keys() | self.chase.gone
        wanted = [name for name in cited if self.catalogue.now(name) not in had]
        came = {w.id: w for w in self.catalogue.by("openalex", wanted)}
        for name in wanted:
            cited_work = came.get(name) or self.catalogue.one(name)
            if cited_work is None:
                self.chase.gone.add(name)
                continue
            if cited_work.id != name:
                self.catalogue.alias[name] = cited_work.id
            self._take(cited_work, BACKWARD, cited[name])

    def forward(self, frontier: Sequence[Work]) -> None:
        ids = {work.id for work in frontier}
        old = {name: now for name, now in self.catalogue.alias.items() if now in ids}
        for work in self.catalogue.by("cites", [*ids, *old]):
            cited = [self.catalogue.now(name) for name in work.references]
            self._take(work, FORWARD, [name for name in cited if name in ids])

    def by_voice(self, voice: Voice, frontier: Sequence[Work], way: str) -> None:
        told: dict[str, list[str]] = {}
        for work in frontier:
            if not work.doi:
                continue
            dois, without = voice.neighbours(work.doi, way)
            self.chase.without_id += without if way == BACKWARD else 0
            for doi in dois:
                told.setdefault(doi, []).append(work.id)
        wanted = [doi for doi in told if doi not in self.chase.beyond]
        came = {w.doi: w for w in self.catalogue.by("doi", wanted)}
        for doi in wanted:
            named = came.get(doi) or self.catalogue.one(f"doi:{doi}")
            if named is None:
                self.chase.beyond.add(doi)
            else:
                self._take(named, way, told[doi], voice.name)
