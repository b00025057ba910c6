"""The words that a manuscript may use between double braces: functions, lists, plain words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial

from pipeline.document import methods, wording
from pipeline.document.changes import changes_since
from pipeline.document.citations import citable, citation
from pipeline.document.declarations import PARTS, not_recorded
from pipeline.document.evidence_base import ordered
from pipeline.document.figures.catalogue import FIGURES
from pipeline.document.finding_words import (
    METHODS,
    certainty_in_words,
    participants_in_words,
    reasons_in_words,
    share_of_votes,
    stem_of,
    votes_in_words,
    votes_of,
)
from pipeline.document.manuscript.claim_slots import ClaimSlots, KnownClaims
from pipeline.document.manuscript.claims import grounds_of
from pipeline.document.manuscript.front_matter import FULL
from pipeline.document.manuscript.statements import NumberSlots, Sayings
from pipeline.document.manuscript.template import CompositeValue, Markdown, Template, marked
from pipeline.document.sentences.selection import RESULTS
from pipeline.document.tables import TABLES
from pipeline.document.values import UnknownValue, find, said
from pipeline.model.document import Figure, Table
from pipeline.model.finding import Finding
from pipeline.model.problem import Place, Problem, ReviewError, Severity
from pipeline.model.study import Study
from pipeline.notation.safe_text import for_markdown
from pipeline.notation.spelling import day_in_words
from pipeline.notation.typed import nearest
from pipeline.snapshot import Snapshot

WORDS = frozenset(
    {
        "n",
        "percent",
        "changes",
        "v",
        "quote",
        "cite",
        "table",
        "figure",
        "methods",
        "results",
        "finding",
        "votes",
        "claim",
        "checklist",
        "declarations",
        "supplement",
        "range",
        "title",
        "subtitle",
        "notice",
        "day",
        "edition",
        "version",
        "studies",
        "context_studies",
        "questions",
        "outcomes",
        "groups",
        "criteria",
        "searches",
        "amendments",
        "findings",
        "authors",
    }
)
"""Every word that a manuscript may use, for the check that comes before anything is filled."""

FINDING_PARTS = (
    "id",
    "statement",
    "cite",
    "studies",
    "counts",
    "certainty",
    "why",
    "stem",
    "participants",
    "method",
    "question",
    "outcome",
)
"""What a manuscript may ask of a finding: `finding("id").counts`."""


def words_of(
    snapshot: Snapshot, value: Callable[..., Markdown], finding: Callable[[str], CompositeValue]
) -> Mapping[str, object]:
    """The words that are no functions. Texts are plain: they are escaped when they are put in."""
    protocol = snapshot.review.protocol
    edition = snapshot.edition
    return {
        "title": protocol.title,
        "subtitle": protocol.subtitle,
        "notice": protocol.notice,
        "day": day_in_words(snapshot.day) if snapshot.day else "",
        "edition": edition.number if edition else "",
        "version": snapshot.version,
        "studies": [_study(s, snapshot, value) for s in ordered(snapshot)],
        "context_studies": [_study(s, snapshot, value) for s in snapshot.context],
        "questions": protocol.questions,
        "outcomes": protocol.outcomes,
        "groups": protocol.groups,
        "criteria": protocol.criteria,
        "amendments": protocol.amendments,
        "authors": [author.name for author in protocol.authors],
        "searches": snapshot.searches,
        "findings": [finding(id) for id in snapshot.synthesis.findings],
    }


def shown_finding(finding: Finding, snapshot: Snapshot) -> CompositeValue:
    """A finding: as text its statement with citations; its parts (`FINDING_PARTS`) by name."""
    names = citable(snapshot)
    statement = for_markdown(finding.statement.strip().removesuffix("."))
    cites = citation(dict.fromkeys(k for s in finding.all_studies if (k := names.key(s))))
    text = f"{statement} {cites}." if cites else f"{statement}."
    parts = {
        "id": finding.id,
        "statement": Markdown(statement),
        "cite": Markdown(cites),
        "studies": len(finding.all_studies),
        "counts": Markdown(votes_in_words(votes_of(finding, snapshot))),
        "certainty": certainty_in_words(finding),
        "why": reasons_in_words(finding),
        "stem": stem_of(finding, snapshot),
        "participants": participants_in_words(finding, snapshot),
        "method": METHODS[finding.method],
        "question": finding.question,
        "outcome": finding.outcome,
    }
    return CompositeValue(Markdown(text), parts)


def _study(study: Study, snapshot: Snapshot, value: Callable[..., Markdown]) -> CompositeValue:
    key = citable(snapshot).key(study.id)
    cite = Markdown(citation([key] if key else []))
    try:
        design = said(find(snapshot.review, study, "design"))
    except UnknownValue:
        design = ""
    parts = {
        "id": study.id,
        "title": study.title or study.id,
        "cite": cite,
        "basis": str(study.basis).replace("_", " "),
        "design": design,
        "reports": snapshot.ledger.studies.get(study.id, study.reports),
        "value": partial(value, study.id),
    }
    return CompositeValue(cite or Markdown(""), parts)


CHECKLISTS = ("prisma_2020", "prisma_2020_abstract", "prisma_s", "swim", "entreq", "prisma_scr")
"""The reporting checklists that come with the program (`writeup/checklists/*.yaml`)."""
EVIDENCE = "evidence"
"""The table that is made last, from the claims of the whole manuscript."""
SEE_OPEN, SEE_CLOSE = "\ue00e", "\ue00f"
"""Around what `Slots.see` refers to: private signs that documents do not take from any text."""
SUPPLEMENT = "\ue009"
"""Stands between the text of a review and that of its supplement; no text has this sign."""
_GAP = Markdown("")


class Slots:
    """The slots of one manuscript: what they said, and what was wrong with them.

    `tables` and `figures` are those that were asked for; `asked` their lines.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        template: Template,
        kind: str = FULL,
        known: KnownClaims | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.template = template
        self.names = citable(snapshot)
        self.problems: list[Problem] = []
        self.kind = kind
        self.declared = False
        self.parted = False
        self.sayings = Sayings(snapshot, template)
        self.numbers = NumberSlots(snapshot, self.sayings, self.names, self.fault)
        self.claimed = ClaimSlots(
            snapshot, template, self.sayings, self.names, self.fault, kind, known or KnownClaims()
        )
        self.tables: dict[str, Table] = {}
        self.figures: dict[str, Figure] = {}
        self.asked: dict[tuple[str, str], int] = {}
        template.claim = self.claimed.claim

    def fault(
        self,
        what: str,
        remedy: str,
        word: str = "",
        known: Collection[str] = (),
        severity: Severity = Severity.ERROR,
    ) -> Markdown:
        same = next((k for k in known if k.casefold() == word.casefold()), "")
        hint = f" Did you mean {same!r}?" if same else nearest(word, tuple(known))
        self.problems.append(
            Problem(
                place=Place(file=self.template.file, line=self.template.line()),
                what=f"{what}.{hint}" if word and hint else what,
                remedy=remedy,
                severity=severity,
                check="manuscript",
            )
        )
        return _GAP

    def cite(self, *what: object) -> Markdown:
        """`[@a; @b]` for ids, studies, or a list of them."""
        keys: list[str] = []
        for one in what:
            for each in one if isinstance(one, (list, tuple)) else [one]:
                name = str(getattr(each, "id", each))
                key = self.names.key(name)
                if not key:
                    hint = self.names.hint(name)
                    return self.fault(f"nothing is cited as {name!r}.{hint}", "Write an id")
                keys.append(key)
        return Markdown(citation(dict.fromkeys(keys)))

    def table(self, word: str, **options: str) -> Markdown:
        if word == EVIDENCE and not options:
            return self._asked("table", EVIDENCE)
        maker = TABLES.get(word)
        if maker is None:
            known = (*TABLES, EVIDENCE)
            return self.fault(
                f"there is no table {word!r}", f"Known are {', '.join(known)}", word, known
            )
        wrong = [name for name in options if name != maker.option]
        if wrong:
            takes = f"It takes {maker.option}" if maker.option else "It takes none"
            return self.fault(f"the table {word!r} takes no {wrong[0]!r}", takes)
        outcomes = [o.id for o in self.snapshot.review.protocol.outcomes]
        if options.get("outcome") and options["outcome"] not in outcomes:
            outcome = options["outcome"]
            return self.fault(f"there is no outcome {outcome!r}", "Write its id", outcome, outcomes)
        with self.sayings.reading() as (snapshot, read):
            try:
                table = maker.make(snapshot, **options)
            except ReviewError as refusal:
                return self.fault(refusal.what, refusal.remedy)
        self.tables[table.id] = table
        self.sayings.table(table, read)
        return self._asked("table", table.id)

    def figure(self, word: str, **options: str) -> Markdown:
        """A figure, or one after the other the parts of one that needs several pages.

        Inside a sentence it is a reference: `Figure 3`, `Figure 3 to Figure 5`.
        """
        maker = FIGURES.get(word)
        if maker is None:
            return self.fault(
                f"there is no figure {word!r}", f"Known are {', '.join(FIGURES)}", word, FIGURES
            )
        wrong = [name for name in options if name != maker.option]
        if wrong:
            takes = f"It takes {maker.option}" if maker.option else "It takes none"
            return self.fault(f"the figure {word!r} takes no {wrong[0]!r}", takes)
        with self.sayings.reading() as (snapshot, read):
            try:
                figures = maker.figures(snapshot, **options)
            except ReviewError as refusal:
                return self.fault(refusal.what, refusal.remedy)
        for figure in figures:
            self.figures[figure.id] = figure
            self.sayings.figure(figure, read)
        asked = [self._asked("figure", figure.id) for figure in figures]
        if len(asked) < 2 or self.template.alone():
            return Markdown("\n\n".join(asked))
        return Markdown(f"{asked[0]} {'and' if len(asked) == 2 else 'to'} {asked[-1]}")

    def checklist(self, name: str) -> Markdown:
        """A reporting checklist filled in; it is made last, from the whole text."""
        if name not in CHECKLISTS:
            known = ", ".join(CHECKLISTS)
            what = f"there is no checklist {name!r}"
            return self.fault(what, f"Known are {known}", name, CHECKLISTS)
        return self._asked("table", f"checklist-{name}")

    def _asked(self, kind: str, id: str) -> Markdown:
        self.asked[kind, id] = self.template.line()
        return Markdown(f"[[{kind}:{id}]]")

    def see(self, table: str) -> str:
        """` (Table 3)` for a table that the manuscript asks for, nothing for any other.

        It stands between two marks, so that it can go when that table is placed nowhere after all.
        """
        if table not in self.template.tables_asked:
            return ""
        return f"{SEE_OPEN}[[table:{table}]]{SEE_CLOSE}"

    def methods(self, word: str = "") -> Markdown:
        if not word:
            sections = (
                (f"## {m.heading}", self.methods(word)) for word, m in methods.METHODS.items()
            )
            return Markdown("\n\n".join(f"{head}\n\n{marked(text)}" for head, text in sections))
        if word not in methods.METHODS:
            known = ", ".join(methods.METHODS)
            return self.fault(
                f"there is no method {word!r}", f"Known are {known}", word, methods.METHODS
            )
        with self.sayings.reading() as (snapshot, read):
            text = methods.METHODS[word].say(snapshot, self.see)
        return self.sayings.sentence(f"methods:{word}", text, read)

    def declarations(self) -> Markdown:
        """Funding, competing interests, roles and data, each as written down, or that it is not."""
        self.declared = True
        told, silent = [], []
        for part, (heading, say) in PARTS.items():
            with self.sayings.reading() as (snapshot, read):
                text = say(snapshot)
            if text:
                said = self.sayings.sentence(f"declarations:{part}", text, read)
                told.append(f"**{heading}.** {marked(said)}")
            else:
                silent.append(heading)
        return Markdown("\n\n".join(part for part in (*told, not_recorded(silent)) if part))

    def supplement(self) -> Markdown:
        """Where the review ends and its supplement begins: a document of its own."""
        if self.kind != FULL:
            return self.fault("only the full review has a supplement", "Leave the slot out")
        if self.parted:
            return self.fault("the supplement begins twice", "Keep one `{{ supplement() }}`")
        if not self.template.alone():
            what = "`{{ supplement() }}` stands inside of something else"
            return self.fault(what, "Write it on a line of its own, outside of loops")
        self.parted = True
        return Markdown(f"\n\n{SUPPLEMENT}\n\n")

    def results(self, word: str) -> Markdown:
        if word not in RESULTS:
            known = ", ".join(RESULTS)
            return self.fault(
                f"results says nothing of {word!r}", f"Known are {known}", word, RESULTS
            )
        with self.sayings.reading() as (snapshot, read):
            text = RESULTS[word](snapshot, self.see)
        return self.sayings.sentence(f"results:{word}", text, read)

    def changes(self, since: object) -> Markdown:
        """What is not as it was in an earlier edition, in paragraphs."""
        earlier = self.snapshot.earlier
        known = {str(number): number for number in earlier}
        number = known.get(str(since))
        on = {e.number: e.on for e in self.snapshot.review.editions}
        if number is None:
            there = f"Earlier are {', '.join(known)}" if known else "No edition is earlier"
            return self.fault(f"there is no earlier edition {str(since)!r}", there)
        return Markdown(changes_since(earlier[number], self.snapshot, number, on[number]))

    def finding(self, id: str) -> CompositeValue:
        """A finding: as text its statement with citations; its parts by name."""
        findings = self.snapshot.synthesis.findings
        finding = findings.get(id)
        if finding is None:
            gap = self.fault(f"there is no finding {id!r}", "Write its id", id, findings)
            return CompositeValue(gap, dict.fromkeys(FINDING_PARTS, gap))
        shown = shown_finding(finding, self.snapshot)
        read = tuple(grounds_of(f"finding:{id}", self.snapshot))
        text = self.sayings.sentence(f"finding:{id}", shown.text, read)
        counts = self.sayings.number(f"votes:{id}", str(shown.counts), read)
        return CompositeValue(text, {**shown.parts, "counts": counts})

    def votes(self, id: str, *, short: bool = False) -> object:
        """`lower in 5 of 6 studies (83%, …)`; `short`: `5 of 6 studies`, as its authors read it."""
        if not short or id not in self.snapshot.synthesis.findings:
            return self.finding(id).counts
        finding = self.snapshot.synthesis.findings[id]
        told = share_of_votes(finding, votes_of(finding, self.snapshot))
        if told is None:
            what = f"no studies are counted for the finding {id!r}"
            return self.fault(what, "Say it in words; only a direction of effect is counted")
        u, n = told
        read = grounds_of(f"finding:{id}", self.snapshot)
        text = f"{wording.number(u)} of {wording.counted(n, 'study', 'studies')}"
        return self.sayings.number(f"votes:{id}[short]", text, read)

    def make_all_tables(self) -> None:
        """Every table that nobody asked for, for the files beside the document."""
        for word, maker in TABLES.items():
            if word not in self.tables:
                with self.sayings.reading() as (snapshot, read):
                    table = maker.make(snapshot)
                if maker.if_any and not table.rows and not table.notes:
                    continue
                self.tables.setdefault(table.id, table)
                self.sayings.table(table, read, placed=False)

    def context(self) -> Mapping[str, object]:
        """Every word that a manuscript may use."""
        functions: dict[str, Callable[..., object]] = {
            "n": self.numbers.n,
            "percent": self.numbers.percent,
            "v": self.numbers.v,
            "quote": self.numbers.quote,
            "cite": self.cite,
            "table": self.table,
            "figure": self.figure,
            "methods": self.methods,
            "results": self.results,
            "changes": self.changes,
            "finding": self.finding,
            "votes": self.votes,
            "claim": self.claimed.again,
            "checklist": self.checklist,
            "declarations": self.declarations,
            "supplement": self.supplement,
            "range": range,
        }
        return {**functions, **words_of(self.snapshot, self.numbers.v, self.finding)}
