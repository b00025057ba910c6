"""Every sentence on the selection, on random histories, against a naive recount from the lines.

A history has searches on several days, votes, retrievals, duplicates, undoings, a stop and editions
in any order. Each sentence must be one template of the registry, and say what the recount gives.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pipeline.document.flow_sentences import flow
from pipeline.document.methods.finding_studies import duplicates
from pipeline.document.methods.selecting import retrieval
from pipeline.document.sentences.selection import not_retrieved
from pipeline.document.write_up import first_manuscript
from pipeline.model.decision import (
    Decision,
    Matched,
    Retrieval,
    Retrieved,
    Screened,
    Stage,
    Stopped,
    Verdict,
    Withdrawn,
)
from pipeline.model.protocol import Criterion, Protocol, Question, ScreeningPlan
from pipeline.model.review import Edition, Review
from pipeline.model.search import Search, SourceKind
from pipeline.snapshot import Snapshot
from pipeline.snapshot.settle import settle
from tests.document.recounted import DATABASES, OTHER, Recount
from tests.document.sentence_registry import (
    TEMPLATES,
    WORDS,
    _joined,
    _missing,
    _read,
    _sought,
    _unread,
    found_in,
    value,
)

HISTORIES = 400
FIRST = date(2016, 1, 1)
PROTOCOL = Protocol(
    title="A review",
    questions=(Question(id="q", text="What?"),),
    criteria=(Criterion(id="topic", label="Topic"),),
    screening=ScreeningPlan(reviewers=("ada",), reviewers_per_record=1),
)
KINDS = (SourceKind.DATABASE, SourceKind.REGISTER, SourceKind.WEBSITE)
_FLOW = tuple(TEMPLATES)[: list(TEMPLATES).index("all duplicates")]
_METHODS = tuple(TEMPLATES)[list(TEMPLATES).index("all duplicates") :]
_SECTIONS = (
    (duplicates, _METHODS),
    (retrieval, tuple(n for n in _METHODS if n not in ("not obtained", "in vain"))),
    (not_retrieved, ("none sought", "not obtained", "in vain")),
)
_OTHER_SENTENCES = re.compile(
    r"One pair .*|\w+ pairs? .*|No pair .*|That duplicates .*|The record that came in .*|"
    r"The logs say .*|For \w+ reports? .*|Every record stands as .*|\w+ records? stands? elsewhere"
    r".*|Since edition \d+, (?:no study joined|\w+ stud).*|Duplicate records were found .*",
    re.IGNORECASE,
)
"""Sentences that other tests hold: on pairs, places, and what moved since an edition."""


@dataclass
class Tried:
    sentences: int = 0
    templates: Counter[str] = field(default_factory=Counter)


def history(chance: random.Random) -> Review:
    """A review of at most twelve records, with everything that can happen to them on ten days."""
    searches, entries = [], {}
    for n in range(chance.randint(0, 4)):
        day = chance.choice((0, 0, 3, 6))
        on = FIRST + timedelta(days=day)
        kind = chance.choice(KINDS)
        id = f"s{n}"
        searches.append(
            Search(
                id=id,
                source=f"{kind} {chance.randint(1, 2)}",
                kind=kind,
                searched_on=on,
                ingested_on=on,
                sequence=n,
                export=f"{id}.ris",
                sha256="0" * 64,
            )
        )
        entries[id] = tuple(f"{id}:{k:04d}" for k in range(1, 1 + chance.randint(0, 3)))
    searches.sort(key=lambda s: (s.ingested_on, s.id))
    entries = {s.id: entries[s.id] for s in searches}
    came = {r: (s.ingested_on - FIRST).days for s in searches for r in entries[s.id]}
    made: list[Decision] = []

    def say(kind: type, day: int, who: str = "ada", **said: object) -> None:
        at = datetime(2016, 1, 1, 9, tzinfo=UTC) + timedelta(days=day, seconds=len(made))
        made.append(kind(id=f"d{len(made)}", at=at, reviewer=who, **said))

    records = list(came)
    for n, record in enumerate(records):
        day = came[record]
        if n and chance.random() < 0.2:
            first = chance.choice(records[:n])
            if not any(isinstance(d, Matched) and d.record == first for d in made):
                say(Matched, day, "automation", record=record, duplicate_of=first, same=True)
                continue
        for _ in range(chance.randint(0, 5)):
            day = min(9, day + chance.choice((0, 0, 1, 3)))
            _step(say, record, day, chance, made)
    if searches and chance.random() < 0.3:
        ids = tuple(s.id for s in searches if s.ingested_on == FIRST)
        say(
            Stopped,
            chance.randint(1, 8),
            stage=Stage.TITLE_ABSTRACT,
            searches=ids,
            reason="enough was found",
        )
    days = sorted(chance.sample(range(1, 9), chance.choice((0, 1, 1, 2))))
    return Review(
        slug="sample",
        protocol=PROTOCOL,
        searches=tuple(searches),
        entries=entries,
        decisions=tuple(made),
        editions=tuple(
            Edition(number=n, on=FIRST + timedelta(days=day)) for n, day in enumerate(days, 1)
        ),
    )


def _step(say, record: str, day: int, chance: random.Random, made: list[Decision]) -> None:
    mine = [d for d in made if getattr(d, "record", "") == record]
    kind = chance.random()
    if mine and kind < 0.12:
        say(Withdrawn, day, undoes=mine[-1].id)
    elif kind < 0.55:
        verdict = chance.choice((Verdict.INCLUDE, Verdict.INCLUDE, Verdict.EXCLUDE))
        _vote(say, record, day, Stage.TITLE_ABSTRACT, verdict)
    elif kind < 0.75:
        say(Retrieved, day, record=record, outcome=chance.choice(tuple(Retrieval)))
    else:
        verdict = chance.choice((Verdict.INCLUDE, Verdict.EXCLUDE))
        _vote(say, record, day, Stage.FULL_TEXT, verdict)


def _vote(say, record: str, day: int, stage: Stage, verdict: Verdict) -> None:
    reason = "topic" if verdict is Verdict.EXCLUDE else ""
    say(Screened, day, record=record, stage=stage, verdict=verdict, reason=reason)


def held(text: str, recount: Recount, names: tuple[str, ...], arm: str, tried: Tried) -> None:
    """Each sentence of `text` is one template of `names` and says what the recount gives."""
    for sentence in re.split(r"(?<=\.)\s+", text.strip()):
        plain = sentence.rstrip(".")
        if not plain or _OTHER_SENTENCES.fullmatch(plain):
            continue
        found = found_in(plain, names)
        assert found is not None, f"no template says {sentence!r}"
        name, match = found
        tried.sentences += 1
        tried.templates[name] += 1
        said = [value(group) for group in match.groups()]
        wanted = wanted_of(name, recount, arm, said)
        assert said == wanted, f"{sentence!r} ({name}): {said}, recounted {wanted}"


def wanted_of(name: str, r: Recount, arm: str, said: list[object]) -> list[object]:
    told = list(TEMPLATES[name].recount(r))
    if told == ["left"]:
        return [r.n(arm, ("not screened",), range(2))]
    if told == ["awaits"]:
        return [r.n(arm, ("awaiting screening",), range(2))]
    if told[:1] == ["joined"]:
        return [sum(_joined(r, arm, step) for step in (1, 2, 3)), told[1]]
    if told == ["reports excluded"]:
        return [r.n(arm, ("excluded on full text",), range(4))]
    if told == ["reports"]:
        sought, read = _sought(r, arm), _read(r, arm)
        whole = read == sought and read > 0 and not _joined(r, arm, 3)
        return [
            sought or None,
            (_missing(r, arm) or None) if sought else None,
            sought if whole and sought > 1 else None,
            read if read and not whole else None,
            _unread(r, arm) or None,
        ]
    before = r.before.number if r.before else None
    gone = len(set(r.studies(r.before.on)) - set(r.studies(r.day))) if r.before else 0
    if told == ["gone"]:
        return [gone or None, before if gone else None]
    if name == "included":
        studies, reports, new = told[:3]
        return [studies, reports, new, before, gone or None, before if gone else None, None, None]
    assert len(told) == len(said), name
    return told


def see(_: str) -> str:
    return ""


def snapshot_of(review: Review, day: date | None) -> Snapshot:
    earlier = {
        e.number: Snapshot(review=review, ledger=settle(review, e.on), records={})
        for e in review.editions
        if day is None or e.on < day
    }
    return Snapshot(review=review, ledger=settle(review, day), records={}, earlier=earlier)


def try_one(review: Review, tried: Tried) -> None:
    for day in (None, *(e.on for e in review.editions)):
        recount = Recount(review, day)
        snapshot = snapshot_of(review, day)
        text = flow(snapshot, see)
        first, *others = text.split("\n\n")
        second = others[0] if len(others) > 1 else ""
        if len(others) == 1 and not any(recount.arm(r) == DATABASES for r in recount.entered):
            # without databases the first paragraph may be that of other methods
            second, first = (first, "") if "By other methods" in first else (second, first)
        held(first, recount, _FLOW, DATABASES, tried)
        held(second, recount, _FLOW, OTHER, tried)
        held(others[-1] if others else "", recount, _FLOW, DATABASES, tried)
        for say, names in _SECTIONS:
            paragraph = say(snapshot, see).split("\n\n")[-1]
            held(paragraph, recount, names, DATABASES, tried)


def test_every_sentence_says_what_is_recounted_and_every_template_is_exercised(
    record_property: Any,
) -> None:
    tried = Tried()
    for seed in range(HISTORIES):
        review = history(random.Random(seed))
        try:
            try_one(review, tried)
        except AssertionError as fault:
            raise AssertionError(f"history {seed}: {fault}") from fault
    never = set(TEMPLATES) - set(tried.templates)
    record_property("sentences", tried.sentences)
    assert tried.sentences > 10 * HISTORIES
    assert never == set()


def test_a_wrong_number_in_a_sentence_is_noticed() -> None:
    """The check itself fails where a sentence says one record more than there is."""
    review = next(
        r
        for r in map(history, map(random.Random, range(HISTORIES)))
        if "were identified" in flow(snapshot_of(r, None), see)
    )
    text = flow(snapshot_of(review, None), see).split("\n\n")[0]
    number = re.search(r"(\w+) records were identified", text)
    assert number is not None
    other = WORDS[WORDS.index(number[1].lower()) + 1].capitalize()
    wrong = text.replace(f"{number[1]} records were identified", f"{other} records were identified")
    try:
        held(wrong, Recount(review), _FLOW, DATABASES, Tried())
    except AssertionError:
        return
    raise AssertionError("a wrong number went unnoticed")


@pytest.mark.parametrize(
    ("studies", "reviewers", "kind"),
    [
        (0, ("ada",), SourceKind.DATABASE),
        (1, ("ada",), SourceKind.DATABASE),
        (2, ("ada", "ben", "cai"), SourceKind.DATABASE),
        (60, ("ada", "ben"), SourceKind.DATABASE),
        (3, ("ada", "ben"), SourceKind.WEBSITE),
    ],
)
def test_a_whole_document_counts_its_studies(
    case: Any, studies: int, reviewers: tuple[str, ...], kind: SourceKind
) -> None:
    """The first manuscript of a review with none, one, two or many studies, whoever screened."""
    case.plan(reviewers=reviewers, reviewers_per_record=len(reviewers))
    for record in case.search("db-1", studies + 1, kind=kind)[:studies]:
        case.vote(record, "include", *reviewers)
        case.vote(record, "include", *reviewers, full=True)
        case.study(record, record, extracted_by="ada")
    written = case.write(first_manuscript())
    words = WORDS[studies] if studies < len(WORDS) else str(studies)
    noun = "study" if studies == 1 else "studies"
    told = f"{words} {noun} with {words} report{'s' * (studies != 1)}" if studies else "No study is"
    assert told.lower() in written.prose.lower()
    people = {1: "One person", 2: "Two people", 3: "Three people"}[len(reviewers)]
    assert (f"{people} took part" in written.prose) == bool(studies)
    assert len(written.tables["characteristics"].rows) == studies
    assert "the search log names no bibliographic database" in written.prose.lower() or (
        kind is SourceKind.DATABASE
    )
