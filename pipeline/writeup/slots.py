"""The words that a manuscript may use between double braces, each a function or a list.

A slot that cannot be filled is a problem with its line; the text goes on, so that one build tells
every fault.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from pipeline.notation.safe_text import for_markdown
from pipeline.notation.typed import nearest
from pipeline.terms.document import Figure, Table
from pipeline.terms.finding import Claim
from pipeline.terms.problem import Place, Problem, ReviewError
from pipeline.writeup import wording
from pipeline.writeup.citations import citable, citation
from pipeline.writeup.claims import fault_of_support, plain_text
from pipeline.writeup.counts import UnknownCount, count
from pipeline.writeup.dossier import Dossier
from pipeline.writeup.figures import FIGURES
from pipeline.writeup.lists import FINDING_PARTS, shown_finding, words_of
from pipeline.writeup.methods import METHODS, all_methods
from pipeline.writeup.outcomes_of_selection import RESULTS
from pipeline.writeup.tables import TABLES
from pipeline.writeup.template import Markdown, Shown, Template
from pipeline.writeup.values import UnknownValue, absent, find, quoted, said

EVIDENCE = "evidence"
"""The table that is made last, from the claims of the whole manuscript."""
SEE_OPEN, SEE_CLOSE = "\ue00e", "\ue00f"
"""Around what `Slots.see` refers to: private signs that documents do not take from any text."""
_GAP = Markdown("")
_RESTS_ON = (
    "Name a finding (finding:ID), a result (STUDY/RESULT), a value (STUDY/path), a count (n:KEY) "
    "or a reference (@KEY) that is there"
)


class Slots:
    """The slots of one manuscript: what they said, and what was wrong with them.

    `tables` and `figures` are those that were asked for; `asked` their lines.
    """

    def __init__(self, dossier: Dossier, template: Template) -> None:
        self.dossier = dossier
        self.template = template
        self.names = citable(dossier)
        self.problems: list[Problem] = []
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
        try:
            k = count(self.dossier, key, **parts)
        except UnknownCount as unknown:
            known = ", ".join(unknown.known)
            return self.fault(unknown.what, f"Known are {known}", unknown.word, unknown.known)
        text = wording.in_words(k) if words or capital else wording.number(k)
        if one:
            text = wording.counted(k, one, many, words=words or capital)
        elif (words or capital) and not k:
            text = "none"
        return Markdown(wording.capital(text) if capital else text)

    def percent(self, key: str, *, of: str, places: int = 0) -> Markdown:
        try:
            part, whole = count(self.dossier, key), count(self.dossier, of)
        except UnknownCount as unknown:
            return self.fault(unknown.what, "See `n()`", unknown.word, unknown.known)
        if not whole:
            return self.fault(f"{of} is 0, so there is no share of it", "Say it in words instead")
        return Markdown(wording.percent(part, whole, places))

    def v(self, study: str, path: str, *, part: str = "", absent: bool = False) -> Markdown:
        """An extracted value in words."""
        return self._value(study, path, part, absent)

    def _value(self, id: str, path: str, part: str, may_be_absent: bool) -> Markdown:
        studies = self.dossier.review.studies
        study = studies.get(id)
        if study is None:
            return self.fault(f"there is no study {id!r}", "Write its id", id, studies)
        try:
            found = find(self.dossier.review, study, path)
            if found.answer.value is None and may_be_absent:
                return Markdown(for_markdown(absent(found.answer)))
            if found.answer.value is None:
                return self.fault(
                    f"{id}: {path} has no value, it is {absent(found.answer)}",
                    "Leave the sentence out, or write `absent=True` to print why there is none",
                )
            return Markdown(for_markdown(said(found, part)))
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
        if source is None:
            return self.fault(f"{study}: {path} has no quote", "Add `quote:` to its source")
        key = self.names.key(source.report or study)
        page = f", {for_markdown(source.page)}" if source.page else ""
        cited = f" {citation([key])[:-1]}{page}]" if key else ""
        return Markdown(f"\u201c{for_markdown(source.quote)}\u201d{cited}")

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
        try:
            table = maker.make(self.dossier, **options)
        except ReviewError as refusal:
            return self.fault(refusal.what, refusal.remedy)
        self.tables[table.id] = table
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
        try:
            figures = maker.figures(self.dossier, **options)
        except ReviewError as refusal:
            return self.fault(refusal.what, refusal.remedy)
        self.figures.update({figure.id: figure for figure in figures})
        return Markdown("\n\n".join(self._asked("figure", figure.id) for figure in figures))

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
            return Markdown(all_methods(self.dossier, self.see))
        if word not in METHODS:
            known = ", ".join(METHODS)
            return self.fault(f"there is no method {word!r}", f"Known are {known}", word, METHODS)
        return Markdown(METHODS[word].say(self.dossier, self.see))

    def results(self, word: str) -> Markdown:
        if word not in RESULTS:
            known = ", ".join(RESULTS)
            return self.fault(
                f"results says nothing of {word!r}", f"Known are {known}", word, RESULTS
            )
        return Markdown(RESULTS[word](self.dossier, self.see))

    def finding(self, id: str) -> Shown:
        """A finding: as text its statement with citations; its parts by name."""
        findings = self.dossier.synthesis.findings
        finding = findings.get(id)
        if finding is None:
            gap = self.fault(f"there is no finding {id!r}", "Write its id", id, findings)
            return Shown(gap, dict.fromkeys(FINDING_PARTS, gap))
        return shown_finding(finding, self.dossier)

    def votes(self, id: str) -> object:
        return self.finding(id).counts

    def claim(self, *words: object, text: Markdown) -> Markdown:
        """Notes a claim and its supports; its text goes into the document as it stands."""
        id, *supports = [str(word) for word in words]
        if id in self.claims:
            first = self.claims[id].place.line
            self.fault(f"there are two claims {id!r}, the first in line {first}", "Rename one")
        if not supports:
            self.fault(f"the claim {id!r} rests on nothing", "Name what it rests on after its id")
        if "\n\n" in text.strip():
            self.fault(f"the claim {id!r} goes over several paragraphs", "Make it one or several")
        sound: list[str] = []
        for support in supports:
            what = fault_of_support(support, self.dossier, self.names)
            if what:
                self.fault(f"the claim {id!r} rests on what is not there: {what}", _RESTS_ON)
            else:
                sound.append(support)
        place = Place(file=self.template.file, line=self.template.line())
        self.claims[id] = Claim(id=id, text=plain_text(text), supports=tuple(sound), place=place)
        return text

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
            "finding": self.finding,
            "votes": self.votes,
            "range": range,
        }
        return {**functions, **words_of(self.dossier, self.v, self.finding)}
