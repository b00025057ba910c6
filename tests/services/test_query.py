"""`review query`: check, translate and compare on the command line."""

from __future__ import annotations


def test_a_query_is_checked_with_places(here, run):
    (here / "q.txt").write_text("(sleep[tiab]\nAND screens[tiab]")
    said = run("query", "check", "q.txt", "--for", "pubmed")
    assert said.code == 1 and said.err.startswith("q.txt:1:1: error: ") and said.out == ""
    good = run("query", "check", "sleep[tiab] AND screens[tiab]", "--for", "pubmed")
    assert good.code == 0 and "Nothing is the matter" in good.out


def test_a_query_is_translated_and_what_is_lost_named(here, run):
    said = run(
        "query", "translate", "sleep[mh] AND 2015[dp]", "--from", "pubmed", "--to", "openalex"
    )
    assert said.code == 1 and said.out == "sleep\n"
    assert "Lost: 2015: openalex has no field for the year" in said.err
    whole = run("query", "translate", "a[ti] OR b[ti]", "--from", "pubmed", "--to", "wos")
    assert whole.code == 0 and whole.out == "TI=a OR TI=b\n"
    assert "Every term is searched as it was" in whole.err


def test_the_queries_of_a_review_stand_side_by_side(review, here, run):
    (here / "x.ris").write_text("TY  - JOUR\nTI  - One\nER  - \n")
    (here / "y.ris").write_text("TY  - JOUR\nTI  - Two\nER  - \n")
    for file, source, query in (
        ("x.ris", "PubMed", "sleep[tiab] AND (screens[tiab] OR phones[tiab])"),
        ("y.ris", "Web of Science", "TS=(sleep AND screens)"),
    ):
        words = ("--source", source, "--on", "2020-01-01", "--query", query)
        assert run("ingest", "r", file, *words).code == 0
    said = run("query", "compare", "r", "--json").json
    assert said["lacking"] == {"phones": ["Web of Science"]}
    assert run("query", "compare", "r").code == 0


def test_what_is_no_query_or_platform_is_refused(review, run):
    for words, told in (
        (("query", "check", "x", "--for", "pubmde"), "Did you mean 'pubmed'"),
        (("query", "mend", "x"), "nothing to do with a query"),
        (("query", "check", "none.txt", "--for", "pubmed"), "there is no file none.txt"),
        (("query", "compare", "r"), "the review has 0 queries"),
    ):
        said = run(*words)
        assert said.code == 2 and told in said.err
