"""One person's answers held against the report by another, one by one; what changed is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pipeline.cli.console import bold, counted, safe, say, say_json
from pipeline.cli.extracting.reconcile_prompt import source_lines
from pipeline.cli.extracting.reconcile_session import typed_value
from pipeline.cli.keyboard import END, keyboard
from pipeline.extraction import read_study
from pipeline.extraction.addresses import path_of
from pipeline.extraction.agreed import signed
from pipeline.extraction.answered import Answered, answers_of, said, seen_hash, shown
from pipeline.ledger.second_person import checked_of
from pipeline.notation.typed import nearest
from pipeline.notation.yaml_editing import with_value
from pipeline.notation.yaml_text import read_yaml
from pipeline.review_folder import ReviewFolder
from pipeline.terms.decision import Checked
from pipeline.terms.form import AnswerType
from pipeline.terms.problem import ReviewError, Severity
from pipeline.terms.study import Study


def check_answers(
    folder: ReviewFolder,
    study: str,
    name: str,
    holds: tuple[str, ...],
    changes: Mapping[str, str],
    *,
    holds_all: bool,
    reason: str,
    only_list: bool,
    as_json: bool,
) -> int:
    """Checks the answers of studies/STUDY.yaml: those that are named, else one by one."""
    session = Checking(folder, study, name)
    if only_list:
        if as_json:
            say_json([{"address": a.address, "answer": shown(a.answer)} for a in session.open])
        else:
            for answered in session.open:
                _show(answered)
            say(f"{counted(len(session.open), 'answer')} not yet checked.")
        return 0
    for address in holds:
        session.hold(session.named(address), reason)
    for address, value in changes.items():
        session.change(session.named(address), value, reason)
    if holds_all:
        for answered in session.open:
            session.hold(answered, reason)
    if not holds and not changes and not holds_all:
        _one_by_one(session)
    return session.leave()


class Checking:
    """A study, who checks it, and which of its answers are checked as they stand."""

    def __init__(self, folder: ReviewFolder, study: str, checker: str) -> None:
        self.folder, self.id, self.checker = folder, study, checker
        self.path = folder.places.studies / f"{study}.yaml"
        if not self.path.is_file():
            known = tuple(p.stem for p in folder.places.studies.glob("*.yaml"))
            raise ReviewError(
                f"there is no study {safe(study)!r}.{nearest(study, known)}",
                f"`review extract {folder.slug} {safe(study)}` writes a blank",
            )
        plan = folder.protocol[0].extraction
        if checker and plan.checkers and checker not in plan.checkers:
            raise ReviewError(
                f"{checker!r} is not among the checkers.{nearest(checker, plan.checkers)}",
                f"The protocol names {', '.join(plan.checkers)}",
            )
        self.text = folder.text_of(self.path)
        self.study = self._read(self.text)
        if checker and checker in self.study.extractors:
            raise ReviewError(
                f"{checker} extracted {study}", "Somebody else has to hold it against the report"
            )

    def _read(self, text: str) -> Study:
        shown_path = self.folder.places.shown(self.path)
        study, problems = read_study(
            text, shown_path, self.folder.forms[0], self.folder.protocol[0]
        )
        wrong = [p for p in problems if p.severity is Severity.ERROR]
        if study is None or wrong:
            what = wrong[0].what if wrong else "no study is in it"
            raise ReviewError(what, wrong[0].remedy if wrong else "")
        return study

    @property
    def answers(self) -> tuple[Answered, ...]:
        """Every answer that was given, parts without entries left out."""
        return tuple(
            a
            for a in answers_of(self.study, self.folder.forms[0])
            if a.item.type is not AnswerType.PART and said(a.answer, a.item) is not None
        )

    @property
    def open(self) -> tuple[Answered, ...]:
        """The answers that nobody checked as they stand now."""
        decisions = [d for log in self.folder.logs for d in log.decisions]
        checked = checked_of(decisions).get(self.id, {})
        return tuple(
            a
            for a in self.answers
            if a.address not in checked or checked[a.address].seen != _seen(a)
        )

    def named(self, address: str) -> Answered:
        known = {a.address: a for a in self.answers}
        if address not in known:
            raise ReviewError(
                f"{self.id} has no answer at {address!r}.{nearest(address, tuple(known))}",
                "`--check --list` shows the addresses",
            )
        return known[address]

    def hold(self, answered: Answered, reason: str = "") -> None:
        self._write(answered, agreed=True, reason=reason)

    def change(self, answered: Answered, value: str, reason: str = "") -> None:
        """Puts `value` in the place of an answer, once it is one; what stood there is kept."""
        if not reason.strip():
            raise ReviewError("why is it changed?", "Add --reason")
        whole = read_yaml(self.text, "").value
        path = path_of(whole, answered.address)
        if path is None:
            raise AssertionError(f"{answered.address} is not in the file")
        held = whole
        for step in path:
            held = held[step]
        if isinstance(held, dict) and "value" in held:
            path = (*path, "value")
        text = with_value(self.text, path, typed_value(value))
        self.study = self._read(text)
        self.text = text
        self.folder.write(self.path, text)
        new = self.named(answered.address)
        was, now = shown(answered.answer), shown(new.answer)
        self._write(new, agreed=False, was=was, now=now, reason=reason)

    def _write(self, answered: Answered, *, agreed: bool, **more: str) -> None:
        self.folder.append(
            self.checker,
            Checked,
            study=self.id,
            item=answered.address,
            agreed=agreed,
            seen=_seen(answered),
            **more,
        )
        self.folder.reload()

    def leave(self) -> int:
        """Says what is left; with nothing left the study says who checked it."""
        left = len(self.open)
        if left:
            say(
                f"{counted(left, 'answer')} not yet checked. "
                f"Go on: review reconcile {self.folder.slug} {self.id} --as {self.checker} --check"
            )
            return 0
        if not self.study.checked_by:
            text = signed(self.text, "checked", self.checker, date.today())
            self.folder.write(self.path, text)
        say(f"Every answer of {self.id} is checked. Next: review status {self.folder.slug}")
        return 0


def _seen(answered: Answered) -> str:
    return seen_hash(said(answered.answer, answered.item))


def _show(answered: Answered) -> None:
    say(f"{safe(answered.address)}: {safe(answered.item.label)}")
    say(f"  {bold(safe(shown(answered.answer)))}")
    for line in source_lines(answered.answer):
        say(line)


def _one_by_one(session: Checking) -> None:
    waiting = session.open
    with keyboard() as read:
        for number, answered in enumerate(waiting, 1):
            say(bold(f"\n── {number} of {len(waiting)} ──"))
            _show(answered)
            while True:
                key, _, value = read("h holds  c change  l later  q quit > ").partition(" ")
                if key in (END, "q"):
                    return
                if key == "l":
                    break
                if key == "h":
                    session.hold(answered, value)
                    break
                if key == "c":
                    value = value or read("What stands in the report: ", line=True)
                    try:
                        session.change(answered, value, read("Why: ", line=True))
                        break
                    except ReviewError as refusal:
                        say(safe(str(refusal)))
                        continue
                say("Nothing was written. Press h, c, l or q.")
