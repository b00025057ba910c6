"""One question to a service over HTTP: politely, again after a passing fault, within bounds.

A service may be slow, cut an answer off, answer with a page of another kind or send without end.
What passes is tried again with growing waits; `Retry-After` is obeyed. A redirect to another host
is not followed, and a key is put on the wire only, below everything that could log it.
"""

from __future__ import annotations

import email.utils
import json
import random
import re
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx2
import tenacity

import pipeline
from pipeline.model.problem import ReviewError
from pipeline.notation.safe_text import for_terminal
from pipeline.services.access_keys import Key

T = TypeVar("T")

_PASSING_STATES = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_ADDRESS = 6_000
"""Many servers refuse a longer first line of a request (8,190 bytes); it is sent as a form then."""


MOST = 256 * 1024 * 1024
"""Bytes of one answer; a longer one is not read to its end."""
PATIENCE, SLOWEST = 30.0, 1_000.0
"""Once so many seconds are over, an answer that came with fewer bytes a second is given up."""
LONGEST_WAIT = 300.0
"""Seconds; a service that asks to wait longer is left for another day."""


class Unanswered(ReviewError):
    """A service did not answer a question; `status` is that of its answer, 0 without one."""

    def __init__(self, what: str, remedy: str = "", status: int = 0) -> None:
        super().__init__(what, remedy)
        self.status = status


class PassingFault(Exception):
    """What may be gone in a moment. `after` are the seconds that the service asks to wait."""

    def __init__(self, what: str, *, after: float | None = None, tries: int = 6) -> None:
        super().__init__(what)
        self.what = what
        self.after = after
        self.tries = tries


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A question: a path below the service's address and parameters, sent as a form where that is
    allowed (`form_path`) and they are long. `headers` are beyond the usual ones."""

    path: str
    parameters: tuple[tuple[str, str], ...] = ()
    form_path: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    content: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back: the body without its content encoding, header names in lower case."""

    body: bytes
    headers: Mapping[str, str]
    status: int = 200

    def as_json(self) -> Any:
        """The body as JSON; a PassingFault where it is cut off or something else."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            kind = self.headers.get("content-type", "").partition(";")[0] or "something"
            cut = self.body.lstrip()[:1] in (b"{", b"[")
            what = "the answer is cut off" if cut else f"the answer is no JSON but {kind}"
            raise PassingFault(what, tries=4) from None


def sleep(seconds: float) -> None:
    time.sleep(seconds)


class Service:
    """The door to one service at `address`. Close it, or use it as a context.

    `interval` are the seconds between two questions. `key_place` is the parameter (or, with
    `key_in_header`, the header) that carries `key`;
    `contact` is the e-mail address of the review, by which a service can reach its people.
    `heard` is told in words whenever a question has to be asked again. `seconds` are how long an
    answer may keep silent; a `direct` door passes by every proxy; `before_key` stands before the
    key in its header.
    """

    def __init__(
        self,
        name: str,
        address: str,
        interval: float,
        *,
        key: Key | None = None,
        key_place: str = "",
        key_in_header: bool = False,
        contact: str = "",
        heard: Callable[[str], None] = lambda words: None,
        any_host: bool = False,
        seconds: float = 60,
        direct: bool = False,
        before_key: str = "",
    ) -> None:
        self.name = name
        self.address = sound_address(address)
        self.key = key or Key("")
        self._heard = heard
        self._any_host = any_host
        self._last = 0.0
        self._interval = self._least = interval
        host = httpx2.URL(self.address).host
        inner = httpx2.HTTPTransport(proxy=None if direct else _proxy_for(self.address))
        transport = _WithKey(inner, host, self.key, key_place, key_in_header, before_key)
        said = f"mailto:{contact}" if contact else "no contact given"
        self._client = httpx2.Client(
            transport=transport,
            timeout=httpx2.Timeout(seconds, connect=20),
            follow_redirects=False,
            headers={"User-Agent": f"review-pipeline/{pipeline.__version__} ({said})"},
        )

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def ask(self, request: Request, read: Callable[[Response], T]) -> T:
        """What `read` makes of the answer; it may raise PassingFault to have it asked again.

        Raises Unanswered when the service refuses, or a fault does not pass.
        """
        tries = 0

        def wait(state: tenacity.RetryCallState) -> float:
            fault = state.outcome.exception() if state.outcome else None
            seconds = _backoff(state.attempt_number)
            if isinstance(fault, PassingFault):
                seconds = seconds if fault.after is None else max(fault.after, self._interval)
            return seconds

        def tell(state: tenacity.RetryCallState) -> None:
            fault = state.outcome.exception() if state.outcome else None
            seconds = state.next_action.sleep if state.next_action else 0.0
            self._heard(f"{self.name}: {fault}; asked again in {seconds:.0f} s")

        def ended(state: tenacity.RetryCallState) -> bool:
            fault = state.outcome.exception() if state.outcome else None
            if not isinstance(fault, PassingFault):
                return True
            too_long = fault.after is not None and fault.after > LONGEST_WAIT
            return too_long or state.attempt_number >= fault.tries

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(PassingFault),
            wait=wait,
            stop=ended,
            before_sleep=tell,
            sleep=lambda seconds: sleep(seconds),
            reraise=True,
        )
        try:
            for attempt in retrying:
                with attempt:
                    tries += 1
                    return read(self._once(request))
        except PassingFault as fault:
            raise Unanswered(
                f"{self.name} gave no answer that can be used: {fault.what}", _later(fault)
            ) from None
        raise AssertionError("tenacity ended without an outcome")

    def _once(self, request: Request) -> Response:
        self._keep_distance()
        url, method, content, headers = self._wire(request)
        for _ in range(6):
            try:
                answer, lead = self._exchange(method, url, content, headers)
            except httpx2.TransportError as error:
                words = self.key.out_of(for_terminal(str(error))) or type(error).__name__
                raise PassingFault(f"the connection broke ({words})") from None
            if not lead:
                return self._heeded(answer)
            url = self._followed(url, lead)
            if answer.status == 303:
                method, content = "GET", None
        raise Unanswered(f"{self.name} leads in a circle", "Look at the address of the service")

    def _keep_distance(self) -> None:
        left = self._last + self._interval - time.monotonic()
        if left > 0:
            sleep(left)
        self._last = time.monotonic()

    def _wire(self, request: Request) -> tuple[httpx2.URL, str, bytes | None, dict[str, str]]:
        headers = dict(request.headers)
        url = httpx2.URL(f"{self.address}/{request.path}" if request.path else self.address)
        asked = url.copy_merge_params(dict(request.parameters)) if request.parameters else url
        if len(str(asked)) > _LONGEST_ADDRESS and request.form_path:
            url = httpx2.URL(f"{self.address}/{request.form_path}")
            content = str(httpx2.QueryParams(list(request.parameters))).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            return url, "POST", content, headers
        return asked, request.method, request.content, headers

    def _exchange(
        self, method: str, url: httpx2.URL, content: bytes | None, headers: Mapping[str, str]
    ) -> tuple[Response, str]:
        """The answer, and where it leads if it is a redirect."""
        with self._client.stream(method, url, content=content, headers=dict(headers)) as response:
            heads = {name.lower(): value for name, value in response.headers.items()}
            if response.is_redirect:
                return Response(body=b"", headers=heads, status=response.status_code), heads.get(
                    "location", ""
                )
            body = self._body(response)
        return Response(body=body, headers=heads, status=response.status_code), ""

    def _body(self, response: httpx2.Response) -> bytes:
        declared = response.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > MOST:
            raise self._too_long()
        parts: list[bytes] = []
        size = 0
        began = time.monotonic()
        for piece in response.iter_bytes():
            parts.append(piece)
            size += len(piece)
            if size > MOST:
                raise self._too_long()
            passed = time.monotonic() - began
            if passed > PATIENCE and size < passed * SLOWEST:
                raise PassingFault(
                    f"the answer drips: {size:,} bytes in {passed:.0f} seconds", tries=2
                )
        body = b"".join(parts)
        return self.key.out_of_bytes(body) if self.key else body

    def _too_long(self) -> Unanswered:
        return Unanswered(
            f"{self.name} sends more than {MOST:,} bytes in one answer",
            "This is no answer to the question; look at the address of the service",
        )

    def _followed(self, url: httpx2.URL, lead: str) -> httpx2.URL:
        """Where a redirect leads if it stays with the service; raises Unanswered if it does not."""
        found = url.join(lead)
        same = (found.host, found.port) == (url.host, url.port) and found.scheme == url.scheme
        secured = found.host == url.host and (url.scheme, found.scheme) == ("http", "https")
        if same or secured or (self._any_host and found.scheme in ("http", "https")):
            return found
        raise Unanswered(
            f"{self.name} leads elsewhere, to {for_terminal(str(found.host))}; not followed",
            "If that is the proxy of your institution, sign in there or name it with --base-url",
        )

    def _heeded(self, answer: Response) -> Response:
        self._heed_limits(answer.headers)
        if answer.status < 300:
            return answer
        said = self.key.out_of(words_of(answer))
        limited = answer.status == 429 or (answer.status == 403 and "rate limit" in said.lower())
        if limited or answer.status in _PASSING_STATES:
            what = "it asks for fewer questions" if limited else "it has a fault of its own"
            detail = f"{what} (HTTP {answer.status}{f', {said}' if said else ''})"
            raise PassingFault(detail, after=wait_asked(answer.headers))
        remedy = "Look at the question and at the address of the service"
        if answer.status in (401, 403):
            remedy = "Look at the key of the service (a variable of the environment or a keyring)"
        raise Unanswered(
            f"{self.name} refuses (HTTP {answer.status}): {said or 'it does not say why'}",
            remedy,
            answer.status,
        )

    def _heed_limits(self, headers: Mapping[str, str]) -> None:
        """Crossref tells how many questions it takes in an interval, Zotero how long to pause."""
        pause = headers.get("backoff", "")
        if pause.isdigit():
            self._last = time.monotonic() + min(int(pause), LONGEST_WAIT) - self._interval
        most = headers.get("x-rate-limit-limit", "")
        seconds = headers.get("x-rate-limit-interval", "").removesuffix("s")
        if most.isdigit() and seconds.isdigit() and int(most):
            told = min(int(seconds) / int(most), 60.0)
            self._interval = max(self._least, told)


class _WithKey(httpx2.BaseTransport):
    """Puts the key on a copy of each request to the host that it belongs to, and on nothing else.

    What the client keeps, logs or tells in an error is the request without it.
    """

    def __init__(
        self,
        inner: httpx2.BaseTransport,
        host: str,
        key: Key,
        place: str,
        in_header: bool,
        before: str,
    ) -> None:
        self._before = before
        self._inner, self._host, self._key = inner, host, key
        self._place, self._in_header = place, in_header

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if self._key and self._place and request.url.host == self._host:
            url, headers = request.url, request.headers.copy()
            if self._in_header:
                headers[self._place] = f"{self._before}{self._key.revealed()}"
            else:
                url = url.copy_merge_params({self._place: self._key.revealed()})
            request = httpx2.Request(
                request.method,
                url,
                headers=headers,
                stream=request.stream,
                extensions=request.extensions,
            )
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def sound_address(address: str) -> str:
    """`address` without its last slash; raises ReviewError for what is no http address."""
    try:
        url = httpx2.URL(address.strip())
    except httpx2.InvalidURL:
        url = httpx2.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        raise ReviewError(
            f"{address!r} is no address of a service", "Write it like https://api.example.org"
        )
    if url.userinfo:
        raise ReviewError(
            "the address of a service holds a password",
            "Leave it out: addresses are written into the log of the search",
        )
    return str(url).rstrip("/")


def wait_asked(headers: Mapping[str, str]) -> float | None:
    """The seconds of `Retry-After`, a number or a day (RFC 9110, 10.2.3); None without one."""
    said = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", said):
        return float(said)
    if not said:
        return None
    try:
        until = email.utils.parsedate_to_datetime(said)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def words_of(answer: Response) -> str:
    """What the body of a refusal says, on one line: a member of JSON, or its first words."""
    try:
        said: Any = json.loads(answer.body)
    except (ValueError, RecursionError):
        text = answer.body[:2000].decode("utf-8", "replace")
        said = re.sub(r"(?s)<(script|style).*?</\1>|<[^>]*>", " ", text)
    return for_terminal(" ".join(_plain(said).split()))[:300]


def _plain(said: Any) -> str:
    if isinstance(said, str):
        return said
    if isinstance(said, list):
        return "; ".join(filter(None, map(_plain, said)))
    if isinstance(said, Mapping):
        parts = [
            _plain(said[name])
            for name in ("error", "message", "errMsg", "detail", "ERROR", "esearchresult")
            if said.get(name)
        ]
        return ": ".join(dict.fromkeys(filter(None, parts)))
    return ""


def _backoff(attempt: int) -> float:
    """1, 2, 4, 8 … seconds with some chance, so that many programs do not come back at once."""
    return min(60.0, 2.0 ** (attempt - 1)) * random.uniform(0.75, 1.25)


def _later(fault: PassingFault) -> str:
    if fault.after and fault.after > 60:
        minutes = fault.after / 60
        return f"It asks to wait {minutes:,.0f} minutes; the same command then goes on from here"
    return "Try the same command again later; it goes on from here"


def _proxy_for(address: str) -> str | None:
    """The proxy that the environment names for `address`, as other programs read it."""
    url = httpx2.URL(address)
    if urllib.request.proxy_bypass(url.host):
        return None
    proxies = urllib.request.getproxies()
    return proxies.get(url.scheme) or proxies.get("all")
