"""One session of questions over one file: where it is, and what was typed last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.desk.study_files import Reading, read_file
from pipeline.extraction.questions import Question
from pipeline.extraction.quote_checks import TextOf
from pipeline.review_folder import ReviewFolder
from pipeline.terms.form import AnswerType

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

    def reading(self) -> Reading:
        return read_file(self.folder, self.study, self.file)

    def write(self, text: str) -> None:
        self.folder.write(self.file, text)
        self.given += 1

    def next(self, asked: tuple[Question, ...]) -> Question | None:
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

    def _is_wanted(self, question: Question) -> bool:
        return not self.wanted.isdisjoint((question.address, question.dotted)) and (
            question.item.type is not AnswerType.PART
        )
