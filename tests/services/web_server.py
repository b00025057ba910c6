"""A server on this machine that speaks each interface as its documentation says, faults included.

Parameters that an interface does not have are refused as it refuses them. All content is made up.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.services import made_up

Sent = tuple[int, dict[str, str], bytes]


@dataclass
class Asked:
    """A request that arrived: path, parameters, header names in lower case, and which it was."""

    path: str
    parameters: dict[str, str]
    headers: dict[str, str]
    number: int
    method: str = "GET"


@dataclass
class World:
    """What the services have, and how they misbehave.

    `faults` are tried in order before a request is answered: one may give an answer of its own, or
    None to let it through. `total` overrides what they report; `twice` repeats the last record of
    each page on the next; `loops` sends the cursor of page 3 back to page 1.
    """

    records: int = 1200
    faults: list[Callable[[BaseHTTPRequestHandler, Asked], Sent | bool | None]] = field(
        default_factory=list
    )
    total: Callable[[int], int] = lambda n: n
    twice: bool = False
    loops: bool = False
    page_sizes: dict[str, int] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    days: dict[int, str] = field(default_factory=dict)
    extra: dict[str, Callable[[Asked], Sent]] = field(default_factory=dict)
    lost_cursors: bool = False
    graph: Any = None

    def of(self, path: str) -> list[Asked]:
        return [a for a in self.asked if a.path.startswith(path)]


def as_json(value: Any, status: int = 200, **headers: str) -> Sent:
    return status, {"Content-Type": "application/json", **headers}, json.dumps(value).encode()


@contextmanager
def serving(world: World) -> Iterator[str]:
    """The address of a server of `world` while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(world))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(world: World) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer("")

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self._answer(self.rfile.read(length).decode())

        do_PATCH = do_POST

        def _answer(self, form: str) -> None:
            parts = urlsplit(self.path)
            said = parse_qs(parts.query, keep_blank_values=True)
            self.form = form
            if "x-www-form-urlencoded" in self.headers.get("Content-Type", ""):
                said |= parse_qs(form, keep_blank_values=True)
            with lock:
                asked = Asked(
                    parts.path,
                    {name: values[-1] for name, values in said.items()},
                    {name.lower(): value for name, value in self.headers.items()},
                    len(world.asked) + 1,
                    self.command,
                )
                world.asked.append(asked)
            for fault in world.faults:
                sent = fault(self, asked)
                if sent is True:
                    return
                if sent:
                    self._send(*sent)
                    return
            self._send(*_routed(world, asked, form))

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


def _routed(world: World, asked: Asked, form: str) -> Sent:
    if world.graph is not None and asked.path.startswith("/openalex/works"):
        return world.graph.answer(asked)
    for path, answer in world.extra.items():
        if asked.path.startswith(path):
            return answer(asked)
    answers = {
        "/openalex/works": _openalex,
        "/pubmed/esearch.fcgi": _esearch,
        "/pubmed/efetch.fcgi": _efetch,
        "/europepmc/search": _europe_pmc,
        "/europepmc/searchPOST": _europe_pmc,
        "/crossref/works": _crossref,
        "/semanticscholar/paper/search/bulk": _semantic_scholar,
        "/clinicaltrials/studies": _trials,
    }
    answer = answers.get(asked.path)
    return answer(world, asked) if answer else as_json({"error": "Not found"}, 404)


def _unknown(asked: Asked, *known: str) -> list[str]:
    return sorted(set(asked.parameters) - set(known))


def _numbers(world: World, at: int, size: int) -> list[int]:
    """The numbers of the records of a page that begins at `at`."""
    first = max(0, at - 1) if world.twice and at else at
    return list(range(first, min(at + size, world.records)))


def _openalex(world: World, asked: Asked) -> Sent:
    said = asked.parameters
    if wrong := _unknown(
        asked, "search", "filter", "per-page", "per_page", "cursor", "mailto", "api_key", "sort"
    ):
        message = f"{wrong[0]} is not a valid parameter."
        return as_json({"error": "Invalid query parameters error.", "message": message}, 403)
    size = int(said.get("per-page", 25))
    if not 1 <= size <= 200:
        return as_json({"error": "Pagination error.", "message": "per-page too large"}, 403)
    cursor = said.get("cursor", "*")
    at = 0 if cursor == "*" else int(cursor.removeprefix("Ils"))
    if world.lost_cursors and at:
        return as_json({"error": "Pagination error.", "message": "Cursor is invalid"}, 400)
    numbers = _numbers(world, at, size)
    following: str | None = f"Ils{at + size}" if numbers else None
    if world.loops and at >= 2 * size:
        following = f"Ils{size}"
    meta = {
        "count": world.total(asked.number) if world.total(0) else world.records,
        "db_response_time_ms": 20,
        "page": None,
        "per_page": size,
        "next_cursor": following,
    }
    return as_json(
        {"meta": meta, "results": [made_up.openalex_work(n) for n in numbers], "group_by": []}
    )


def _esearch(world: World, asked: Asked) -> Sent:
    said = asked.parameters
    if said.get("db") != "pubmed" or not said.get("term"):
        return as_json({"error": "Invalid db name specified"}, 400)
    found = _in_window(world, said["term"])
    result: dict[str, Any] = {
        "count": str(len(found)),
        "retmax": said.get("retmax", "20"),
        "retstart": said.get("retstart", "0"),
        "idlist": [],
        "translationset": [],
        "querytranslation": f'"{said["term"]}"[All Fields]',
    }
    if said.get("usehistory") == "y":
        world.days[1000] = said["term"]
        result |= {"querykey": "1", "webenv": f"MCID_{len(world.asked)}_{_key_of(said['term'])}"}
    if "nosuchword" in said["term"]:
        result["errorlist"] = {"phrasesnotfound": ["nosuchword"], "fieldsnotfound": []}
        result["warninglist"] = {
            "phrasesignored": [],
            "quotedphrasesnotfound": [],
            "outputmessages": [],
        }
    return as_json({"header": {"type": "esearch", "version": "0.3"}, "esearchresult": result})


def _key_of(term: str) -> str:
    return term.encode().hex()


def _in_window(world: World, term: str) -> list[int]:
    """Record n came in on the n-th day since 1975-01-01."""
    import re
    from datetime import date

    window = re.search(r'"(\d+/\d+/\d+)"\[EDAT\] : "(\d+/\d+/\d+)"\[EDAT\]', term)
    if not window:
        return list(range(world.records))
    first, last = (date(*map(int, day.split("/"))) for day in window.groups())
    begin = date(1975, 1, 1).toordinal()
    return [n for n in range(world.records) if first.toordinal() <= begin + n <= last.toordinal()]


def _efetch(world: World, asked: Asked) -> Sent:
    said = asked.parameters
    xml = {"Content-Type": "text/xml; charset=UTF-8"}
    if world.lost_cursors or not said.get("WebEnv", "").startswith("MCID_"):
        body = b"<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>"
        return 400, xml, body
    at, size = int(said.get("retstart", 0)), int(said.get("retmax", 20))
    if at > 9998:
        return as_json({"error": "'retstart' cannot be larger than 9998"}, 400)
    term = bytes.fromhex(said["WebEnv"].rpartition("_")[2]).decode()
    found = _in_window(world, term)
    first = max(0, at - 1) if world.twice and at else at
    return 200, xml, made_up.pubmed_articles(found[first : at + size])


def _europe_pmc(world: World, asked: Asked) -> Sent:
    said = asked.parameters
    if not said.get("query"):
        return as_json({"version": "6.9", "errCode": 404, "errMsg": "The query is required"})
    size = int(said.get("pageSize", 25))
    cursor = said.get("cursorMark", "*")
    at = 0 if cursor == "*" else int(cursor.removeprefix("AoE"))
    numbers = _numbers(world, at, size)
    following = f"AoE{min(at + size, world.records)}" if numbers else cursor
    if world.loops and at >= 2 * size:
        following = f"AoE{size}"
    return as_json(
        {
            "version": "6.9",
            "hitCount": world.total(asked.number) if world.total(0) else world.records,
            "nextCursorMark": following,
            "request": {"queryString": said["query"], "resultType": said.get("resultType")},
            "resultList": {"result": [made_up.europe_pmc_result(n) for n in numbers]},
        }
    )


def _crossref(world: World, asked: Asked) -> Sent:
    said = asked.parameters
    if wrong := _unknown(asked, "query", "rows", "cursor", "filter", "mailto", "select", "sort"):
        message = [
            {
                "type": "parameter-not-allowed",
                "value": wrong[0],
                "message": "This route does not support the parameter",
            }
        ]
        return as_json(
            {"status": "failed", "message-type": "validation-failure", "message": message}, 400
        )
    size = int(said.get("rows", 20))
    if size > 1000:
        return as_json({"status": "failed", "message": [{"message": "rows at most 1000"}]}, 400)
    # Crossref gives the same cursor on every page and knows itself where the reader stands
    key = said.get("query", "")
    at = 0 if said.get("cursor") == "*" else world.days.get(hash(key), 0)
    at = int(at)
    if world.loops and at >= 2 * size:
        at = 0
    numbers = _numbers(world, at, size)
    world.days[hash(key)] = str(at + size)
    message = {
        "facets": {},
        "next-cursor": "DnF1ZXJ5VGhlbkZldGNo",
        "total-results": world.total(asked.number) if world.total(0) else world.records,
        "items": [made_up.crossref_item(n) for n in numbers],
        "items-per-page": size,
        "query": {"start-index": 0, "search-terms": said.get("query")},
    }
    return as_json(
        {
            "status": "ok",
            "message-type": "work-list",
            "message-version": "1.0.0",
            "message": message,
        },
        **{"x-rate-limit-limit": "50", "x-rate-limit-interval": "1s"},
    )


def _semantic_scholar(world: World, asked: Asked) -> Sent:
    said = asked.parameters
    known = "query token fields sort publicationTypes openAccessPdf minCitationCount "
    known += "publicationDateOrYear year venue fieldsOfStudy"
    if wrong := _unknown(asked, *known.split()):
        return as_json({"error": f"Unrecognized or unsupported fields: [{wrong[0]}]"}, 400)
    token = said.get("token", "")
    at = int(token.removeprefix("TOK")) if token else 0
    size = world.page_sizes.get("semanticscholar", 1000)
    numbers = _numbers(world, at, size)
    following = f"TOK{at + size}" if at + size < world.records else None
    if world.loops and at >= 2 * size:
        following = f"TOK{size}"
    return as_json(
        {
            "total": world.total(asked.number) if world.total(0) else world.records,
            "token": following,
            "data": [made_up.semantic_scholar_paper(n) for n in numbers],
        }
    )


def _trials(world: World, asked: Asked) -> Sent:
    said = asked.parameters
    text = {"Content-Type": "text/plain; charset=utf-8"}
    if wrong := _unknown(
        asked, "query.term", "query.cond", "filter.advanced", "format", "countTotal", "pageSize",
        "pageToken", "fields", "sort",
    ):  # fmt: skip
        return 400, text, f"Parameter `{wrong[0]}` is unknown".encode()
    size = min(int(said.get("pageSize", 10)), 1000)
    token = said.get("pageToken", "")
    if token and not token.startswith("ZVNj"):
        return 400, text, b"Parameter `pageToken` has incorrect format"
    at = int(token.removeprefix("ZVNj")) if token else 0
    numbers = _numbers(world, at, size)
    answer: dict[str, Any] = {"studies": [made_up.trial(n) for n in numbers]}
    if not token and said.get("countTotal") == "true":
        answer["totalCount"] = world.total(asked.number) if world.total(0) else world.records
    if at + size < world.records:
        answer["nextPageToken"] = f"ZVNj{at + size}"
    if world.loops and at >= 2 * size:
        answer["nextPageToken"] = f"ZVNj{size}"
    return as_json(answer)


def once(number: int, sent: Sent) -> Callable[[BaseHTTPRequestHandler, Asked], Sent | None]:
    """A fault that answers the request `number` (from 1) with `sent`."""
    return lambda handler, asked: sent if asked.number == number else None


def cut_off(number: int) -> Callable[[BaseHTTPRequestHandler, Asked], bool | None]:
    """A fault that breaks the connection in the middle of the answer to the request `number`."""

    def fault(handler: BaseHTTPRequestHandler, asked: Asked) -> bool | None:
        if asked.number != number:
            return None
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", "5000")
        handler.end_headers()
        handler.wfile.write(b'{"meta": {"count": 12')
        handler.close_connection = True
        return True

    return fault


def endless(kind: str) -> Callable[[BaseHTTPRequestHandler, Asked], bool | None]:
    """A fault: `declared` says that 2 GB come, `chunked` sends without end, `drip` sends slowly."""

    def fault(handler: BaseHTTPRequestHandler, asked: Asked) -> bool | None:
        handler.send_response(200)
        handler.close_connection = True
        if kind == "declared":
            handler.send_header("Content-Length", str(2 * 1024**3))
        else:
            handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        block = b" " * (1 << 16) if kind != "drip" else b" "
        try:
            for _ in range(2 * 1024**3 // len(block)):
                if kind == "declared":
                    handler.wfile.write(block)
                else:
                    handler.wfile.write(b"%x\r\n%b\r\n" % (len(block), block))
                if kind == "drip":
                    handler.wfile.flush()
                    time.sleep(0.005)
        except OSError:
            pass
        return True

    return fault
