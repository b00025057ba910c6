"""`review extract STUDY --ask`: one question after the other, each answer on disk at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.cli.console import bold, counted, dim, safe, say, tell, wrapped
from pipeline.cli.prompt import BACK, END, LEAVE, Back, Left, Prompt
from pipeline.cli.prompt import HELP as ASKS
from pipeline.extraction.edits import AnswerEdit, with_answer, with_entry
from pipeline.extraction.parts import ID_REMEDY, is_entry_id
from pipeline.extraction.questions import HOW, StudyQuestion, in_a_line, typed
from pipeline.extraction.quote_checks import TextOf, verdict_on
from pipeline.extraction.values import absent_of, convert
from pipeline.extraction.versions import to_revisit
from pipeline.model.form import AnswerType, Item
from pipeline.model.problem import ReviewError, Severity
from pipeline.model.protocol import Protocol
from pipeline.model.study import Absent, Basis, Source
from pipeline.notation.typed import nearest
from pipeline.notation.yaml_editing import with_value
from pipeline.sessions.named_records import citation
from pipeline.sessions.study_files import (
    StudyOnDisk,
    begun_file,
    read_file,
    reading_of,
    report_file,
    whose,
)
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder

HELP = """\
  Enter    leave it for later          :nr   not reported
  :b       back to the one before      :na   not applicable
  :q       stop; all is on disk        :u    unclear
  :ny      not yet (take it back)      :n TEXT   a note beside the answer
  At `page`:  =  the same as before    :probable, :doubtful   how sure you are
"""


_SURE = (":probable", ":doubtful")


@dataclass(slots=True)
class Asking:
    """One session over one file; nothing is remembered that is not on disk but where one is."""

    folder: ReviewFolder
    study: str
    file: Path
    text_of: TextOf
    ask: Prompt
    wanted: frozenset[str]  # addresses or items that are asked although they are answered
    name: str
    passed: list[str] = field(default_factory=list)
    naming: set[str] = field(default_factory=set)
    again: str = ""
    page: str = ""
    report: str = ""
    given: int = 0

    def reading(self) -> StudyOnDisk:
        return read_file(self.folder, self.study, self.file)

    def line(self, question: str) -> str:
        """What is typed at a question beside an answer; `:?` helps, Back and Left are raised.

        Of what begins with a colon only the words for how sure one is are an answer.
        """
        while True:
            said = self.ask.text(question, helper=lambda: say(HELP))
            if not said.startswith(":") or said in _SURE:
                return said
            say(HELP)

    def write(self, text: str) -> None:
        self.folder.write(self.file, text)
        self.given += 1

    def next(self, asked: tuple[StudyQuestion, ...]) -> StudyQuestion | None:
        """The question to be put now: the one gone back to, else the first that is open."""
        for question in asked:
            if self.again and question.address == self.again:
                return question
        for question in asked:
            address = question.address
            is_part = question.item.type is AnswerType.PART
            if address in self.passed or (is_part and not question.item.repeats):
                continue
            if question.is_open or address in self.naming or self._is_wanted(question):
                return question
        return None

    def _is_wanted(self, question: StudyQuestion) -> bool:
        return not self.wanted.isdisjoint((question.address, question.dotted)) and (
            question.item.type is not AnswerType.PART
        )


def beside(
    session: Asking, reading: StudyOnDisk, question: StudyQuestion, value: Any
) -> dict[str, Any]:
    """Where the value stands: page and quote, or for an appraisal the reason why."""
    study = reading.study
    item = question.item
    if study is None or absent_of(value, item) is not None or item.type is AnswerType.REFERENCE:
        return {}
    if session.folder.forms[0][question.block].kind == "appraisal":
        why = session.line("  why")
        return {"note": why} if why else {}
    source: dict[str, str] = {}
    if len(study.reports) > 1:
        for number, id in enumerate(study.reports, 1):
            say(f"  {number}  {safe(id)}")
        number_ = session.line(f"  report (Enter: {session.report or 'the first'})")
        if number_.isdecimal() and 1 <= int(number_) <= len(study.reports):
            session.report = study.reports[int(number_) - 1]
        if session.report:
            source["report"] = session.report
    before = f" (= {safe(session.page)})" if session.page else ""
    while (page := session.line(f"  page, table or figure{before}")) in _SURE:
        source["sure"] = page[1:]
    page = session.page if page == "=" else page
    if page:
        session.page = source["page"] = page
    quote = session.line("  quote")
    while quote in _SURE:
        source["sure"] = quote[1:]
        quote = session.line("  quote")
    while _is_short(quote) and not session.ask.yes(f"  Is {safe(quote)!r} the whole quote?"):
        quote = session.line("  quote")
    if quote:
        source["quote"] = quote
        report = source.get("report") or next(iter(study.reports), "")
        _pinned(session, report)
        _look_up(session, Source(report=report, page=page, quote=quote))
    return {"source": source} if source else {}


def _is_short(quote: str) -> bool:
    """Whether it is too short to be found again: fewer than four letters and digits."""
    return 0 < sum(map(str.isalnum, quote)) < 4 or (bool(quote) and not quote.strip(" .,;:-"))


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


Offered = Sequence[tuple[str, str]]
"""Ids that may be answered, each with its label."""

ABSENT = {
    ":nr": Absent.NOT_REPORTED,
    ":na": Absent.NOT_APPLICABLE,
    ":u": Absent.UNCLEAR,
    ":ny": Absent.NOT_YET,
}
"""The keys for an answer that has no value."""


def show(question: StudyQuestion, offered: Sequence[tuple[str, str]] = ()) -> None:
    """The question; `offered` are the ids (with labels) that an answer may be."""
    item = question.item
    about = []
    if item.type is not AnswerType.TEXT and not item.options:
        about.append(HOW.get(item.type) or item.type.value.replace("_", " "))
    if item.type is AnswerType.PART:
        about = ["one id after the other; Enter when all are named"]
    if item.type is AnswerType.REFERENCE:
        about = ["one of these"] if offered else [f"an entry of {item.refers_to}: none yet"]
    if item.type is AnswerType.CHOICES:
        about = ["any number of these, with commas"]
    if item.unit:
        about.append(f"in {item.unit}")
    if question.required:
        about.append("required")
    beside_it = f"  ({'; '.join(about)})" if about else ""
    say(wrapped(f"{item.label}{beside_it}", hanging="  "))
    if item.help:
        say(dim(wrapped(item.help, "  ")))
    for number, (id, label) in enumerate(offered, 1):
        more = f": {label}" if label and label != id else ""
        say(wrapped(f"{id}{more}", f"  {number:>2} ", "     "))
    if question.entries:
        say(wrapped(f"there are {', '.join(question.entries)}", "  "))
    elif not question.is_open and question.answer is not None:
        answer = question.answer
        said = in_a_line(item, answer.value) if answer.absent is None else str(answer.absent)
        say(wrapped(f"now: {said}", "  ", "       "))


def offered_to(question: StudyQuestion, reading: StudyOnDisk, protocol: Protocol) -> Offered:
    """The ids that may answer a question: its options, or what a reference may point to."""
    item = question.item
    if item.options:
        more = ((o.id, f"{o.label}. {o.help}" if o.help else o.label) for o in item.options)
        return tuple(more)
    if item.type is not AnswerType.REFERENCE:
        return ()
    parts = reading.study.parts if reading.study is not None else {}
    found: dict[str, str] = {}
    for target in item.targets:
        if target == "protocol.outcomes":
            found |= {o.id: o.label for o in protocol.outcomes}
        elif target == "protocol.groups":
            found |= {g.id: g.label for g in protocol.groups}
        else:
            named = parts.get(target.removeprefix("study."), ())
            found |= {entry.id: "" for entry in named}
    return tuple(found.items())


def typed_value(item: Item, line: str, offered: Offered = ()) -> Any:
    """What was typed as the file would hold it; None, once told why, where it cannot be.

    The number of one of `offered` is its id.
    """
    if line in ABSENT:
        return str(ABSENT[line])
    if line.startswith(":"):
        tell(f"There is no key {safe(line)}. :? shows the keys.")
        return None
    line = _by_number(item, line, tuple(id for id, _ in offered))
    value = typed(item, line)
    if absent_of(value, item) is not None:
        return value
    converted, faults = convert(item, value)
    for fault in faults:
        how = f" Type it like {HOW[item.type]}." if item.type in HOW else f" {fault.remedy}."
        tell(safe(f"{fault.what.removesuffix('.')}.{how}"))
    if any(fault.severity is Severity.ERROR and not fault.printed for fault in faults):
        return None
    if item.type in (AnswerType.CHOICE, AnswerType.CHOICES):
        return list(converted) if isinstance(converted, tuple) else converted
    return value


def _by_number(item: Item, line: str, ids: tuple[str, ...]) -> str:
    """`line` with the ids that its numbers stand for, where ids are what is asked."""
    if item.type not in (AnswerType.CHOICE, AnswerType.CHOICES, AnswerType.REFERENCE) or not ids:
        return line
    words = [word.strip() for word in line.split(",")]
    numbers = [int(w) if w.isdecimal() and len(w) < 4 and w not in ids else 0 for w in words]
    named = [ids[n - 1] if 1 <= n <= len(ids) else w for n, w in zip(numbers, words, strict=True)]
    return ", ".join(named)


def progress_of(asked: tuple[StudyQuestion, ...]) -> str:
    open_ = sum(q.is_open for q in asked)
    required = sum(q.is_open and q.required for q in asked)
    return (
        f"{len(asked) - open_} of {counted(len(asked), 'question')} answered, "
        f"{required} of the open ones required."
    )


def ask(
    folder: ReviewFolder,
    study: str,
    file: Path,
    text_of: TextOf,
    asking: Prompt,
    items: tuple[str, ...] = (),
    *,
    day: date,
    name: str = "",
) -> None:
    """Asks what is open in `file`, and `items` (addresses, or items of the form) in any case.

    `day` and `name` are written down as those of the extraction where the file has none.
    """
    first = begun_file(folder, study, file)
    found = first.study
    if found is None or any(p.check.startswith("yaml") for p in first.problems):
        raise ReviewError(
            f"{folder.places.shown(file)} cannot be read as a whole",
            f"`review extract {folder.slug} {study} --check` tells what to repair",
        )
    form = folder.forms[0][found.form]
    revisit = to_revisit(form, found.form_version)
    asked = first.asked(folder.forms[0])
    known = {q.address for q in asked} | {q.dotted for q in asked}
    for item in items:
        if item not in known:
            raise ReviewError(f"{study} has no question {safe(item)!r}", "Write it like groups.n")
    session = Asking(folder, study, file, text_of, asking, frozenset((*items, *revisit)), name)
    if revisit:
        say(f"The form has changed: look at {', '.join(revisit)} again.")
    _say_reports(folder, found.title, found.reports)
    say(f"{progress_of(asked)} :? shows the keys.")
    try:
        _head(session, first, day)
        _walk(session)
    except (Left, KeyboardInterrupt):
        say()
    _end(session, revisit)


def _say_reports(folder: ReviewFolder, title: str, reports: Sequence[str]) -> None:
    """What is to be read: each report with its title, and where its file lies."""
    say(bold(wrapped(title)))
    ledger = settle(folder.review)
    for id in reports:
        if id not in folder.records:
            continue
        say(wrapped(citation(folder.records[id]), "  ", "    "))
        file = report_file(folder, ledger, id)
        say(f"    {folder.places.shown(file)}" if file else "    (its file is not here)")


def _head(session: Asking, reading: StudyOnDisk, day: date) -> None:
    """What stands above the answers and is still empty: what was read, by whom, on which day."""
    written = reading.written
    text = reading.text
    if not written.get("basis"):
        words = [(str(basis), str(basis).replace("_", " ")) for basis in Basis]
        said = ""
        while not said:
            try:
                said = session.ask.choice("What do you read it from?", words, default="")
                break
            except Back:
                say("This is the first question.")
        if said:
            text = with_value(text, ("basis",), said)
    for key, value in (("extracted_by", session.name), ("extracted_on", day)):
        if value and not written.get(key):
            text = with_value(text, (key,), value)
    if text != reading.text:
        session.folder.write(session.file, text)


def _walk(session: Asking) -> None:
    part = ""
    while True:
        reading = session.reading()
        question = session.next(reading.asked(session.folder.forms[0]))
        session.again = ""
        if question is None:
            return
        around = question.address.rpartition("/")[0]
        if around != part:
            say()
            say(bold(safe(around) or "the study"))
            part = around
        say()
        try:
            _put(session, reading, question)
        except Back:
            before = session.passed.pop() if session.passed else ""
            session.again = before
            continue


def _put(session: Asking, reading: StudyOnDisk, question: StudyQuestion) -> None:
    """One question until it has an answer that can be one, or is passed over.

    Raises Back and Left. Nothing is written that would be a fault of the file.
    """
    offered = offered_to(question, reading, session.folder.protocol[0])
    show(question, offered)
    one_of_few = question.item.type in (AnswerType.CHOICE, AnswerType.REFERENCE)
    by_key = one_of_few and 0 < len(offered) < 10
    while True:
        typed_ = session.ask.raw(f"{question.item.id}> ", by_key=by_key)
        line = typed_.strip()
        if typed_ == END or line == LEAVE:
            raise Left
        if line == BACK:
            raise Back
        if line == ASKS:
            say(HELP)
            if question.item.help:
                say(wrapped(question.item.help))
        elif not line:
            _pass(session, question)
            return
        elif line.startswith(":n "):
            said = AnswerEdit(note=line[3:].strip())
            session.write(with_answer(reading.text, question.path, question.item, said))
            reading = session.reading()
        elif question.item.type is AnswerType.PART and line not in ABSENT:
            if _enter(session, reading, question, line):
                return
        elif (value := typed_value(question.item, line, offered)) is not None:
            if _is_unknown(question, value, offered):
                continue
            try:
                more = beside(session, reading, question, value)
            except Back:
                continue  # back to this answer, which is not written yet
            if _answer(session, question, AnswerEdit(value=value, **more)):
                _pass(session, question)
                return


def _is_unknown(question: StudyQuestion, value: Any, offered: Offered) -> bool:
    """Whether a reference names nothing that is there; it is told."""
    item = question.item
    if item.type is not AnswerType.REFERENCE or absent_of(value, item) is not None:
        return False
    named = value if isinstance(value, list) else [value]
    ids = tuple(id for id, _ in offered)
    for one in named:
        if one not in ids:
            where = " or ".join(item.targets)
            known = f"There is {', '.join(ids)}." if ids else "There is none yet."
            tell(
                f"{safe(str(one))!r} is nothing in {where}.{nearest(str(one), ids)} {safe(known)} "
                "Nothing was written."
            )
            return True
    return False


def _answer(session: Asking, question: StudyQuestion, said: AnswerEdit) -> bool:
    """Writes the answer; False, once told why, where the file would have an error by it."""
    # what was on disk a moment ago may have been changed in an editor since
    now = session.reading()
    text = with_answer(now.text, question.path, question.item, said)
    before = {(p.check, p.what) for p in now.problems}
    after = reading_of(session.folder, session.file, text).problems
    new = [p for p in after if (p.check, p.what) not in before and p.check != "not-yet"]
    wrong = [p for p in new if p.severity is Severity.ERROR]
    for problem in wrong or new:
        if problem.severity is not Severity.NOTE:
            tell(safe(str(problem)))
    if wrong:
        tell("Nothing was written. Answer again, or leave it with Enter.")
        return False
    session.write(text)
    return True


def _pass(session: Asking, question: StudyQuestion) -> None:
    session.naming.discard(question.address)
    if question.address not in session.passed:
        session.passed.append(question.address)


def _enter(session: Asking, reading: StudyOnDisk, question: StudyQuestion, name: str) -> bool:
    """A new entry of a part that repeats; whether it was made."""
    if name in question.entries:
        tell(f"{safe(name)} is there already.")
        return False
    if not is_entry_id(name):
        tell(f"{safe(name)!r} is no id for an entry. {ID_REMEDY}.")
        return False
    session.write(with_entry(reading.text, question, name))
    session.naming.add(question.address)
    return True


def _end(session: Asking, revisit: tuple[str, ...]) -> None:
    shown = session.folder.places.shown(session.file)
    reading = session.reading()
    say(f"{shown}: {progress_of(reading.asked(session.folder.forms[0]))} Everything is on disk.")
    if revisit:
        say(
            "When you have looked at what the form asks to revisit: "
            f"review extract {session.folder.slug} {session.study} --revisited{whose(session.file)}"
        )
    say(f"Next: review extract {session.folder.slug} {session.study} --check{whose(session.file)}")
