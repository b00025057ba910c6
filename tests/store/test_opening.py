"""A review is opened with everything that is wrong with it told; the cache is never truth."""

from __future__ import annotations

import shutil

import pytest

from pipeline.model.decision import Screened, Stage, Verdict
from pipeline.model.problem import ReviewError
from pipeline.snapshot.settle import settle
from pipeline.store import find_review, open_review
from tests.store.sample_review import RIS, add_search


def said(problems) -> str:
    return "\n".join(str(p) for p in problems)


def test_records_are_numbered_by_their_place_in_the_export(project):
    folder = open_review("sleep")
    assert list(folder.records) == ["psycinfo:0001", "psycinfo:0002"]
    record = folder.records["psycinfo:0002"]
    assert record.title == "Sleep in adults"
    assert str(record.place).startswith("reviews/sleep/searches/psycinfo.ris:7")
    assert folder.review.problems == ()


def test_a_review_is_found_by_slug_by_path_and_alone(project, monkeypatch):
    assert find_review("sleep") == find_review() == find_review("reviews/sleep")
    monkeypatch.chdir(project / "reviews" / "sleep" / "searches")
    assert find_review("sleep").slug == "sleep"
    with pytest.raises(ReviewError, match="Did you mean 'sleep'"):
        find_review("slep")


def test_without_any_review_the_way_to_begin_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ReviewError, match="review init"):
        find_review("sleep")


def test_a_review_is_read_where_no_cache_can_be_written(project):
    titles = [r.title for r in open_review("sleep").as_read.stream()]
    shutil.rmtree(project / "outputs")
    (project / "outputs").write_text("a file stands where the folder of outputs would be made")
    (project / "reviews" / "sleep" / "studies" / "one.yaml").write_text("form: nowhere\n")
    folder = open_review("sleep")
    assert [r.title for r in folder.as_read.stream()] == titles
    assert folder.records["psycinfo:0002"].title == titles[1]
    assert said(folder.review.problems).count("no sound extraction form 'nowhere'") == 1
    assert folder.kept("synthesis", (), lambda: folder.review.problems) == folder.review.problems
    assert (project / "outputs").is_file()


def test_the_cache_can_be_deleted_or_damaged_at_any_time(project):
    first = open_review("sleep")
    titles = [r.title for r in first.as_read.stream()]
    cache = first.places.cache
    shutil.rmtree(cache)
    assert [r.title for r in open_review("sleep").as_read.stream()] == titles
    for file in cache.glob("*.parquet"):
        file.write_bytes(b"not parquet")
    assert [r.title for r in open_review("sleep").as_read.stream()] == titles


def test_a_changed_export_is_told(project):
    open_review("sleep").review  # noqa: B018  (fills the cache)
    export = project / "reviews/sleep/searches/psycinfo.ris"
    export.write_text(RIS.replace("Sleep in adults", "Sleep in elders"))
    problems = open_review("sleep").review.problems
    assert "psycinfo.yaml:1: error: the export psycinfo.ris is no longer the file" in said(problems)


def test_a_missing_export_is_told_and_the_rest_still_reads(project):
    add_search(project / "reviews/sleep", "scopus", RIS)
    (project / "reviews/sleep/searches/psycinfo.ris").unlink()
    folder = open_review("sleep")
    assert "is not there; its records are not counted" in said(folder.review.problems)
    assert list(folder.records) == ["scopus:0001", "scopus:0002"]


@pytest.mark.parametrize("name", ["../protocol.yaml", "/etc/passwd", "..", "a\\b"])
def test_an_export_is_only_ever_read_beside_its_yaml(project, name):
    yaml = project / "reviews/sleep/searches/psycinfo.yaml"
    yaml.write_text(yaml.read_text().replace("export: psycinfo.ris", f"export: '{name}'"))
    folder = open_review("sleep")
    assert "is not the name of a file beside this one" in said(folder.review.problems)
    assert not folder.review.searches


def test_searches_keep_the_order_in_which_they_came_in(project):
    add_search(project / "reviews/sleep", "aaa", RIS, on="2016-01-05")
    add_search(project / "reviews/sleep", "later", RIS, on="2016-01-05", more="sequence: 1\n")
    assert [s.id for s in open_review("sleep").review.searches] == ["psycinfo", "aaa", "later"]


def test_who_screens_reads_nobody_elses_log(project):
    vote = {"stage": Stage.TITLE_ABSTRACT, "verdict": Verdict.INCLUDE}
    folder = open_review("sleep")
    for name in ("ada", "ben"):
        folder.append(name, Screened, record="psycinfo:0001", **vote)
    folder.reload()
    assert {d.reviewer for d in folder.review.decisions} == {"ada", "ben"}
    (project / "reviews/sleep/decisions/ben.jsonl").chmod(0)
    blind = open_review("sleep", as_reviewer="ada")
    assert {d.reviewer for d in blind.review.decisions} == {"ada"}
    assert settle(blind.review).positions["psycinfo:0001"].votes[0].reviewer == "ada"


def test_a_protocol_with_faults_is_refused_with_every_fault(project):
    protocol = project / "reviews/sleep/protocol.yaml"
    protocol.write_text(protocol.read_text() + "titel: twice\nlanguage: 7\n")
    with pytest.raises(ReviewError) as refusal:
        open_review("sleep").review  # noqa: B018
    assert "'titel' is not known here. Did you mean 'title'?" in str(refusal.value)
    assert "'language' is the value 7, not text" in str(refusal.value)


def test_a_file_that_is_not_utf8_is_named_with_its_line(project):
    (project / "reviews/sleep/protocol.yaml").write_bytes(b"title: A\nsubtitle: caf\xe9\n")
    with pytest.raises(ReviewError, match=r"protocol\.yaml:2 is not UTF-8"):
        open_review("sleep").review  # noqa: B018


def test_the_line_of_a_decision_is_found_again(project):
    folder = open_review("sleep")
    said = {"stage": Stage.TITLE_ABSTRACT, "verdict": Verdict.INCLUDE}
    folder.append("ada", Screened, record="psycinfo:0001", **said)
    second = folder.append("ada", Screened, record="psycinfo:0002", **said)
    folder.reload()
    assert str(folder.place_of(second)) == "reviews/sleep/decisions/ada.jsonl:2"


def test_a_table_of_columns_holds_every_record(project):
    add_search(project / "reviews/sleep", "scopus", RIS, on="2016-02-01")
    table = open_review("sleep").table(["id", "year", "title"])
    assert table.column_names == ["id", "year", "title"]
    assert table.column("year").to_pylist() == [2012, 2013, 2012, 2013]


def test_a_form_that_cannot_be_read_does_not_keep_the_rest_from_being_read(project):
    forms = project / "extraction_forms"
    forms.mkdir()
    (forms / "latin.yaml").write_bytes(b"id: latin\ntitle: Fran\xe7ais\n")
    (project / "reviews" / "sleep" / "studies" / "one.yaml").write_text("form: latin\n")
    told = said(open_review("sleep").review.problems)
    assert "latin.yaml:2 is not UTF-8 text" in told and "no sound extraction form 'latin'" in told


def test_what_is_kept_of_a_sealed_edition_leaves_that_of_the_review_alone(project):
    studies = project / "reviews" / "sleep" / "studies"
    (studies / "one.yaml").write_text("form: nowhere\n")
    sealed = project / "reviews" / "sleep" / "editions" / "1"
    (sealed / "studies").mkdir(parents=True)
    shutil.copy(project / "reviews" / "sleep" / "protocol.yaml", sealed)
    folder = open_review("sleep")
    before, ticks = folder.shelf, []
    assert folder.as_sealed(1).shelf.problems == () != before.problems
    assert open_review("sleep", tick=ticks.append).shelf == before and ticks == []


def test_what_was_read_is_forgotten_on_reload(project):
    folder = open_review("sleep")
    vote = {"stage": Stage.TITLE_ABSTRACT, "verdict": Verdict.INCLUDE}
    first = folder.append("ada", Screened, record="psycinfo:0001", **vote)
    folder.reload()
    assert folder.place_of(first).line == 1
    second = folder.append("ada", Screened, record="psycinfo:0002", **vote)
    folder.reload()
    assert folder.place_of(second).line == 2
    assert [d.id for d in folder.review.decisions] == [first.id, second.id]
