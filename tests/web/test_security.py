"""Attacks on the pages, one route each, and what comes of them: nothing written, nobody let in."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from pipeline.model.problem import ReviewError
from pipeline.store import find_review
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
from pipeline.web.guard import MOST_FORM_BYTES
from pipeline.web.sign_in import MOST_FAILURES, WINDOW_SECONDS, hashed, is_password_of

from .conftest import PASSWORD, PEOPLE, Browser, Clock, begun, desk_in_thread

SCREEN = "/screen/title_abstract"


def decided(review: Path) -> int:
    return sum(len(p.read_text().splitlines()) for p in review.glob("decisions/*.jsonl"))


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


def test_a_hostile_record_is_text(here: Path, clock: Clock) -> None:
    review = begun(here, HOSTILE, "Two")
    put_account(
        find_review("r"), Account(name="ada", role=Role.LEAD, password_hash=hashed(PASSWORD))
    )
    serving = make_app("r", hosts=("testserver",), clock=clock, call=desk_in_thread)
    try:
        ada = Browser(serving)
        ada.post("/sign-in", name="ada", password=PASSWORD)
        ada.get(f"{SCREEN}?record=db-2020-01-01:0001&within=alert")
        assert ada.status == 200
        ada.post(SCREEN, say="include", note=HOSTILE, tags=HOSTILE)
        pages = [ada.page]
        for address in (
            "/",
            "/status",
            f"{SCREEN}?record=db-2020-01-01:0001",
            f"{SCREEN}/find?words={quote(HOSTILE)}",
            f"{SCREEN}/find?words=script",
        ):
            pages.append(ada.get(address))
        for page in pages:
            assert "<script>alert" not in page and "<img" not in page and "133707" not in page
            assert "\x1b" not in page and "\u202e" not in page
            assert set(re.findall(r"<script.*?>", page)) <= OWN_SCRIPTS
        (line,) = [json.loads(x) for x in (review / "decisions/ada.jsonl").read_text().splitlines()]
        assert "\x1b" not in line["note"]
    finally:
        serving.site.sessions.close()


def test_a_local_server_is_opened_by_its_link_alone_and_each_link_once(
    review: Path, clock: Clock
) -> None:
    links: list[str] = []
    serving = make_app(
        "r",
        hosts=("testserver",),
        local_name="ada",
        clock=clock,
        call=desk_in_thread,
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
