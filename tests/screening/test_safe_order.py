"""The checklist before stopping says of each check what the counts say."""

from __future__ import annotations

from pipeline.screening.stopping import estimate, outlook, safe_checks, statement


def met(found: list[bool], total: int, sample: list[bool], by_two: int = 0) -> list[bool | None]:
    seen = outlook(found, total)
    drawn = estimate(sample, total, seen.relevant, total - seen.seen)
    checks = safe_checks(seen, drawn, found.count(False), by_two, "review rank")
    return [check.met for check in checks]


def test_each_check_turns_with_its_count() -> None:
    early = [True, False]
    assert met(early, 1000, []) == [False, False, None, False, False, False, None, False]
    late = [True] * 20 + [False] * 200
    assert met(late, 1000, [True] + [False] * 40, 200) == [
        True, True, None, True, True, True, None, True,
    ]  # fmt: skip
    nothing = [False] * 60
    assert met(nothing, 1000, [False] * 9, 60)[:2] == [False, False]


def test_the_statement_promises_no_more_than_the_test() -> None:
    assert statement(outlook([False] * 5, 5)) == "Every record has been screened."
    assert statement(outlook([False] * 5, 50)).endswith("nothing relevant found yet.")
    assert statement(outlook([True, False], 500)).startswith(
        "2 of 500 records screened, 1 relevant"
    )
    assert "0%" not in statement(outlook([True, False], 500))
    seen = outlook([True] * 40 + [False] * 300, 500)
    said = statement(seen)
    assert f"at least {int(100 * seen.certified_recall)}% of the relevant records" in said
    assert "(40 in 340 of 500 records)" in said and said.startswith("At 95% confidence")
