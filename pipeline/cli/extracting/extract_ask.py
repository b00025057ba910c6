"""`review extract STUDY --ask`: one question after the other, each answer on disk at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from pipeline.cli.console import bold, safe, say, tell
from pipeline.cli.extracting.extract_questions import ABSENT, progress_of, show, typed_value
from pipeline.cli.extracting.extract_session import HELP, Asking, Back, Stop
from pipeline.cli.extracting.extract_sources import beside
from pipeline.desk.study_files import Reading, begun_file, whose
from pipeline.extraction.edits import Said, with_answer, with_entry
from pipeline.extraction.parts import ID_REMEDY, is_entry_id
from pipeline.extraction.questions import Question
from pipeline.extraction.quote_checks import TextOf
from pipeline.extraction.versions import to_revisit
from pipeline.notation.yaml_editing import with_value
from pipeline.review_folder import ReviewFolder
from pipeline.terms.form import AnswerType
from pipeline.terms.problem import ReviewError, Severity
from pipeline.terms.study import Basis


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


def _head(session: Asking, reading: Reading, day: date) -> None:
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


def _put(session: Asking, reading: Reading, question: Question) -> None:
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
            said = Said(note=line[3:].strip())
            session.write(with_answer(reading.text, question.path, question.item, said))
            reading = session.reading()
        elif question.item.type is AnswerType.PART and line not in ABSENT:
            if _enter(session, reading, question, line):
                return
        elif (value := typed_value(question.item, line)) is not None:
            said = Said(value=value, **beside(session, reading, question, value))
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


def _pass(session: Asking, question: Question) -> None:
    session.naming.discard(question.address)
    if question.address not in session.passed:
        session.passed.append(question.address)


def _enter(session: Asking, reading: Reading, question: Question, name: str) -> bool:
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
