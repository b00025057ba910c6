"""Whatever a document says is noted with what it was made from, and named where it changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from every_leaf import PROJECT, Leaf, Trial, leaves, sample


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return Trial(tmp_path_factory.mktemp("every-leaf"))


def _first(part: str) -> Leaf:
    """The first leaf called `label` below `part` of the protocol."""
    return next(
        leaf
        for leaf in leaves(PROJECT)
        if leaf.file.endswith("protocol.yaml") and leaf.path[0] == part and leaf.path[-1] == "label"
    )


def test_the_basis_of_a_study_is_an_input_like_any_other(trial: Trial) -> None:
    leaf = Leaf("reviews/ta-hsb/studies/aebi-2014.yaml", ("basis",))
    found = trial.change(leaf, "secondary_source")
    assert "table:characteristics" in {c.id for c in found.changes if c.reads_otherwise}
    assert (found.unnoted, found.unnamed) == ((), ())
    otherwise = [c for c in found.changes if c.reads_otherwise]
    assert sum("aebi-2014#basis" in c.grounds for c in otherwise) > 10


@pytest.mark.parametrize("part", ["groups", "outcomes", "criteria"])
def test_a_label_of_the_protocol_is_an_input_like_any_other(trial: Trial, part: str) -> None:
    found = trial.change(_first(part))
    assert [c for c in found.changes if c.reads_otherwise], found.refused
    assert (found.unnoted, found.unnamed) == ((), ())
    assert any(f"protocol:{part}" in c.grounds for c in found.changes)


@pytest.mark.parametrize("leaf", sample(PROJECT, 4, seed=20261130), ids=str)
def test_no_text_changes_unnoted(trial: Trial, leaf: Leaf) -> None:
    """A sample; `tests/benchmarks/every_leaf.py` changes them all."""
    found = trial.change(leaf)
    assert (found.unnoted, found.unnamed) == ((), ()), str(leaf)


def test_the_example_itself_is_what_the_trials_start_from() -> None:
    assert len(list(leaves(PROJECT))) > 1000
    assert Path(PROJECT / "reviews" / "ta-hsb").is_dir()
