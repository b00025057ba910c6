"""What the prose of a manuscript may not do: type what the review counts or has extracted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pipeline.document.citations import cited_names
from pipeline.document.counts import KEYS, count
from pipeline.document.manuscript.claim_words import tells_how_many_found
from pipeline.document.manuscript.front_matter import FrontMatter
from pipeline.document.manuscript.slots import Slots
from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.protocol import TypedNumber
from pipeline.notation.stated_words import NUMBER_WORD, number_of, stated_numbers
from pipeline.snapshot import Snapshot
from pipeline.snapshot.dependencies import parts_of

_BLANKED = re.compile(
    r"<#.*?#>|\{\{.*?\}\}|\{%.*?%\}"  # comments and tags of the template
    r"|^(?:```|~~~).*?^(?:```|~~~)[^\n]*$|`[^`\n]+`"  # code
    r"|\]\([^()\s]*\)|<https?://[^>\s]*>|https?://\S+"  # where links lead to
    r"|\{(?:[#.]|[\w-]+=)[^{}\n]*\}|\[\[[^\[\]\n]*\]\]"  # names, attributes, placeholders
    r"|\[\^[^\]\s]+\]"  # footnote marks
    r"|\$\$.+?\$\$|(?<![\\$\w])\$(?=[^\s$])[^$\n]*?(?<=[^\s\\])\$(?!\d)",  # maths
    re.DOTALL | re.MULTILINE,
)
_CITATION = re.compile(r"\[[^\[\]]*@[^\[\]]*\]")
_BREAK = re.compile(r"\n[ \t]*\n|^(?=[ \t]*(?:[-*+]|\d+[.)]|#+|:)[ \t])", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.!?])[)\]\"'”’*_]*\s+(?=[\"'“‘*_(\[]*[A-Z0-9])")
_CLAIM = re.compile(r"\{%-?\s*claim\b(?P<words>.*?)-?%\}(?P<body>.*?)\{%-?\s*endclaim", re.DOTALL)
_QUOTED = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?)"
)
_LETTER_NAMES = (
    r"Parts?|Tables?|Figures?|Box(?:es)?|Sections?|Appendix|Appendices|Annex|Chapters?|Items?|"
    r"Stages?|Steps?|Phases?|Editions?|Versions?|Volumes?|Vol\.|No\.|Questions?|Elements?|Levels?|"
    r"Grades?|Lines?|Notes?"
)
_LET_THROUGH = re.compile(
    "|".join(
        (
            r"^[ \t]*\d+[.)](?=\s)",  # a numbered list
            rf"(?i:\b(?:{_LETTER_NAMES}))\s\d+[a-z]?(?:\.\d+)*(?:(?:\s?[-–,]\s?|\s(?:to|and|or)\s)\d+[a-z]?)*\b",
            rf"\b\d{{1,2}}\s{_MONTH}(?:\s\d{{4}})?|{_MONTH}\s\d{{1,2}}(?:,?\s\d{{4}})?\b",
            r"\b\d{4}[-/]\d{2}[-/]\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{4}\b",
            r"\b(?:1[5-9]|20)\d{2}(?:s\b|\b(?!,\d))(?:\s?[/–-]\s?\d{2,4}\b)?",  # years
            r"\bpp?\.\s?\d+(?:\s?[-–]\s?\d+)?",
            r"(?i:\b(?:aged?|ages|under|over|below|above|past|turn(?:s|ed|ing)?|until|from)"
            r"(?:\sof)?(?:\sthe\sage(?:\sof)?)?)\s"
            r"\d{1,2}(?:\s?(?:to|and|or|[-–])\s?\d{1,2})?(?![\d.,]*\d|\s?%|\s(?:of|in)\b)",
            r"\b\d{1,2}(?:\s?(?:to|[-–])\s?\d{1,2})?[\s-]years?\b(?:[\s-]olds?)?",
            r"\b9[059](?:\.\d)?\s?%\s(?:CI|confidence|credible|prediction)\b",
            # RoB 2, COVID-19; OR 2 and CI 2 are effects, not names
            r"\b(?!(?:OR|RR|HR|IRR|RD|ARR|NNTB?|NNH|MD|SMD|WMD|SD|SE|CI|CrI|IQR|AUC|ICC|BF|DF)\b)"
            r"[A-Za-z]*[A-Z][A-Za-z]*[A-Z][A-Za-z]*[\s-]\d+(?![\d.,]*\.\d)\b(?!\s?%)",
            r"\b(?=\w*[A-Za-z])\w*\d\w*\b",  # 2nd, H1, B12
        )
    ),
    re.MULTILINE,
)
COUNTED = {
    "study": ("included_studies", "context_studies", "new_studies", "previous_studies"),
    "trial": ("included_studies",),
    "cohort": ("included_studies",),
    "survey": ("included_studies",),
    "paper": ("included_reports",),
    "article": ("included_reports",),
    "report": (
        "included_reports",
        "reports_sought",
        "reports_not_retrieved",
        "reports_assessed",
        "reports_excluded",
        "reports_awaiting_classification",
    ),
    "record": (
        "records_identified",
        "records_kept",
        "records_screened",
        "records_excluded",
        "duplicates_removed",
    ),
    "reviewer": ("reviewers",),
    "source": ("sources", "other_sources"),
    "database": ("databases",),
    "register": ("registers",),
    "search": ("searches",),
    "duplicate": ("duplicates_removed",),
}
"""What the review counts, by the noun, and the counts that may be meant."""
_PLURALS = {"studies": "study", "searches": "search"}
_NOUN = "|".join([*_PLURALS, *(f"{noun}s?" for noun in COUNTED if noun not in ("study", "search"))])
_NOUN += "|study|search"
_IN_WORDS = re.compile(
    rf"\b(?P<word>{NUMBER_WORD})\b(?P<between>(?:\s[\w-]+){{0,2}}?)\s(?P<noun>{_NOUN})\b",
    re.IGNORECASE,
)
_ONLY = re.compile(r"\b(?:only|just|exactly|but)\s+\Z", re.IGNORECASE)
_NOUN_AFTER = re.compile(rf"(?:\s[\w-]+){{0,2}}?\s(?P<noun>{_NOUN})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A number in the prose: its line from 1, as it stands there, and what it counts if a noun of
    `COUNTED` follows. `cites` are the names that its sentence cites."""

    line: int
    text: str
    value: float
    noun: str
    cites: tuple[str, ...]


def typed_numbers(
    manuscript: str, allowed: Iterable[TypedNumber], is_background: Callable[[str], bool]
) -> Iterator[Typed]:
    """The numbers typed into `manuscript` that nothing lets through, in the order of the text.

    `is_background` says of a cited name whether it is background, not a study of the review: a
    number in a sentence (or a claim) that cites background alone is that of the background.
    """
    prose = _BLANKED.sub(_blank, manuscript)
    for exception in allowed:
        if exception.text.strip():
            words = r"\s+".join(map(re.escape, exception.text.split()))
            prose = re.sub(words, _blank, prose)
    claims = tuple(_claims(manuscript))
    for start, end in _passages(prose):
        yield from _in_passage(prose, start, end, claims, is_background)


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", "\ue00e", found.group())


def _claims(manuscript: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Where the body of each claim begins and ends, and the references that it rests on."""
    for claim in _CLAIM.finditer(manuscript):
        supports = (a or b for a, b in _QUOTED.findall(claim["words"]))
        names = tuple(s.removeprefix("@") for s in supports if s.startswith("@"))
        yield claim.start("body"), claim.end("body"), names


def _passages(prose: str) -> Iterator[tuple[int, int]]:
    """Paragraphs, items of lists and headings, as spans of `prose`."""
    start = 0
    for gap in _BREAK.finditer(prose):
        if prose[start : gap.start()].strip():
            yield start, gap.start()
        start = gap.end()
    if prose[start:].strip():
        yield start, len(prose)


def _in_passage(
    prose: str,
    start: int,
    end: int,
    claims: tuple[tuple[int, int, tuple[str, ...]], ...],
    is_background: Callable[[str], bool],
) -> Iterator[Typed]:
    passage = prose[start:end]
    # what is cited may hold figures (`[@x, p. 4]`), which are no numbers of the text
    bare = _CITATION.sub(_blank, passage)
    bare = _LET_THROUGH.sub(lambda m: _blank(m) if _has_figure(m.group()) else m.group(), bare)
    found = sorted(_hits(bare), key=lambda hit: hit[0])
    if not found:
        return
    bounds = [0, *(m.end() for m in _SENTENCE.finditer(passage)), len(passage)]
    sentences = [(a, b, _cites(passage[a:b])) for a, b in pairwise(bounds) if a < b]
    for at, text, value, noun in found:
        inside = next(names for a, b, names in reversed(sentences) if a <= at)
        claimed = [names for a, b, names in claims if a <= start + at < b]
        cites = tuple(dict.fromkeys((*inside, *(n for names in claimed for n in names))))
        cites = cites or _nearest_cites(at, sentences)
        if cites and all(map(is_background, cites)):
            continue
        line = prose.count("\n", 0, start + at) + 1
        yield Typed(line=line, text=text, value=value, noun=noun, cites=cites)


def _has_figure(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def _hits(bare: str) -> Iterator[tuple[int, str, float, str]]:
    for number in stated_numbers(bare):
        after = _NOUN_AFTER.match(bare, number.end)
        noun = _singular(after["noun"]) if after and not number.change else ""
        yield number.at, " ".join(number.text.split()), number.value, noun
    for words in _IN_WORDS.finditer(bare):
        if words["word"].lower() == "one" and not _ONLY.search(bare[: words.start()]):
            continue  # "in one study" tells studies apart, it does not count them
        yield (
            words.start(),
            " ".join(words.group().split()),
            number_of(words["word"]),
            _singular(words["noun"]),
        )


def _singular(noun: str) -> str:
    noun = noun.lower()
    return _PLURALS.get(noun) or (noun if noun in COUNTED else noun.removesuffix("s"))


def _cites(sentence: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name, _ in cited_names(sentence)))


def _nearest_cites(at: int, sentences: list[tuple[int, int, tuple[str, ...]]]) -> tuple[str, ...]:
    """What the next sentence that cites anything cites, else the last one before."""
    after = (names for a, _, names in sentences if a > at and names)
    before = (names for _, b, names in reversed(sentences) if b <= at and names)
    return next(after, None) or next(before, ())


def slots_for(typed: Typed, counts: Mapping[str, int]) -> str:
    """Which slot says the number that was typed, as far as it can be told, in words."""
    keys = [key for key in COUNTED.get(typed.noun, ()) if key in counts]
    same = [key for key in keys if counts[key] == typed.value]
    if same:
        return f'Write {{{{ n("{same[0]}", …) }}}} in its place'
    if keys:
        known = ", ".join(f"{key} is {counts[key]:,}" for key in keys)
        return f"No such count is {typed.value:g} ({known}); take it from {{{{ n(…) }}}}"
    return ""


def prose_outside_claims(manuscript: str) -> Iterator[tuple[int, str]]:
    """Each sentence of the prose that stands in no claim and cites nothing, with its line."""
    bare = _CLAIM.sub(_blank, manuscript)
    prose = _BLANKED.sub(_blank, bare)
    for start, end in _passages(prose):
        passage = prose[start:end]
        bounds = [0, *(m.end() for m in _SENTENCE.finditer(passage)), len(passage)]
        for a, b in pairwise(bounds):
            if not _cites(passage[a:b]):
                yield prose.count("\n", 0, start + a) + 1, passage[a:b]


_EXCEPTION = "; or list it under `typed_numbers:` (protocol or head of the manuscript) with its why"


def faults_of_prose(
    manuscript: str, file: str, front: FrontMatter, slots: Slots
) -> Iterator[Problem]:
    """Typed numbers (errors), and sentences that say how many studies outside of any claim."""
    snapshot = slots.snapshot
    allowed = (*snapshot.review.protocol.typed_numbers, *front.typed_numbers)
    of_the_review = {*snapshot.review.studies, *snapshot.ledger.studies}

    def is_background(name: str) -> bool:
        key = slots.names.key(name)
        return bool(key) and key not in of_the_review

    head = ((1, t) for t in _in_head(front, allowed))
    prose = typed_numbers(manuscript, allowed, is_background)
    for line, typed in (*head, *((t.line, t) for t in prose)):
        yield Problem(
            place=Place(file=file, line=line),
            what=f"the number {typed.text!r} is typed, so nothing keeps it true",
            remedy=_remedy(typed, slots) + _EXCEPTION,
            check="typed-number",
        )
    for line, sentence in prose_outside_claims(manuscript):
        words = tells_how_many_found(sentence)
        if words:
            yield Problem(
                place=Place(file=file, line=line),
                what=f"{words!r} is a count in words, and no claim carries it",
                remedy='Make the sentence a claim: {% claim "id", "finding:…" %}…{% endclaim %}',
                severity=Severity.WARNING,
                check="claim",
            )


def _in_head(front: FrontMatter, allowed: Iterable[TypedNumber]) -> Iterator[Typed]:
    """The numbers typed into the title and the subtitle of a manuscript."""
    for words in (front.title, front.subtitle):
        yield from typed_numbers(words, allowed, lambda _: False)


def _remedy(typed: Typed, slots: Slots) -> str:
    values = [path for name in typed.cites for path in _values(slots.snapshot, name, typed.value)]
    if values:
        study, _, path = values[0].partition("/")
        return f'Write {{{{ v("{study}", "{path}") }}}} in its place'
    told = slots_for(typed, _counts(slots.snapshot))
    if told:
        return told
    return (
        "Let a slot say it ({{ n(…) }}, {{ v(…) }}), or cite the background that it is from: "
        "[@key] of references.yaml"
    )


def _values(snapshot: Snapshot, name: str, number: float) -> Iterator[str]:
    """The paths of the extracted values of the study `name` that are, or hold, `number`."""
    study = snapshot.review.studies.get(name)
    for path, answer in parts_of(study) if study else ():
        value = answer.value
        held = value.values() if isinstance(value, Mapping) else (value,)
        if any(not isinstance(one, bool) and one == number for one in held):
            yield path


@lru_cache(maxsize=8)
def _counts(snapshot: Snapshot) -> Mapping[str, int]:
    return {key: count(snapshot, key) for key in KEYS}
