"""Screening in the browser: one record at a time, one key or one thumb a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from pipeline.model.decision import Screened, Stage, Verdict
from pipeline.model.problem import ReviewError
from pipeline.model.protocol import Criterion
from pipeline.sessions.keys import keys_of
from pipeline.sessions.named_records import find_records, found_line
from pipeline.sessions.session import WORD_OF_STAGE, known_record
from pipeline.sessions.worker_line import ShownRecord
from pipeline.store.accounts import Role
from pipeline.web.marked_text import about_record
from pipeline.web.open_sessions import Ballot, OpenSession, PageOvertaken
from pipeline.web.page_requests import PageRequest, told

_KEYS = ("i", "e", "u", "s", "l", "z", "n", "#", "/", "g", "w", "?")
"""The keys of the page; digits, and letters that are not among them, are the criteria's."""

_LATEST = 12


def show(request: PageRequest) -> Response:
    """The record that comes next, or the one that the address names."""
    stage, opened = _opened(request)
    record = request.param("record")
    if record:
        _check_known(opened, record)
    else:
        record = opened.next_record() or ""
    return _page(request, stage, opened, record)


def decide(request: PageRequest) -> Response:
    """Takes a verdict, on disk before anything else is shown; or puts the record off."""
    stage, opened = _opened(request)
    record = request.field("record")
    _check_known(opened, record)
    said, _, reason = request.field("say").partition(":")
    if said in ("skip", "later"):
        opened.skip(record, later=said == "later")
        words = "skipped: it comes again next time" if said == "skip" else "put off to the end"
        return _next(request, stage, opened, f"{record} is {words}.")
    try:
        ballot = _ballot(request, opened.session.criteria, record, said, reason)
        cast = opened.cast(ballot)
    except ReviewError as refusal:
        return _page(request, stage, opened, record, refusal)
    return _next(request, stage, opened, f"Written: {record}, {_in_words(cast)}.")


def _ballot(
    request: PageRequest, criteria: tuple[Criterion, ...], record: str, said: str, reason: str
) -> Ballot:
    if said not in Verdict._value2member_map_:
        raise ReviewError("no verdict was given", "Choose one of the buttons")
    verdict = Verdict(said)
    marked_fails = set(request.fields("fails"))
    fails = tuple(c.id for c in criteria if c.id in marked_fails)
    if verdict is Verdict.EXCLUDE:
        reason = reason or (fails[0] if fails else "")
        if fails and reason not in fails:
            ids = {*fails, reason}
            fails = tuple(c.id for c in criteria if c.id in ids)
    tags = (tag.strip().removeprefix("#") for tag in request.field("tags").split(","))
    return Ballot(
        record=record,
        verdict=verdict,
        reason=reason,
        note=" ".join(request.field("note").split()),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        fails=fails if verdict is Verdict.EXCLUDE else (),
        knew=request.field("knew"),
    )


def take_back(request: PageRequest) -> Response:
    """Takes back the latest verdict and shows its record again."""
    stage, opened = _opened(request)
    try:
        undone = opened.take_back(request.field("vote"))
    except PageOvertaken as refusal:
        return _page(request, stage, opened, request.field("record"), refusal)
    if undone is None:
        return _next(request, stage, opened, "That verdict was taken back already.")
    request.announce(f"Taken back: {undone.record}, {_in_words(undone)}. Here it is again.")
    if request.wants_part:
        return _page(request, stage, opened, undone.record)
    return request.redirect(f"/screen/{stage}?record={undone.record}")


def find(request: PageRequest) -> Response:
    """Records by id, words of the title, or #tag; and one's own latest verdicts."""
    stage, opened = _opened(request)
    words = request.param("words")
    with opened.lock:
        session = opened.session
        found = [(r, found_line(session, r)) for r in find_records(session, words)]
        latest = [
            (vote, session.record(vote.record).title)
            for vote in list(session.votes.values())[-40:][::-1]
        ]
    return request.render(
        "find.html",
        stage=stage,
        where=WORD_OF_STAGE[stage],
        words=words,
        found=found,
        latest=latest,
    )


def anew(request: PageRequest) -> Response:
    """Opens the opened again: what was skipped comes back."""
    stage, _ = _opened(request)
    request.site.sessions.anew(request.name, stage)
    return request.redirect(f"/screen/{stage}")


def _opened(request: PageRequest) -> tuple[Stage, OpenSession]:
    word = request.path("stage")
    if word not in Stage._value2member_map_:
        raise ReviewError(f"there is no stage {word!r}", "Go back")
    stage = Stage(word)
    return stage, request.site.sessions.of(request.name, stage)


def _check_known(opened: OpenSession, record: str) -> None:
    """ReviewError where there is no such record; its text is not read, which takes a while."""
    if record not in opened.session.folder.records:
        known_record(opened.session.folder, record)


def _next(request: PageRequest, stage: Stage, opened: OpenSession, words: str) -> Response:
    if not request.wants_part:
        return request.redirect(f"/screen/{stage}", words)
    request.announce(words)
    return _page(request, stage, opened, opened.next_record() or "")


def _page(
    request: PageRequest,
    stage: Stage,
    opened: OpenSession,
    record: str,
    refusal: ReviewError | None = None,
) -> Response:
    """The page of `record` ("" for none); after a refusal with all that was typed kept in it."""
    with opened.lock:
        session = opened.session
        latest = next(reversed(session.votes.values())) if session.votes else None
        values: dict[str, Any] = {
            "stage": stage,
            "where": WORD_OF_STAGE[stage],
            "done": len(session.votes),
            "left": len(session.waiting) if session.known else None,
            "put_off": len(session.skipped),
            "latest": latest,
            "outlook": opened.outlook,
            "trouble": told(refusal) if refusal else None,
        }
        if not record:
            return request.render("screen_nothing.html", known=session.known, **values)
        values |= _about(request, opened, opened.shown(record), session.votes.get(record), refusal)
    return request.render("screen.html", _status(refusal), **values)


def _status(refusal: ReviewError | None) -> int:
    if refusal is None:
        return 200
    return 409 if isinstance(refusal, PageOvertaken) else 400


def _about(
    request: PageRequest,
    opened: OpenSession,
    shown: ShownRecord,
    vote: Screened | None,
    refusal: ReviewError | None,
) -> Mapping[str, Any]:
    session, record = opened.session, shown.record
    keys = keys_of(session.criteria, _KEYS)
    typed = {
        "note": request.field("note") if refusal else vote.note if vote else "",
        "tags": request.field("tags") if refusal else ", ".join(vote.tags) if vote else "",
        "fails": request.fields("fails") if refusal else vote.fails if vote else (),
    }
    return {
        **about_record(record, session.protocol.terms, request.param("within")),
        "why": shown.why,
        "fulltext": shown.fulltext,
        "has_file": bool(shown.path) and shown.path.lower().endswith(".pdf"),
        "alike": [(other, session.votes.get(other)) for other in shown.alike[:3]],
        "alike_more": max(0, len(shown.alike) - 3),
        "criteria": [
            (criterion, [key for key, c in keys.items() if c.id == criterion.id])
            for criterion in session.criteria
        ],
        "vote": vote,
        "typed": typed,
    }


def _in_words(vote: Screened) -> str:
    return f"{vote.verdict}{f' ({vote.reason})' if vote.reason else ''}"


ROUTES = (
    ("GET", "/screen/{stage}", show, Role.REVIEWER),
    ("POST", "/screen/{stage}", decide, Role.REVIEWER),
    ("POST", "/screen/{stage}/take-back", take_back, Role.REVIEWER),
    ("POST", "/screen/{stage}/anew", anew, Role.REVIEWER),
    ("GET", "/screen/{stage}/find", find, Role.REVIEWER),
)
"""Method, address, page, and the role that it takes at least."""
