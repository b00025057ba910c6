"""The words that a manuscript may use between double braces, each a function or a list.

A slot that cannot be filled is a problem with its line; the text goes on, so that one build tells
every fault.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from pipeline.notation.safe_text import for_markdown
from pipeline.notation.typed import nearest
from pipeline.terms.document import Figure, Table
from pipeline.terms.finding import Claim
from pipeline.terms.problem import Place, Problem, ReviewError
from pipeline.terms.statement import Statement, StatementKind
from pipeline.terms.study import Direction, Study
from pipeline.writeup import wording
from pipeline.writeup.changes import changes_since
from pipeline.writeup.citations import citable, citation
from pipeline.writeup.claim_words import faults_of_words
from pipeline.writeup.claims import fault_of_support, grounds_of, plain_text
from pipeline.writeup.counts import UnknownCount, count
from pipeline.writeup.dossier import Dossier
from pipeline.writeup.figures import FIGURES
from pipeline.writeup.front_matter import FULL
from pipeline.writeup.lists import FINDING_PARTS, shown_finding, words_of
from pipeline.writeup.methods import METHODS
from pipeline.writeup.outcomes_of_selection import RESULTS
from pipeline.writeup.sayings import MARK, Sayings, named
from pipeline.writeup.tables import TABLES
from pipeline.writeup.template import Markdown, Said, Shown, Template, marked
from pipeline.writeup.values import UnknownValue, absent, find, quoted, said
from pipeline.writeup.votes import share_of_votes, votes_of

CHECKLISTS = ("prisma_2020", "prisma_2020_abstract", "prisma_s", "swim", "entreq", "prisma_scr")
"""The reporting checklists that come with the program (`writeup/checklists/*.yaml`)."""
EVIDENCE = "evidence"
"""The table that is made last, from the claims of the whole manuscript."""
SEE_OPEN, SEE_CLOSE = "\ue00e", "\ue00f"
"""Around what `Slots.see` refers to: private signs that documents do not take from any text."""
_GAP = Markdown("")
_RESTS_ON = (
    "Name what is there: a finding (finding:ID), a theme (theme:ID), a result (STUDY/RESULT), a "
    "value (STUDY/path), its quote (quote:STUDY/path), a count (n:KEY) or a reference (@KEY)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What another manuscript of the review has said: claims, their Markdown, statements."""

    claims: Mapping[str, Claim] = field(default_factory=dict)
    sentences: Mapping[str, str] = field(default_factory=dict)
    statements: Mapping[str, Statement] = field(default_factory=dict)


class Slots:
    """The slots of one manuscript: what they said, and what was wrong with them.

    `tables` and `figures` are those that were asked for; `asked` their lines.
    """

    def __init__(
        self, dossier: Dossier, template: Template, kind: str = FULL, known: Known | None = None
    ) -> None:
        self.kind = kind
        self.known = known or Known()
        self.sentences: dict[str, str] = {}
        self.dossier = dossier
        self.template = template
        self.names = citable(dossier)
        self.problems: list[Problem] = []
        self.sayings = Sayings(dossier, template)
        self.claims: dict[str, Claim] = {}
        self.tables: dict[str, Table] = {}
        self.figures: dict[str, Figure] = {}
        self.asked: dict[tuple[str, str], int] = {}
        template.claim = self.claim

    def fault(
        self, what: str, remedy: str, word: str = "", known: Collection[str] = ()
    ) -> Markdown:
        same = next((k for k in known if k.casefold() == word.casefold()), "")
        hint = f" Did you mean {same!r}?" if same else nearest(word, tuple(known))
        self.problems.append(
            Problem(
                place=Place(file=self.template.file, line=self.template.line()),
                what=f"{what}.{hint}" if word and hint else what,
                remedy=remedy,
                check="manuscript",
            )
        )
        return _GAP

    def n(
        self,
        key: str,
        one: str = "",
        many: str = "",
        *,
        words: bool = False,
        capital: bool = False,
        **parts: object,
    ) -> Markdown:
        """A count, with its noun when `one` is given."""
        with self.sayings.reading() as (dossier, read):
            try:
                k = count(dossier, key, **parts)
            except UnknownCount as unknown:
                known = ", ".join(unknown.known)
                return self.fault(unknown.what, f"Known are {known}", unknown.word, unknown.known)
        text = wording.in_words(k) if words or capital else wording.number(k)
        if one:
            text = wording.counted(k, one, many, words=words or capital)
        elif (words or capital) and not k:
            text = "none"
        id = named(f"n:{key}", parts)
        return self.sayings.number(id, wording.capital(text) if capital else text, read)

    def percent(self, key: str, *, of: str, places: int = 0) -> Markdown:
        with self.sayings.reading() as (dossier, read):
            try:
                part, whole = count(dossier, key), count(dossier, of)
            except UnknownCount as unknown:
                return self.fault(unknown.what, "See `n()`", unknown.word, unknown.known)
        if not whole:
            return self.fault(f"{of} is 0, so there is no share of it", "Say it in words instead")
        text = wording.percent(part, whole, places)
        return self.sayings.number(f"percent:{key}/{of}", text, read)

    def v(self, study: str, path: str, *, part: str = "", absent: bool = False) -> Markdown:
        """An extracted value in words."""
        return self._value(study, path, part, absent)

    def _value(self, id: str, path: str, part: str, may_be_absent: bool) -> Markdown:
        with self.sayings.reading() as (dossier, read):
            studies = dossier.review.studies
            study = studies.get(id)
            if study is None:
                return self.fault(f"there is no study {id!r}", "Write its id", id, studies)
            name = named(f"{id}/{path.strip('/')}", {"part": part} if part else {})
            return self._found(study, path, part, may_be_absent, name, read)

    def _found(
        self,
        study: Study,
        path: str,
        part: str,
        may_be_absent: bool,
        name: str,
        read: Mapping[str, None],
    ) -> Markdown:
        try:
            found = find(self.dossier.review, study, path)
            if found.answer.value is None and may_be_absent:
                return self.sayings.number(name, for_markdown(absent(found.answer)), read)
            if found.answer.value is None:
                return self.fault(
                    f"{study.id}: {path} has no value, it is {absent(found.answer)}",
                    "Leave the sentence out, or write `absent=True` to print why there is none",
                )
            return self.sayings.number(name, for_markdown(said(found, part)), read)
        except UnknownValue as unknown:
            there = f"There are {', '.join(unknown.known)}" if unknown.known else "Look at the file"
            return self.fault(unknown.what, there, unknown.word, unknown.known)

    def quote(self, study: str, path: str) -> Markdown:
        """The words of the first source of a value, with page and citation."""
        known = self.dossier.review.studies
        if study not in known:
            return self.fault(f"there is no study {study!r}", "Write its id", study, known)
        try:
            source = quoted(self.dossier.review, known[study], path)
        except UnknownValue as unknown:
            return self.fault(unknown.what, "Look at the file", unknown.word, unknown.known)
        if self.dossier.quotes_withheld:
            return Markdown(f"(quotation withheld) {citation([self.names.key(study) or study])}")
        if source is None:
            return self.fault(f"{study}: {path} has no quote", "Add `quote:` to its source")
        key = self.names.key(source.report or study)
        page = f", {for_markdown(source.page)}" if source.page else ""
        cited = f" {citation([key])[:-1]}{page}]" if key else ""
        text = f"\u201c{for_markdown(source.quote)}\u201d"
        self.sayings.say(StatementKind.QUOTE, f"quote:{study}/{path}", text, (f"{study}/{path}",))
        return Markdown(f"{text}{cited}")

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
        outcomes = [o.id for o in self.dossier.review.protocol.outcomes]
        if options.get("outcome") and options["outcome"] not in outcomes:
            outcome = options["outcome"]
            return self.fault(f"there is no outcome {outcome!r}", "Write its id", outcome, outcomes)
        with self.sayings.reading() as (dossier, read):
            try:
                table = maker.make(dossier, **options)
            except ReviewError as refusal:
                return self.fault(refusal.what, refusal.remedy)
        self.tables[table.id] = table
        self.sayings.table(table, read)
        return self._asked("table", table.id)

    def figure(self, word: str, **options: str) -> Markdown:
        """A figure, or one after the other the parts of one that needs several pages."""
        maker = FIGURES.get(word)
        if maker is None:
            return self.fault(
                f"there is no figure {word!r}", f"Known are {', '.join(FIGURES)}", word, FIGURES
            )
        wrong = [name for name in options if name != maker.option]
        if wrong:
            takes = f"It takes {maker.option}" if maker.option else "It takes none"
            return self.fault(f"the figure {word!r} takes no {wrong[0]!r}", takes)
        with self.sayings.reading() as (dossier, read):
            try:
                figures = maker.figures(dossier, **options)
            except ReviewError as refusal:
                return self.fault(refusal.what, refusal.remedy)
        for figure in figures:
            self.figures[figure.id] = figure
            self.sayings.figure(figure, read)
        return Markdown("\n\n".join(self._asked("figure", figure.id) for figure in figures))

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
            sections = ((f"## {m.heading}", self.methods(word)) for word, m in METHODS.items())
            return Markdown("\n\n".join(f"{head}\n\n{marked(text)}" for head, text in sections))
        if word not in METHODS:
            known = ", ".join(METHODS)
            return self.fault(f"there is no method {word!r}", f"Known are {known}", word, METHODS)
        with self.sayings.reading() as (dossier, read):
            text = METHODS[word].say(dossier, self.see)
        return self.sayings.sentence(f"methods:{word}", text, read)

    def results(self, word: str) -> Markdown:
        if word not in RESULTS:
            known = ", ".join(RESULTS)
            return self.fault(
                f"results says nothing of {word!r}", f"Known are {known}", word, RESULTS
            )
        with self.sayings.reading() as (dossier, read):
            text = RESULTS[word](dossier, self.see)
        return self.sayings.sentence(f"results:{word}", text, read)

    def changes(self, since: object) -> Markdown:
        """What is not as it was in an earlier edition, in paragraphs."""
        earlier = self.dossier.earlier
        known = {str(number): number for number in earlier}
        number = known.get(str(since))
        on = {e.number: e.on for e in self.dossier.review.editions}
        if number is None:
            there = f"Earlier are {', '.join(known)}" if known else "No edition is earlier"
            return self.fault(f"there is no earlier edition {str(since)!r}", there)
        return Markdown(changes_since(earlier[number], self.dossier, number, on[number]))

    def finding(self, id: str) -> Shown:
        """A finding: as text its statement with citations; its parts by name."""
        findings = self.dossier.synthesis.findings
        finding = findings.get(id)
        if finding is None:
            gap = self.fault(f"there is no finding {id!r}", "Write its id", id, findings)
            return Shown(gap, dict.fromkeys(FINDING_PARTS, gap))
        shown = shown_finding(finding, self.dossier)
        read = tuple(grounds_of(f"finding:{id}", self.dossier))
        text = self.sayings.sentence(f"finding:{id}", shown.text, read)
        counts = self.sayings.number(f"votes:{id}", str(shown.counts), read)
        return Shown(text, {**shown.parts, "counts": counts})

    def votes(self, id: str, *, short: bool = False) -> object:
        """`lower in 5 of 6 studies (83%, …)`; `short`: `5 of 6 studies`, as its authors read it."""
        if not short or id not in self.dossier.synthesis.findings:
            return self.finding(id).counts
        finding = self.dossier.synthesis.findings[id]
        told = share_of_votes(finding, votes_of(finding, self.dossier))
        if told is None:
            what = f"no studies are counted for the finding {id!r}"
            return self.fault(what, "Say it in words; only a direction of effect is counted")
        u, n = told
        read = grounds_of(f"finding:{id}", self.dossier)
        text = f"{wording.number(u)} of {wording.counted(n, 'study', 'studies')}"
        return self.sayings.number(f"votes:{id}[short]", text, read)

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
        if says and str(says) not in tuple(Direction):
            known = tuple(map(str, Direction))
            self.fault(f"there is no direction {says!r}", f"It says {', '.join(known)}")
            says = ""
        sound: list[str] = []
        for support in supports:
            what = fault_of_support(support, self.dossier, self.names)
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
        for what, remedy in faults_of_words(claim, self.dossier):
            self.fault(what, remedy)
        read = [name for support in sound for name in grounds_of(support, self.dossier)]
        for number in claim.numbers:
            read += self.sayings.statements[number].grounds
        self.sayings.say(StatementKind.CLAIM, id, text, dict.fromkeys(read))
        self.sentences[id] = Said(text, id, inline=False).marked
        return Markdown(self.sentences[id])

    def claim_again(self, id: str) -> Markdown:
        """The sentence of a claim of the full review, said here as well."""
        said = self.known.sentences.get(id) or self.sentences.get(id)
        if said is None:
            known = (*self.known.sentences, *self.sentences)
            return self.fault(f"there is no claim {id!r} to say again", "Write its id", id, known)
        for mark in (id, *(found[1] for found in MARK.finditer(said))):
            if mark in self.known.statements:
                self.sayings.repeat(self.known.statements[mark])
        return Markdown(said)

    def make_all_tables(self) -> None:
        """Every table that nobody asked for, for the files beside the document."""
        for word, maker in TABLES.items():
            if word not in self.tables:
                with self.sayings.reading() as (dossier, read):
                    table = maker.make(dossier)
                self.tables.setdefault(table.id, table)
                self.sayings.table(table, read, placed=False)

    def context(self) -> Mapping[str, object]:
        """Every word that a manuscript may use."""
        functions: dict[str, Callable[..., object]] = {
            "n": self.n,
            "percent": self.percent,
            "v": self.v,
            "quote": self.quote,
            "cite": self.cite,
            "table": self.table,
            "figure": self.figure,
            "methods": self.methods,
            "results": self.results,
            "changes": self.changes,
            "finding": self.finding,
            "votes": self.votes,
            "claim": self.claim_again,
            "checklist": self.checklist,
            "range": range,
        }
        return {**functions, **words_of(self.dossier, self.v, self.finding)}
