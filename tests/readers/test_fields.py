"""Names, dates, identifiers, LaTeX and decisions as exports write them."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.decision import Stage, Verdict
from pipeline.model.record import Issued, Name, Record
from pipeline.readers import FoundDecision, found_decisions, identifiers, read_export
from pipeline.readers.assembling import one_name, unspoiled
from pipeline.readers.bibtex_values import from_latex
from pipeline.readers.dates import date, issued
from pipeline.readers.names import name, names_in_cell, names_run_together


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Müller, Ada B.", Name(family="Müller", given="Ada B.")),
        ("Smith, Jr., John", Name(family="Smith", given="John", suffix="Jr.")),
        ("Smith, John, III", Name(family="Smith", given="John", suffix="III")),
        ("Keefer AB", Name(family="Keefer", given="AB")),
        ("van der Berg A.B.", Name(family="van der Berg", given="A.B.")),
        ("A. B. Keefer", Name(family="Keefer", given="A. B.")),
        ("World Health Organization", Name(literal="World Health Organization")),
        ("World Health Organization,", Name(literal="World Health Organization")),
        ("{Harbour Group}", Name(literal="Harbour Group")),
        ("[Anonymous]", None),
        ("et al.", None),
        ("Ada B. Keefer", Name(family="Keefer", given="Ada B.")),
        ("Oar and Anchor, Inc.", Name(literal="Oar and Anchor, Inc.")),
        ("Oar, Ltd", Name(literal="Oar, Ltd")),
        ("Oar and Anchor,, Press", Name(literal="Oar and Anchor, Press")),
        ("Keefer, A. B., et al.", Name(family="Keefer", given="A. B.")),
    ],
)  # fmt: skip
def test_a_name(text: str, wanted: Name | None) -> None:
    assert name(text) == wanted


def test_given_names_first_where_the_layout_says_so() -> None:
    assert name("Ludwig van Beethoven", True) == Name(family="van Beethoven", given="Ludwig")
    assert name("Ada Lovelace") == Name(literal="Ada Lovelace")


@pytest.mark.parametrize(
    ("cell", "families"),
    [
        ("Lee, A; Kim, B", ["Lee", "Kim"]),
        ("Liu R., Adler D.G.", ["Liu", "Adler"]),
        ("Griffin DK, Larkin DM, O'Connor RE.", ["Griffin", "Larkin", "O'Connor"]),
        ("Yang, Z. and Jiang, B.", ["Yang", "Jiang"]),
        ("Liu, R., Adler, D.G.", ["Liu", "Adler"]),
        ("Lee, Ada", ["Lee"]),
        ("['Lee, Ada', 'Kim, Bo']", ["Lee", "Kim"]),
        ("Lee, Ada (57202138757); Kim, Bo (57202138758)", ["Lee", "Kim"]),
        ("Barrett, Paul M; ", ["Barrett"]),
    ],
)
def test_names_in_a_cell(cell: str, families: list[str]) -> None:
    assert [person.family for person in names_in_cell(cell)] == families


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("Oar and Anchor, Inc.", 1),
        ("Ministry of Tides and Harbours", 1),
        ("Ministry of Tides, Harbours and Fog", 1),
        ("Keefer, A. and Oar, B.", 2),
        ("Keefer, A.; Oar, B.", 2),
    ],
)
def test_and_parts_people_and_no_organisation(cell: str, count: int) -> None:
    assert len(names_in_cell(cell)) == count
    assert len(one_name(cell)) == count


def test_names_without_commas_are_parted_where_several_stand_together() -> None:
    def families(*names: str) -> list[str]:
        lines = "".join(f"AU  - {name}\n" for name in names)
        text = f"TY  - JOUR\nTI  - T\n{lines}ER  - \n"
        (record,) = read_export(io.BytesIO(text.encode()), file="x").records
        return [person.family for person in record.author]

    assert families("Ada Lovelace", "Bo van Kim") == ["Lovelace", "van Kim"]
    assert families("Ada Lovelace") == [""]
    assert families("Red Oar International", "Ada Lovelace") == ["", ""]
    assert families("Keefer AB", "Oar C") == ["Keefer", "Oar"]


def test_names_that_run_together() -> None:
    found = names_run_together("V. A. BakhtinJohn McDonaldMelissa C. Smith")
    assert [person.family for person in found] == ["Bakhtin", "McDonald", "Smith"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2019", Issued(year=2019)),
        ("2013/04/18", Issued(year=2013, month=4, day=18)),
        ("2012///", Issued(year=2012)),
        ("2014//", Issued(year=2014)),
        ("2020 Mar 4", Issued(year=2020, month=3, day=4)),
        ("20170812", Issued(year=2017, month=8, day=12)),
        ("Start date: 20170812", Issued(year=2017, month=8, day=12)),
        ("1999 Spring", Issued(year=1999)),
        ("2006 May-Jun", Issued(year=2006, month=5)),
        ("4/3/2024", Issued(year=2024)),
        ("25/3/2024", Issued(year=2024, month=3, day=25)),
        ("3/25/2024", Issued(year=2024, month=3, day=25)),
        ("November 30, 2021", Issued(year=2021, month=11, day=30)),
        ("c2003", Issued(year=2003)),
        ("in press", Issued(literal="in press")),
        ("", None),
        ("//", None),
        ("0000", None),
        ("0000-00-00", None),
        ("0", None),
        ("9999", None),
    ],
)
def test_a_date(text: str, wanted: Issued | None) -> None:
    assert date(text) == wanted


def test_the_finer_date_of_the_same_year_counts() -> None:
    assert issued(["2019", "2019/03/04"]) == Issued(year=2019, month=3, day=4)
    assert issued(["2019", "2020/03/04"]) == Issued(year=2019)
    assert issued(["2019"], ["Mar 4"]) == Issued(year=2019, month=3, day=4)


@given(st.dates(min_value=__import__("datetime").date(1500, 1, 1)))
def test_iso_dates_come_back(day: object) -> None:
    assert str(date(str(day))) == str(day)


SICI = "10.5555/(sici)1234-5678(20010131)9:2<33::aid-oar4>3.0.co;2-x"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("https://doi.org/10.5555/ABC.1", "10.5555/abc.1"),
        ("doi:10.5555/abc(1).", "10.5555/abc(1)"),
        ("10.5555/abc) and more", "10.5555/abc"),
        ("https://x.org/?id=10.5555%2Fabc", "10.5555/abc"),
        ("10.5555", ""),
        ("no", ""),
        (SICI, SICI),
        (SICI.replace("<", "&lt;").replace(">", "&gt;"), SICI),
        (SICI.replace("<", "&amp;lt;").replace(">", "&amp;gt;"), SICI),
        (SICI.replace("<", "%3C").replace(">", "%3E"), SICI),
        ("https://doi.org/" + SICI.replace("<", "%253C").replace(">", "%253E"), SICI),
        ("10.5555/0012(2006)87[5:atp]2.0.co;2", "10.5555/0012(2006)87[5:atp]2.0.co;2"),
        ("<a href=x>10.5555/abc</a>", "10.5555/abc"),
        ("10.5555/abc<br>more", "10.5555/abc"),
    ],
)
def test_a_doi(text: str, wanted: str) -> None:
    assert identifiers.doi(text) == wanted


def test_serials_are_told_apart() -> None:
    assert identifiers.serials("12345679; 978-3-16-148410-0 ; 2049-3630 (Online)") == (
        ("1234-5679", "2049-3630"),
        ("9783161484100",),
    )


def test_pages_that_a_spreadsheet_made_dates_of() -> None:
    assert [unspoiled(t) for t in ("01-Nov", "11-Jan", "Nov-22", "e12-3")] == [
        "1-11", "1-11", "11-22", "e12-3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (r"M{\"u}ller", "Müller"),
        (r"M\"{u}ller", "Müller"),
        (r"{\'E}mile {\O}re", "Émile Øre"),
        (r"Fran\c{c}ois \v{S}ik", "François Šik"),
        (r"Pages 1--2 \& 50\%", "Pages 1–2 & 50%"),
        (r"The {DNA} \emph{of} it", "The DNA of it"),
        (r"stra{\ss}e", "straße"),
        (r"60\% at $p \leq 0.05$: a trial", r"60% at $p \leq 0.05$: a trial"),
        (r"60% in 2 \textmu g: a trial", "60% in 2 µg: a trial"),
        (r"\{a\} \textbackslash{}b \textasciitilde{}c \textasciicircum{}d", r"{a} \b ~c ^d"),
        (r"{\textless}a{\textgreater} $<$b$>$", "<a> <b>"),
    ],
)
def test_latex(text: str, wanted: str) -> None:
    assert from_latex(text) == wanted


@given(st.text(max_size=60))
def test_latex_never_crashes(text: str) -> None:
    from_latex(text)


def decisions(content: str) -> list[list[FoundDecision]]:
    reading = read_export(io.BytesIO(content.encode()), file="x")
    return [found_decisions(record) for record in reading.records]


def record_with(tag: str, value: str) -> Record:
    text = f'title,{tag}\nT,"{value}"\n'
    return read_export(io.BytesIO(text.encode()), file="x").records[0]


def test_decisions_of_rayyan() -> None:
    value = (
        'RAYYAN-INCLUSION: {""Ada""=>""Included"", ""Bo""=>""Excluded"", '
        '""Cy""=>""Maybe""} | RAYYAN-EXCLUSION-REASONS: too old'
    )
    found = found_decisions(record_with("notes", value))
    assert [(d.by, d.verdict, d.reason) for d in found] == [
        ("Ada", Verdict.INCLUDE, ""), ("Bo", Verdict.EXCLUDE, "too old"),
        ("Cy", Verdict.UNSURE, ""),
    ]  # fmt: skip


def test_decisions_of_asreview_covidence_and_eppi() -> None:
    assert [[d.verdict for d in found] for found in decisions(
        "TY  - JOUR\nTI  - T\nN1  - ASReview_relevant\nER  - \n"
        "TY  - JOUR\nTI  - T\nN1  - ASReview_irrelevant\nER  - \n"
    )] == [[Verdict.INCLUDE], [Verdict.EXCLUDE]]  # fmt: skip
    for note, reason in (
        ("Excluded - background article", "background article"),
        ("Exclusion reason: Wrong outcomes; ", "Wrong outcomes"),
        ("Excluded: wrong outcomes", "wrong outcomes"),
    ):
        table = f'Title,Covidence #,Notes\nT,#7,"{note}"\n'
        (covidence,) = decisions(table)[0]
        assert (covidence.stage, covidence.verdict) == (Stage.FULL_TEXT, Verdict.EXCLUDE)
        assert covidence.reason == reason
    (eppi,) = found_decisions(record_with("codes", "EXCLUDE on intervention"))
    assert (eppi.verdict, eppi.reason) == (Verdict.EXCLUDE, "intervention")


@pytest.mark.parametrize("tag", ["N1", "KW", "AB"])
@pytest.mark.parametrize(
    "note",
    [
        "ASReview_not_seen",
        "Children without a guardian were excluded at baseline; 12 persons.",
        "Excluded: 7 households",
        "Excluded - see appendix",
        "Included in: a register of trials. Withdrawn on request.",
        "included",
        "Relevant",
        "exclude on request of the author",
    ],
)
def test_what_people_write_in_a_note_is_no_verdict(tag: str, note: str) -> None:
    assert decisions(f"TY  - JOUR\nTI  - T\n{tag}  - {note}\nER  - \n") == [[]]
    assert decisions(f'Title,Covidence #,Abstract\nT,#7,"{note}"\n') == [[]]


def test_a_note_of_a_person_beside_the_word_of_the_tool_changes_nothing() -> None:
    ((found,),) = decisions(
        "TY  - JOUR\nTI  - T\nN1  - ASReview_relevant\nN1  - Two sites were excluded.\nER  - \n"
    )
    assert found.verdict is Verdict.INCLUDE


def test_notes_and_labels_come_with_the_verdict() -> None:
    value = (
        'RAYYAN-INCLUSION: {""Ada""=>""Excluded"", ""Bo""=>""Included""} | RAYYAN-LABELS: pilot,'
        'ask Cy | USER-NOTES: {""Ada""=>[""far too old""]}'
    )
    ada, bo = found_decisions(record_with("notes", value))
    assert (ada.tags, bo.tags) == (("pilot", "ask Cy"),) * 2
    assert "far too old" in ada.note and "far too old" not in bo.note
    asreview = "title,asreview_label,asreview_note,asreview_tags\nT,{},look again,a; b\n"
    ((found,),) = decisions(asreview.format(1))
    assert (found.verdict, found.tags) == (Verdict.INCLUDE, ("a", "b"))
    assert "look again" in found.note
    assert decisions(asreview.format(-1)) == [[]]  # nobody has labelled it


def test_no_decision_is_made_up() -> None:
    for words in ("We included 12 studies in this note.", "inclusive design", "", "2"):
        assert found_decisions(record_with("abstract", words)) == []
    assert decisions(
        "TY  - JOUR\nTI  - Included and excluded\nAB  - Excluded were no one\nER  - \n"
    ) == [[]]
