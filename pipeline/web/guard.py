"""What every request passes before a page sees it: host, origin, size; what every answer says."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_FORM_BYTES = 256_000
MOST_UPLOAD_BYTES = 60_000_000
MOST_ADDRESS_LETTERS = 4_000

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
DOCUMENT_POLICY = (
    "sandbox allow-scripts allow-popups; default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; img-src 'self' data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""For documents as they were built: they run apart from these pages, as from another server."""

_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """Lets through requests to `hosts` (names that the server goes by) of a bearable size.

    A name of `hosts` without a port stands for any port. `uploads` are beginnings of paths that
    may bring a file. With `is_tls` browsers are told to come by TLS alone.
    """

    def __init__(
        self, app: ASGIApp, *, hosts: Collection[str], uploads: Collection[str], is_tls: bool
    ) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._uploads = tuple(uploads)
        self._is_tls = is_tls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        most = self._most_bytes(scope["path"])
        length = headers.get("content-length", "0")
        if not refusal and (not length.isdecimal() or int(length) > most):
            refusal = (413, _too_large(most))
        if refusal:
            status, words = refusal
            answer = PlainTextResponse(words, status, headers={"connection": "close"})
            await answer(scope, receive, self._telling(scope, send))
            return
        came = 0

        async def bounded() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > most:
                raise HTTPException(413, _too_large(most), headers={"connection": "close"})
            return message

        await self._app(scope, bounded, self._telling(scope, send))

    def _most_bytes(self, path: str) -> int:
        return MOST_UPLOAD_BYTES if path.startswith(self._uploads) else MOST_FORM_BYTES

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            return 421, "This server does not go by that name."
        if len(scope["path"]) + len(scope.get("query_string", b"")) > MOST_ADDRESS_LETTERS:
            return 414, "That address is too long."
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "This server knows GET, HEAD and POST."
        if scope["method"] == "POST" and not _is_same_origin(headers, hosts[0]):
            return 403, "That form comes from another site. Nothing was written."
        return None

    def _is_ours(self, host: str) -> bool:
        host = host.lower()
        if host in self._hosts:
            return True
        name, colon, port = host.rpartition(":")
        return bool(colon) and port.isdecimal() and name in self._hosts

    def _telling(self, scope: Scope, send: Send) -> Send:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("content-security-policy", PAGE_POLICY)
                headers.setdefault("cache-control", "no-store")
                if self._is_tls:
                    headers.setdefault("strict-transport-security", "max-age=31536000")
            await send(message)

        return told


def _too_large(most: int) -> str:
    return f"That is too large: at most {most:,} bytes. Nothing was written."


def _is_same_origin(headers: Headers, host: str) -> bool:
    """Whether a form comes from our own pages. Every browser says so with what it posts."""
    said = headers.get("origin") or headers.get("referer") or ""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    return urlsplit(said).netloc.lower() == host.lower()
