"""Attacks on the pages, one route each, and what comes of them: nothing written, nobody let in."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from pipeline.cli.entry import _run
from pipeline.model.decision import Retrieval, Retrieved
from pipeline.model.problem import ReviewError
from pipeline.store import ReviewFolder, find_review
from pipeline.store.accounts import (
    Account,
    Role,
    accounts_file,
    change_role,
    drop_account,
    put_account,
    read_accounts,
)
from pipeline.web.app import COOKIE, ROUTES, Serving, make_app
from pipeline.web.guard import MOST_FORM_BYTES, MOST_UPLOAD_BYTES
from pipeline.web.page_requests import PDFJS
from pipeline.web.sign_in import MOST_FAILURES, WINDOW_SECONDS, hashed, is_password_of

from .conftest import PASSWORD, PEOPLE, Browser, Clock, begun, worker_in_thread

SCREEN = "/screen/title_abstract"


def decided(review: Path) -> int:
    logs = (p for p in review.glob("decisions/*.jsonl") if p.stem != "automation")
    return sum(len(p.read_text().splitlines()) for p in logs)


def address_of(route: Any) -> str:
    return re.sub(r"\{.*?\}", "x", route.path.replace("{stage}", "title_abstract"))


def test_nothing_is_shown_or_done_for_who_is_not_signed_in(serving: Serving, review: Path) -> None:
    stranger = TestClient(serving.app, headers={"origin": "http://testserver"})
    for route in ROUTES:
        answer = stranger.request(route.method, address_of(route), follow_redirects=False)
        assert answer.status_code == (303 if route.method == "GET" else 401), route
        assert "A review" not in answer.text and decided(review) == 0


@pytest.mark.parametrize("name", PEOPLE)
def test_a_role_opens_what_it_may_and_nothing_else(open_as: Any, review: Path, name: str) -> None:
    browser = open_as(name)
    for route in ROUTES:
        browser.get("/")
        sent = {"csrf": browser.csrf} if route.method == "POST" else None
        answer = browser.client.request(route.method, address_of(route), data=sent)
        assert (answer.status_code == 403) is not PEOPLE[name].may(route.least), route
        assert answer.status_code in (200, 400, 403, 404, 409), (route, answer.text)
    assert decided(review) == 0


def test_no_page_takes_a_form_of_another_session(open_as: Any, review: Path) -> None:
    cai, ben = open_as("cai"), open_as("ben")
    ben.get("/")
    for route in ROUTES:
        for word in ("", ben.csrf) if route.method == "POST" else ():
            answer = cai.client.post(address_of(route), data={"csrf": word})
            assert answer.status_code == 403 and "another session" in answer.text, route
    assert decided(review) == 0


@pytest.mark.parametrize("sent", ({}, {"csrf": ""}, {"csrf": "x" * 43}))
def test_a_form_without_the_word_of_its_session_writes_nothing(
    open_as: Any, review: Path, sent: dict[str, str]
) -> None:
    ada, ben = open_as("ada"), open_as("ben")
    ben.get("/")
    for csrf in (sent, {"csrf": ben.csrf}):
        answer = ada.client.post(
            SCREEN, data={"record": "db-2020-01-01:0001", "say": "include", **csrf}
        )
        assert answer.status_code == 403
    assert decided(review) == 0


@pytest.mark.parametrize(
    "headers",
    (
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://testserver.evil.example"},
        {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
        {"origin": "http://testserver", "sec-fetch-site": "same-site"},
    ),
)
def test_a_form_from_another_site_is_refused(
    open_as: Any, review: Path, headers: dict[str, str]
) -> None:
    ada = open_as("ada")
    ada.get(SCREEN)
    sent = {**ada.hidden(SCREEN), "say": "include"}
    assert ada.client.post(SCREEN, data=sent, headers=headers).status_code == 403
    assert ada.client.post("/sign-in", data={"name": "ada"}, headers=headers).status_code == 403
    assert decided(review) == 0


@pytest.mark.parametrize("host", ("evil.example", "testserver.evil.example", "10.0.0.1", "", "a:b"))
def test_another_host_is_refused(serving: Serving, host: str) -> None:
    client = TestClient(serving.app)
    assert client.get("/sign-in", headers={"host": host}).status_code == 421
    assert client.get("/sign-in", headers={"host": "TESTSERVER:8737"}).status_code == 200


def test_a_session_is_never_one_that_the_browser_brought(serving: Serving) -> None:
    browser = Browser(serving)
    browser.client.cookies.set(COOKIE, "chosen-by-the-attacker")
    browser.post("/sign-in", name="ada", password=PASSWORD)
    values = {cookie.value for cookie in browser.client.cookies.jar if cookie.name == COOKIE}
    assert browser.status == 200 and values - {"chosen-by-the-attacker"}
    thief = TestClient(serving.app, cookies={COOKIE: "chosen-by-the-attacker"})
    assert thief.get("/", follow_redirects=False).status_code == 303


def test_the_cookie_is_kept_from_scripts_and_other_sites(serving: Serving) -> None:
    client = TestClient(serving.app, headers={"origin": "http://testserver"})
    answer = client.post(
        "/sign-in", data={"name": "ada", "password": PASSWORD}, follow_redirects=False
    )
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie


def test_signing_out_ends_the_session_and_not_only_the_cookie(
    serving: Serving, open_as: Any
) -> None:
    ada = open_as("ada")
    token = ada.client.cookies[COOKIE]
    ada.get("/")
    ada.post("/sign-out")
    thief = TestClient(serving.app, cookies={COOKIE: token})
    assert thief.get("/", follow_redirects=False).status_code == 303


def test_a_session_ends_when_nobody_uses_it_and_after_a_week_anyway(
    open_as: Any, clock: Clock
) -> None:
    ada = open_as("ada")
    for _ in range(13):
        clock.now += 11 * 3600
        assert "A review" in ada.get("/")
    clock.now += 12 * 3600 + 1
    assert "Sign in" in ada.get("/")
    ben = open_as("ben")
    for _ in range(20):
        clock.now += 11 * 3600
        ben.get("/")
    assert "Sign in" in ben.page


def test_who_is_dropped_or_has_a_new_password_is_out_at_once(open_as: Any) -> None:
    ada, ben = open_as("ada"), open_as("ben")
    places = find_review("r")
    drop_account(places, "ada")
    account = Account(name="ben", role=Role.REVIEWER, password_hash=hashed("quite another one"))
    put_account(places, account)
    assert "Sign in" in ada.get("/") and "Sign in" in ben.get("/")


def test_accounts_that_cannot_be_read_let_nobody_in_and_say_why(open_as: Any) -> None:
    ada = open_as("ada")
    accounts_file(find_review("r")).write_text("no accounts")
    assert "does not hold accounts" in ada.get("/") and ada.status == 503
    assert "does not hold accounts" in ada.post("/sign-in", name="ada", password=PASSWORD)


def test_a_role_changes_in_the_next_request(open_as: Any) -> None:
    ada = open_as("ada")
    change_role(find_review("r"), "ada", Role.READER)
    ada.get(SCREEN)
    assert ada.status == 403


def test_guessing_is_stopped_for_name_and_address_and_goes_on_after_a_while(
    serving: Serving, clock: Clock
) -> None:
    browser = Browser(serving)
    for _ in range(MOST_FAILURES["name at address"]):
        browser.post("/sign-in", name="ada", password="wrong wrong wrong")
        assert browser.status == 403
    browser.post("/sign-in", name="ada", password=PASSWORD)
    assert browser.status == 429 and "Try again in" in browser.page
    browser.post("/sign-in", name="ben", password=PASSWORD)
    assert browser.status == 200
    clock.now += WINDOW_SECONDS + 1
    browser.post("/sign-in", name="ada", password=PASSWORD)
    assert browser.status == 200


def test_one_address_may_not_go_through_names(serving: Serving) -> None:
    browser = Browser(serving)
    for n in range(MOST_FAILURES["address"] - 1):
        serving.entrance.attempts.failed(f"somebody{n}", "testclient")
    browser.post("/sign-in", name="somebody", password="wrong wrong wrong")
    assert browser.status == 403
    browser.post("/sign-in", name="ada", password=PASSWORD)
    assert browser.status == 429


def test_unknown_names_and_wrong_passwords_are_told_in_the_same_words(serving: Serving) -> None:
    told = []
    for name in ("ada", "nobody"):
        browser = Browser(serving)
        browser.post("/sign-in", name=name, password="wrong wrong wrong")
        told.append((browser.status, browser.page))
    assert told[0] == told[1]


@pytest.mark.parametrize("password", ("", "short", "x" * 1001))
def test_a_password_that_is_none_is_refused(password: str) -> None:
    with pytest.raises(ReviewError):
        hashed(password)


def test_only_a_hash_of_the_password_is_kept_outside_of_the_review(
    review: Path, serving: Serving
) -> None:
    file = accounts_file(find_review("r"))
    assert not file.is_relative_to(review) and not file.is_relative_to(review.parent.parent / "out")
    assert PASSWORD not in file.read_text() and "$argon2id$" in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    ada = read_accounts(find_review("r"))["ada"]
    assert is_password_of(ada, PASSWORD) and not is_password_of(ada, PASSWORD + " ")
    assert not is_password_of(None, PASSWORD)


def test_what_is_too_large_is_refused_before_it_is_read(open_as: Any, review: Path) -> None:
    ada = open_as("ada")
    ada.get(SCREEN)
    sent = {**ada.hidden(SCREEN), "say": "include", "note": "x" * (MOST_FORM_BYTES + 1)}
    assert ada.client.post(SCREEN, data=sent).status_code == 413

    def dripping() -> Any:
        for _ in range(MOST_FORM_BYTES // 1000 + 2):
            yield b"x" * 1000

    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert ada.client.post(SCREEN, content=dripping(), headers=kind).status_code == 413
    many = {**ada.hidden(SCREEN), **{f"f{n}": "x" for n in range(500)}}
    assert ada.client.post(SCREEN, data=many).status_code == 400
    assert ada.client.get("/" + "x" * 5_000).status_code == 414
    assert ada.client.put(SCREEN, data=sent).status_code == 405
    assert decided(review) == 0


def test_an_upload_is_bounded_counted_and_never_read_of_who_may_not(
    open_as: Any, review: Path
) -> None:
    here = "/reports/db-2020-01-01:0001"
    ada, dot = open_as("ada"), open_as("dot")
    sent: list[int] = []

    def bomb(megabytes: int) -> Any:
        for _ in range(megabytes):
            sent.append(1)
            yield b"0" * 1_000_000

    form = {"content-type": "multipart/form-data; boundary=x"}
    large = {**form, "content-length": str(MOST_UPLOAD_BYTES + 1)}
    assert ada.client.post(here, content=bomb(1), headers=large).status_code == 413
    assert dot.client.post(here, content=bomb(1), headers=form).status_code == 403
    many = [("file", (f"{n}.pdf", b"%PDF-1.4")) for n in range(3)]
    ada.get("/reports")
    assert ada.client.post(here, data={"csrf": ada.csrf}, files=many).status_code == 400
    parts = {"csrf": ada.csrf, "note": "x" * 300_000}
    answer = ada.client.post(here, data=parts, files={"file": ("a.pdf", b"%PDF-1.4")})
    assert answer.status_code == 400
    assert ada.client.post(SCREEN, files={"file": ("a.pdf", b"0" * 300_000)}).status_code == 413
    assert decided(review) == 0 and not list(review.glob("fulltexts/*"))


def test_the_reader_of_pdfs_is_the_archive_that_is_pinned_with_its_licences() -> None:
    archive = files("pipeline.web").joinpath("vendor", f"pdfjs-{PDFJS}.zip").read_bytes()
    assert hashlib.sha256(archive).hexdigest() == (
        "2801fa01401f69d46b2e40660ac9e73ac3808353b378bb6f4e03f25955a69cdb"
    )
    with zipfile.ZipFile(io.BytesIO(archive)) as held:
        names = set(held.namelist())
        told = held.read("legacy/build/pdf.min.mjs")[:4_000]
    assert {"LICENSE", "cmaps/LICENSE", "iccs/LICENSE", "wasm/LICENSE_QCMS"} <= names
    assert PDFJS.encode() in told or b"Mozilla Foundation" in told


@pytest.mark.parametrize("name", ("../protocol.yaml", "..%2f..%2fin.ris", "/etc/passwd", "a%00b"))
def test_no_name_of_a_record_a_study_or_a_script_leads_to_another_file(
    open_as: Any, review: Path, name: str
) -> None:
    ada = open_as("ada")
    for around in ("/pdf/{}", "/pdf/{}/pages", "/extract/{}", "/settle/{}", "/check/{}"):
        answer = ada.client.get(around.format(name))
        assert answer.status_code in (400, 403, 404), around
        assert "question" not in answer.text and "TY  -" not in answer.text
    for around in (f"/pdfjs/{PDFJS}/{name}", f"/static/{name}"):
        assert ada.client.get(around).status_code == 404


def test_a_file_that_a_log_names_outside_of_the_reports_is_not_shown(
    open_as: Any, review: Path
) -> None:
    (review.parent / "secret.pdf").write_bytes(b"%PDF-1.4 secret")
    record = "db-2020-01-01:0001"
    for who in ("ada", "ben"):
        assert _run(["decide", "r", record, "--as", who, "--verdict", "include"]) == 0
    ada = open_as("ada")
    for file in ("../../secret.pdf", str(review.parent / "secret.pdf")):
        ReviewFolder(find_review("r")).append(
            "ada", Retrieved, record=record, outcome=Retrieval.OBTAINED, file=file
        )
        assert ada.client.get(f"/pdf/{record}").status_code == 400, file


def test_behind_a_proxy_guesses_are_counted_for_where_they_come_from(
    review: Path, clock: Clock
) -> None:
    put_account(
        find_review("r"), Account(name="ada", role=Role.LEAD, password_hash=hashed(PASSWORD))
    )
    serving = make_app(
        "r",
        hosts=("testserver",),
        clock=clock,
        call=worker_in_thread,
        is_tls=True,
        behind_proxy=True,
    )
    browser = Browser(serving)
    for _ in range(MOST_FAILURES["address"]):
        serving.entrance.attempts.failed("somebody", "203.0.113.9")
    for said, status in (
        ("203.0.113.9", 429),
        ("1.2.3.4, 203.0.113.9", 429),
        ("198.51.100.7", 303),
    ):
        answer = browser.client.post(
            "/sign-in",
            data={"name": "ada", "password": PASSWORD},
            headers={"x-forwarded-for": said},
            follow_redirects=False,
        )
        assert answer.status_code == status, said


@pytest.mark.parametrize(
    "path",
    (
        "../protocol.yaml",
        "..%2fprotocol.yaml",
        "%2e%2e/%2e%2e/config/review/accounts",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        ".cache/x",
        "a/../../reviews/r/protocol.yaml",
        "link",
        "%00",
    ),
)
def test_no_path_leads_out_of_the_documents(open_as: Any, review: Path, path: str) -> None:
    outputs = review.parent.parent / "outputs" / "r"
    outputs.mkdir(parents=True, exist_ok=True)
    (outputs / "link").symlink_to(review / "protocol.yaml")
    ada = open_as("ada")
    answer = ada.client.get(f"/documents/{path}")
    assert answer.status_code in (400, 404)
    assert "question" not in answer.text and "root:" not in answer.text


def test_documents_run_apart_from_the_pages(open_as: Any, review: Path) -> None:
    outputs = review.parent.parent / "outputs" / "r"
    outputs.mkdir(parents=True, exist_ok=True)
    (outputs / "r.html").write_text("<script>fetch('/token')</script>")
    ada = open_as("ada")
    answer = ada.client.get("/documents/r.html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts") and "allow-same-origin" not in policy
    assert "connect-src" not in policy and "default-src 'none'" in policy


def test_every_answer_says_what_a_browser_may_do_with_it(open_as: Any) -> None:
    ada = open_as("ada")
    for address in ("/", SCREEN, "/status", "/documents", "/nowhere", "/static/script.js"):
        headers = ada.client.get(address).headers
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy and "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy and headers["x-content-type-options"] == "nosniff"
        assert address == "/static/script.js" or headers["cache-control"] == "no-store"


OWN_SCRIPTS = {
    '<script src="/static/script.js" defer>',
    '<script src="/static/report.js" type="module">',
}
HOSTILE = (
    "</textarea><script>alert(1)</script>{{ 7*19101 }}\"'><img src=x onerror=alert(1)>\u202e\x1b[2J"
)


def handlers_in(page: str) -> list[tuple[str, str]]:
    """Every tag of a page with an attribute that is run, as a browser would read it."""
    found: list[tuple[str, str]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend((tag, name) for name, _ in attrs if name.startswith("on"))

    Reader().feed(page)
    return found


@pytest.fixture
def hostile(here: Path) -> Path:
    """A review in which every field that people or exports fill says something hostile."""
    fields = "".join(f"{tag}  - {HOSTILE}\n" for tag in ("TI", "JO", "AB", "KW", "VL", "SP", "UR"))
    review = begun(here, ris_text=f"TY  - JOUR\n{fields}AU  - {HOSTILE}, {HOSTILE}\nER  - \n\n" * 3)
    protocol = review / "protocol.yaml"
    text = protocol.read_text().replace("title: A review", f"title: {json.dumps(HOSTILE)}")
    protocol.write_text(text.replace("label: Another topic", f"label: {json.dumps(HOSTILE)}"))
    record = "db-2020-01-01:0001"
    words = ["--note", HOSTILE, "--tag", "x'\"><img src=x>"]
    assert _run(["decide", "r", record, "--as", "ada", "--verdict", "include", *words]) == 0
    assert _run(["decide", "r", record, "--as", "ben", "--verdict", "exclude", *words]) == 0
    second = "db-2020-01-01:0002"
    for who in ("ada", "ben"):
        assert _run(["decide", "r", second, "--as", who, "--verdict", "include"]) == 0
    tried = ["--not-obtained", "--reason", HOSTILE, "--where", HOSTILE, "--note", HOSTILE]
    assert _run(["retrieve", "r", second, "--as", "ada", *tried]) == 0
    return review


def test_hostile_words_are_words_on_every_page(hostile: Path, open_as: Any) -> None:
    cai = open_as("cai")
    record = "db-2020-01-01:0001"
    cai.get(f"{SCREEN}?record=db-2020-01-01:0003&within=alert")
    assert cai.status == 200
    cai.post(SCREEN, say="include", note=HOSTILE, tags=HOSTILE)
    pages = [cai.page]
    for address in (
        "/",
        "/status",
        "/conflicts",
        f"/conflicts/title_abstract/{record}",
        "/reports",
        "/reports/db-2020-01-01:0002",
        "/extract",
        "/duplicates",
        f"/duplicates/alike?because={quote(HOSTILE)}",
        f"{SCREEN}?record=db-2020-01-01:0003",
        f"{SCREEN}/find?words={quote(HOSTILE)}",
        f"{SCREEN}/find?words=script",
        f"/extract/{quote(HOSTILE, safe='')}",
        f"/reports/{quote(HOSTILE, safe='')}",
        f"/screen/{quote(HOSTILE, safe='')}",
    ):
        pages.append(cai.get(address))
        assert cai.status in (200, 400, 404), address
    cai.get(f"/conflicts/title_abstract/{record}")
    cai.post(f"/conflicts/title_abstract/{record}", say=f"exclude:{HOSTILE}", note=HOSTILE)
    pages.append(cai.page)
    for page in pages:
        assert "<script>alert" not in page and "<img" not in page and "133707" not in page
        assert "\x1b" not in page and "\u202e" not in page
        assert set(re.findall(r"<script.*?>", page)) <= OWN_SCRIPTS
        assert not handlers_in(page)
    (line,) = [json.loads(x) for x in (hostile / "decisions/cai.jsonl").read_text().splitlines()]
    assert "\x1b" not in line["note"]


def test_a_local_server_is_opened_by_its_link_alone_and_each_link_once(
    review: Path, clock: Clock
) -> None:
    links: list[str] = []
    serving = make_app(
        "r",
        hosts=("testserver",),
        local_name="ada",
        clock=clock,
        call=worker_in_thread,
        on_link=links.append,
    )
    stranger = Browser(serving)
    assert stranger.client.get("/").status_code == 403
    assert stranger.client.get("/enter?token=").status_code == 403
    assert stranger.client.get("/enter?token=" + "x" * 43).status_code == 403
    token = serving.entrance.link.value
    ada = Browser(serving)
    ada.get(f"/enter?token={token}")
    assert ada.status == 200 and "A review" in ada.page and token not in ada.page
    assert stranger.client.get(f"/enter?token={token}").status_code == 403
    assert links == [serving.entrance.link.value] and links != [token]
    assert stranger.client.post("/sign-in", data={"name": "ada"}).status_code == 403


def test_no_link_opens_the_server_of_a_team(serving: Serving) -> None:
    client = TestClient(serving.app)
    assert client.get(f"/enter?token={serving.entrance.link.value}").status_code == 403
