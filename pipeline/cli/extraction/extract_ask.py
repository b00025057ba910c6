"""`review extract STUDY --ask`: one question after the other, each answer on disk at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.cli.console import bold, counted, dim, safe, say, tell
from pipeline.extraction.edits import AnswerEdit, with_answer, with_entry
from pipeline.extraction.parts import ID_REMEDY, is_entry_id
from pipeline.extraction.questions import HOW, StudyQuestion, in_a_line, typed
from pipeline.extraction.quote_checks import TextOf, verdict_on
from pipeline.extraction.values import absent_of, convert
from pipeline.extraction.versions import to_revisit
from pipeline.model.form import AnswerType, Item
from pipeline.model.problem import ReviewError, Severity
from pipeline.model.study import Absent, Basis, Source
from pipeline.notation.yaml_editing import with_value
from pipeline.sessions.study_files import StudyOnDisk, begun_file, read_file, whose
from pipeline.store import ReviewFolder

HELP = """\
  Enter    leave it for later          :nr   not reported
  :b       back to the one before      :na   not applicable
  :q       stop; all is on disk        :u    unclear
  :ny      not yet (take it back)      :n TEXT   a note beside the answer
  At `page`:  =  the same as before    :probable, :doubtful   how sure you are
"""


class Stop(Exception):
    """The person wants to stop."""


class Back(Exception):
    """The person wants to go back one question."""


@dataclass(slots=True)
class Asking:
    """One session over one file; nothing is remembered that is not on disk but where one is."""

    folder: ReviewFolder
    study: str
    file: Path
    text_of: TextOf
    read: Callable[[str], str]
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


ABSENT = {
    ":nr": Absent.NOT_REPORTED,
    ":na": Absent.NOT_APPLICABLE,
    ":u": Absent.UNCLEAR,
    ":ny": Absent.NOT_YET,
}
"""The keys for an answer that has no value."""


def show(question: StudyQuestion) -> None:
    item = question.item
    about = []
    if item.type is not AnswerType.TEXT and not item.options:
        about.append(HOW.get(item.type) or item.type.value.replace("_", " "))
    if item.type is AnswerType.PART:
        about = ["one id after the other; Enter when all are named"]
    if item.type is AnswerType.REFERENCE:
        about = [f"the id of an entry of {item.refers_to}"]
    if item.unit:
        about.append(f"in {item.unit}")
    if question.required:
        about.append("required")
    say(f"{item.label}" + (dim(f"  ({'; '.join(about)})") if about else ""))
    if item.help:
        say(dim(f"  {item.help}"))
    for number, option in enumerate(item.options, 1):
        more = f". {option.help}" if option.help else ""
        say(f"  {number:>2} {option.id}: {option.label}{more}")
    if question.entries:
        say(f"  there are {safe(', '.join(question.entries))}")
    elif not question.is_open and question.answer is not None:
        answer = question.answer
        said = in_a_line(item, answer.value) if answer.absent is None else str(answer.absent)
        say(f"  now: {safe(said, 200)}")


def typed_value(item: Item, line: str) -> Any:
    """What was typed as the file would hold it; None, once told why, where it cannot be."""
    if line in ABSENT:
        return str(ABSENT[line])
    if line.startswith(":"):
        tell(f"There is no key {safe(line)}. :? shows the keys.")
        return None
    number = int(line) if line.isdecimal() and len(line) < 4 else 0
    if item.options and 1 <= number <= len(item.options) and item.type is AnswerType.CHOICE:
        line = item.options[number - 1].id
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
    read: Callable[[str], str],
    items: tuple[str, ...] = (),
    *,
    day: date,
    name: str = "",
) -> None:
    """Asks what is open in `file`, and `items` (addresses, or items of the form) in any case.

    `day` and `name` are written down as those of the extraction where the file has none. `read`
    shows a prompt and gives the line that was typed; it raises EOFError at the end.
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
    session = Asking(folder, study, file, text_of, read, frozenset((*items, *revisit)), name)
    if revisit:
        say(f"The form has changed: look at {', '.join(revisit)} again.")
    say(f"{progress_of(asked)} :? shows the keys.")
    try:
        _head(session, first, day)
        _walk(session)
    except (Stop, EOFError, KeyboardInterrupt):
        say()
    _end(session, revisit)


def _head(session: Asking, reading: StudyOnDisk, day: date) -> None:
    """What stands above the answers and is still empty: what was read, by whom, on which day."""
    written = reading.written
    text = reading.text
    if not written.get("basis"):
        words = [str(basis) for basis in Basis]
        listed = ", ".join(f"{n} {word}" for n, word in enumerate(words, 1))
        said = session.read(f"What do you read it from? ({listed})> ").strip()
        if said == ":q":
            raise Stop
        if said.isdecimal() and 1 <= int(said) <= len(words):
            said = words[int(said) - 1]
        if said in words:
            text = with_value(text, ("basis",), said)
        elif said:
            tell(f"{safe(said)!r} is none of these: it stays open.")
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
    """One question until it has an answer that can be one, or is passed over."""
    show(question)
    while True:
        line = session.read(f"{question.item.id}> ").strip()
        if line == ":?":
            say(HELP)
        elif line == ":q":
            raise Stop
        elif line == ":b":
            raise Back
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
        elif (value := typed_value(question.item, line)) is not None:
            said = AnswerEdit(value=value, **beside(session, reading, question, value))
            # what was on disk a moment ago may have been changed in an editor since
            now = session.reading()
            before = {(p.check, p.what) for p in now.problems}
            session.write(with_answer(now.text, question.path, question.item, said))
            _pass(session, question)
            for problem in session.reading().problems:
                if problem.severity is not Severity.NOTE and (
                    (problem.check, problem.what) not in before and problem.check != "not-yet"
                ):
                    tell(safe(str(problem)))
            return


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
