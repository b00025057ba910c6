"""Screening in the browser: one record at a time, one key or one thumb a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from pipeline.desk.casting import WORD_OF_STAGE, known_record
from pipeline.desk.finding_records import find_records, found_line
from pipeline.desk.keys import keys_of
from pipeline.desk.messages import Shown
from pipeline.review_folder.accounts import Role
from pipeline.terms.decision import Screened, Stage, Verdict
from pipeline.terms.problem import ReviewError
from pipeline.terms.protocol import Criterion
from pipeline.web.marked_text import marked, source_of
from pipeline.web.reading_desks import Ballot, Overtaken, ReadingDesk
from pipeline.web.visits import Visit, told

_KEYS = ("i", "e", "u", "s", "l", "z", "n", "#", "/", "g", "w", "?")
"""The keys of the page; digits, and letters that are not among them, are the criteria's."""

_LATEST = 12


def show(visit: Visit) -> Response:
    """The record that comes next, or the one that the address names."""
    stage, desk = _desk(visit)
    record = visit.asked("record")
    if record:
        known_record(desk.session.folder, record)
    else:
        record = desk.next_record() or ""
    return _page(visit, stage, desk, record)


def decide(visit: Visit) -> Response:
    """Takes a verdict, on disk before anything else is shown; or puts the record off."""
    stage, desk = _desk(visit)
    record = known_record(desk.session.folder, visit.said("record")).id
    said, _, reason = visit.said("say").partition(":")
    if said in ("skip", "later"):
        desk.skip(record, later=said == "later")
        words = "skipped: it comes again next time" if said == "skip" else "put off to the end"
        return _next(visit, stage, desk, f"{record} is {words}.")
    try:
        ballot = _ballot(visit, desk.session.criteria, record, said, reason)
        cast = desk.cast(ballot)
    except ReviewError as refusal:
        return _page(visit, stage, desk, record, refusal)
    return _next(visit, stage, desk, f"Written: {record}, {_in_words(cast)}.")


def _ballot(
    visit: Visit, criteria: tuple[Criterion, ...], record: str, said: str, reason: str
) -> Ballot:
    if said not in Verdict._value2member_map_:
        raise ReviewError("no verdict was given", "Choose one of the buttons")
    verdict = Verdict(said)
    marked_fails = set(visit.all_said("fails"))
    fails = tuple(c.id for c in criteria if c.id in marked_fails)
    if verdict is Verdict.EXCLUDE:
        reason = reason or (fails[0] if fails else "")
        if fails and reason not in fails:
            ids = {*fails, reason}
            fails = tuple(c.id for c in criteria if c.id in ids)
    tags = (tag.strip().removeprefix("#") for tag in visit.said("tags").split(","))
    return Ballot(
        record=record,
        verdict=verdict,
        reason=reason,
        note=" ".join(visit.said("note").split()),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        fails=fails if verdict is Verdict.EXCLUDE else (),
        knew=visit.said("knew"),
    )


def take_back(visit: Visit) -> Response:
    """Takes back the latest verdict and shows its record again."""
    stage, desk = _desk(visit)
    try:
        undone = desk.take_back(visit.said("vote"))
    except Overtaken as refusal:
        return _page(visit, stage, desk, visit.said("record"), refusal)
    if undone is None:
        return _next(visit, stage, desk, "That verdict was taken back already.")
    visit.tell(f"Taken back: {undone.record}, {_in_words(undone)}. Here it is again.")
    if visit.wants_part:
        return _page(visit, stage, desk, undone.record)
    return visit.to(f"/screen/{stage}?record={undone.record}")


def find(visit: Visit) -> Response:
    """Records by id, words of the title, or #tag; and one's own latest verdicts."""
    stage, desk = _desk(visit)
    words = visit.asked("words")
    with desk.lock:
        session = desk.session
        found = [(r, found_line(session, r)) for r in find_records(session, words)]
        latest = [
            (vote, session.record(vote.record).title)
            for vote in list(session.votes.values())[-40:][::-1]
        ]
    return visit.page(
        "find.html",
        stage=stage,
        where=WORD_OF_STAGE[stage],
        words=words,
        found=found,
        latest=latest,
    )


def anew(visit: Visit) -> Response:
    """Opens the desk again: what was skipped comes back."""
    stage, _ = _desk(visit)
    visit.house.desks.anew(visit.name, stage)
    return visit.to(f"/screen/{stage}")


def _desk(visit: Visit) -> tuple[Stage, ReadingDesk]:
    word = visit.path("stage")
    if word not in Stage._value2member_map_:
        raise ReviewError(f"there is no stage {word!r}", "Go back")
    stage = Stage(word)
    return stage, visit.house.desks.of(visit.name, stage)


def _next(visit: Visit, stage: Stage, desk: ReadingDesk, words: str) -> Response:
    if not visit.wants_part:
        return visit.to(f"/screen/{stage}", words)
    visit.tell(words)
    return _page(visit, stage, desk, desk.next_record() or "")


def _page(
    visit: Visit,
    stage: Stage,
    desk: ReadingDesk,
    record: str,
    refusal: ReviewError | None = None,
) -> Response:
    """The page of `record` ("" for none); after a refusal with all that was typed kept in it."""
    with desk.lock:
        session = desk.session
        latest = next(reversed(session.votes.values())) if session.votes else None
        values: dict[str, Any] = {
            "stage": stage,
            "where": WORD_OF_STAGE[stage],
            "done": len(session.votes),
            "left": len(session.waiting) if session.known else None,
            "put_off": len(session.skipped),
            "latest": latest,
            "outlook": desk.outlook,
            "trouble": told(refusal) if refusal else None,
            "within": visit.asked("within"),
        }
        if not record:
            return visit.page("screen_nothing.html", known=session.known, **values)
        values |= _about(visit, desk, desk.shown(record), session.votes.get(record), refusal)
    return visit.page("screen.html", _status(refusal), **values)


def _status(refusal: ReviewError | None) -> int:
    if refusal is None:
        return 200
    return 409 if isinstance(refusal, Overtaken) else 400


def _about(
    visit: Visit,
    desk: ReadingDesk,
    shown: Shown,
    vote: Screened | None,
    refusal: ReviewError | None,
) -> Mapping[str, Any]:
    session, record = desk.session, shown.record
    terms = session.protocol.terms
    keys = keys_of(session.criteria, _KEYS)
    typed = {
        "note": visit.said("note") if refusal else vote.note if vote else "",
        "tags": visit.said("tags") if refusal else ", ".join(vote.tags) if vote else "",
        "fails": visit.all_said("fails") if refusal else vote.fails if vote else (),
    }
    return {
        "record": record,
        "title": marked(record.title or "(no title in the export)", terms, visit.asked("within")),
        "source": source_of(record),
        "abstract": marked(record.abstract.strip(), terms, visit.asked("within")),
        "address": record.address,
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


ROWS = (
    ("GET", "/screen/{stage}", show, Role.REVIEWER),
    ("POST", "/screen/{stage}", decide, Role.REVIEWER),
    ("POST", "/screen/{stage}/take-back", take_back, Role.REVIEWER),
    ("POST", "/screen/{stage}/anew", anew, Role.REVIEWER),
    ("GET", "/screen/{stage}/find", find, Role.REVIEWER),
)
"""Method, address, page, and the role that it takes at least."""
