"""Agreement of two people against worked examples and against what holds for every table."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.kappa import Figures, figures_of

TABLES = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), st.integers(0, 40), max_size=9
)
ABOUT = 0.00005


@pytest.mark.parametrize(
    ("cells", "observed", "kappa", "pabak", "ac1"),
    [
        ((1, 3, 2, 94), 0.95, 0.2604, 0.90, 0.9464),
        ((20, 5, 10, 65), 0.85, 0.625, 0.70, 0.7505),
    ],
)
def test_two_options_as_published(cells, observed, kappa, pabak, ac1):
    table = dict(zip([("y", "y"), ("y", "n"), ("n", "y"), ("n", "n")], cells, strict=True))
    found = figures_of(table, 2)
    assert found.n == 100 and found.observed == pytest.approx(observed)
    assert found.kappa == pytest.approx(kappa, abs=ABOUT)
    assert found.pabak == pytest.approx(pabak) and found.ac1 == pytest.approx(ac1, abs=ABOUT)


def test_three_options_by_hand():
    # po = 80/100; pe = (50·52 + 30·28 + 20·20)/100² = 0.384; π = .51, .29, .20
    table = {
        ("a", "a"): 44, ("a", "b"): 4, ("a", "c"): 2,
        ("b", "a"): 6, ("b", "b"): 21, ("b", "c"): 3,
        ("c", "a"): 2, ("c", "b"): 3, ("c", "c"): 15,
    }  # fmt: skip
    found = figures_of(table, 3)
    assert found.observed == pytest.approx(0.80)
    assert found.kappa == pytest.approx((0.80 - 0.384) / (1 - 0.384))
    assert found.pabak == pytest.approx((3 * 0.80 - 1) / 2)
    chance = (0.51 * 0.49 + 0.29 * 0.71 + 0.20 * 0.80) / 2
    assert found.ac1 == pytest.approx((0.80 - chance) / (1 - chance))


def test_the_interval_of_a_published_table():
    """Fleiss, Levin & Paik (2003), table 18.1, n = 100: kappa 0.676, standard error 0.088."""
    table = {("a", "a"): 75, ("a", "b"): 1, ("a", "c"): 4,
             ("b", "a"): 5, ("b", "b"): 4, ("b", "c"): 1,
             ("c", "a"): 0, ("c", "b"): 0, ("c", "c"): 10}  # fmt: skip
    found = figures_of(table, 3)
    assert found.kappa == pytest.approx(0.676, abs=0.0005)
    assert (found.kappa_high - found.kappa_low) / (2 * 1.96) == pytest.approx(0.088, abs=0.0005)


@given(TABLES)
def test_figures_hold_for_every_table(table):
    found = figures_of(table, 3)
    n = sum(table.values())
    if not n:
        assert found == Figures()
        return
    turned = Counter({(b, a): count for (a, b), count in table.items()})
    again = figures_of(turned, 3)
    for name in ("n", "observed", "kappa", "kappa_low", "kappa_high", "pabak", "ac1"):
        assert getattr(found, name) == pytest.approx(getattr(again, name))
    assert found.pabak <= found.observed + 1e-9 and found.ac1 <= 1 + 1e-9
    if found.kappa_low is not None:
        assert -1 <= found.kappa_low <= found.kappa + 1e-9
        assert found.kappa - 1e-9 <= found.kappa_high <= 1
    given = {answer for two, count in table.items() if count for answer in two}
    assert (found.kappa is None) == (len(given) == 1)
