"""What came in later is compared with everything; what was compared before is not again."""

from __future__ import annotations

from tests.duplicates.sets import find
from tests.duplicates.test_engines import mixed_rows


def test_what_came_in_later_is_found_as_if_everything_were_compared():
    rows = mixed_rows()
    before = len(rows) // 2
    earlier = find(*rows[:before])
    same = [(i, first) for i, first in enumerate(earlier.first) if i != first]
    everything = find(*rows, same=same)
    later = find(*rows, same=same, since=before)
    assert later.first == everything.first
    assert {(p.a, p.b) for p in later.merges} == {(p.a, p.b) for p in everything.merges}
    assert later.merges and all(max(p.a, p.b) >= before for p in (*later.merges, *later.ask))
    assert {(p.a, p.b) for p in later.ask} == {
        (p.a, p.b) for p in everything.ask if max(p.a, p.b) >= before
    }
