"""Claims as they are made in a manuscript, or said again from another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.document.citations import Citable
from pipeline.document.manuscript.claim_words import cannot_be_judged, faults_of_words
from pipeline.document.manuscript.claims import fault_of_support, grounds_of, plain_text
from pipeline.document.manuscript.front_matter import FULL
from pipeline.document.manuscript.statements import MARK, NotesFault, Sayings
from pipeline.document.manuscript.template import Markdown, SlotText, Template
from pipeline.model.finding import Claim
from pipeline.model.problem import Place, Severity
from pipeline.model.statement import Statement, StatementKind
from pipeline.model.study import Direction
from pipeline.snapshot import Snapshot

_RESTS_ON = (
    "Name what is there: a finding (finding:ID), a theme (theme:ID), a result (STUDY/RESULT), a "
    "value (STUDY/path), its quote (quote:STUDY/path), a count (n:KEY) or a reference (@KEY)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownClaims:
    """What another manuscript of the review has said: claims, their Markdown, statements."""

    claims: Mapping[str, Claim] = field(default_factory=dict)
    sentences: Mapping[str, str] = field(default_factory=dict)
    statements: Mapping[str, Statement] = field(default_factory=dict)


class ClaimSlots:
    """The claims of one manuscript by id, and each as Markdown with its marks (`sentences`)."""

    def __init__(
        self,
        snapshot: Snapshot,
        template: Template,
        sayings: Sayings,
        names: Citable,
        fault: NotesFault,
        kind: str,
        known: KnownClaims,
    ) -> None:
        self.snapshot, self.template, self.sayings = snapshot, template, sayings
        self.names, self.fault = names, fault
        self.kind, self.known = kind, known
        self.claims: dict[str, Claim] = {}
        self.sentences: dict[str, str] = {}

    def claim(self, *words: object, text: Markdown, says: object = "") -> Markdown:
        """Notes a claim and its supports; its text goes into the document with its mark."""
        id, *supports = [str(word) for word in words]
        if self.kind != FULL:
            supports = supports or list(
                self.known.claims[id].supports if id in self.known.claims else ()
            )
            id = f"{self.kind}/{id}"
        if id in self.claims:
            first = self.claims[id].place.line
            self.fault(f"there are two claims {id!r}, the first in line {first}", "Rename one")
        if not supports:
            self.fault(f"the claim {id!r} rests on nothing", "Name what it rests on after its id")
        if "\n\n" in text.strip():
            self.fault(f"the claim {id!r} goes over several paragraphs", "Make it one or several")
        judged = bool(says)
        if says and str(says) not in tuple(Direction):
            known = tuple(map(str, Direction))
            self.fault(f"there is no direction {says!r}", f"It says {', '.join(known)}")
            says = ""
        sound: list[str] = []
        for support in supports:
            what = fault_of_support(support, self.snapshot, self.names)
            if what:
                self.fault(f"the claim {id!r} rests on what is not there: {what}", _RESTS_ON)
            else:
                sound.append(support)
        place = Place(file=self.template.file, line=self.template.line())
        claim = Claim(
            id=id,
            text=plain_text(MARK.sub(r"\2", text)),
            supports=tuple(sound),
            place=place,
            says=str(says),
            numbers=tuple(dict.fromkeys(mark[1] for mark in MARK.finditer(text))),
        )
        self.claims[id] = claim
        for what, remedy in faults_of_words(claim, self.snapshot):
            self.fault(what, remedy)
        why = "" if judged else cannot_be_judged(claim, self.snapshot)
        if why:
            self.fault(
                f"the words of the claim {id!r} cannot be held against the direction of what it "
                f"rests on: {why}",
                'Say what they mean: says="higher" or says="lower"',
                severity=Severity.NOTE,
            )
        read = [name for support in sound for name in grounds_of(support, self.snapshot)]
        for number in claim.numbers:
            read += self.sayings.statements[number].grounds
        self.sayings.say(StatementKind.CLAIM, id, text, dict.fromkeys(read))
        self.sentences[id] = SlotText(text, id, inline=False).marked
        return Markdown(self.sentences[id])

    def again(self, id: str) -> Markdown:
        """The sentence of a claim of the full review, said here as well."""
        said = self.known.sentences.get(id) or self.sentences.get(id)
        if said is None:
            known = (*self.known.sentences, *self.sentences)
            return self.fault(f"there is no claim {id!r} to say again", "Write its id", id, known)
        for mark in (id, *(found[1] for found in MARK.finditer(said))):
            if mark in self.known.statements:
                self.sayings.repeat(self.known.statements[mark])
        return Markdown(said)
