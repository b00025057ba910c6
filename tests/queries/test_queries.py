"""Queries read, checked and written for other platforms; nothing goes without a word."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.problem import ReviewError, Severity
from pipeline.queries.checking import query_faults
from pipeline.queries.strategy import read_strategy
from pipeline.queries.writing import TARGETS, written_for

PUBMED = (
    '("sleep"[tiab] OR insomnia[mh] OR "good sleep"[tiab:~3]) AND screens[tw] '
    "AND (teen*[ti] NOT adult[ot]) AND 2015:2020[dp]"
)


@pytest.mark.parametrize(
    ("target", "query"),
    [
        ("ebsco", '((TI "sleep" OR AB "sleep") OR MH "insomnia+" OR (TI (good N3 sleep) OR AB '
         "(good N3 sleep))) AND (TI screens OR AB screens OR KW screens) AND (TI teen* NOT KW "
         "adult)"),
        ("wos", '((TI="sleep" OR AB="sleep") OR TS=insomnia OR (TI=(good NEAR/3 sleep) OR AB=(good '
         "NEAR/3 sleep))) AND TS=screens AND (TI=teen* NOT AK=adult) AND PY=2015-2020"),
        ("ovid", "(sleep.ti,ab. or exp insomnia/ or (good adj4 sleep).ti,ab.) and screens.mp. and "
         "(teen*.ti. not adult.kf.) and 2015-2020.yr."),
        ("scopus", '((TITLE("sleep") OR ABS("sleep")) OR INDEXTERMS(insomnia) OR (TITLE((good W/3 '
         "sleep)) OR ABS((good W/3 sleep)))) AND TITLE-ABS-KEY(screens) AND (TITLE(teen*) AND NOT "
         "AUTHKEY(adult)) AND (PUBYEAR > 2014 AND PUBYEAR < 2021)"),
        ("openalex", '("sleep" OR insomnia OR (good AND sleep)) AND screens AND (teen NOT adult)'),
        ("pubmed", PUBMED),
    ],
)  # fmt: skip
def test_a_strategy_of_pubmed_in_the_words_of_each_platform(target, query):
    assert written_for(read_strategy(PUBMED, "pubmed"), target).query == query


def test_what_is_searched_otherwise_or_lost_is_named():
    wos = written_for(read_strategy(PUBMED, "pubmed"), "wos")
    assert wos.lost == [] and any("insomnia: wos has no heading" in one for one in wos.changed)
    openalex = written_for(read_strategy(PUBMED, "pubmed"), "openalex")
    assert any(one.startswith("2015:2020: openalex has no field") for one in openalex.lost)
    assert any("good … sleep: nearness" in one for one in openalex.changed)
    assert any("teen*: OpenAlex takes no truncation" in one for one in openalex.changed)


@pytest.mark.parametrize(
    ("platform", "query", "words"),
    [
        ("wos", 'TS=(sleep OR "bed time") AND TI=(screen* NEAR/3 time) NOT PY=2010-2012',
         ["sleep", '"bed time"', "screen*", "time", "2010-2012"]),
        ("ebsco", 'TI (sleep OR nap) AND MH "Sleep+"', ["sleep", "nap", '"Sleep+"']),
    ],
)  # fmt: skip
def test_queries_of_other_platforms_are_read(platform, query, words):
    strategy = read_strategy(query, platform)
    assert [term.text for term in strategy.root.terms()] == words and strategy.unplaced == ()


def test_what_the_library_drops_is_told():
    strategy = read_strategy("(TI sleep OR AB nap) W2 morning", "ebsco")
    assert strategy.unplaced == ("morning",)
    assert "morning: it could not be read" in written_for(strategy, "wos").lost


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["alpha", "beta", "gamma*", '"delta epsilon"', "zeta"]),
            st.sampled_from(["tiab", "ti", "mh", "ot", "tw", "all"]),
            st.sampled_from(["AND", "OR"]),
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(TARGETS),
)
def test_no_word_of_a_query_goes_without_a_word(terms, target):
    query = terms[0][0] + f"[{terms[0][1]}]"
    for text, field, operator in terms[1:]:
        query = f"({query}) {operator} {text}[{field}]"
    written = written_for(read_strategy(query, "pubmed"), target)
    told = " ".join([written.query, *written.lost]).lower()
    for text, _, _ in terms:
        assert all(word in told for word in re.findall(r"\w+", text))


@pytest.mark.parametrize(
    ("platform", "query", "place", "what"),
    [
        ("pubmed", "(sleep[tiab]\nAND screens[tiab]", (1, 1), "unbalanced"),
        ("pubmed", "sleep[tiab]\nAND OR screens[tiab]", (2, 1), "sequence of tokens"),
        ("wos", "TS=(sleep) AND", (1, 12), "sequence of tokens"),
        ("ovid", "(sleep.ti,ab.\nor nap", (1, 1), "opened and not closed"),
        ("ovid", "sleep.tz.", (1, 6), "no field of ovid"),
        ("scopus", "TITLE(x) AND\nFOO(y)", (2, 1), "no field of scopus"),
        ("scopus", 'TITLE("x)', (1, 7), "quotation mark"),
        ("openalex", "sleep AND\n[tiab]", (2, 1), "field of another platform"),
        ("openalex", "sleep AND", (1, 7), "nothing on one side"),
    ],
)
def test_a_fault_has_its_line_and_column(platform, query, place, what):
    found = [p for p in query_faults(query, platform, "q.txt") if p.severity is Severity.ERROR]
    assert any((p.place.line, p.place.column) == place and what in p.what for p in found), found


@pytest.mark.parametrize("platform", TARGETS)
def test_what_is_written_for_a_platform_has_no_fault_there(platform):
    written = written_for(read_strategy(PUBMED, "pubmed"), platform).query
    faults = query_faults(written, platform, "q.txt")
    assert [p for p in faults if p.severity is Severity.ERROR] == []


def test_what_cannot_be_read_is_refused():
    with pytest.raises(ReviewError, match="cannot be read as one of pubmed"):
        read_strategy("((sleep[tiab]", "pubmed")
    with pytest.raises(ReviewError, match="queries of scopus cannot be read"):
        read_strategy("TITLE(x)", "scopus")
