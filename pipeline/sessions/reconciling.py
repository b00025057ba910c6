"""Two drafts of one study while they are settled: what is open, what was said, what is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.extraction import read_study
from pipeline.extraction.agreed import Settlement, agreed_text, headed, signed
from pipeline.extraction.answered import Answered, answers_of, said, seen_hash, shown
from pipeline.extraction.answers import path_of
from pipeline.extraction.differences import TwoAnswers, side_by_side
from pipeline.model.decision import Checked, Reconciled
from pipeline.model.form import AnswerType
from pipeline.model.problem import Problem, ReviewError, Severity
from pipeline.model.study import Study
from pipeline.notation.safe_text import for_terminal
from pipeline.notation.typed import nearest
from pipeline.notation.yaml_editing import with_value
from pipeline.notation.yaml_text import read_yaml
from pipeline.notation.yaml_writing import yaml_inline
from pipeline.snapshot.as_of import checked_of, settled_of
from pipeline.store import ReviewFolder
from pipeline.store.drafts import extractors_of, finished_draft


def open_drafts(folder: ReviewFolder, study: str, name: str, between: str) -> Reconciling:
    """The two drafts of `study`; ReviewError unless both are there and finished."""
    plan = folder.protocol[0].extraction
    names = extractors_of(folder.places, plan, study)
    if between:
        asked = tuple(n.strip() for n in between.split(",") if n.strip())
        missing = [n for n in asked if n not in names]
        if len(asked) != 2 or missing:
            raise ReviewError(
                f"there are no two drafts of {study} between {between!r}",
                f"There are drafts of {', '.join(names) or 'nobody'}",
            )
        names = asked
    if len(names) < 2:
        who = ", ".join(names) or "nobody"
        raise ReviewError(
            f"two drafts of {study} are needed, and there is one of {who}"
            if names
            else f"nobody has a draft of {study}",
            f"`review extract {folder.slug} {study} --as NAME` writes a blank for the other",
        )
    if len(names) > 2:
        raise ReviewError(
            f"there are drafts of {', '.join(names)}", "Say which two: --between ada,ben"
        )
    texts, studies = [], []
    for who in names:
        path = folder.places.drafts / who / f"{study}.yaml"
        texts.append(folder.text_of(path))
        studies.append(_finished(folder, path, texts[-1]))
    if studies[0].form != studies[1].form:
        raise ReviewError(
            f"{names[0]} filled the form {studies[0].form}, {names[1]} {studies[1].form}",
            "Both have to follow one form",
        )
    return Reconciling(folder, study, name, names, texts, studies)


def _finished(folder: ReviewFolder, path: Path, text: str) -> Study:
    return finished_draft(folder.places, path, text, folder.forms[0], folder.protocol[0])


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreed study that was written now, and the errors that it holds."""

    errors: tuple[Problem, ...]


class Reconciling:
    """What two people wrote, and each settlement, on disk as soon as it is made."""

    def __init__(
        self,
        folder: ReviewFolder,
        study: str,
        reviewer: str,
        names: Sequence[str],
        texts: Sequence[str],
        studies: Sequence[Study],
    ) -> None:
        self.folder, self.study, self.reviewer = folder, study, reviewer
        self.names, self.texts, self.studies = tuple(names), tuple(texts), tuple(studies)
        self.forms = folder.forms[0]
        self.sides = side_by_side(studies[0], studies[1], self.forms)
        decisions = [d for log in folder.logs for d in log.decisions]
        before = settled_of(decisions).get(study, {})
        by_key = {key_of(two): two for two in self.sides.differing}
        self.settled: dict[str, Reconciled] = {
            key: said
            for key, said in before.items()
            if key in by_key and said.seen == by_key[key].seen
        }
        self.made: dict[str, Reconciled] = {}

    @property
    def open(self) -> tuple[TwoAnswers, ...]:
        """The differences that nobody has settled, as the drafts stand now."""
        return tuple(two for two in self.sides.differing if key_of(two) not in self.settled)

    def named(self, address: str) -> TwoAnswers:
        """The difference at `address`; ReviewError where there is none."""
        for two in self.sides.differing:
            if address in (two.address, two.entry):
                return two
        known = tuple(key_of(two) for two in self.sides.differing)
        raise ReviewError(
            f"the drafts do not differ at {address!r}.{nearest(address, known)}",
            "`--list` shows where they do",
        )

    def known(self, name: str) -> str:
        if name not in self.names:
            raise ReviewError(
                f"{name!r} has none of the two drafts.{nearest(name, self.names)}",
                f"They are of {' and '.join(self.names)}",
            )
        return name

    def only_one(self, two: TwoAnswers) -> str:
        """Who alone has an answer, or the entry; "" where both answered."""
        if two.one_said is None:
            return self.names[1]
        return self.names[0] if two.other_said is None else ""

    def settle(self, two: TwoAnswers, *, kept: str = "", value: str = "", reason: str = "") -> None:
        """Writes one settlement; ReviewError where `value` is no answer to the item."""
        settlement = self._settlement(two, kept, value)
        if not kept:
            self._try(settlement)
        answers = (two.one, two.other)
        answer = yaml_inline(settlement.anew) if not kept else ""
        if kept and not two.entry:
            answer = shown(answers[self.names.index(kept)])
        said = self.folder.append(
            self.reviewer,
            Reconciled,
            study=self.study,
            item=key_of(two),
            kept=kept,
            answer=answer,
            said=tuple(f"{n}: {shown(a)}" for n, a in zip(self.names, answers, strict=True)),
            reason=reason.strip(),
            seen=two.seen,
        )
        assert isinstance(said, Reconciled)
        self.settled[key_of(two)] = self.made[key_of(two)] = said

    def _settlement(self, two: TwoAnswers, kept: str, value: str) -> Settlement:
        if kept:
            return Settlement(two=two, theirs=kept == self.names[1])
        if two.entry:
            raise ReviewError(
                f"{two.entry} is a whole entry", "Keep it or leave it out: name whose draft stands"
            )
        return Settlement(two=two, anew=typed_value(value), is_anew=True)

    def _try(self, settlement: Settlement) -> None:
        text = self._with(self.texts[0], [settlement])
        _, problems = read_study(text, f"{self.study}.yaml", self.forms, self.folder.protocol[0])
        wrong = [p for p in problems if p.severity is Severity.ERROR]
        if wrong:
            raise ReviewError(wrong[0].what, wrong[0].remedy)

    def _with(self, text: str, settled: Sequence[Settlement]) -> str:
        return agreed_text(
            text,
            self.texts[1],
            settled,
            form=self.studies[0].form,
            renamed=self.sides.renamed,
            forms=self.forms,
        )

    def finish(self) -> Agreed | None:
        """Writes the agreed study: the first draft with all settlements, or into what stands.

        None where nothing is open and what stands needs no change.
        """
        there = self.path.is_file()
        using: Mapping[str, Reconciled] = self.made if there else self.settled
        settled = [
            self._settlement(two, said.kept, said.answer)
            for two in self.sides.differing
            if (said := using.get(key_of(two))) is not None
        ]
        if there and not settled:
            return None
        text = self._with(self.folder.text_of(self.path) if there else self.texts[0], settled)
        text = headed(text, self.names, self.reviewer, date.today())
        self.folder.write(self.path, text)
        shown_path = self.folder.places.shown(self.path)
        _, problems = read_study(text, shown_path, self.forms, self.folder.protocol[0])
        return Agreed(tuple(p for p in problems if p.severity is Severity.ERROR))

    @property
    def path(self) -> Path:
        """Where the agreed study stands, or will stand."""
        return self.folder.places.studies / f"{self.study}.yaml"


def key_of(two: TwoAnswers) -> str:
    """What a settlement names: the address, or the entry that one draft lacks."""
    return two.entry or two.address


def typed_value(text: str) -> Any:
    """What a person typed for an answer, as YAML says it; ReviewError where it is none."""
    yaml = read_yaml(f"x: {text}\n", "")
    if yaml.problems or not isinstance(yaml.value, dict) or list(yaml.value) != ["x"]:
        raise ReviewError(
            f"{text!r} is no value", 'Write it as in the file: 264, male, "text: with a colon"'
        )
    return yaml.value["x"]


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
