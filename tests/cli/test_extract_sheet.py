"""Studies out to a sheet and back: nothing changes that nobody changed, rows are told by number."""

import csv
import io

import pytest
from openpyxl import load_workbook

STUDY = """\
# mine
study: {id}
form: general
form_version: 1
reports: ["db-2020-01-01:000{n}"]
basis: full_text
answers:
  country: "=NO"   # odd, but so printed
  setting: not reported
  participants:
    total:
      value: 264
      sources: [{{page: 3, quote: two hundred}}]
  response: {{x: 3, n: 4}}
  measures: [One; two, Three]
  groups:
    - id: boys
      label: Boys
      n: 3
"""


@pytest.fixture
def studies(records):
    folder = records / "studies"
    folder.mkdir(exist_ok=True)
    for n, name in enumerate(("one", "two"), 1):
        (folder / f"{name}.yaml").write_text(STUDY.format(id=name, n=n))
    return folder


def rows_of(file):
    if file.suffix == ".csv":
        return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    heading, *rows = load_workbook(file).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(heading, ["" if c is None else c for c in row], strict=True)) for row in rows]


def write(file, rows):
    with file.open("w", encoding="utf-8", newline="") as out:
        sheet = csv.DictWriter(out, rows[0].keys())
        sheet.writeheader()
        sheet.writerows(rows)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_sheet_that_nobody_filled_changes_nothing(studies, here, run, kind):
    before = {p: p.read_text() for p in studies.glob("*.yaml")}
    assert run("extract", "r", "--all", "--to", f"all.{kind}").code == 0
    rows = rows_of(here / f"all.{kind}")
    assert {row["study"] for row in rows} == {"one", "two"}
    by = {row["where"]: row for row in rows if row["study"] == "one"}
    assert by["country"]["answer"] == "'=NO" and by["response"]["answer"] == "x=3 n=4"
    assert by["participants/total"]["page"] == "3" and by["groups"]["answer"] == "boys"
    said = run("extract", "r", "--from", f"all.{kind}")
    assert said.code == 0 and said.err == "" and "0 answers taken" in said.out
    assert {p: p.read_text() for p in studies.glob("*.yaml")} == before
    assert run("extract", "r", "--all", "--to", f"all.{kind}").code == 2  # never written over


def test_rows_that_were_filled_change_their_lines_alone(studies, here, run):
    before = (studies / "one.yaml").read_text()
    assert run("extract", "r", "one", "--to", "one.csv").code == 0
    rows = rows_of(here / "one.csv")
    by = {row["where"]: row for row in rows}
    by["setting"]["answer"], by["setting"]["page"] = "School", "p. 4"
    by["participants/total"]["answer"] = "265"
    by["participants/total"]["quote"] = "two hundred and more"
    by["response"]["answer"] = "84/1978"
    by["groups/boys/n"]["answer"] = ""
    write(here / "one.csv", rows)
    asked = run("extract", "r", "one", "--from", "one.csv")
    assert asked.code == 2 and "3 answers would change" in asked.err and "--yes" in asked.err
    assert "one participants/total: 264 → 265" in asked.out
    assert (studies / "one.yaml").read_text() == before
    said = run("extract", "r", "one", "--from", "one.csv", "--yes")
    assert said.code == 0 and "3 answers taken" in said.out
    number = [row["where"] for row in rows].index("groups/boys/n") + 2
    assert f"one.csv:{number}: note: 'answer' is empty, and groups/boys/n has it" in said.err
    assert (studies / "one.yaml").read_text() == (
        before.replace("not reported", "value: School}", 1)
        .replace("setting: value: School}", "setting: {value: School, sources: [{page: p. 4}]}")
        .replace("value: 264", "value: 265")
        .replace("quote: two hundred", "quote: two hundred and more")
        .replace("{x: 3, n: 4}", "{x: 84, n: 1978}")
    )
    assert run("extract", "r", "one", "--from", "one.csv").out.count("0 answers taken") == 1


@pytest.mark.parametrize(
    ("where", "column", "cell", "said"),
    [
        ("participants/total", "answer", "1,978", "not a whole number. Type it like 275"),
        ("design", "answer", "servey", "not an answer that 'design' offers"),
        ("groups/boys/n", "where", "groups/boy/n", "Did you mean 'groups/boys/n'?"),
        ("country", "study", "tow", "no study 'tow' to write into"),
        ("groups", "answer", "girls", "boys of groups stays: a sheet adds entries"),
        ("groups", "answer", "boys; late girls", "'late girls' is no id for an entry"),
        ("groups", "answer", "not reported", "groups has entries, so it is not 'not reported'"),
        ("groups", "page", "3", "groups is a part: page cannot be taken from its row"),
        ("response", "where", "setting", "stood in row"),
        ("response", "answer", "5/4", "more than there are"),
    ],
)
def test_a_row_that_cannot_be_taken_is_told_and_the_others_are_taken(
    studies, here, run, where, column, cell, said
):
    assert run("extract", "r", "two", "--to", "two.csv").code == 0
    rows = rows_of(here / "two.csv")
    number = [row["where"] for row in rows].index(where)
    rows[number][column] = cell
    rows[-1]["answer"] = "a council"
    write(here / "two.csv", rows)
    told = run("extract", "r", "two", "--from", "two.csv")
    assert told.code == 1 and said in told.err
    assert f"two.csv:{number + 2}: error:" in told.err
    assert "1 answer taken" in told.out and "a council" in (studies / "two.yaml").read_text()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"a,b\n1,2\n", "no column study, where, answer"),
        ("a.csv", b"", "no column study"),
        ("a.csv", "study,where,answer\nx,\xe4\n".encode("latin-1"), "not UTF-8"),
        ("a.xlsx", b"PK\x03\x04 broken", "not a workbook"),
    ],
)
def test_what_is_no_sheet_is_refused(studies, here, run, name, content, said):
    (here / name).write_bytes(content)
    told = run("extract", "r", "--from", name)
    assert told.code == 2 and said in told.err


def test_entries_are_added_by_listing_them(studies, here, run):
    before = (studies / "one.yaml").read_text()
    assert run("extract", "r", "one", "--to", "one.csv").code == 0
    rows = rows_of(here / "one.csv")
    by = {row["where"]: row for row in rows}
    assert "a new id adds one" in by["groups"]["kind"]
    by["groups"]["answer"] = "boys; girls"
    by["results"]["answer"] = "first"
    blank = dict.fromkeys(rows[0], "")
    new = {"groups/girls/label": "Girls", "groups/girls/n": "4", "results/first/group": "girls"}
    rows += [{**blank, "study": "one", "where": w, "answer": a} for w, a in new.items()]
    write(here / "one.csv", rows)
    said = run("extract", "r", "one", "--from", "one.csv")
    assert "3 answers taken, 2 entries added" in said.out
    text = (studies / "one.yaml").read_text()
    assert text.startswith(before.rstrip("\n")) and text.count("id: girls") == 1
    again = run("extract", "r", "one", "--to", "again.csv")
    assert again.code == 0
    told = {row["where"]: row["answer"] for row in rows_of(here / "again.csv")}
    assert new.items() <= told.items() and told["groups/boys/n"] == "3"
    assert run("extract", "r", "one", "--from", "one.csv").out.count("0 answers taken") == 1
    assert (studies / "one.yaml").read_text() == text


def test_an_answer_alone_makes_no_entry(studies, here, run):
    before = (studies / "one.yaml").read_text()
    cells = {"study": "one", "where": "groups/boy/n", "answer": "5"}
    write(here / "one.csv", [cells])
    said = run("extract", "r", "one", "--from", "one.csv")
    assert said.code == 1 and "listed in the row of its part first" in said.err
    assert (studies / "one.yaml").read_text() == before


def test_answers_go_back_only_where_they_came_from(studies, here, run):
    before = (studies / "one.yaml").read_text()
    assert run("extract", "r", "one", "--to", "one.csv").code == 0
    rows = rows_of(here / "one.csv")
    assert {row["file_of"] for row in rows} == {"the agreed study"}
    for column, other, words in (
        ("file_of", "ben", "those of ben"),
        ("review", "other", "of the review other"),
    ):
        write(here / "two.csv", [{**row, column: other, "note": "x"} for row in rows])
        said = run("extract", "r", "one", "--from", "two.csv", "--yes")
        assert said.code == 2 and words in said.err
    assert (studies / "one.yaml").read_text() == before


def test_a_part_may_be_said_to_be_absent(studies, here, run):
    write(here / "one.csv", [{"study": "one", "where": "themes", "answer": "not applicable"}])
    assert "1 answer taken" in run("extract", "r", "one", "--from", "one.csv").out
    assert "themes: not applicable" in (studies / "one.yaml").read_text()
