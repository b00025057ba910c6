"""Doubtful duplicates: two records side by side, and a person's word about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from pipeline.duplicates.comparable.titles import plain_words
from pipeline.duplicates.plan import Pair
from pipeline.model.decision import AUTOMATION, Matched, Withdrawn
from pipeline.model.problem import ReviewError
from pipeline.model.record import Record
from pipeline.model.undoing import effective
from pipeline.sessions.pairs import decide_pair, is_told
from pipeline.store.accounts import Role
from pipeline.web.open_sessions import PageOvertaken
from pipeline.web.page_requests import PageRequest, told

_PATIENCE_SECONDS = 3.0
AT_ONCE = "serve-alike-"
"""Begins the command of decisions that one answer to several pairs wrote."""

PAIR_WORDS = {
    "same": "one report: the record that came in first is kept",
    "different": "two reports, for ever",
    "study": "two reports of one study, to be collated",
}


def show(request: PageRequest) -> Response:
    """The pair that comes first, or the one that the address names."""
    request.site.pairs.begin()
    request.site.pairs.wait(_PATIENCE_SECONDS)
    return _page(request, request.param("a"), request.param("b"))


def decide(request: PageRequest) -> Response:
    """Writes one person's word about two records, or leaves them for later."""
    a, b, say = request.field("a"), request.field("b"), request.field("say")
    pairs = request.site.pairs
    if pairs.named(a, b) is None:
        raise ReviewError("these two are no doubtful pair", "Look at the list again")
    if say == "skip":
        return _page(request, *_after(request, a, b))
    if say not in PAIR_WORDS:
        return _page(request, a, b, ReviewError("nothing was said", "Choose one of the buttons"))
    folder = request.site.current.settled().folder
    before = word_about(request, a, b)
    other = say == "study"
    if before is None:
        decide_pair(folder, request.name, a, b, say == "same", other)
    elif (before.reviewer, before.same) != (request.name, say == "same"):
        pairs.decided(a, b)
        raise PageOvertaken(
            f"{before.reviewer} has decided on {a} and {b} meanwhile. Nothing was written",
            "Go on with the next pair",
        )
    after = _after(request, a, b)
    pairs.decided(a, b)
    return _page(request, *after, words=f"Written: {a} and {b} are {PAIR_WORDS[say]}.")


def take_back(request: PageRequest) -> Response:
    """Takes back one's own latest word about a pair."""
    latest = _latest(request)
    if latest is None or latest.id != request.field("match"):
        raise PageOvertaken("that decision does not count any more", "Look at the list again")
    request.site.current.settled().folder.append(request.name, Withdrawn, undoes=latest.id)
    a, b = latest.duplicate_of, latest.record
    request.site.pairs.decided(a, b, again_open=True)
    return _page(request, a, b, words=f"Taken back: {a} and {b}. Here they are again.")


def merge(request: PageRequest) -> Response:
    """Writes the merges that the rules are sure of, as `review dedupe` does."""
    merged = request.site.pairs.merge_sure()
    return request.redirect(
        "/duplicates", f"{merged:,} merged by rule; it is noted that all were compared."
    )


def compare(request: PageRequest) -> Response:
    """Compares all records anew."""
    request.site.pairs.begin(anew=True)
    return request.redirect("/duplicates")


def _after(request: PageRequest, a: str, b: str) -> tuple[str, str]:
    """The open pair behind this one, the first behind the last."""
    pairs = [(x, y) for x, y, _ in request.site.pairs.open()]
    if (a, b) not in pairs or len(pairs) < 2:
        return "", ""
    return pairs[(pairs.index((a, b)) + 1) % len(pairs)]


def why_asked(pair: Pair) -> str:
    """Why a person is asked about the pair, in words."""
    return "; ".join(pair.why_asked)


def word_about(request: PageRequest, a: str, b: str) -> Matched | None:
    """The latest word of a person about two records, by the logs of this moment."""
    said = request.site.current.said_about(b)
    words = [
        d
        for d in said
        if isinstance(d, Matched)
        and d.reviewer != AUTOMATION
        and {d.record, d.duplicate_of} == {a, b}
    ]
    return max(words, key=lambda d: (d.at, d.id), default=None)


def own_words(request: PageRequest) -> Sequence[Matched]:
    """What the person who asks has said about pairs and still counts."""
    folder = request.site.folder(request.name)
    return [
        d
        for d in effective(d for log in folder.logs for d in log.decisions)
        if isinstance(d, Matched) and d.reviewer == request.name
    ]


def _latest(request: PageRequest) -> Matched | None:
    return max(own_words(request), key=lambda d: (d.at, d.id), default=None)


def _page(
    request: PageRequest,
    a: str = "",
    b: str = "",
    refusal: ReviewError | None = None,
    words: str = "",
) -> Response:
    pairs = request.site.pairs
    if words:
        request.announce(words)
    found = pairs.open()
    while found and word_about(request, *found[0][:2]) is not None:  # decided at a terminal, say
        pairs.decided(*found[0][:2])
        found = pairs.open()
    chosen = next((one for one in found if one[:2] == (a, b)), found[0] if found else None)
    latest = _latest(request)
    values: dict[str, Any] = {
        "running": pairs.is_running,
        "refused": told(pairs.refusal) if pairs.refusal else None,
        "left": len(found),
        "sure": len(pairs.found.found.merges) if pairs.found else 0,
        "told": pairs.found is None or is_told(pairs.found.folder),
        "pair": None,
        "latest": latest,
        "at_once": latest is not None and latest.command.startswith(AT_ONCE),
        "trouble": told(refusal) if refusal else None,
    }
    if chosen is not None:
        first, second, pair = chosen
        records = request.site.current.settled().folder.as_read
        values |= {
            "pair": pair,
            "because": why_asked(pair),
            "alike": sum(why_asked(p) == why_asked(pair) for _, _, p in found),
            "a": records[first],
            "b": records[second],
            "place": found.index(chosen) + 1,
            "fields": _fields(records[first], records[second]),
        }
    return request.render("duplicates.html", 400 if refusal else 200, **values)


def _fields(a: Record, b: Record) -> list[tuple[str, str, str, str]]:
    """Label, both values, and `same`, `other` or "" where one of the two is silent."""
    rows = (
        ("Title", a.title, b.title),
        ("Authors", "; ".join(map(str, a.author)), "; ".join(map(str, b.author))),
        ("Year", str(a.issued or ""), str(b.issued or "")),
        ("In", a.container_title, b.container_title),
        ("Volume", a.volume, b.volume),
        ("Issue", a.issue, b.issue),
        ("Pages", a.page, b.page),
        ("DOI", a.doi, b.doi),
        ("PubMed", a.pmid, b.pmid),
        ("Type", a.type, b.type),
        ("Abstract", a.abstract, b.abstract),
        ("On the web", a.address, b.address),
    )
    return [
        (label, x, y, "" if not x or not y else "same" if _equal(x, y) else "other")
        for label, x, y in rows
        if x or y
    ]


def _equal(x: str, y: str) -> bool:
    return bool(plain_words(x) == plain_words(y))


ROUTES = (
    ("GET", "/duplicates", show, Role.REVIEWER),
    ("POST", "/duplicates", decide, Role.REVIEWER),
    ("POST", "/duplicates/take-back", take_back, Role.REVIEWER),
    ("POST", "/duplicates/merge", merge, Role.REVIEWER),
    ("POST", "/duplicates/compare", compare, Role.REVIEWER),
)
"""Method, address, page, and the role that it takes at least."""
