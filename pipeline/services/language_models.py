"""Servers of language models: OpenAI's chat API and Ollama's, asked one record at a time."""

from __future__ import annotations

import ipaddress
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from pipeline.model.machine import Machine, ServerKind
from pipeline.model.problem import ReviewError
from pipeline.services.access_keys import Key
from pipeline.services.asking import PassingFault, Request, Response, Service, sound_address

KEY = "REVIEW_MACHINE_KEY"
KEY_HOST = "REVIEW_MACHINE_HOST"
"""The host that the key belongs to: a review from somebody else cannot send it elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a model said, or with `refused` that it did not, and what it took."""

    text: str = ""
    refused: str = ""
    model: str = ""
    tokens_read: int = 0
    tokens_written: int = 0


def is_here(address: str) -> bool:
    """Whether `address` is on this machine."""
    host = httpx2.URL(sound_address(address)).host
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def server_of(machine: Machine, heard: Callable[[str], None]) -> Service:
    """The door to the server of `machine`; ReviewError where records may not go there.

    A server on this machine is asked without any proxy, so that no record leaves.
    """
    here = is_here(machine.address)
    if not here and not machine.records_may_leave:
        raise ReviewError(
            f"{machine.address} is another machine, and the protocol does not say that records "
            "may leave this one",
            "Write `records_may_leave: true` under `machine:` if the terms of the databases and "
            "your rules allow it; or run a model here",
        )
    return Service(
        "the server of the model",
        machine.address,
        0.0,
        key=_key_for(machine),
        key_place="Authorization",
        key_in_header=True,
        heard=heard,
        seconds=machine.seconds,
        direct=here,
        before_key="Bearer ",
    )


def _key_for(machine: Machine) -> Key:
    value = os.environ.get(KEY, "").strip()
    if not value:
        return Key("")
    host = httpx2.URL(sound_address(machine.address)).host
    if os.environ.get(KEY_HOST, "").strip() != host:
        raise ReviewError(
            f"{KEY} is set, and {KEY_HOST} does not say that it is for {host}",
            f"Set {KEY_HOST}={host} if the key belongs there; or unset {KEY}",
        )
    return Key(value)


def ask_model(
    server: Service, machine: Machine, told: str, record: str, schema: Mapping[str, Any], seed: int
) -> Reply:
    """What the model answers to `record` under the instructions `told`. Unanswered as `Service`."""
    ollama = machine.api is ServerKind.OLLAMA
    asked: dict[str, Any] = {
        "model": machine.model,
        "messages": [
            {"role": "system", "content": told},
            {"role": "user", "content": record},
        ],
        "stream": False,
    }
    if ollama:
        asked["format"] = schema
        asked["options"] = {
            "temperature": machine.temperature,
            "seed": seed,
            "num_predict": machine.most_tokens,
        }
    else:
        asked["temperature"] = machine.temperature
        asked["seed"] = seed
        asked["max_tokens"] = machine.most_tokens
        asked["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "screening", "strict": True, "schema": schema},
        }
    request = Request(
        path="api/chat" if ollama else "chat/completions",
        method="POST",
        content=json.dumps(asked).encode(),
        headers={"Content-Type": "application/json"},
    )
    return server.ask(request, _from_ollama if ollama else _from_openai)


def _from_ollama(answer: Response) -> Reply:
    said = _object(answer.as_json())
    return Reply(
        text=_text(_object(said.get("message")).get("content")),
        refused="the answer was cut off" if said.get("done_reason") == "length" else "",
        model=_text(said.get("model")),
        tokens_read=_number(said.get("prompt_eval_count")),
        tokens_written=_number(said.get("eval_count")),
    )


def _from_openai(answer: Response) -> Reply:
    said = _object(answer.as_json())
    choices = said.get("choices")
    if not isinstance(choices, list) or not choices:
        raise PassingFault("the answer of the server has no choices", tries=2)
    first, usage = _object(choices[0]), _object(said.get("usage") or {})
    message = _object(first.get("message"))
    refused = ""
    if message.get("refusal") or first.get("finish_reason") == "content_filter":
        refused = "the model refused"
    elif first.get("finish_reason") == "length":
        refused = "the answer was cut off"
    return Reply(
        text=_text(message.get("content")),
        refused=refused,
        model=_text(said.get("model")),
        tokens_read=_number(usage.get("prompt_tokens")),
        tokens_written=_number(usage.get("completion_tokens")),
    )


def _object(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise PassingFault("the answer of the server is of another shape", tries=2)
    return said


def _text(said: Any) -> str:
    return said if isinstance(said, str) else ""


def _number(said: Any) -> int:
    return said if isinstance(said, int) and not isinstance(said, bool) and said >= 0 else 0
