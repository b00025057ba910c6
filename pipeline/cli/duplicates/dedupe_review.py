"""Duplicates of a review: merged by rule, put to people, undone; one line a decision."""

from __future__ import annotations

import shutil
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from pipeline.cli.console import bold, counted, progress, safe, say, say_json, tell, wrapped
from pipeline.cli.prompt import Back, prompt, say_paged
from pipeline.duplicates.comparable.titles import plain_words
from pipeline.duplicates.engines import Engine
from pipeline.duplicates.plan import Pair
from pipeline.duplicates.relations import relation_of
from pipeline.model.decision import AUTOMATION, Decision, Matched, Withdrawn
from pipeline.model.problem import ReviewError
from pipeline.model.record import Record
from pipeline.model.undoing import effective
from pipeline.sessions.named_records import known_records
from pipeline.sessions.pairs import (
    METHOD,
    PairsFound,
    decide_pair,
    decide_pairs,
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
_OF_EACH = 3


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
    say(_so_many(pairs, looked.ids))
    steps: list[dict[int, Decision | None]] = []
    while (at := _first_open(pairs, steps)) is not None:
        pair = pairs[at]
        alike = [
            i for i, p in enumerate(pairs) if p.why_asked == pair.why_asked and not _in(steps, i)
        ]
        a, b = looked.ids[pair.a], looked.ids[pair.b]
        records = looked.folder.as_read
        say()
        say(bold(f"Pair {at + 1} of {len(pairs)}") + f"   doubt {pair.doubt:.2f}")
        say_paged(side_by_side(records[a], records[b]).splitlines())
        say(wrapped(f"Asked because {'; '.join(pair.why_asked)}. What speaks: {pair.reason}"))
        word = _answer(_KEYS if len(alike) > 1 else _KEYS_OF_ONE, len(alike))
        if word == "q":
            break
        if word == "k":
            steps.append({at: None})
        elif word == "u":
            if not steps:
                say("There is nothing to undo yet.")
                continue
            said = [d for d in steps.pop().values() if d is not None]
            if said:
                looked.folder.append_all(name, [(Withdrawn, {"undoes": d.id}) for d in said])
            say(f"Taken back: {counted(len(said), 'answer')}.")
        elif word == "a":
            for i in alike:
                one, other = (records[looked.ids[n]] for n in (pairs[i].a, pairs[i].b))
                say(f"  {one.id}  {safe(one.title, 60)}")
                say(f"  {other.id}  {safe(other.title, 60)}  ({relation_of(one, other)})")
            word = _answer(_KEYS_OF_ALL, len(alike))
            if word in _ANSWERS:
                steps.append(_decided(looked, name, alike, word))
        else:
            steps.append(_decided(looked, name, [at], word))
    done = sum(d is not None for step in steps for d in step.values())
    left = len(pairs) - done
    say(f"{counted(done, 'pair')} decided, {left:,} left.")
    say(f"Next: review {'dedupe' if left else 'status'} {looked.folder.slug}")
    return 0


_ANSWERS = {"s": "same", "d": "different", "t": "same study"}
_KEYS_OF_ONE = {**_ANSWERS, "k": "skip", "u": "undo", "q": "quit"}
_KEYS = {**_ANSWERS, "a": "all for this reason", "k": "skip", "u": "undo", "q": "quit"}
_KEYS_OF_ALL = {**_ANSWERS, "q": "back"}
_KEYS_HELP = """\
  s  same: one report; the record that came in first is kept
  d  different, for ever: no rule joins them again
  t  two reports of one study: never merged, to be collated
  a  look at all that are asked for this reason, and answer them at once
  k  skip: it is asked again next time
  u  take back the last answer
  q  leave; everything answered is on disk"""


def _in(steps: Sequence[Mapping[int, Decision | None]], at: int) -> bool:
    return any(at in step for step in steps)


def _first_open(
    pairs: Sequence[Pair], steps: Sequence[Mapping[int, Decision | None]]
) -> int | None:
    return next((i for i in range(len(pairs)) if not _in(steps, i)), None)


def _decided(
    looked: PairsFound, name: str, chosen: Sequence[int], word: str
) -> dict[int, Decision | None]:
    """Writes the answer `word` to the pairs `chosen` and gives the line of each."""
    pairs = [looked.found.ask[i] for i in chosen]
    named = [(looked.ids[p.a], looked.ids[p.b]) for p in pairs]
    written = decide_pairs(looked.folder, name, named, word == "s", word == "t")
    return dict(zip(chosen, written, strict=True))


def _answer(keys: Mapping[str, str], alike: int) -> str:
    """One of `keys`, by letter or word; "u" to go back, "q" at the end of what is typed."""
    offered = {key: word.replace("all for", f"all {alike} for") for key, word in keys.items()}
    words = {"t": "study"}  # the last word of its label may be typed as well
    with prompt() as ask:
        try:
            return ask.key(offered, words=words, helper=lambda: say(_KEYS_HELP)).key
        except Back:
            return "u" if "u" in keys else "q"


def answer_all(
    review: str, engine: Engine, because: str, answer: str, reviewer: str, as_json: bool
) -> int:
    """Writes one answer to every pair that is doubtful for the one reason `because`."""
    if not reviewer:
        raise ReviewError("a decision needs the name of a person", "Add --as NAME")
    name = reviewer_name(reviewer)
    keys = {"same": "s", "different": "d", "same-study": "t"}
    if answer not in keys:
        raise ReviewError(
            f"what is the answer to them? {answer!r} is none",
            "Add --answer same, --answer different or --answer same-study",
        )
    looked = _look(review, engine)
    reasons = Counter("; ".join(pair.why_asked) for pair in looked.found.ask)
    if because not in reasons:
        known = ", ".join(repr(reason) for reason in reasons) or "none: no pair is doubtful"
        raise ReviewError(f"no pair is doubtful because {because!r}", f"The reasons are {known}")
    chosen = [i for i, p in enumerate(looked.found.ask) if "; ".join(p.why_asked) == because]
    written = _decided(looked, name, chosen, keys[answer])
    if as_json:
        say_json(list(written.values()))
        return 0
    say(f"{counted(len(written), 'pair')} answered: {answer.replace('-', ' ')}.")
    say(f"To take this back: review undo {looked.folder.slug} --command --as {name}")
    return 0


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
    by_people = (m for m in looked.matched if m.reviewer != AUTOMATION)
    answered = {frozenset((m.record, m.duplicate_of)) for m in by_people}
    related = [p for p in found.related if frozenset((ids[p.a], ids[p.b])) not in answered]
    if as_json:
        say_json(
            {
                "records": len(ids),
                "duplicates": found.duplicates,
                "written": merged is not None,
                "merged": [_for_programs(p, looked) for p in found.merges],
                "to_ask": [_for_programs(p, looked) for p in found.ask],
                "same_study_other_report": [_for_programs(p, looked) for p in related],
                "asked_per_1000_records": round(1000 * len(found.ask) / max(1, len(ids)), 1),
                "method": METHOD,
            }
        )
        return 0
    verb = "would be merged by rule" if merged is None else "merged by rule now"
    say(
        f"{counted(len(ids), 'record')}: {len(found.merges):,} {verb}, "
        f"{counted(found.duplicates, 'duplicate')} in all, {len(ids) - found.duplicates:,} kept."
    )
    records = looked.folder.as_read
    if found.ask:
        say()
        say(_so_many(found.ask, ids))
        for why, of_it in _by_reason(found.ask):
            say(f"{why} ({counted(len(of_it), 'pair')})")
            for pair in of_it[: _SHOWN if len(found.ask) <= _SHOWN else _OF_EACH]:
                told = f"{ids[pair.a]}  {ids[pair.b]}  doubt {pair.doubt:.2f}  {pair.reason}"
                say(wrapped(told, "  ", "      "))
        if len(found.ask) > _SHOWN:
            tell("--json shows all.")
    if related:
        say()
        so_many = counted(len(related), "pair")
        say(f"Perhaps two reports of one study (never merged): {so_many}")
        for pair in related[:_SHOWN]:
            kind = relation_of(records[ids[pair.a]], records[ids[pair.b]])
            say(f"  {ids[pair.a]}  {ids[pair.b]}  {kind}")
        if len(related) > _SHOWN:
            tell(f"… and {len(related) - _SHOWN:,} more; --json shows all.")
        say(f"Once they are included: review collate {slug} --suggest")
    for match in looked.gave_way:
        tell(
            f"{match.record} was matched to {match.duplicate_of}, which a person's word forbids "
            f"now: look at it with review dedupe {slug} --same or --different."
        )
    say()
    say(f"Next: review dedupe {slug} --as NAME" if found.ask else f"Next: review status {slug}")
    most = next(iter(_by_reason(found.ask)), None)
    if most is not None and len(most[1]) > 1:
        why = most[0]
        say(
            f"One answer for all of one reason: review dedupe {slug} --because {why!r} "
            "--answer different --as NAME"
        )
    return 0


def _so_many(pairs: Sequence[Pair], ids: Sequence[str]) -> str:
    share = 1000 * len(pairs) / max(1, len(ids))
    return f"Doubtful: {counted(len(pairs), 'pair')} ({share:.1f} per 1,000 records)"


def _by_reason(pairs: Sequence[Pair]) -> list[tuple[str, list[Pair]]]:
    """Pairs by why they are asked, in words; the reason of most pairs first."""
    by_reason: dict[str, list[Pair]] = {}
    for pair in pairs:
        by_reason.setdefault("; ".join(pair.why_asked), []).append(pair)
    return sorted(by_reason.items(), key=lambda one: -len(one[1]))


def _for_programs(pair: Pair, looked: PairsFound) -> dict[str, Any]:
    ids, records = looked.ids, looked.folder.as_read
    apart = pair.answer != "same" and pair.relation
    return {
        "record": ids[pair.b],
        "duplicate_of": ids[pair.a],
        "answer": pair.answer,
        "relation": pair.relation,
        "doubt": pair.doubt,
        "reason": pair.reason,
        "why_asked": pair.why_asked,
        "kind": relation_of(records[ids[pair.a]], records[ids[pair.b]]) if apart else "",
    }
