"""Pairs that are doubtful for the same reason: listed together, and one word about the ticked."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from starlette.responses import Response

from pipeline.duplicates.plan import Pair
from pipeline.duplicates.relations import relation_of
from pipeline.model.decision import Withdrawn
from pipeline.model.problem import ReviewError
from pipeline.sessions.pairs import decide_pairs
from pipeline.store.accounts import Role
from pipeline.store.files import COMMAND
from pipeline.web.duplicate_pages import AT_ONCE, PAIR_WORDS, own_words, why_asked, word_about
from pipeline.web.page_requests import PageRequest, told

MOST = 100
"""Pairs that one page lists: as many as somebody looks through before they answer."""

_NOTHING_TICKED = ReviewError(
    "no pair was ticked, and nothing written", "Tick those that it holds for"
)


def show(request: PageRequest) -> Response:
    """The open pairs that are asked for the reason in the address."""
    return _page(request, request.param("because"))


def decide(request: PageRequest) -> Response:
    """Writes one person's word about every ticked pair that nobody has decided meanwhile."""
    because, say = request.field("because"), request.field("say")
    asked = {(a, b) for a, b, _ in _alike(request, because)}
    ticked = [pair for pair in map(_named, request.fields("pair")) if pair in asked]
    if say not in PAIR_WORDS or not ticked:
        return _page(request, because, _NOTHING_TICKED)
    free = [pair for pair in ticked if word_about(request, *pair) is None]
    COMMAND.set(f"{AT_ONCE}{secrets.token_hex(4)}")
    folder = request.site.current.settled().folder
    decide_pairs(folder, request.name, free, say == "same", say == "study")
    for a, b in ticked:
        request.site.pairs.decided(a, b)
    overtaken = len(ticked) - len(free)
    words = f"Written of {_so_many(free)}: {PAIR_WORDS[say]}."
    if overtaken:
        words += f" {overtaken:,} had been decided meanwhile and stay as they are."
    return request.redirect("/duplicates", words)


def _so_many(pairs: Sequence[object]) -> str:
    return f"{len(pairs):,} pair{'' if len(pairs) == 1 else 's'}"


def _named(value: str) -> tuple[str, str]:
    a, _, b = value.partition(" ")
    return a, b


def _alike(request: PageRequest, because: str) -> Sequence[tuple[str, str, Pair]]:
    """The open pairs that are asked for this reason, the likeliest first, as many as are listed."""
    open_pairs = request.site.pairs.open()
    return [one for one in open_pairs if why_asked(one[2]) == because][:MOST]


def _page(request: PageRequest, because: str, refusal: ReviewError | None = None) -> Response:
    pairs = _alike(request, because)
    if not pairs:
        return request.redirect("/duplicates", "No open pair is asked for that reason.")
    records = request.site.current.settled().folder.as_read
    listed = [
        (records[a], records[b], relation_of(records[a], records[b]), pair) for a, b, pair in pairs
    ]
    values = {"because": because, "pairs": listed, "trouble": told(refusal) if refusal else None}
    return request.render("alike.html", 400 if refusal else 200, **values)


def take_back(request: PageRequest) -> Response:
    """Takes back all that one's own latest answer to several pairs wrote."""
    command = request.field("command")
    own = [d for d in own_words(request) if d.command == command]
    if not command.startswith(AT_ONCE):
        own = []  # what was decided one by one is taken back one by one
    if not own:
        raise ReviewError("those decisions do not count any more", "Look at the list again")
    folder = request.site.current.settled().folder
    folder.append_all(request.name, [(Withdrawn, {"undoes": d.id}) for d in own])
    for d in own:
        request.site.pairs.decided(d.duplicate_of, d.record, again_open=True)
    return request.redirect("/duplicates", f"Taken back: {_so_many(own)}, asked again now.")


ROUTES = (
    ("GET", "/duplicates/alike", show, Role.REVIEWER),
    ("POST", "/duplicates/alike", decide, Role.REVIEWER),
    ("POST", "/duplicates/alike/take-back", take_back, Role.REVIEWER),
)
"""Method, address, page, and the role that it takes at least."""
