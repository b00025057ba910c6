"""What the shipped forms hold, in the columns of `escalc()`."""

from pathlib import Path

import pytest

from pipeline.extraction import read_form, read_study
from pipeline.extraction.data_tables import metafor_tables
from pipeline.model.protocol import Outcome, Protocol

FORMS = Path(__file__).parents[2] / "extraction_forms"
STUDY = """\
reports: [r]
basis: full_text
answers:
  groups: [{id: treated, label: T}, {id: controls, label: C}]
  results:
    - {id: after-t, outcome: score, group: treated, comparator: controls, direction: lower,
       statement: s, mean: {mean: 10.5, sd: 2, n: 40}, proportion: {x: 12, n: 40}}
    - {id: after-c, outcome: score, group: controls, direction: descriptive,
       statement: s, mean: {mean: 12, se: 0.5, n: 36}, proportion: {x: 18, n: 36}}
"""


@pytest.mark.parametrize("id", ["comparison", "trial"])
def test_a_shipped_form_gives_two_groups(id):
    form, problems = read_form((FORMS / f"{id}.yaml").read_text(encoding="utf-8"), f"{id}.yaml")
    assert form is not None and not problems
    outcomes = (Outcome(id="score", label="Score"),)
    protocol = Protocol(title="t", questions=(), criteria=(), form=id, outcomes=outcomes)
    study, _ = read_study(STUDY, "s-1.yaml", {id: form}, protocol)
    levels = metafor_tables([study], {id: form})

    def row(name):
        (only,) = levels[name].to_dict("records")
        return only

    means = row("means")
    columns = ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
    assert [means[c] for c in columns] == ["10.5", "2", "40", "12", "3", "36"]
    cells = row("two-by-two")
    assert [cells[c] for c in ("ai", "bi", "ci", "di")] == ["12", "28", "18", "18"]
