"""A small review from first to last by two people and an arbiter, each in a browser of their own.

Where it stands in the end is where the same votes bring it at the terminal.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from pipeline.cli.entry import _run
from pipeline.snapshot.settle import settle
from pipeline.store import open_review

from .conftest import OpenChromium, Opened, axe_finds_nothing, pdf_bytes

IDS = tuple(f"db-2020-01-01:{n:04d}" for n in range(1, 5))
TITLES = {
    "ada": dict(zip(IDS, ("include", "include", "exclude:topic", "include"), strict=True)),
    "ben": dict(zip(IDS, ("include", "include", "exclude:topic", "exclude:design"), strict=True)),
}
FULL_TEXTS = {
    "ada": {IDS[0]: "include", IDS[1]: "exclude:topic", IDS[3]: "include"},
    "ben": {IDS[0]: "include", IDS[1]: "include", IDS[3]: "unsure"},
}
SETTLED = {
    ("title_abstract", IDS[3]): "include",
    ("full_text", IDS[1]): "exclude:topic",
    ("full_text", IDS[3]): "include",
}
KEYS = {"include": "i", "unsure": "u", "exclude:topic": "t", "exclude:design": "d"}
WORDS = {"i": "include", "u": "unsure", "t": "topic", "d": "design"}


def screen_together(
    people: dict[str, Opened], stage: str, votes: dict[str, dict[str, str]]
) -> None:
    """Both at once, a vote each in turn, in whatever order each is shown the records."""
    left = {name: dict(said) for name, said in votes.items()}
    for name in left:
        people[name].screen(stage)
    while any(left.values()):
        for name in [n for n in left if left[n]]:
            person = people[name]
            person.page.locator("#record-title").wait_for()
            person.press(KEYS[left[name].pop(person.record())])


def settle_in_browser(arbiter: Opened, stage: str) -> None:
    page = arbiter.page
    for (at, record), verdict in SETTLED.items():
        if at != stage:
            continue
        page.goto(f"/conflicts/{stage}/{record}")
        assert page.locator(".side").count() == 2
        axe_finds_nothing(page)
        arbiter.press(KEYS[verdict])
        page.locator("#said", has_text=f"Written: {record}").wait_for()


def bring_in(person: Opened, file: Path) -> None:
    for record in (IDS[0], IDS[1], IDS[3]):
        person.page.goto(f"/reports/{record}")
        person.page.locator("input[type=file]").set_input_files(file)
        person.page.get_by_role("button", name="Obtained", exact=True).click()
        person.page.locator("#said", has_text=f"Written: {record}").wait_for()


def at_the_terminal(file: Path) -> None:
    """The same, in the review `s`."""
    for stage, votes in (("title_abstract", TITLES), ("full_text", FULL_TEXTS)):
        for name, said in votes.items():
            for record, verdict in said.items():
                decide("decide", record, name, stage, verdict)
        for (at, record), verdict in SETTLED.items():
            if at == stage:
                decide("resolve", record, "cai", stage, verdict)
        if stage == "title_abstract":
            for record in (IDS[0], IDS[1], IDS[3]):
                words = ["retrieve", "s", record, "--obtained", "--file", str(file), "--as", "ada"]
                assert _run(words) == 0


def decide(verb: str, record: str, name: str, stage: str, verdict: str) -> None:
    word, _, reason = verdict.partition(":")
    words = [verb, "s", record, "--as", name, "--stage", stage, "--verdict", word]
    assert _run([*words, *(["--reason", reason] if reason else [])]) == 0


def ledger(slug: str) -> dict[str, Any]:
    found = settle(open_review(slug).review)
    return {
        "positions": {
            p.record: (
                p.standing,
                p.reason,
                p.conflict,
                sorted((v.reviewer, v.verdict, v.reason, v.seen) for v in p.votes),
                p.resolution and (p.resolution.reviewer, p.resolution.verdict, p.resolution.reason),
                p.retrieval and (p.retrieval.outcome, p.retrieval.file_sha256),
            )
            for p in found.positions.values()
        },
        "studies": found.studies,
        "flow": found.flow,
    }


def test_a_review_in_three_browsers_is_the_review_at_the_terminal(
    review: Path, here: Path, browser_of: OpenChromium
) -> None:
    shutil.copytree(review, review.with_name("s"))
    file = here / "report.pdf"
    file.write_bytes(pdf_bytes("One page."))
    people = {name: browser_of(name) for name in ("ada", "ben")}
    cai = browser_of("cai")
    screen_together(people, "title_abstract", TITLES)
    settle_in_browser(cai, "title_abstract")
    bring_in(people["ada"], file)
    screen_together(people, "full_text", FULL_TEXTS)
    settle_in_browser(cai, "full_text")
    cai.page.goto("/extract")
    assert cai.page.get_by_text("belong to no study yet").is_visible()
    at_the_terminal(file)
    assert ledger("r") == ledger("s")
    assert {p[0] for p in ledger("r")["positions"].values()} == {
        "included",
        "excluded_on_title_and_abstract",
        "excluded_on_full_text",
    }
