"""The quotes of a study held against the pages of its reports."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.extraction.quotes import Fit, Pages, QuoteMatch
from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.study import Part, PdfText, Source, Study, StudySummary

_NAMED = re.compile(
    r"(?:\b(?:pages?|pp?|S)\b\.?\s*|\A\s*)"
    r"([A-Za-z]?\d{1,6}(?:\s*(?:[-\u2013\u2014,;&]|and|to)\s*[A-Za-z]?\d{1,6})*)(?![\w.])",
    re.IGNORECASE,
)
_RANGE = re.compile(r"([A-Za-z]?)(\d+)(?:\s*(?:[-\u2013\u2014]|to)\s*([A-Za-z]?)(\d+))?")
_LONGEST_RANGE = 60


def pages_named(page: str) -> tuple[str, ...]:
    """The page numbers in what a source says: `pp. 345-7` names 345, 346 and 347.

    `table 2`, `abstract` and the like name none.
    """
    named: list[str] = []
    for match in _NAMED.finditer(page):
        for letter, first, _, last in _RANGE.findall(match.group(1)):
            end = first[: -len(last)] + last if last and len(last) < len(first) else last or first
            count = min(int(end) - int(first), _LONGEST_RANGE)
            named += [f"{letter}{int(first) + n}".lower() for n in range(max(count, 0) + 1)]
    return tuple(dict.fromkeys(named))


def printed_numbers(pages: Sequence[str]) -> tuple[str, ...]:
    """The number that is printed at the head or foot of each page, "" where none is found.

    Numbers that rise by one from page to page are page numbers: the commonest distance between
    number and place counts, if at least half of the pages (and two) have it.
    """
    distances: Counter[int] = Counter()
    for index, page in enumerate(pages):
        lines = [line for line in page.splitlines() if line.strip()]
        edges = " ".join([*lines[:2], *lines[2:][-2:]])
        distances.update({int(n) - index for n in re.findall(r"(?<![\d.])\d{1,6}(?![\d.])", edges)})
    best = max(distances.items(), key=lambda found: (found[1], found[0]), default=(0, 0))
    if best[1] < max(2, len(pages) / 2):
        return ("",) * len(pages)
    return tuple(str(best[0] + index) if best[0] + index > 0 else "" for index in range(len(pages)))


CHECK = "quotes"  # the name under which `review check` runs these

_STANDS = (Fit.WHOLE, Fit.IN_PIECES)
_LEAST_QUOTE = 3  # letters or digits; less proves nothing


class ReportText:
    """What of a report can be searched: the pages of its PDF, and the abstract as exported.

    `read` gives the pages of the file with the hash `sha256`, and is called when a quote needs it;
    None where there is no file.
    """

    def __init__(
        self, *, read: Callable[[], PdfText] | None = None, sha256: str = "", abstract: str = ""
    ) -> None:
        self._read = read
        self.sha256 = sha256
        self.abstract = abstract

    @cached_property
    def pdf(self) -> PdfText | None:
        return self._read() if self._read is not None else None

    @cached_property
    def pages(self) -> Pages | None:
        readable = self.pdf is not None and not self.pdf.fault
        return Pages(self.pdf.pages) if readable and self.pdf is not None else None

    @cached_property
    def summary(self) -> Pages | None:
        return Pages([self.abstract]) if self.abstract else None

    @cached_property
    def printed(self) -> tuple[str, ...]:
        """The printed number of each page: the file's own, else those at its edges."""
        pdf = self.pdf
        if pdf is None:
            return ()
        by_place = tuple(str(n + 1) for n in range(len(pdf.pages)))
        if any(pdf.labels) and pdf.labels != by_place:
            return pdf.labels
        return printed_numbers(pdf.pages)

    def name_of(self, page: int) -> str:
        """`page 347 (page 3 of the file)`, or `page 3 of the file` where nothing is printed."""
        printed = self.printed[page] if page < len(self.printed) else ""
        place = f"{page + 1} of the file"
        odd = printed and printed != str(page + 1)
        return f"page {printed} (page {place})" if odd else f"page {place}"

    def meant(self, named: tuple[str, ...]) -> Mapping[int, bool]:
        """The pages that `named` may mean, and whether it is their printed number."""
        meant: dict[int, bool] = {}
        for page in range(len(self.pdf.pages) if self.pdf else 0):
            if self.printed[page].lower() in named:
                meant[page] = True
            elif str(page + 1) in named:
                meant[page] = False
        return meant


TextOf = Callable[[str], ReportText | None]
"""The text of a report by its record id; None where nothing of it is at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteVerdict:
    """How a quote stands in its report, whether on the page that is named, and that in words."""

    fit: Fit
    on_page: bool = True
    said: str

    @property
    def sound(self) -> bool:
        return self.on_page and self.fit in _STANDS


def sources_of(study: Study) -> tuple[Source, ...]:
    """Every source of a study, each line of the file once, in the order of the file."""
    top = Part(id="", answers=study.answers, parts=study.parts, place=study.place)
    found: dict[tuple[Source, Place | None], None] = {}
    for part in (top, *study.appraisals.values()):
        for source in _sources(part):
            found.setdefault((source, source.place))
    return tuple(source for source, _ in found)


def quote_problems(study: StudySummary, text_of: TextOf) -> Iterator[Problem]:
    """Quotes that do not stand where they are said to, and files that cannot be looked into.

    What is not at hand (PDFs are not in the repository) is no fault and is passed over.
    """
    told: set[str] = set()
    for source in study.sources:
        report = text_of(source.report) if source.report else None
        if report is None:
            continue
        place = source.place or study.place
        read_from = source.file_sha256.lower()
        if read_from and report.sha256 and read_from != report.sha256:
            yield _changed(place, source.report)
        if source.report not in told:
            told.add(source.report)
            yield from _about_file(study, source.report, report)
        if source.quote:
            yield from _about_quote(source, place, report)


def unchecked_quotes(study: StudySummary, text_of: TextOf) -> int:
    """How many quotes of `study` stand in files that are not at hand or have no text."""
    return sum(
        bool(source.quote) and verdict_on(source, text_of(source.report)) is None
        for source in study.sources
    )


def verdict_on(source: Source, report: ReportText | None) -> QuoteVerdict | None:
    """Where the quote of `source` stands in `report`; None where nothing can be looked into."""
    if report is None or not source.quote:
        return None
    of_abstract = report.summary.find(source.quote) if report.summary else None
    in_abstract = of_abstract is not None and of_abstract.fit in _STANDS
    from_abstract = "abstract" in source.page.casefold()
    of_pages = report.pages.find(source.quote) if report.pages and not from_abstract else None
    if of_abstract is not None and in_abstract and (of_pages is None or not of_pages.pages):
        said = "stands in the abstract as it was exported"
        return QuoteVerdict(fit=of_abstract.fit, said=said)
    if report.pages is not None:
        return _in_pages(source, report, of_pages or report.pages.find(source.quote))
    if from_abstract and of_abstract is not None:
        return _not_there(of_abstract, "the abstract as it was exported")
    return None


def _in_pages(source: Source, report: ReportText, found: QuoteMatch) -> QuoteVerdict:
    if found.fit not in _STANDS:
        at = f" on {report.name_of(min(found.pages))}" if found.pages else ""
        return _not_there(found, f"its PDF{at}")
    names = ", ".join(report.name_of(page) for page in sorted(found.pages)[:4])
    named = pages_named(source.page)
    if not named:
        return QuoteVerdict(fit=found.fit, said=f"stands on {names}")
    hits = [how for page, how in report.meant(named).items() if page in found.pages]
    if not hits:
        said = f"stands on {names}, not on page {', '.join(named[:4])}"
        return QuoteVerdict(fit=found.fit, on_page=False, said=said)
    how = "by the printed number" if any(hits) else "counted in the file"
    return QuoteVerdict(fit=found.fit, said=f"stands on {names}, {how}")


def _not_there(found: QuoteMatch, where: str) -> QuoteVerdict:
    if found.fit is Fit.NEARLY:
        said = f"stands only nearly so in {where}: “{found.words}”"
    else:
        said = f"does not stand in {where}"
    return QuoteVerdict(fit=found.fit, said=said)


def _about_quote(source: Source, place: Place, report: ReportText) -> Iterator[Problem]:
    shown = source.quote if len(source.quote) <= 60 else source.quote[:59] + "…"
    if sum(map(str.isalnum, source.quote)) < _LEAST_QUOTE:
        what, remedy = f"the quote “{shown}” is too short to be found", "Quote a few words more"
        yield Problem(place=place, what=what, remedy=remedy, severity=Severity.WARNING, check=CHECK)
        return
    verdict = verdict_on(source, report)
    if verdict is None or verdict.sound:
        return
    remedy = "Look the words up again, and copy them as they are printed"
    yield Problem(
        place=place,
        what=f"the quote “{shown}” {verdict.said}",
        remedy=remedy if verdict.on_page else "Correct `page:`",
        severity=Severity.ERROR if verdict.fit is Fit.NOWHERE else Severity.WARNING,
        check=CHECK,
    )


def _about_file(study: StudySummary, name: str, report: ReportText) -> Iterator[Problem]:
    expected = study.files.get(name)
    if expected and report.sha256 and expected != report.sha256:
        yield _changed(study.place, name)
    is_quoted = any(s.quote and s.report == name for s in study.sources)
    if is_quoted and report.pdf is not None and report.pdf.fault:
        yield Problem(
            place=study.place,
            what=f"no quote from {name} can be held against its file: {report.pdf.fault}",
            remedy="Put a PDF with text into fulltexts/, or check these quotes by eye",
            severity=Severity.WARNING,
            check=CHECK,
        )


def _changed(place: Place, report: str) -> Problem:
    return Problem(
        place=place,
        what=f"the PDF of {report} is not the one that was read: pages may have moved",
        remedy="Look the pages up again, then write the SHA-256 of the present file",
        severity=Severity.WARNING,
        check=CHECK,
    )


def _sources(part: Part) -> Iterator[Source]:
    yield from part.sources
    for answer in part.answers.values():
        yield from answer.sources
    for entries in part.parts.values():
        for entry in entries:
            yield from _sources(entry)
