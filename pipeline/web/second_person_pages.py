"""A second person in the extraction: two drafts settled, one person's answers checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from pipeline.extraction.answered import Answered, shown
from pipeline.extraction.differences import TwoAnswers
from pipeline.extraction.questions import HOW
from pipeline.extraction.quote_checks import verdict_on
from pipeline.model.problem import ReviewError
from pipeline.model.study import Answer
from pipeline.sessions.named_records import citation
from pipeline.sessions.reconciling import Checking, Reconciling, key_of, open_drafts
from pipeline.sessions.study_files import report_texts, study_id
from pipeline.store.accounts import Role
from pipeline.web.open_sessions import PageOvertaken
from pipeline.web.page_requests import PageRequest, told


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One person's answer with where it stands; `said` is how the quote stands in the report."""

    name: str
    value: str
    where: str = ""
    page: str = ""
    quote: str = ""
    report: str = ""
    note: str = ""
    said: str = ""


def settle_page(request: PageRequest) -> Response:
    """What two people answered apart and differ in, side by side."""
    return _settle_page(request, _drafts(request))


def settle(request: PageRequest) -> Response:
    """Writes one settlement; with the last one the agreed study."""
    with request.site.writing:
        session = _drafts(request)
        item, reason = request.field("item"), " ".join(request.field("reason").split())
        say, _, whose = request.field("say").partition(":")
        try:
            if say == "finish":
                return _finished(request, session)
            two = session.named(item)
            if request.field("seen") != two.seen:
                raise PageOvertaken(
                    "a draft has changed meanwhile. Nothing was written", "Look again"
                )
            before = session.settled.get(key_of(two))
            if before is not None and before.reviewer != request.name:
                raise PageOvertaken(
                    f"{before.reviewer} has settled it meanwhile. Nothing was written", "Go on"
                )
            if say == "keep":
                session.settle(two, kept=session.known(whose), reason=reason)
            elif say == "write":
                session.settle(two, value=request.field("value"), reason=reason)
            else:
                raise ReviewError("nothing was said", "Choose one of the buttons")
        except ReviewError as refusal:
            return _settle_page(request, session, refusal)
        if not session.open:
            return _finished(request, session)
    where = f"/settle/{session.study}"
    return request.redirect(where, f"Written: {two.item.label}. {len(session.open)} open.")


def check_page(request: PageRequest) -> Response:
    """One person's answers, to be held against the report by another."""
    return _check_page(request, _checking(request))


def check(request: PageRequest) -> Response:
    """Writes that an answer holds, or what stands in its place."""
    with request.site.writing:
        session = _checking(request)
        reason = " ".join(request.field("reason").split())
        try:
            answered = session.named(request.field("item"))
            if request.field("shown") != shown(answered.answer):
                raise PageOvertaken(
                    "that answer has changed meanwhile. Nothing was written", "Look"
                )
            if request.field("say") == "holds":
                session.hold(answered, reason)
            elif request.field("say") == "change":
                session.change(answered, request.field("value"), reason)
            else:
                raise ReviewError("nothing was said", "Choose one of the buttons")
        except ReviewError as refusal:
            return _check_page(request, session, refusal)
        left = session.finish()
    words = f"Written: {answered.item.label}."
    if left:
        return request.redirect(f"/check/{session.id}", f"{words} {left:,} left.")
    return request.redirect("/extract", f"{words} Every answer of {session.id} is checked.")


def _finished(request: PageRequest, session: Reconciling) -> Response:
    if session.open:
        raise ReviewError(f"{len(session.open)} differences are open", "Settle them first")
    agreed = session.finish()
    where = session.folder.places.shown(session.path)
    if agreed is None:
        return request.redirect("/extract", f"Nothing is open; {where} stands as it is.")
    faults = f" It holds {len(agreed.errors)} errors." if agreed.errors else ""
    return request.redirect("/extract", f"Wrote {where}; both drafts stay.{faults}")


def _drafts(request: PageRequest) -> Reconciling:
    study = study_id(request.path("study"))
    return open_drafts(request.site.folder(), study, request.name, request.param("between"))


def _checking(request: PageRequest) -> Checking:
    return Checking(request.site.folder(), study_id(request.path("study")), request.name)


def _side(request: PageRequest, name: str, answer: Answer | None) -> Side:
    known = request.site.current.settled()
    value = shown(answer)
    if answer is None or not answer.sources:
        return Side(name=name, value=value, note=answer.note if answer else "")
    source = answer.sources[0]
    verdict = verdict_on(source, report_texts(known.folder, known.ledger)(source.report))
    return Side(
        name=name,
        value=value,
        where=", ".join(filter(None, (source.report, source.where))),
        page=source.page,
        quote=source.quote,
        report=source.report,
        note=answer.note,
        said=f"The quote {verdict.said}." if verdict else "",
    )


def _reports(request: PageRequest, ids: tuple[str, ...]) -> list[tuple[str, str]]:
    """The reports whose PDF is at hand, by id and in words."""
    known = request.site.current.settled()
    found = []
    for id in dict.fromkeys(ids):
        position = known.ledger.positions.get(id)
        kept = known.ledger.positions[position.kept] if position and position.kept else position
        if kept is not None and request.site.pdf_of(kept) is not None:
            found.append((id, citation(known.folder.records[id], 70)))
    return found


def _status(refusal: ReviewError | None) -> int:
    return 409 if isinstance(refusal, PageOvertaken) else 400 if refusal else 200


def _settle_page(
    request: PageRequest, session: Reconciling, refusal: ReviewError | None = None
) -> Response:
    typed_at = request.field("item") if refusal else ""
    rows: list[dict[str, Any]] = [
        {
            "item": key_of(two),
            "label": two.item.label,
            "entry": two.entry,
            "seen": two.seen,
            "how": HOW.get(two.item.type, ""),
            "options": [(o.id, o.label) for o in two.item.options],
            "sides": _sides(request, session, two),
            "value": request.field("value") if key_of(two) == typed_at else "",
            "reason": request.field("reason") if key_of(two) == typed_at else "",
        }
        for two in session.open
    ]
    reports = tuple(id for study in session.studies for id in study.reports)
    return request.render(
        "settle.html",
        _status(refusal),
        study=session.study,
        names=session.names,
        rows=rows,
        same=sum(two.same for two in session.sides.answers),
        settled=[(said.item, said) for said in session.settled.values()],
        reports=_reports(request, reports),
        trouble=told(refusal) if refusal else None,
    )


def _sides(request: PageRequest, session: Reconciling, two: TwoAnswers) -> list[Side]:
    if two.entry:
        only = session.only_one(two)
        words = {only: "has this entry"}
        return [Side(name=n, value=words.get(n, "does not have it")) for n in session.names]
    answers = zip(session.names, (two.one, two.other), strict=True)
    return [_side(request, name, answer) for name, answer in answers]


def _check_page(
    request: PageRequest, session: Checking, refusal: ReviewError | None = None
) -> Response:
    open_ = session.open
    typed_at = request.field("item") if refusal else ""

    def row(answered: Answered) -> dict[str, Any]:
        here = answered.address == typed_at
        return {
            "item": answered.address,
            "label": answered.item.label,
            "shown": shown(answered.answer),
            "side": _side(request, "", answered.answer),
            "how": HOW.get(answered.item.type, ""),
            "value": request.field("value") if here else "",
            "reason": request.field("reason") if here else "",
        }

    return request.render(
        "check.html",
        _status(refusal),
        study=session.id,
        title=session.study.title,
        by=session.study.extracted_by,
        rows=[row(answered) for answered in open_],
        done=len(session.answers) - len(open_),
        reports=_reports(request, session.study.reports),
        trouble=told(refusal) if refusal else None,
    )


ROUTES = (
    ("GET", "/settle/{study}", settle_page, Role.ARBITER),
    ("POST", "/settle/{study}", settle, Role.ARBITER),
    ("GET", "/check/{study}", check_page, Role.REVIEWER),
    ("POST", "/check/{study}", check, Role.REVIEWER),
)
"""Method, address, page, and the role that it takes at least."""
