"""A server on this machine that speaks Ollama's and OpenAI's chat API, with a scripted stand-in.

The stand-in is no language model: it looks for a word. It may misbehave as models and servers do.
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

Answering = Callable[[dict[str, str], list[str]], str]
"""From a record and the ids of criteria, the content of an answer."""


def by_word(word: str) -> Answering:
    """A stand-in: every criterion is met where `word` stands in the title, else none is."""

    def answer(record: dict[str, str], criteria: list[str]) -> str:
        said = "met" if word in record["title"] else "not_met"
        each = {"answer": said, "quote": record["title"]}
        return json.dumps({"criteria": dict.fromkeys(criteria, each), "probability": 0.5})

    return answer


@dataclass
class Model:
    """How the server answers; `faults` are used up first, one a question, as (status, body)."""

    answer: Answering = field(default_factory=lambda: by_word("One"))
    faults: list[tuple[int, bytes]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    finish: str = "stop"
    refusal: str = ""
    slow: float = 0.0
    dies_after: int = -1


@contextmanager
def modelling(model: Model) -> Iterator[str]:
    """The address of a server of `model` while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(model))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(model: Model) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.asked.append(said)
            model.headers.append({k.lower(): v for k, v in self.headers.items()})
            if model.slow:
                time.sleep(model.slow)
            if model.dies_after == 0:
                self._send(401, b'{"error": "gone"}')
            elif model.faults:
                self._send(*model.faults.pop(0))
            else:
                model.dies_after -= 1
                self._send(200, json.dumps(self._said(said)).encode())

        def _said(self, said: dict[str, Any]) -> dict[str, Any]:
            ollama = self.path == "/api/chat"
            schema = said["format"] if ollama else said["response_format"]["json_schema"]["schema"]
            system, user = said["messages"]
            assert (system["role"], user["role"]) == ("system", "user")
            content = model.answer(
                json.loads(user["content"]), schema["properties"]["criteria"]["required"]
            )
            if ollama:
                return {
                    "model": said["model"], "message": {"role": "assistant", "content": content},
                    "done_reason": model.finish, "prompt_eval_count": 100, "eval_count": 7,
                }  # fmt: skip
            assert self.path == "/v1/chat/completions"
            message = {"role": "assistant", "content": content, "refusal": model.refusal or None}
            return {
                "model": f"{said['model']}-served",
                "choices": [{"message": message, "finish_reason": model.finish}],
                "usage": {"prompt_tokens": 100, "completion_tokens": 7},
            }

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
