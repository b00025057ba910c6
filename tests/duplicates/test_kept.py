"""What rules and people said about pairs, folded into records and the records kept instead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise, permutations, product

from hypothesis import given
from hypothesis import strategies as st

from pipeline.duplicates.groups import kept_records, settle_matches
from pipeline.model.decision import AUTOMATION, Matched

START = datetime(2026, 1, 1, tzinfo=UTC)
RECORDS = ("a", "b", "c", "d")
PAIRS = tuple(combinations(RECORDS, 2))
SILENT, RULE, SAME, DIFFERENT = "silent", "rule", "same", "different"


def matched(
    a: str, b: str, *, same: bool = True, by: str = "ada", minute: int = 0, doubt: str = ""
) -> Matched:
    return Matched(
        id=f"{by}{a}{b}{same}{minute}",
        at=START + timedelta(minutes=minute),
        reviewer=by,
        record=b,
        duplicate_of=a,
        same=same,
        doubt=doubt,
    )


def rule(a: str, b: str, doubt: str = "") -> Matched:
    return matched(a, b, by=AUTOMATION, doubt=doubt)


def said(words: Iterable[str]) -> list[Matched]:
    made = []
    for minute, ((a, b), word) in enumerate(zip(PAIRS, words, strict=True)):
        if word == RULE:
            made.append(rule(a, b))
        elif word in (SAME, DIFFERENT):
            made.append(matched(a, b, same=word == SAME, minute=minute))
    return made


def components(edges: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each record with the first record that can be reached from it; the plain way."""
    first = {r: r for r in RECORDS}
    for _ in RECORDS:
        for a, b in edges:
            low = min(first[a], first[b])
            first = {r: low if f in (first[a], first[b]) else f for r, f in first.items()}
    return first


def test_every_way_to_speak_about_four_records() -> None:
    for words in product((SILENT, RULE, SAME, DIFFERENT), repeat=len(PAIRS)):
        spoken = dict(zip(PAIRS, words, strict=True))
        settled = settle_matches(RECORDS, said(words))
        kept = {r: settled.kept.get(r, r) for r in RECORDS}
        apart = [pair for pair, word in spoken.items() if word == DIFFERENT]
        sure = [pair for pair, word in spoken.items() if word == SAME]
        any_same = [pair for pair, word in spoken.items() if word in (SAME, RULE)]

        assert all(kept[a] != kept[b] for a, b in apart), words
        assert all(kept[k] == k <= r for r, k in kept.items()), words
        reachable = components(any_same)
        assert all(reachable[r] == reachable[k] for r, k in kept.items()), words

        by_people = components(sure)
        if all(
            by_people[a] != by_people[b] for a, b in apart
        ):  # people do not contradict themselves
            assert all(kept[a] == kept[b] for a, b in sure), words
        if not apart:
            assert kept == reachable, words

        # what gave way could not have been followed, and all else was followed
        gave_way = {(m.duplicate_of, m.record) for m in settled.gave_way}
        for a, b in any_same:
            assert ((a, b) in gave_way) == (kept[a] != kept[b]), words
            if kept[a] != kept[b]:
                joined = {r: kept[a] if k == kept[b] else k for r, k in kept.items()}
                assert any(joined[x] == joined[y] for x, y in apart), words


def test_the_order_of_the_log_means_nothing() -> None:
    log = [
        rule("a", "b", "0.0200"),
        rule("b", "c", "0.0100"),
        matched("a", "c", same=False, minute=3),
        matched("c", "d", minute=1),
        matched("c", "d", same=False, by="bo", minute=2),
    ]
    answers = [kept_records(RECORDS, order) for order in permutations(log)]
    assert all(answer == answers[0] for answer in answers)


def test_the_less_doubtful_pair_stays_when_a_person_parts_a_chain() -> None:
    parted = matched("a", "c", same=False)
    assert kept_records(RECORDS, [rule("a", "b", "0.0200"), rule("b", "c", "0.0100"), parted]) == {
        "c": "b"
    }
    assert kept_records(RECORDS, [rule("a", "b", "0.0100"), rule("b", "c", "0.0200"), parted]) == {
        "b": "a"
    }
    # equals: the pair that was there first; a rule without a doubt goes last
    assert kept_records(RECORDS, [rule("b", "c"), rule("a", "b"), parted]) == {"b": "a"}
    assert kept_records(RECORDS, [rule("b", "c", "1.0000"), rule("a", "b"), parted]) == {"c": "b"}


def test_the_pair_that_gave_way_is_named() -> None:
    weak = rule("b", "c", "0.0200")
    log = [rule("a", "b", "0.0100"), weak, matched("a", "c", same=False)]
    assert settle_matches(RECORDS, log).gave_way == (weak,)


def test_a_person_overrides_the_rule_whenever_either_spoke() -> None:
    late_rule = matched("a", "b", by=AUTOMATION, minute=9)
    assert kept_records(RECORDS, [matched("a", "b", same=False), late_rule]) == {}
    assert kept_records(RECORDS, [matched("b", "a", same=False), late_rule]) == {}
    refused = matched("a", "b", same=False, by=AUTOMATION, minute=9)
    assert kept_records(RECORDS, [matched("a", "b"), refused]) == {"b": "a"}


def test_the_latest_word_of_any_person_counts() -> None:
    yes, no = matched("a", "b", minute=1), matched("b", "a", same=False, by="bo", minute=2)
    assert kept_records(RECORDS, [yes, no]) == {}
    assert kept_records(RECORDS, [yes, no, matched("a", "b", minute=3)]) == {"b": "a"}


def test_a_rule_takes_back_only_its_own_word_and_parts_nobody() -> None:
    log = [
        rule("a", "b"),
        matched("a", "b", same=False, by=AUTOMATION, minute=1),
    ]
    assert kept_records(RECORDS, log) == {}
    assert kept_records(RECORDS, [*log, rule("a", "c"), rule("b", "c")]) == {"b": "a", "c": "a"}


def test_matches_about_records_that_are_not_there_do_not_count() -> None:
    log = [rule("a", "x"), rule("x", "b"), rule("c", "c"), matched("y", "z")]
    assert kept_records(RECORDS, log) == {}


def test_nothing_said_nothing_merged() -> None:
    assert kept_records((), ()) == {}
    assert kept_records(RECORDS, ()) == {}


words_about = st.lists(st.sampled_from((SILENT, RULE, SAME, DIFFERENT)), min_size=6, max_size=6)


@given(words_about, st.integers(0, 3))
def test_later_records_alone_move_no_record_that_is_kept_to_a_later_one(
    words: list[str], size: int
) -> None:
    """However much comes in later, a duplicate is a duplicate of a record that came before it."""
    early = RECORDS[:size]
    known = [m for m in said(words) if m.record in early and m.duplicate_of in early]
    before, after = kept_records(early, known), kept_records(RECORDS, said(words))
    for record in early:
        assert after.get(record, record) in early
        if record not in before and record in after:
            assert after[record] < record


def test_a_long_chain_and_a_large_star_become_one_group() -> None:
    ids = [f"r{i:06d}" for i in range(30_000)]
    chain = [rule(a, b) for a, b in pairwise(ids)]
    star = [rule(ids[0], b) for b in ids[1:]]
    expected = dict.fromkeys(ids[1:], ids[0])
    assert kept_records(ids, chain) == expected
    assert kept_records(ids, star) == expected
    middle = ids[15_000]
    parted = [*star, matched(ids[0], middle, same=False)]
    assert kept_records(ids, parted) == {i: k for i, k in expected.items() if i != middle}
