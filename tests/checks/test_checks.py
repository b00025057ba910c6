"""A sound review has no faults; each planted fault is found by the check of its name alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pipeline.checks.catalogue import CHECKS, run_checks
from pipeline.checks.review_checks import PLACEHOLDERS
from pipeline.extraction.quote_checks import ReportText
from pipeline.model.decision import (
    Collated,
    Compared,
    Matched,
    Overlap,
    Removed,
    Resolved,
    Retrieval,
    Retrieved,
    Screened,
    Stage,
    Stopped,
    Verdict,
    Withdrawn,
)
from pipeline.model.problem import Place, Severity
from pipeline.model.protocol import Criterion, ExtractionPlan, ExtractionPlanKind, Question
from pipeline.model.record import SetAside
from pipeline.model.review import Edition
from pipeline.model.search import Search, SourceKind
from pipeline.model.study import Answer, PdfText, Source
from pipeline.snapshot import ReadingSummary
from tests.checks.sample import (
    BEGIN,
    IN,
    NOW,
    OUT,
    RECORDS,
    SOUND,
    STUDY,
    Begun,
    evidence,
    search,
    vote,
)
from tests.snapshot.histories import protocol

LATE = BEGIN + timedelta(days=3)


def late(event, **said):
    return event(**{"id": "planted", "at": LATE, "reviewer": "ada", **said})


READING = ReadingSummary(format="ris", encoding="utf-8", read=2, set_aside=(), declared=None)
ASIDE = SetAside(number=3, place=Place(file="searches/s0.ris", line=9), why="cut off", raw="TY")


def second(**changes) -> Search:
    return replace(search("s1", 1), **changes)


def other_criteria():
    sound = protocol()
    worded_anew = Criterion(id="topic", label="Topic", text="Now something else")
    return replace(sound, criteria=(sound.criteria[0], worded_anew))


PLANTED = {
    "unknown-record": lambda: evidence(
        late(Screened, record="s9:0001", stage=Stage.TITLE_ABSTRACT, verdict=Verdict.INCLUDE)
    ),
    "future": lambda: evidence(replace(vote(9, "ada", IN, Verdict.INCLUDE), at=NOW + timedelta(1))),
    "reason": lambda: evidence(
        replace(vote(9, "ada", OUT, Verdict.EXCLUDE), id="planted", reason="topci")
    ),
    "undo": lambda: evidence(late(Withdrawn, undoes="nothing")),
    "out-of-turn": lambda: evidence(vote(99, "ada", OUT, Verdict.INCLUDE, Stage.FULL_TEXT)),
    "changed": lambda: evidence(protocol=other_criteria()),
    "stranger": lambda: evidence(
        replace(vote(9, "bne", OUT, Verdict.EXCLUDE), id="planted"),
    ),
    "parted": lambda: evidence(
        *_triangle(),
        searches=(search("s0", 0), second()),
        entries={"s0": (IN, OUT), "s1": ("s1:0001",)},
    ),
    "overtaken": lambda: evidence(
        late(Removed, record=IN, reason="broken"),
        replace(_triangle()[0], at=LATE + timedelta(hours=1)),
    ),
    "collation": lambda: evidence(late(Collated, record=OUT, study="first-study")),
    "apart": lambda: evidence(
        late(Resolved, record=OUT, stage=Stage.TITLE_ABSTRACT, verdict=Verdict.UNSURE),
        late(
            Resolved,
            id="planted-too",
            reviewer="ben",
            record=OUT,
            stage=Stage.TITLE_ABSTRACT,
            verdict=Verdict.EXCLUDE,
            reason="topic",
        ),
    ),
    "stopped": lambda: evidence(
        late(Stopped, stage=Stage.TITLE_ABSTRACT, searches=("lost",), reason="enough")
    ),
    "accounting": lambda: evidence(readings={"s0": replace(READING, declared=3)}),
    "search-log": lambda: evidence(searches=(replace(search("s0", 0), interface=""),)),
    "same-export": lambda: evidence(searches=(search("s0", 0), second())),
    "orphan": lambda: evidence(orphans=(Place(file="searches/lost.ris"),)),
    "studies": lambda: evidence(studies={}),
    "shared-report": lambda: evidence(
        late(Collated, record=IN, study="second-study"),
        studies={STUDY.id: STUDY, "second-study": replace(STUDY, id="second-study")},
    ),
    "drafts": lambda: evidence(drafts=Begun()),
    "second-look": lambda: evidence(
        protocol=replace(protocol(), extraction=ExtractionPlan(plan=ExtractionPlanKind.TWO_APART))
    ),
    "double-counting": lambda: evidence(late(Collated, record=IN, study="second-study")),
    "overlap": lambda: evidence(
        late(Compared, study=STUDY.id, other="gone", overlap=Overlap.UNCLEAR)
    ),
    "forms": lambda: evidence(protocol=replace(protocol(), form="missing")),
    "sums": lambda: _broken_sums(),
    "editions": lambda: evidence(
        editions=(Edition(number=1, on=date(2016, 3, 1)), Edition(number=2, on=date(2016, 2, 1)))
    ),
    "placeholder": lambda: evidence(
        protocol=replace(protocol(), questions=(Question(id="q", text=PLACEHOLDERS[0]),))
    ),
    "logs": lambda: evidence(
        place_of=lambda d: Place(
            file=f"decisions/{d.reviewer}.jsonl", line=int((NOW - d.at).total_seconds())
        )
    ),
    "quotes": lambda: _sourced(quote="nobody said so"),
    "full-texts": lambda: _sourced(sha256="a" * 64),
    "doubtful": lambda: _sourced(sure="doubtful"),
}


def _triangle():
    """A rule says A = B and B = C; a person says A and C differ."""
    pairs = ((IN, OUT, True, "automation"), (OUT, "s1:0001", True, "automation"))
    apart = ((IN, "s1:0001", False, "ada"),)
    return [
        Matched(
            id=f"m{n}", at=LATE, reviewer=who, record=b, duplicate_of=a, same=same, reason="alike"
        )
        for n, (a, b, same, who) in enumerate((*pairs, *apart))
    ]


def _broken_sums():
    whole = evidence()
    flow = replace(whole.ledger.flow, previous_studies=frozenset({"x"}), included_studies=None)
    return replace(whole, ledger=replace(whole.ledger, flow=_Lying(flow)))


def _sourced(sha256="b" * 64, **said):
    """The study with one source, whose report is a file with one page."""
    report = STUDY.reports[0]
    source = Source(report=report, place=STUDY.place, **said)
    answer = Answer(value="x", sources=(source,), place=STUDY.place)
    log = late(
        Retrieved, record=report, outcome=Retrieval.OBTAINED, file="a.pdf", file_sha256=sha256
    )
    page = PdfText(sha256="b" * 64, pages=("All were asked.",), labels=("",))
    text = ReportText(read=lambda: page, sha256=page.sha256)
    whole = evidence(log, studies={STUDY.id: replace(STUDY, answers={"country": answer})})
    return replace(whole, text_of=lambda id: text if id == report else None)


class _Lying:
    """A flow whose boxes do not add up."""

    def __init__(self, flow) -> None:
        self._flow = flow
        self.included_studies = frozenset({"x"})
        self.included_reports = frozenset()

    def __getattr__(self, name):
        return getattr(self._flow, name)

    def count(self, key: str) -> int:
        return 7 if key == "records_screened" else self._flow.count(key)

    new_studies = frozenset({"y", "z"})
    removed_studies = frozenset()
    new_reports = frozenset()
    removed_reports = frozenset()
    previous_reports = frozenset()


def test_a_sound_review_has_no_faults():
    assert run_checks(evidence()) == ()


def test_every_check_has_a_planted_fault():
    assert set(PLANTED) == set(CHECKS)


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_planted_fault_is_found_by_its_check(name):
    planted = PLANTED[name]()
    found = run_checks(planted, (name,))
    assert found
    assert all(p.check == name and p.what and p.remedy and p.place.file for p in found)
    assert set(found) <= set(run_checks(planted))


def test_what_was_set_aside_is_told_with_its_line_and_number():
    reading = replace(READING, set_aside=(ASIDE,))
    three = (replace(search("s0", 0), results_reported=3),)
    (problem,) = run_checks(evidence(searches=three, readings={"s0": reading}))
    assert str(problem).startswith("searches/s0.ris:9: warning: entry 3 was set aside: cut off.")


def test_what_the_source_reported_is_held_against_what_was_found():
    reported = replace(search("s0", 0), results_reported=5)
    (problem,) = run_checks(evidence(searches=(reported,)))
    assert "2 entries were found in s0.ris, the source reported 5" in problem.what


ALL_OPEN = replace(
    search("s0", 0), interface="", query="", limits=(), limit_reasons="", results_reported=None
)


def told_of(open_search: Search) -> list[tuple[str, Severity]]:
    problems = run_checks(evidence(searches=(open_search,)), ("search-log",))
    return [(p.what.partition(": ")[2], p.severity) for p in problems]


def test_a_search_log_is_one_problem_that_lists_the_items():
    items = "platform (1, 2), strategy (8), limits, or that there were none (9), results reported"
    assert told_of(ALL_OPEN) == [(f"{items} (15)", Severity.WARNING)]
    told = replace(ALL_OPEN, query="a", limit_reasons="There were none", results_reported=0)
    assert told_of(told) == [("platform (1, 2)", Severity.NOTE)]


def test_other_sources_are_asked_how_they_were_searched():
    site = replace(ALL_OPEN, kind=SourceKind.WEBSITE)
    assert told_of(site) == [("how it was searched (4 to 7)", Severity.WARNING)]
    assert told_of(replace(site, how="Every page of it was read")) == []


def test_a_vote_on_a_report_that_was_not_obtained_is_an_error():
    from pipeline.model.decision import Retrieval, Retrieved

    lost = late(Retrieved, record=IN, outcome=Retrieval.NOT_OBTAINED)
    problems = run_checks(evidence(lost), ("out-of-turn",))
    assert len(problems) == 2 and all("not obtained" in p.what for p in problems)


def test_a_wrong_word_is_suggested():
    (problem,) = run_checks(PLANTED["reason"](), ("reason",))
    assert "Did you mean 'topic'?" in problem.what


def test_a_changed_title_is_told_for_each_verdict_that_rested_on_it():
    changed = {**RECORDS, OUT: replace(RECORDS[OUT], title="Another title")}
    problems = run_checks(evidence(records=changed), ("changed",))
    assert len(problems) == sum(d.record == OUT for d in SOUND if isinstance(d, Screened))
