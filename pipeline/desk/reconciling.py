"""Two drafts of one study while they are settled: what is open, what was said, what is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.extraction import read_study
from pipeline.extraction.agreed import Settlement, agreed_text, headed
from pipeline.extraction.answered import shown
from pipeline.extraction.differences import TwoAnswers, side_by_side
from pipeline.ledger.second_person import settled_of
from pipeline.notation.typed import nearest
from pipeline.notation.yaml_text import read_yaml
from pipeline.notation.yaml_writing import yaml_inline
from pipeline.review_folder import ReviewFolder
from pipeline.review_folder.drafts import extractors_of, finished_draft
from pipeline.terms.decision import Reconciled
from pipeline.terms.problem import Problem, ReviewError, Severity
from pipeline.terms.study import Study


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
