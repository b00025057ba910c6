"""A search that is run again: each entry is there before, new, gone or changed, and never two."""

from __future__ import annotations

from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from pipeline.snapshot.searches_again import RerunEntry, rerun

words = st.sampled_from(["", "a", "b", "c"])
entries = st.lists(
    st.builds(
        RerunEntry,
        id=st.just(""),
        accession_number=words,
        doi=words,
        pmid=words,
        title=words,
        author=words,
        year=st.integers(2000, 2002),
        abstract=words,
    ),
    max_size=6,
)


def numbered(search: str, found: list[RerunEntry]) -> list[RerunEntry]:
    return [entry._replace(id=f"{search}:{n:04d}") for n, entry in enumerate(found, 1)]


@given(entries, entries)
def test_every_entry_of_both_runs_is_told_once(one, other):
    before, after = numbered("a", one), numbered("b", other)
    found = rerun("a", before, after)
    assert sorted([*(p.before for p in found.pairs), *found.gone]) == [e.id for e in before]
    assert sorted([*(p.after for p in found.pairs), *found.new]) == [e.id for e in after]


@given(entries, st.randoms(use_true_random=False))
def test_the_very_same_entries_in_another_order_are_no_news(found, chance):
    known = [e for e in found if e.accession_number or e.doi or e.pmid or e.title]
    mixed = list(known)
    chance.shuffle(mixed)
    told = rerun("a", numbered("a", known), numbered("b", mixed))
    assert len(told.pairs) == len(known) and not told.new and not told.gone


def test_the_accession_number_goes_before_the_words():
    before = [RerunEntry("a:1", "2010-1", "", "", "A title", "Doe, J.", 2010, "old")]
    after = [RerunEntry("b:1", "2010-1", "10.1/x", "", "A Title, corrected", "Doe", 2011, "new")]
    (pair,) = rerun("a", before, after).pairs
    assert pair.changed == ("title", "abstract", "DOI", "year")
    assert asdict(pair)["before"] == "a:1"
