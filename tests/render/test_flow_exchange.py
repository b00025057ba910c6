"""The flow as the data of the R package PRISMA2020 and as JSON."""

from __future__ import annotations

import csv
import io
import json

import pytest
from test_flow_diagram import FLOWS, a_flow

from pipeline.model.search import Arm
from pipeline.model.standing import BOXES, Flow, Stand, Standing
from pipeline.render.flow_exchange import flow_csv, flow_json

# names of the first column of inst/extdata/PRISMA.csv in the package, in any order
KEYS = {
    "previous_studies",
    "previous_reports",
    "database_results",
    "database_specific_results",
    "register_results",
    "register_specific_results",
    "website_results",
    "organisation_results",
    "citations_results",
    "duplicates",
    "excluded_automatic",
    "excluded_other",
    "records_screened",
    "records_excluded",
    "dbr_sought_reports",
    "dbr_notretrieved_reports",
    "other_sought_reports",
    "other_notretrieved_reports",
    "dbr_assessed",
    "dbr_excluded",
    "other_assessed",
    "other_excluded",
    "new_studies",
    "new_reports",
    "total_studies",
    "total_reports",
}
LISTS = {"database_specific_results", "register_specific_results", "dbr_excluded", "other_excluded"}


def rows(flow: Flow) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(flow_csv(flow))))


def by_key(flow: Flow) -> dict[str, dict[str, str]]:
    return {row["data"]: row for row in rows(flow)}


def parsed(cell: str) -> list[tuple[str, str]]:
    """A list as the package takes it apart: at each semicolon, then at each comma."""
    parts = [part.split(",") for part in cell.split(";") if part.strip()]
    assert all(len(part) == 2 for part in parts), cell
    return [(label.strip(), n.strip()) for label, n in parts]


@pytest.mark.parametrize("name", FLOWS)
def test_it_has_the_columns_and_keys_of_the_package(name: str) -> None:
    first = flow_csv(FLOWS[name]).splitlines()[0]
    assert first == "data,node,box,description,boxtext,tooltips,url,n,note"
    keys = [row["data"] for row in rows(FLOWS[name])]
    assert len(keys) == len(set(keys)) + keys.count("NA") - 1
    assert set(keys) - {"NA"} == KEYS


@pytest.mark.parametrize("name", FLOWS)
def test_its_numbers_are_the_flows(name: str) -> None:
    flow = FLOWS[name]
    found = by_key(flow)
    for key in KEYS - LISTS:
        if key in BOXES and key != "new_reports":
            left = flow.count("records_not_screened") if key == "excluded_other" else 0
            assert found[key]["n"] == str(flow.count(key) + left), key
    assert found["total_studies"]["n"] == str(len(flow.included_studies))
    others = ("website_results", "organisation_results", "citations_results")
    assert sum(int(found[key]["n"]) for key in others) == flow.count("other_results")
    for arm in ("dbr", "other"):
        reasons = parsed(found[f"{arm}_excluded"]["n"])
        assert sum(int(n) for _, n in reasons) == flow.count(f"{arm}_excluded")
    for kind in ("database", "register"):
        parts = parsed(found[f"{kind}_specific_results"]["n"])
        assert sum(int(n) for _, n in parts) == flow.count(f"{kind}_results")


def test_a_reason_with_a_comma_or_semicolon_survives_and_is_kept_in_the_note() -> None:
    excluded = by_key(a_flow())["dbr_excluded"]
    assert parsed(excluded["n"]) == [
        ("Wrong population / adults", "100"),
        ("No data / an opinion", "99"),
    ]
    assert "“Wrong population, adults”" in excluded["note"]
    assert "“No data; an opinion”" in excluded["note"]


def test_one_reason_and_none() -> None:
    assert parsed(by_key(FLOWS["one reason"])["dbr_excluded"]["n"]) == [("Only one", "100")]
    assert by_key(FLOWS["none excluded"])["dbr_excluded"]["n"] == ""


def test_sources_that_the_package_has_no_box_for_are_counted_and_named() -> None:
    flow = Flow(
        census={Stand("Experts", Arm.OTHER, Standing.INCLUDED): 4},
        included_studies=frozenset(),
        included_reports=frozenset(),
        kinds={"Experts": "contact"},
    )
    row = by_key(flow)["organisation_results"]
    assert row["n"] == "4"
    assert "Contact with authors and experts, 4" in row["note"]


def test_what_was_left_unscreened_stands_with_what_was_removed_and_is_named() -> None:
    row = by_key(FLOWS["screening stopped"])["excluded_other"]
    assert row["n"] == "777"
    assert "not screened, as screening was stopped (the target is reached): 777" in row["note"]


def test_a_formula_stays_text() -> None:
    flow = a_flow(reasons=('=HYPERLINK("http://example.org")',))
    assert by_key(flow)["dbr_excluded"]["n"].startswith("'=")


def test_what_has_no_box_stands_in_the_note() -> None:
    note = by_key(FLOWS["in progress"])["new_studies"]["note"]
    assert "In progress: 7 pending" in note
    assert "no longer included" in note


@pytest.mark.parametrize("name", FLOWS)
def test_json_holds_every_box_and_sums_that_agree(name: str) -> None:
    flow = FLOWS[name]
    value = json.loads(flow_json(flow))
    assert {key: box["n"] for key, box in value["boxes"].items()} == {
        key: flow.count(key) for key in BOXES
    }
    assert all(sum_["left"] == sum_["right"] for sum_ in value["equations"])
    assert sum(value["standings"].values()) == sum(flow.census.values())
    assert flow_json(flow) == flow_json(flow)
