"""`review search`: six sources, whole answers, every fault of a service told and survived."""

from __future__ import annotations

import hashlib
import logging
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.searching import running
from pipeline.model.search import Search
from pipeline.services import asking, pubmed
from pipeline.services.source_table import SOURCES
from pipeline.store import open_review
from pipeline.store.under_way import UnderWay
from tests.services import made_up
from tests.services.web_server import World, as_json, cut_off, endless, once, serving

QUERY = "sleep AND screens"
ALL = sorted(SOURCES)
PAGED = [one for one in ALL if one != "pubmed"]
"""Sources whose first answer has records; PubMed's only counts them."""


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every source gives pages of 40 records."""
    from dataclasses import replace

    small = {name: replace(source, page_size=40) for name, source in SOURCES.items()}
    for name, source in small.items():
        monkeypatch.setitem(SOURCES, name, source)
    monkeypatch.setattr("pipeline.services.source_table._ROWS", tuple(small.values()))


def a_world(records: int = 130, **more: Any) -> World:
    return World(records=records, page_sizes={"semanticscholar": 40}, **more)


def searching(run: Any, url: str, source: str, *more: str) -> Any:
    words = ("--source", source, "--query", QUERY, "--base-url", f"{url}/{source}")
    return run("search", "r", *words, *more)


def the_search() -> Search:
    (search,) = open_review("r").searches[0].values()
    return search


def export_of(review: Path) -> bytes:
    return (review / "searches" / the_search().export).read_bytes()


def dois() -> list[str]:
    return [record.doi for record in open_review("r").records.values()]


def nothing_came(review: Path) -> bool:
    return not list((review / "searches").glob("*.yaml"))


@pytest.mark.parametrize("source", ALL)
def test_every_record_comes_page_by_page_and_is_kept_as_it_came(source, review, run, waits):
    world = a_world()
    with serving(world) as url:
        said = searching(run, url, source)
    assert said.code == 0, said.err
    assert "130 reported = 130 got + 0 missing" in said.out
    titles = [record.title for record in open_review("r").records.values()]
    assert titles == [made_up.title(n) for n in range(130)]
    search = the_search()
    assert (search.source, search.query) == (SOURCES[source].label, QUERY)
    assert search.results_reported == 130 and search.asked is not None
    export, at = export_of(review), 0
    for number, page in enumerate([p for p in search.asked.pages if p.records]):
        at += 1 if number else 0
        slice_ = export[at : at + page.bytes]
        assert hashlib.sha256(slice_).hexdigest() == page.sha256
        at += page.bytes
    assert at == len(export)
    assert run("check", "r").code == 0


@pytest.mark.parametrize("source", ALL)
def test_the_day_limits_reach_the_source_in_its_own_words(source, review, run, waits):
    world = a_world(3)
    with serving(world) as url:
        said = searching(run, url, source, "--from", "2016-01-02", "--to", "2020-03-04")
    assert said.code == 0, said.err
    sent = world.asked[0].parameters
    assert {
        "openalex": sent.get("filter")
        == "from_publication_date:2016-01-02,to_publication_date:2020-03-04",
        "pubmed": (sent.get("datetype"), sent.get("mindate"), sent.get("maxdate"))
        == ("pdat", "2016/01/02", "2020/03/04"),
        "europepmc": sent.get("query") == f"({QUERY}) AND (FIRST_PDATE:[2016-01-02 TO 2020-03-04])",
        "crossref": sent.get("filter") == "from-pub-date:2016-01-02,until-pub-date:2020-03-04",
        "semanticscholar": sent.get("publicationDateOrYear") == "2016-01-02:2020-03-04",
        "clinicaltrials": sent.get("filter.advanced")
        == "AREA[StudyFirstPostDate]RANGE[2016-01-02,2020-03-04]",
    }[source]
    assert any("from 2016-01-02" in limit for limit in the_search().limits)


class Stopped(Exception):
    """Stands for a process that ends at this very place."""


@pytest.mark.parametrize("source", ALL)
def test_a_stop_at_any_page_loses_and_doubles_nothing(source, review, run, waits, monkeypatch):
    keep = UnderWay.keep
    with serving(a_world()) as url:
        assert searching(run, url, source).code == 0
    whole, pages = export_of(review), len(the_search().asked.pages)
    for stop, torn in ((n, n % 2 == 1) for n in range(pages)):
        for path in (review / "searches").iterdir():
            path.unlink()
        kept = 0

        def keeping(self, page, body, stop=stop, torn=torn):
            nonlocal kept
            if kept == stop:
                if torn:  # the page is there, its line only half
                    self._page(len(self.pages)).write_bytes(body[:99])
                    with self._log.open("ab") as log:
                        log.write(b'{"cursor": "x", "ne')
                raise Stopped
            kept += 1
            keep(self, page, body)

        world = a_world()
        with serving(world) as url:
            monkeypatch.setattr(running, "service_for", _at_the_same_place(url, source))
            monkeypatch.setattr(UnderWay, "keep", keeping)
            with pytest.raises(Stopped):
                _ = run("search", "r", "--source", source, "--query", QUERY)
            assert nothing_came(review)
            monkeypatch.setattr(UnderWay, "keep", keep)
            said = run("search", "r", "--source", source, "--query", QUERY)
        assert said.code == 0, said.err
        # the place in Crossref's answer is Crossref's: after a stop in a question it begins anew
        assert len(world.asked) in ((pages + 1,) if source != "crossref" else range(2 * pages + 1))
        assert export_of(review) == whole or source == "pubmed"  # its pages name the request
        assert len(dois()) == 130 and len(set(dois())) == (1 if source == "clinicaltrials" else 130)


def _at_the_same_place(url: str, source: str) -> Any:
    """Reaches the server of today although the address is that of the source itself."""
    real = running.service_of

    def service_for(strategy: Any, heard: Any) -> Any:
        return real(strategy.source, address=f"{url}/{source}", heard=heard)

    return service_for


def test_a_process_that_is_killed_goes_on_where_it_was(review, run, waits):
    reached, killed = threading.Event(), threading.Event()

    def hang(handler: Any, asked: Any) -> None:
        if asked.number == 3:
            reached.set()
            killed.wait(20)

    world = World(records=350, faults=[hang])
    with serving(world) as url:
        words = ["search", "r", "--source", "openalex", "--query", QUERY]
        command = [sys.executable, "-m", "pipeline", *words, "--base-url", f"{url}/openalex"]
        root = str(Path(__file__).parents[2])
        child = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": root})
        assert reached.wait(20)
        child.send_signal(signal.SIGKILL)
        child.wait()
        killed.set()
        asked = len(world.asked)
        again = subprocess.run(
            command, env={**os.environ, "PYTHONPATH": root}, capture_output=True, text=True
        )
    assert again.returncode == 0, again.stderr
    assert "Went on after 2 pages" in again.stdout
    assert [a.parameters["cursor"] for a in world.asked[asked:]] == ["Ils200", "Ils300", "Ils400"]
    assert len(set(dois())) == 350 == len(dois())


PASSING = (
    lambda n: once(n, (429, {"Retry-After": "7"}, b'{"error": "slow down"}')),
    lambda n: once(n, (503, {}, b"<html>busy</html>")),
    lambda n: once(n, (500, {}, b"")),
    lambda n: once(n, (200, {"Content-Type": "text/html"}, b"<html>Sign in</html>")),
    lambda n: once(n, as_json({"other": 1})),
    lambda n: once(n, as_json([])),
    lambda n: once(n, (200, {"Content-Type": "application/json"}, b'{"meta": {"count": 1')),
    cut_off,
)


@pytest.mark.parametrize("source", ALL)
def test_faults_that_pass_are_asked_again_and_nothing_is_lost(source, review, run, waits):
    faults = [make(2 * n) for n, make in enumerate(PASSING, 1)]  # one a page
    with serving(a_world(9 * 40 - 3, faults=faults)) as url:
        said = searching(run, url, source)
    assert said.code == 0, said.err
    assert "357 reported = 357 got + 0 missing" in said.out
    assert said.err.count("asked again in") == len(PASSING)
    assert 7.0 in waits and len([w for w in waits if w >= 0.7]) >= len(PASSING)


def test_retry_after_is_obeyed_in_seconds_and_as_a_day(review, run, waits):
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=100))
    faults = [
        once(2, (429, {"Retry-After": "77"}, b"")),
        once(3, (503, {"Retry-After": until}, b"")),
    ]
    with serving(a_world(faults=faults)) as url:
        assert searching(run, url, "openalex").code == 0
    assert 77.0 in waits and any(90 < seconds <= 100 for seconds in waits)


def test_a_long_wait_ends_the_run_and_the_next_one_goes_on(review, run, waits):
    world = a_world(faults=[once(3, (429, {"Retry-After": "7200"}, b""))])
    with serving(world) as url:
        said = searching(run, url, "openalex")
        assert said.code == 2 and "asks to wait 120 minutes" in said.err
        assert nothing_came(review)
        assert searching(run, url, "openalex").code == 0
    assert [a.parameters["cursor"] for a in world.asked] == [
        "*", "Ils40", "Ils80", "Ils80", "Ils120", "Ils160",
    ]  # fmt: skip


@pytest.mark.parametrize("source", ALL)
def test_a_fault_that_stays_is_refused_and_nothing_is_taken_in(source, review, run, waits):
    broken = [
        once(n, (200, {"Content-Type": "text/html"}, b"<p>Out of order</p>")) for n in range(1, 9)
    ]
    with serving(a_world(faults=broken)) as url:
        said = searching(run, url, source)
    assert said.code == 2 and "gave no answer that can be used" in said.err
    assert "Traceback" not in said.err and nothing_came(review)


@pytest.mark.parametrize(
    ("source", "answer", "words"),
    [
        ("openalex", as_json({"error": "Invalid", "message": "bad filter"}, 403), "bad filter"),
        ("crossref", as_json({"status": "failed", "message-type": "validation-failure",
                              "message": [{"type": "x", "message": "no such thing"}]}, 400),
         "no such thing"),
        ("europepmc", as_json({"errCode": 404, "errMsg": "query too long"}), "query too long"),
        ("semanticscholar", as_json({"error": "bad fields"}, 400), "bad fields"),
        ("clinicaltrials", (400, {"Content-Type": "text/plain"}, b"`query.term` has a fault"),
         "`query.term` has a fault"),
        ("pubmed", as_json({"esearchresult": {"ERROR": "Empty term"}}), "Empty term"),
        ("openalex", (404, {}, b"\x1b[31mgone"), "[31mgone"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_the_service_said(source, answer, words, review, run, waits):
    with serving(a_world(faults=[once(1, answer)])) as url:
        said = searching(run, url, source)
    assert said.code == 2 and words in said.err and "\x1b" not in said.err
    assert nothing_came(review) and len(waits) < 2


@pytest.mark.parametrize("source", ["openalex", "europepmc", "crossref", "semanticscholar"])
def test_totals_that_change_while_paging_are_told(source, review, run, waits):
    with serving(a_world(total=lambda n: 130 + min(n, 2))) as url:
        said = searching(run, url, source)
    assert said.code == 0 and "132 reported = 130 got + 2 missing" in said.out
    assert "The total changed while the answer came: 131, 132." in the_search().note


@pytest.mark.parametrize("source", ALL)
def test_records_that_come_twice_are_counted_once(source, review, run, waits):
    with serving(a_world(twice=True)) as url:
        said = searching(run, url, source)
    assert said.code == 0, said.err
    assert "130 reported = 130 got + 0 missing" in said.out and the_search().asked.twice >= 3


@pytest.mark.parametrize("source", PAGED)
def test_a_cursor_that_loops_ends_and_is_told(source, review, run, waits):
    with serving(a_world(400, loops=True)) as url:
        said = searching(run, url, source)
    assert said.code == 1, said.err
    assert "The answer is not whole" in said.err and the_search().asked.broken_off
    assert f"+ {400 - len(set(titles()))} missing" in said.out


def titles() -> list[str]:
    return [record.title for record in open_review("r").records.values()]


def test_a_redirect_to_elsewhere_is_not_followed_and_gets_no_key(review, run, waits, monkeypatch):
    monkeypatch.setenv("OPENALEX_API_KEY", "secret-of-ada")
    other = a_world()
    with serving(other) as elsewhere:
        elsewhere = elsewhere.replace("127.0.0.1", "localhost")
        lead = once(1, (302, {"Location": f"{elsewhere}/openalex/works"}, b""))
        with serving(a_world(faults=[lead])) as url:
            said = searching(run, url, "openalex")
    assert said.code == 2 and "leads elsewhere, to localhost; not followed" in said.err
    assert other.asked == []


def test_a_redirect_within_the_service_is_followed(review, run, waits):
    world = a_world()
    world.faults = [
        lambda handler, asked: (
            (301, {"Location": f"/openalex{handler.path}"}, b"") if asked.path == "/works" else None
        )
    ]
    with serving(world) as url:
        said = run("search", "r", "--source", "openalex", "--query", QUERY, "--base-url", url)
    assert said.code == 0, said.err


@pytest.mark.parametrize("kind", ["declared", "chunked"])
def test_a_body_of_two_gigabytes_is_not_read(kind, review, run, waits, monkeypatch):
    monkeypatch.setattr(asking, "MOST", 3_000_000)
    with serving(a_world(faults=[endless(kind)])) as url:
        said = searching(run, url, "openalex")
    assert said.code == 2 and "sends more than 3,000,000 bytes" in said.err


def test_a_slow_drip_is_given_up(review, run, waits, monkeypatch):
    monkeypatch.setattr(asking, "PATIENCE", 0.05)
    with serving(a_world(faults=[endless("drip")])) as url:
        said = searching(run, url, "openalex")
    assert said.code == 2 and "the answer drips" in said.err


KEYED = {
    "openalex": "OPENALEX_API_KEY",
    "pubmed": "NCBI_API_KEY",
    "semanticscholar": "SEMANTIC_SCHOLAR_API_KEY",
    "crossref": "CROSSREF_PLUS_API_TOKEN",
}


@pytest.mark.parametrize("source", sorted(KEYED))
def test_a_key_goes_over_the_wire_and_nowhere_else(
    source, review, here, run, waits, monkeypatch, caplog
):
    secret = "secret/of+ada 17"
    monkeypatch.setenv(KEYED[source], secret)
    caplog.set_level(logging.DEBUG)
    echo = once(3, as_json({"error": "API key invalid", "api-key": secret}, 503))
    world = a_world(faults=[echo])
    with serving(world) as url:
        said = searching(run, url, source)
        refused = searching(run, f"{url}/nowhere", source, "--anew")
    assert said.code == 0 and refused.code == 2
    for asked in world.asked:
        assert secret in (*asked.parameters.values(), *asked.headers.values())
    forms = (secret, "secret%2Fof%2Bada+17", "secret%2Fof%2Bada%2017")
    written = b"".join(p.read_bytes() for p in here.rglob("*") if p.is_file())
    for form in forms:
        assert form.encode() not in written
        assert form not in said.out + said.err + refused.err + caplog.text


def test_a_key_that_a_service_gives_back_is_taken_out_of_what_is_kept(
    review, here, run, waits, monkeypatch
):
    monkeypatch.setenv("OPENALEX_API_KEY", "secret-of-ada")
    work = {**made_up.openalex_work(1), "asked_with": "secret-of-ada"}
    page = {"meta": {"count": 1, "next_cursor": None}, "results": [work]}
    with serving(a_world(faults=[once(1, as_json(page))])) as url:
        assert searching(run, url, "openalex").code == 0
    assert b"secret-of-ada" not in export_of(review) and b"(key)" in export_of(review)


def test_a_traceback_shows_no_key():
    from pipeline.services.access_keys import Key

    assert "secret-of-ada" not in repr(Key("secret-of-ada")) + str([Key("secret-of-ada")])


def test_the_contact_of_the_protocol_is_told_and_kept_nowhere_else(review, run, waits):
    protocol = review / "protocol.yaml"
    protocol.write_text(protocol.read_text() + "\ncontact: ada@example.org\n")
    world = a_world()
    with serving(world) as url:
        assert searching(run, url, "openalex").code == 0
    assert {a.parameters["mailto"] for a in world.asked} == {"ada@example.org"}
    assert "mailto:ada@example.org" in world.asked[0].headers["user-agent"]
    assert "ada@example.org" not in (review / "searches" / f"{the_search().id}.yaml").read_text()


@pytest.mark.parametrize("source", ALL)
def test_a_dry_run_says_how_many_and_keeps_nothing(source, review, run, waits):
    world = a_world()
    with serving(world) as url:
        said = searching(run, url, source, "--dry-run")
    assert said.code == 0 and "reports 130 records; 130 would be fetched, on 4 pages" in said.out
    assert len(world.asked) == 1 and nothing_came(review)


@pytest.mark.parametrize("source", ALL)
def test_a_limit_takes_the_first_records_and_says_so(source, review, run, waits):
    with serving(a_world()) as url:
        said = searching(run, url, source, "--limit", "50")
    got = 80 if source == "semanticscholar" else 50
    assert said.code == 0, said.err
    assert f"130 reported = {got} got + {130 - got} missing" in said.out
    assert "only so many were asked for" in the_search().note
    assert the_search().limits == ("the first 50 records of the answer",)
    checked = run("check", "r", "--json").json
    (told,) = [p for p in checked if "the source reported" in p["what"]]
    assert told["severity"] == "note", told
    assert "only so many were asked for" in told["what"]


def test_a_large_answer_of_pubmed_is_parted_by_days_and_comes_whole(
    review, run, waits, monkeypatch
):
    monkeypatch.setattr(pubmed, "MOST", 100)
    world = a_world(730)
    with serving(world) as url:
        said = searching(run, url, "pubmed")
    assert said.code == 0, said.err
    assert "730 reported = 730 got + 0 missing" in said.out
    assert sorted(titles()) == sorted(made_up.title(n) for n in range(730))
    assert all(int(a.parameters.get("retstart", 0)) < 100 for a in world.asked)


def test_what_pubmed_did_not_find_in_the_query_is_told(review, run, waits):
    with serving(a_world(2)) as url:
        words = ("--query", "sleep AND nosuchword", "--base-url", f"{url}/pubmed")
        said = run("search", "r", "--source", "pubmed", *words)
    assert "phrase not found: nosuchword" in said.out
    assert the_search().asked.read_as == '"sleep AND nosuchword"[All Fields]'


@pytest.mark.parametrize("source", ALL)
def test_a_search_that_finds_nothing_is_logged(source, review, run, waits):
    with serving(a_world(0)) as url:
        said = searching(run, url, source)
    assert said.code == 0, said.err
    assert the_search().found_nothing and the_search().asked is not None


@pytest.mark.parametrize("source", ["pubmed", "openalex"])
def test_a_cursor_that_is_no_longer_known_makes_it_begin_anew(source, review, run, waits):
    world = a_world(faults=[once(3, (429, {"Retry-After": "7200"}, b""))])
    with serving(world) as url:
        assert searching(run, url, source).code == 2
        world.faults = [lambda h, asked: setattr(world, "lost_cursors", asked.number == 4)]
        said = searching(run, url, source)
    assert said.code == 0 and "It begins anew" in said.err
    assert len(titles()) == 130 == len(set(titles()))


@pytest.mark.parametrize("source", ["pubmed", "europepmc"])
def test_a_long_strategy_is_sent_as_a_form(source, review, here, run, waits):
    strategy = " OR\n".join(f"word{n}[tiab]" for n in range(900))
    (here / "strategy.txt").write_text(strategy)
    world = a_world(3)
    with serving(world) as url:
        words = ("--query-file", "strategy.txt", "--base-url", f"{url}/{source}")
        said = run("search", "r", "--source", source, *words)
    assert said.code == 0, said.err
    assert world.asked[0].method == "POST" and the_search().query == strategy
    assert strategy in (
        world.asked[0].parameters.get("term"),
        world.asked[0].parameters.get("query"),
    )


def test_a_large_answer_is_kept_packed(review, run, waits, monkeypatch):
    from pipeline.store import under_way

    monkeypatch.setattr(under_way, "LARGE", 10_000)
    with serving(a_world()) as url:
        for source in ("openalex", "pubmed"):
            assert searching(run, url, source).code == 0
    exports = {s.export for s in open_review("r").searches[0].values()}
    assert all(name.endswith((".json.gz", ".xml.gz")) for name in exports)
    assert len(titles()) == 260 and len(set(titles())) == 130
    assert run("check", "r").code == 0


def test_the_same_search_on_the_same_day_is_not_run_twice(review, run, waits):
    world = a_world()
    with serving(world) as url:
        assert searching(run, url, "openalex").code == 0
        asked = len(world.asked)
        said = searching(run, url, "openalex")
        assert said.code == 2 and "run today already, as openalex-" in said.err
        assert len(world.asked) == asked
        world.records = 131
        assert searching(run, url, "openalex", "--anew").code == 0
    ids = list(open_review("r").searches[0].values())
    assert len(ids) == 2 and ids[1].update_of == ids[0].id


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--source", "scopus", "--query", "x"), "no source that can be searched"),
        (("--source", "openalex"), "there is no query"),
        (("--query", "x"), "no source is named"),
        (("--again", "--source", "openalex"), "--again runs searches as they stand"),
        (("--again",), "the protocol plans no search"),
        (("--source", "openalex", "--query", "x", "--from", "soon"), "is no day"),
        (("--source", "openalex", "--query", "x", "--base-url", "ftp://x"), "no address"),
        (("--source", "openalex", "--query", "x", "--base-url", "http://a:pw@x"), "password"),
    ],
)
def test_what_is_no_search_is_refused(words, told, review, run, waits):
    said = run("search", "r", *words)
    assert said.code == 2 and told in said.err


def test_nothing_else_reaches_out(review, here):
    """Every other verb is loaded, and the daily ones are run, without the room that asks."""
    program = (
        "import atexit, sys, importlib\n"
        "apart = {'httpx2', 'tenacity', 'pipeline.services'}\n"
        "atexit.register(lambda: print('LOADED', sorted(apart & set(sys.modules))))\n"
        "from pipeline.cli.entry import _run\n"
        "from pipeline.cli.entry import VERBS\n"
        "for verb in VERBS.values(): importlib.import_module(verb.module)\n"
        "open('x.ris', 'w').write('TY  - JOUR\\nTI  - One\\nER  - \\n')\n"
        "for words in (['ingest', 'r', 'x.ris', '--source', 'db', '--on', '2020-01-01'],\n"
        "  ['dedupe', 'r', '--yes'],\n"
        "  ['update', 'r', 'x.ris', '--source', 'db', '--on', '2020-01-02'],\n"
        "  ['decide', 'r', 'db-2020-01-01:0001', '--as', 'ada', '--verdict', 'include'],\n"
        "  ['screen', 'r', '--as', 'ada'], ['retrieve', 'r'], ['status', 'r'], ['check', 'r'],\n"
        "  ['stale', 'r'], ['build', 'r']): _run(words)\n"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": root},
        capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert "LOADED []" in done.stdout, done.stdout + done.stderr
