"""Duplicates of a review: merged by rule, put to people, undone; one line a decision."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from pipeline.cli.console import bold, counted, progress, safe, say, say_json, tell
from pipeline.duplicates.comparable.titles import plain_words
from pipeline.duplicates.engines import Engine
from pipeline.duplicates.plan import Pair
from pipeline.model.decision import Decision, Matched, Withdrawn
from pipeline.model.problem import ReviewError
from pipeline.model.record import Record
from pipeline.model.undoing import effective
from pipeline.sessions.named_records import known_records
from pipeline.sessions.pairs import (
    METHOD,
    PairsFound,
    decide_pair,
    find_pairs,
    merge_by_rule,
    record_ids,
)
from pipeline.snapshot.settle import settle
from pipeline.store import open_review
from pipeline.store.files import reviewer_name

_ABSTRACT = 400


def side_by_side(a: Record, b: Record, width: int = 0) -> str:
    """Field by field, `=` where both say the same, `≠` where they differ, blank where one is
    silent; cut into lines of `width` (0: the terminal's)."""
    width = width or min(160, max(60, shutil.get_terminal_size((100, 24)).columns))
    column = (width - 17) // 2
    lines = []
    for label, x, y in _fields(a, b):
        if not x and not y:
            continue
        same = plain_words(x) == plain_words(y)
        mark = " " if not x or not y or label == "record" else "=" if same else "≠"
        left = textwrap.wrap(safe(x), column) or [""]
        right = textwrap.wrap(safe(y), column) or [""]
        for i, (x_line, y_line) in enumerate(zip_longest(left, right, fillvalue="")):
            head = f"{label:<11} {mark}" if i == 0 else " " * 13
            lines.append(f"{head} {x_line:<{column}}  {y_line}".rstrip())
    return "\n".join(lines)


def _fields(a: Record, b: Record) -> Iterator[tuple[str, str, str]]:
    yield "record", a.id, b.id
    yield "title", a.title, b.title
    yield "authors", "; ".join(map(str, a.author)), "; ".join(map(str, b.author))
    yield "year", str(a.issued or ""), str(b.issued or "")
    yield "in", a.container_title, b.container_title
    yield "volume", a.volume, b.volume
    yield "issue", a.issue, b.issue
    yield "pages", a.page, b.page
    yield "DOI", a.doi, b.doi
    yield "PubMed", a.pmid, b.pmid
    yield "type", a.type, b.type
    yield "abstract", a.abstract[:_ABSTRACT], b.abstract[:_ABSTRACT]


_SHOWN = 20


def merge_and_list(review: str, engine: Engine, as_json: bool) -> int:
    """Writes the sure merges and lists what is doubtful."""
    looked = _look(review, engine)
    merged = merge_by_rule(looked)
    return _list(looked, merged, as_json)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a look for duplicates came to: merges written now, duplicates in all, doubtful pairs."""

    now: int
    duplicates: int
    doubtful: int


def merge_now(review: str, engine: Engine, since: int = 0) -> Merged:
    """Writes the sure merges and says nothing; asked for by other verbs.

    With `since`, so many records that came in first were compared with each other earlier.
    """
    looked = _look(review, engine, since)
    merged = merge_by_rule(looked)
    return Merged(
        now=len(merged), duplicates=looked.found.duplicates, doubtful=len(looked.found.ask)
    )


def _look(review: str, engine: Engine, since: int = 0) -> PairsFound:
    with progress("Reading exports") as tick:
        return find_pairs(open_review(review, tick=tick), engine, since)


def list_pairs(review: str, engine: Engine, as_json: bool) -> int:
    """Lists what would be merged and what is doubtful; writes nothing."""
    return _list(_look(review, engine), None, as_json)


def ask_in_turn(review: str, engine: Engine, reviewer: str, as_json: bool) -> int:
    """Writes the sure merges, then puts each doubtful pair to `reviewer`."""
    name = reviewer_name(reviewer)
    looked = _look(review, engine)
    merged = merge_by_rule(looked)
    say(f"{counted(len(merged), 'duplicate')} merged by rule.")
    pairs = looked.found.ask
    if not pairs:
        say("No pair is doubtful.")
        say(f"Next: review status {looked.folder.slug}")
        return 0
    done: list[Decision] = []
    settled: set[int] = set()
    at = 0
    while at < len(pairs):
        pair = pairs[at]
        a, b = looked.ids[pair.a], looked.ids[pair.b]
        records = looked.folder.as_read
        say()
        say(bold(f"Pair {at + 1} of {len(pairs)}") + f"   doubt {pair.doubt:.2f}")
        say(side_by_side(records[a], records[b]))
        say(f"Why: {pair.reason}")
        word = _answer()
        if word == "q":
            break
        if word == "k":
            at += 1
        elif word == "u":
            if not done:
                say("There is nothing to undo yet.")
                continue
            last = done.pop()
            looked.folder.append(name, Withdrawn, undoes=last.id)
            at = next(i for i in range(at - 1, -1, -1) if i in settled)
            settled.discard(at)
            say("Taken back.")
        else:
            done.append(decide_pair(looked.folder, name, a, b, word == "s", word == "t"))
            settled.add(at)
            at += 1
    left = len(pairs) - len(done)
    say(f"{counted(len(done), 'pair')} decided, {left:,} left.")
    say(f"Next: review {'dedupe' if left else 'status'} {looked.folder.slug}")
    return 0


def _answer() -> str:
    words = {"same": "s", "different": "d", "study": "t", "skip": "k", "undo": "u", "quit": "q"}
    while True:
        try:
            said = input("s same · d different · t same study · k skip · u undo · q quit: ")
        except EOFError:
            say()
            return "q"
        word = said.strip().lower()
        word = words.get(word, word)
        if word in words.values():
            return word
        say("Please answer with one of these letters.")


def say_pair(
    review: str,
    pair: tuple[str, str],
    reviewer: str,
    *,
    same: bool,
    other_report: bool,
    as_json: bool,
) -> None:
    """Writes one person's word about two records."""
    if not reviewer:
        raise ReviewError("a decision needs the name of a person", "Add --as NAME")
    name = reviewer_name(reviewer)
    folder = open_review(review)
    written = folder.review
    positions = known_records(pair, written, settle(written))
    if len(positions) != 2:
        raise ReviewError("these are one record", "Name two")
    order = {record: i for i, record in enumerate(record_ids(folder))}
    a, b = sorted((p.record for p in positions), key=order.__getitem__)
    decision = decide_pair(folder, name, a, b, same, other_report)
    if as_json:
        say_json(decision)
        return
    words = (
        f"{b} is a duplicate of {a}"
        if same
        else f"{a} and {b} are two reports of one study"
        if other_report
        else f"{a} and {b} are different, for ever"
    )
    say(f"Written ({decision.id}): {words}.")
    if other_report:
        say(f"To collate them: review collate {folder.slug} {a} {b} --study STUDY --as {name}")
    say(f"To take it back: review dedupe {folder.slug} --undo {decision.id} --as {name}")


def undo_pair(review: str, what: str, reviewer: str, as_json: bool) -> int:
    """Takes back a match by its id, or every match that counts about a pair `A=B`."""
    if not reviewer:
        raise ReviewError("whose hand takes it back?", "Add --as NAME")
    name = reviewer_name(reviewer)
    folder = open_review(review)
    matches = [d for d in effective(folder.review.decisions) if isinstance(d, Matched)]
    a, equals, b = what.partition("=")
    if equals:
        positions = known_records((a, b), folder.review, settle(folder.review))
        pair = {p.record for p in positions}
        targets = [m for m in matches if {m.record, m.duplicate_of} == pair]
    else:
        targets = [m for m in matches if len(what) >= 4 and m.id.startswith(what.lower())]
    if not targets:
        raise ReviewError(
            f"no match that counts is called {safe(what)!r}",
            "Give the id of the match, or its two records as A=B",
        )
    if len(targets) > 1 and not equals:
        raise ReviewError(f"{safe(what)!r} fits several matches", "Give more of the id")
    undone = folder.append_all(name, [(Withdrawn, {"undoes": m.id}) for m in targets])
    if as_json:
        say_json(undone)
        return 0
    for match in targets:
        say(f"Taken back: {match.record} matched to {match.duplicate_of} by {match.reviewer}.")
    return 0


def _list(looked: PairsFound, merged: Sequence[Decision] | None, as_json: bool) -> int:
    found, ids, slug = looked.found, looked.ids, looked.folder.slug
    if as_json:
        say_json(
            {
                "records": len(ids),
                "duplicates": found.duplicates,
                "written": merged is not None,
                "merged": [_for_programs(p, ids) for p in found.merges],
                "to_ask": [_for_programs(p, ids) for p in found.ask],
                "same_study_other_report": [_for_programs(p, ids) for p in found.related],
                "method": METHOD,
            }
        )
        return 0
    verb = "would be merged by rule" if merged is None else "merged by rule now"
    say(
        f"{counted(len(ids), 'record')}: {len(found.merges):,} {verb}, "
        f"{counted(found.duplicates, 'duplicate')} in all, {len(ids) - found.duplicates:,} kept."
    )
    for heading, pairs in (
        ("Doubtful, the likeliest first:", found.ask),
        ("Perhaps two reports of one study (never merged):", found.related),
    ):
        if pairs:
            say()
            say(f"{heading} {counted(len(pairs), 'pair')}")
            for pair in pairs[:_SHOWN]:
                say(f"  {ids[pair.a]}  {ids[pair.b]}  doubt {pair.doubt:.2f}  {pair.reason}")
            if len(pairs) > _SHOWN:
                tell(f"… and {len(pairs) - _SHOWN:,} more; --json shows all.")
    for match in looked.gave_way:
        tell(
            f"{match.record} was matched to {match.duplicate_of}, which a person's word forbids "
            f"now: look at it with review dedupe {slug} --same or --different."
        )
    say()
    say(f"Next: review dedupe {slug} --as NAME" if found.ask else f"Next: review status {slug}")
    return 0


def _for_programs(pair: Pair, ids: Sequence[str]) -> dict[str, Any]:
    return {
        "record": ids[pair.b],
        "duplicate_of": ids[pair.a],
        "answer": pair.answer,
        "relation": pair.relation,
        "doubt": pair.doubt,
        "reason": pair.reason,
    }
