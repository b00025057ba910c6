"""`review export`: tidy data, a workbook, JSON, robvis and metafor; an instrument of one's own."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

SIX = ("Participation", "Attrition", "Prognostic factor", "Outcome", "Confounding", "Reporting")
QUIPS = (
    """\
# Written by a user, from the names of the domains of QUIPS (Hayden et al. 2013).
id: my-quips
version: 1
kind: appraisal
title: Quality in prognosis studies, our version
source: Hayden et al. 2013
designs: [cohort]
robvis: {tool: QUIPS}
items:
"""
    + "".join(
        f"  d{n}:\n    label: {n}. {name}\n    type: choice\n    required: true\n"
        "    options: {low: {label: Low risk, light: good}, "
        "moderate: {label: Moderate risk, light: some}, high: {label: High risk, light: bad}}\n"
        for n, name in enumerate((*SIX, "Overall"), 1)
    )
    + "overall: {item: d7, domains: [d1, d2, d3, d4, d5, d6], order: [low, moderate, high]}\n"
)

GENERAL = """\
study: a-2014
title: =A et al. 2014
form: general
reports: [db-2020-01-01:0001]
basis: full_text
extracted_by: ada
answers:
  design: cohort
  country: Sweden
  participants: {total: 500}
  groups:
    - {id: viewers, label: Viewers, n: 100}
    - {id: others, label: Others, n: 400}
  results:
    - id: again
      outcome: later
      group: viewers
      comparator: others
      direction: lower
      statement: Fewer later offences
      proportion: {x: 10, n: 100}
      estimate: {value: 0.5, low: 0.25, high: 1, level: 95}
      measure: adjusted odds ratio
      sources: [{page: "12", quote: "the words of the report"}]
    - id: control
      outcome: later
      group: others
      direction: descriptive
      statement: x
      proportion: {x: 80, n: 400}
    - id: odd
      outcome: later
      direction: descriptive
      statement: x
      estimate: {value: 3, low: 2, high: 4}
      measure: points on a scale
appraisal:
  my-quips:
    {d1: low, d2: low, d3: moderate, d4: low, d5: high, d6: low,
     d7: {value: moderate, note: Confounding was of no weight here}}
"""


@pytest.fixture
def extracted(records: Path, decide: Any, here: Path) -> Path:
    """The review `r` with one study included, extracted and appraised with a user's instrument."""
    for stage in ("title_abstract", "full_text"):
        decide("0001", "include", stage)
    forms = here / "extraction_forms"
    forms.mkdir(exist_ok=True)
    (forms / "my-quips.yaml").write_text(QUIPS)
    protocol = records / "protocol.yaml"
    text = protocol.read_text().replace("appraisal: []", "appraisal: [my-quips]")
    protocol.write_text(text.replace("outcomes:", "outcomes:\n  later: {label: Later offences}", 1))
    (records / "studies").mkdir(exist_ok=True)
    (records / "studies/a-2014.yaml").write_text(GENERAL)
    return records


def table(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text())))


def test_an_instrument_of_ones_own_goes_end_to_end_without_code(
    extracted: Path, here: Path, run: Any
) -> None:
    blank = run("extract", "r", "b-2015", "--report", "db-2020-01-01:0002")
    assert blank.code == 0, blank.err
    text = (extracted / "studies/b-2015.yaml").read_text()
    assert "my-quips:" in text and "# 3. Prognostic factor (choice; required)." in text
    (extracted / "studies/b-2015.yaml").unlink()
    assert run("extract", "r", "a-2014", "--check").code == 0
    path = extracted / "studies/a-2014.yaml"
    reasoned = "{value: moderate, note: Confounding was of no weight here}"
    path.write_text(GENERAL.replace(reasoned, "low"))
    better = run("extract", "r", "a-2014", "--check")
    assert better.code == 1 and "better than the worst domain, 'high'" in better.err
    path.write_text(GENERAL.replace("d5: high", "d5: hihg"))
    assert "Did you mean 'high'" in run("extract", "r", "a-2014", "--check").err
    path.write_text(GENERAL)

    (extracted / "manuscript.md").write_text(
        '# Appraisal\n\n{{ table("appraisal") }}\n\n{{ figure("appraisal") }}\n\n'
        '{{ figure("appraisal_summary", instrument="my-quips") }}\n'
    )
    built = run("build", "r", "--format", "html")
    assert built.code == 0, built.err
    page = (here / "outputs/r/r.html").read_text()
    assert "Quality in prognosis studies, our version" in page and "Moderate risk" in page
    assert page.count("<svg") >= 2 and "Confounding was of no weight here" in page

    assert run("export", "r", "--to", "data", "--format", "csv").code == 0
    (row,) = table(here / "data/robvis-my-quips.csv")
    assert list(row) == ["Study", "D1", "D2", "D3", "D4", "D5", "D6", "Overall"]
    assert list(row.values())[1:] == ["Low", "Low", "Moderate", "Low", "High", "Low", "Moderate"]


def test_metafor_tables_hold_the_counts_and_the_log_of_a_ratio(
    extracted: Path, here: Path, run: Any
) -> None:
    assert run("export", "r", "--to", "data", "--format", "csv").code == 0
    (pair,) = table(here / "data/metafor-two-by-two.csv")
    cells = [pair[name] for name in ("ai", "bi", "ci", "di", "n1i", "n2i")]
    assert cells == ["10", "90", "80", "320", "100", "400"]
    assert [(r["xi"], r["ni"]) for r in table(here / "data/metafor-proportions.csv")] == [
        ("10", "100"),
        ("80", "400"),
    ]
    ratio, odd = table(here / "data/metafor-estimates.csv")
    assert float(ratio["yi"]) == pytest.approx(-0.693147, abs=1e-6)
    assert float(ratio["sei"]) == pytest.approx(0.353653, abs=1e-6)
    assert float(ratio["vi"]) == pytest.approx(0.125071, abs=1e-6)
    assert (odd["scale"], odd["yi"], odd["estimate"]) == ("not known", "", "3")


def test_nothing_is_taken_for_a_formula_and_numbers_come_back(
    extracted: Path, here: Path, run: Any
) -> None:
    from openpyxl import load_workbook

    assert run("export", "r", "--to", "data").code == 0
    assert table(here / "data/robvis-my-quips.csv")[0]["Study"] == "'=A et al. 2014"
    book = load_workbook(here / "data/extraction.xlsx")
    page = book["robvis-my-quips"]
    assert page["A2"].value == "=A et al. 2014" and page["A2"].data_type == "s"
    columns = [c.value for c in book["results"][1]]
    x = book["results"].cell(2, columns.index("proportion_x") + 1)
    assert x.value == 10 and x.data_type == "n"
    data = json.loads((here / "data/extraction.json").read_text())
    (study,) = data["studies"]
    result = study["answers"]["results"][0]
    assert result["proportion"]["value"] == {"x": 10, "n": 100}
    assert result["proportion"]["sources"][0]["quote"] == "the words of the report"
    levels = {row["table"] for row in table(here / "data/dictionary.csv")}
    assert {"studies", "groups", "results"} <= levels
    for name in ("studies", "groups", "results", "participants"):
        told = {r["column"] for r in table(here / "data/dictionary.csv") if r["table"] == name}
        assert set(table(here / f"data/{name}.csv")[0]) <= told | {
            "study", "basis", f"{name}_id",
        }  # fmt: skip


def test_no_quote_leaves_in_any_file_when_none_should(
    extracted: Path, here: Path, run: Any
) -> None:
    assert run("export", "r", "--to", "data", "--no-quotes").code == 0
    import pyarrow.parquet as pq
    from openpyxl import load_workbook

    for file in (path for path in (here / "data").rglob("*") if path.is_file()):
        if file.suffix == ".parquet":
            assert "the words of the report" not in str(pq.read_table(file).to_pylist()), file
        elif file.suffix != ".xlsx":
            assert "the words of the report" not in file.read_text(), file
    book = load_workbook(here / "data/extraction.xlsx")
    cells = [str(c.value) for page in book for row in page.iter_rows() for c in row]
    assert not [c for c in cells if "the words of the report" in c]


def test_what_cannot_be_exported_is_refused(extracted: Path, here: Path, run: Any) -> None:
    assert run("export", "r", "--format", "sav").code == 2
    (here / "data").write_text("mine")
    assert run("export", "r", "--to", "data").code == 2
    assert (here / "data").read_text() == "mine"


def test_an_export_lies_beside_the_documents_so_that_a_build_may_follow(
    extracted: Path, here: Path, run: Any
) -> None:
    assert run("export", "r", "--format", "csv").code == 0
    assert (here / "outputs" / "r.data" / "tables" / "records.csv").is_file()
    assert not (here / "outputs" / "r").exists()
