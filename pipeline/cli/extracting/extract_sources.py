"""Where an answer stands, asked for beside it: report, page, quote, and how sure one is."""

from __future__ import annotations

from typing import Any

from pipeline.cli.console import safe, say
from pipeline.cli.extracting.extract_session import HELP, Asking
from pipeline.desk.study_files import Reading
from pipeline.extraction.absence import absent_of
from pipeline.extraction.questions import Question
from pipeline.extraction.quote_checks import verdict_on
from pipeline.notation.yaml_editing import with_value
from pipeline.terms.form import AnswerType
from pipeline.terms.study import Source


def beside(session: Asking, reading: Reading, question: Question, value: Any) -> dict[str, Any]:
    """Where the value stands: page and quote, or for an appraisal the reason why."""
    study = reading.study
    item = question.item
    if study is None or absent_of(value, item) is not None or item.type is AnswerType.REFERENCE:
        return {}
    if session.folder.forms[0][question.block].kind == "appraisal":
        why = session.read("  why> ").strip()
        return {"note": why} if why else {}
    source: dict[str, str] = {}
    if len(study.reports) > 1:
        listed = ", ".join(f"{n} {id}" for n, id in enumerate(study.reports, 1))
        number = session.read(f"  report ({listed}; Enter: {session.report or 'the first'})> ")
        if number.strip().isdecimal() and 1 <= int(number) <= len(study.reports):
            session.report = study.reports[int(number) - 1]
        if session.report:
            source["report"] = session.report
    before = f" (= {safe(session.page)})" if session.page else ""
    while (page := session.read(f"  page, table or figure{before}> ").strip()).startswith(":"):
        if page in (":probable", ":doubtful"):
            source["sure"] = page[1:]
        elif page == ":q":
            break
        else:
            say(HELP)
    page = session.page if page == "=" else "" if page == ":q" else page
    if page:
        session.page = source["page"] = page
    quote = session.read("  quote> ").strip()
    if quote:
        source["quote"] = quote
        report = source.get("report") or next(iter(study.reports), "")
        _pinned(session, report)
        _look_up(session, Source(report=report, page=page, quote=quote))
    return {"source": source} if source else {}


def _pinned(session: Asking, report: str) -> None:
    """Writes down which version of the file of `report` is being read, once."""
    reading = session.reading()
    text = session.text_of(report)
    if reading.study is None or text is None or not text.sha256 or report in reading.study.files:
        return
    if report in reading.study.reports:
        pinned = with_value(reading.text, ("files", report), text.sha256)
        session.folder.write(session.file, pinned)


def _look_up(session: Asking, source: Source) -> None:
    verdict = verdict_on(source, session.text_of(source.report))
    if verdict is not None:
        mark = "✓" if verdict.sound else "!"
        say(f"  {mark} the quote {safe(verdict.said)}")
