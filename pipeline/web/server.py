"""Runs the application: which address it listens on, under which names, and the link to it."""

from __future__ import annotations

import ipaddress
import socket
import threading
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn

from pipeline.model.problem import ReviewError
from pipeline.web.app import make_app

_LOCAL = ("127.0.0.1", "localhost", "[::1]")


def run_server(
    review: str,
    *,
    address: str,
    port: int,
    local_name: str,
    names: Sequence[str],
    certificate: tuple[Path, Path] | None,
    is_tls: bool,
    opens: bool,
    say: Callable[[str], object],
) -> None:
    """Serves `review` until it is stopped. ReviewError where the address cannot be had.

    With `local_name` only loopback is listened on, and `opens` a browser at the link.
    """
    listener = _listening(address, port)
    bound = listener.getsockname()[1]
    shown = f"[{address}]" if ":" in address else address
    scheme = "https" if certificate else "http"

    def link(token: str) -> str:
        return f"http://127.0.0.1:{bound}/enter?token={token}"

    serving = make_app(
        review,
        hosts=(*_LOCAL, *names, *_own(address)),
        local_name=local_name,
        is_tls=is_tls,
        behind_proxy=is_tls and certificate is None,
        on_link=lambda token: say(f"For another browser: {link(token)}"),
    )
    if local_name:
        first = link(serving.entrance.link.value)
        say(f"Open in your browser: {first}")
        if opens:
            threading.Thread(target=webbrowser.open, args=(first,), daemon=True).start()
    else:
        told = names or ([] if _is_any(address) else [f"{shown}:{bound}"])
        where = f"{scheme}://{told[0]}" if told else f"port {bound} of this machine"
        say(f"People sign in at {where}")
        if _is_any(address) and not names:
            say("Only by its IP addresses: add --called NAME for each name it is reached by.")
    say("Stop with Ctrl-C; everything that was decided is on disk.")
    files = {"ssl_certfile": certificate[0], "ssl_keyfile": certificate[1]} if certificate else {}
    config = uvicorn.Config(
        serving.app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=3,
        limit_concurrency=200,
        h11_max_incomplete_event_size=32_000,
        **{key: str(value) for key, value in files.items()},  # type: ignore[arg-type]
    )
    uvicorn.Server(config).run(sockets=[listener])


def _listening(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen(100)
    except OSError as error:
        listener.close()
        raise ReviewError(
            f"{address} port {port} cannot be listened on ({error.strerror})",
            "Another server may run there: take another --port, or 0 for any that is free",
        ) from error
    return listener


def _is_any(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_unspecified
    except ValueError:
        return False


def _own(address: str) -> tuple[str, ...]:
    """The names that `address` itself gives: for all addresses those of this machine."""
    if not _is_any(address):
        return (f"[{address}]" if ":" in address else address,)
    found: set[str] = set()
    try:
        host = socket.gethostname()
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, None)}
    except OSError:
        return ()
    return tuple(f"[{one}]" if ":" in one else one for one in sorted(found))
