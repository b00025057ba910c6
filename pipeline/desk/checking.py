"""One person's answers held against the report by another; what was checked, and what changed."""

from __future__ import annotations

from datetime import date

from pipeline.desk.reconciling import typed_value
from pipeline.extraction import read_study
from pipeline.extraction.addresses import path_of
from pipeline.extraction.agreed import signed
from pipeline.extraction.answered import Answered, answers_of, said, seen_hash, shown
from pipeline.ledger.second_person import checked_of
from pipeline.notation.safe_text import for_terminal
from pipeline.notation.typed import nearest
from pipeline.notation.yaml_editing import with_value
from pipeline.notation.yaml_text import read_yaml
from pipeline.review_folder import ReviewFolder
from pipeline.terms.decision import Checked
from pipeline.terms.form import AnswerType
from pipeline.terms.problem import ReviewError, Severity
from pipeline.terms.study import Study


class Checking:
    """A study, who checks it, and which of its answers are checked as they stand."""

    def __init__(self, folder: ReviewFolder, study: str, checker: str) -> None:
        self.folder, self.id, self.checker = folder, study, checker
        self.path = folder.places.studies / f"{study}.yaml"
        if not self.path.is_file():
            known = tuple(p.stem for p in folder.places.studies.glob("*.yaml"))
            raise ReviewError(
                f"there is no study {for_terminal(study)!r}.{nearest(study, known)}",
                f"`review extract {folder.slug} {for_terminal(study)}` writes a blank",
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

    def finish(self) -> int:
        """How many answers are left; with none left the study says who checked it."""
        left = len(self.open)
        if not left and not self.study.checked_by:
            text = signed(self.text, "checked", self.checker, date.today())
            self.folder.write(self.path, text)
        return left


def _seen(answered: Answered) -> str:
    return seen_hash(said(answered.answer, answered.item))
