"""Conflicts of screening: both verdicts side by side, and how each is settled."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from pipeline.model.decision import Resolved, Stage, Verdict, Withdrawn
from pipeline.model.problem import ReviewError
from pipeline.model.review import Position
from pipeline.model.undoing import effective
from pipeline.screening.consensus import Consensus
from pipeline.screening.queue import conflicts
from pipeline.sessions.keys import keys_of
from pipeline.sessions.session import WORD_OF_STAGE, check_vote, known_record
from pipeline.store.accounts import Role
from pipeline.web.marked_text import about_record
from pipeline.web.open_sessions import PageOvertaken
from pipeline.web.page_requests import PageRequest, told

_KEYS = ("i", "e", "u", "s", "n", "w")
"""Keys of the page that no criterion may have."""


def list_conflicts(request: PageRequest) -> Response:
    """Every conflict that is open; for a reviewer those in which they have voted."""
    known = request.site.current.settled()
    found = [
        (stage, WORD_OF_STAGE[stage], position, known.folder.records[position.record].title)
        for stage in Stage
        for position in _open(request, stage)
    ]
    return request.render("conflicts.html", found=found, latest=_latest(request))


def show(request: PageRequest) -> Response:
    """One conflict with all that was said."""
    stage = _stage(request)
    return _page(request, stage, request.path("record"))


def settle(request: PageRequest) -> Response:
    """Writes how a conflict ends, and shows the next one."""
    stage = _stage(request)
    record = request.path("record")
    current = request.site.current
    folder = current.settled().folder
    known_record(folder, record)
    said, _, reason = request.field("say").partition(":")
    if said == "skip":
        return _next(request, stage, f"{record} stays open.", after=record)
    note = " ".join(request.field("note").split())
    now = current.consensus_on(record, stage)
    try:
        if said not in Verdict._value2member_map_:
            raise ReviewError("no verdict was given", "Choose one of the buttons")
        verdict = Verdict(said)
        if _same(now, request.name, verdict, reason, note):  # the form was sent twice
            return _next(request, stage, f"Written: {record}, {verdict}.", after=record)
        if not now.conflict:
            raise PageOvertaken(
                f"{record} is no conflict any more: {_how_it_ended(now)}. Nothing was written",
                "Go on with the next one",
            )
        if _mark(now) != request.field("knew"):
            raise PageOvertaken(
                f"somebody has decided on {record} since this page was shown. Nothing was written",
                "Here is how it stands now",
            )
        check_vote(folder.protocol[0].criteria_of(stage), stage, verdict, reason)
        folder.append(
            request.name,
            Resolved,
            record=record,
            stage=stage,
            verdict=verdict,
            reason=reason,
            note=note,
        )
    except ReviewError as refusal:
        return _page(request, stage, record, refusal)
    current.handled(f"{stage} {record}")
    words = f"{verdict}{f' ({reason})' if reason else ''}"
    return _next(request, stage, f"Written: {record}, {words}, resolved by {request.name}.")


def take_back(request: PageRequest) -> Response:
    """Takes back one's own latest settlement; its record is a conflict again."""
    latest = _latest(request)
    if latest is None or latest.id != request.field("resolution"):
        raise PageOvertaken(
            "that settlement does not count any more", "Look at the list of conflicts"
        )
    current = request.site.current
    current.settled().folder.append(request.name, Withdrawn, undoes=latest.id)
    current.handled(f"{latest.stage} {latest.record}", again_open=True)
    where = f"/conflicts/{latest.stage}/{latest.record}"
    return request.redirect(where, f"Taken back: {latest.record}, {latest.verdict}.")


def _stage(request: PageRequest) -> Stage:
    word = request.path("stage")
    if word not in Stage._value2member_map_:
        raise ReviewError(f"there is no stage {word!r}", "Go back")
    return Stage(word)


def _open(request: PageRequest, stage: Stage) -> list[Position]:
    """The conflicts at `stage` that this person may see, those settled just now left out."""
    current = request.site.current
    return [
        position
        for position in conflicts(current.settled().ledger.positions.values(), stage)
        if not current.is_handled(f"{stage} {position.record}") and _sees(request, position)
    ]


def _sees(request: PageRequest, position: Position) -> bool:
    return request.may(Role.ARBITER) or any(v.reviewer == request.name for v in position.votes)


def _latest(request: PageRequest) -> Resolved | None:
    """This person's latest settlement that counts."""
    if not request.may(Role.ARBITER):
        return None
    folder = request.site.folder(request.name)
    own = [
        d
        for d in effective(d for log in folder.logs for d in log.decisions)
        if isinstance(d, Resolved) and d.reviewer == request.name
    ]
    return max(own, key=lambda d: (d.at, d.id), default=None)


def _next(request: PageRequest, stage: Stage, words: str, after: str = "") -> Response:
    """The conflict that follows `after`, else the first of any stage, else the list."""
    here = [p.record for p in _open(request, stage)]
    behind = here[here.index(after) + 1 :] if after in here else here
    if not behind:
        return request.redirect("/conflicts", words)
    if not request.wants_part:
        return request.redirect(f"/conflicts/{stage}/{behind[0]}", words)
    request.announce(words)
    return _page(request, stage, behind[0])


def _page(
    request: PageRequest, stage: Stage, record: str, refusal: ReviewError | None = None
) -> Response:
    known = request.site.current.settled()
    known_record(known.folder, record)
    position = known.ledger.positions[record]
    now = request.site.current.consensus_on(record, stage)
    if not (now.conflict or now.resolution) or not (
        request.may(Role.ARBITER) or any(v.reviewer == request.name for v in now.votes)
    ):
        raise ReviewError(
            f"{record} is no conflict on {WORD_OF_STAGE[stage]}", "Look at the list of conflicts"
        )
    protocol = known.review.protocol
    keys = keys_of(protocol.criteria_of(stage), _KEYS)
    labels = {c.id: c.label for c in protocol.criteria_of(stage)}
    values: dict[str, Any] = {
        **about_record(known.folder.records[record], protocol.terms, request.param("within")),
        "stage": stage,
        "where": WORD_OF_STAGE[stage],
        "votes": [(v, labels.get(v.reason, v.reason), _fails(v.fails, labels)) for v in now.votes],
        "resolution": now.resolution,
        "conflict": now.conflict,
        "how": "" if now.conflict else _how_it_ended(now),
        "knew": _mark(now),
        "criteria": [
            (criterion, [key for key, c in keys.items() if c.id == criterion.id])
            for criterion in protocol.criteria_of(stage)
        ],
        "left": len(_open(request, stage)),
        "note": request.field("note") if refusal else "",
        "has_file": request.site.pdf_of(position) is not None and stage is Stage.FULL_TEXT,
        "trouble": told(refusal) if refusal else None,
    }
    status = 409 if isinstance(refusal, PageOvertaken) else 400 if refusal else 200
    return request.render("conflict.html", status, **values)


def _fails(fails: tuple[str, ...], labels: dict[str, str]) -> list[str]:
    return [labels.get(one, one) for one in fails]


def _mark(now: Consensus) -> str:
    """Stands for everything that was said of a record: another mark, another state."""
    said = [vote.id for vote in now.votes] + ([now.resolution.id] if now.resolution else [])
    return " ".join(sorted(said))


def _same(now: Consensus, name: str, verdict: Verdict, reason: str, note: str) -> bool:
    made = now.resolution
    if made is None or now.conflict:
        return False
    return (made.reviewer, made.verdict, made.reason, made.note) == (name, verdict, reason, note)


def _how_it_ended(now: Consensus) -> str:
    if now.resolution is not None:
        why = f" ({now.resolution.reason})" if now.resolution.reason else ""
        return f"{now.resolution.reviewer} resolved it, {now.resolution.verdict}{why}"
    return f"its verdict is {now.verdict}" if now.verdict else "a vote is missing"


ROUTES = (
    ("GET", "/conflicts", list_conflicts, Role.REVIEWER),
    ("POST", "/conflicts/take-back", take_back, Role.ARBITER),
    ("GET", "/conflicts/{stage}/{record}", show, Role.REVIEWER),
    ("POST", "/conflicts/{stage}/{record}", settle, Role.ARBITER),
)
"""Method, address, page, and the role that it takes at least."""
