"""Passwords, sessions, and how often somebody may try: who a request comes from."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import BoundedSemaphore, RLock

import argon2

from pipeline.model.problem import ReviewError
from pipeline.store.accounts import Account, Role

LEAST_LETTERS, MOST_LETTERS = 10, 1_000
"""Of a password; a longer one would only make the server work."""

WINDOW_SECONDS = 15 * 60
MOST_FAILURES = {"name at address": 5, "address": 20, "name": 50}
"""Failed attempts within the window after which nobody gets in that way until it is over.

A name alone has a high limit: else a stranger could lock a colleague out.
"""

IDLE_SECONDS, WHOLE_SECONDS = 12 * 3600, 7 * 24 * 3600
"""After so long without a request, and so long after signing in, a session ends."""

_HASHER = argon2.PasswordHasher()  # argon2id with the parameters of RFC 9106, low memory
_AT_ONCE = BoundedSemaphore(2)  # each check takes 64 MB
_NOBODY = _HASHER.hash(secrets.token_urlsafe())


def hashed(password: str) -> str:
    """The argon2id hash of `password`; ReviewError for one that is too short or too long."""
    if not LEAST_LETTERS <= len(password) <= MOST_LETTERS:
        raise ReviewError(
            f"a password has {LEAST_LETTERS} to {MOST_LETTERS} characters",
            "Take a few words that nobody would put together",
        )
    return _HASHER.hash(password)


def is_password_of(account: Account | None, password: str) -> bool:
    """Whether `password` is that of `account`; an unknown name takes as long to refuse."""
    with _AT_ONCE:
        try:
            _HASHER.verify(account.password_hash if account else _NOBODY, password[:MOST_LETTERS])
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False
    return account is not None


class Attempts:
    """Failed attempts to sign in; `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failed: dict[tuple[str, ...], list[float]] = defaultdict(list)
        self._lock = RLock()

    def wait_seconds(self, name: str, address: str) -> int:
        """How long `name` at `address` has to wait; 0 for not at all."""
        with self._lock:
            return max(self._wait(kind, key) for kind, key in _keys(name, address))

    def _wait(self, kind: str, key: tuple[str, ...]) -> int:
        now = self._clock()
        recent = [at for at in self._failed.get(key, ()) if now - at < WINDOW_SECONDS]
        if recent:
            self._failed[key] = recent
        else:
            self._failed.pop(key, None)
        over = len(recent) - MOST_FAILURES[kind]
        return 0 if over < 0 else int(recent[over] + WINDOW_SECONDS - now) + 1

    def failed(self, name: str, address: str) -> None:
        with self._lock:
            if len(self._failed) > 10_000:  # an attack with made-up names may not fill the memory
                self._forget_old()
            for _, key in _keys(name, address):
                self._failed[key].append(self._clock())

    def succeeded(self, name: str, address: str) -> None:
        with self._lock:
            self._failed.pop((name, address), None)

    def _forget_old(self) -> None:
        now = self._clock()
        self._failed = defaultdict(
            list, {k: v for k, v in self._failed.items() if now - v[-1] < WINDOW_SECONDS}
        )
        while len(self._failed) > 10_000:
            self._failed.pop(next(iter(self._failed)))


def _keys(name: str, address: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (
        ("name at address", (name, address)),
        ("address", ("", address)),
        ("name", (name, "")),
    )


@dataclass(slots=True, kw_only=True)
class SignedIn:
    """One browser of one person. `mark` stands for the account as it was when they signed in.

    `command` names everything that is decided in this browser, as `review undo --command` takes it.
    """

    name: str
    command: str
    role: Role
    csrf: str
    mark: str
    since: float
    seen: float
    notices: list[str] = field(default_factory=list)


class Sessions:
    """Who is signed in, by a hash of the cookie's token; all of it ends with the process."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._by_token: dict[bytes, SignedIn] = {}
        self._lock = RLock()

    def begin(self, name: str, role: Role, mark: str = "") -> str:
        """A new session; gives its token. Never one that a browser brought along."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            for key, old in list(self._by_token.items()):
                if self._is_over(old, now):
                    del self._by_token[key]
            self._by_token[_digest(token)] = SignedIn(
                name=name,
                command=f"serve-{secrets.token_hex(4)}",
                role=role,
                csrf=secrets.token_urlsafe(32),
                mark=mark,
                since=now,
                seen=now,
            )
        return token

    def of(self, token: str) -> SignedIn | None:
        """The session of `token`, if it goes on."""
        now = self._clock()
        with self._lock:
            found = self._by_token.get(_digest(token))
            if found is None or self._is_over(found, now):
                return None
            found.seen = now
            return found

    def end(self, token: str) -> None:
        with self._lock:
            self._by_token.pop(_digest(token), None)

    def _is_over(self, session: SignedIn, now: float) -> bool:
        return now - session.seen > IDLE_SECONDS or now - session.since > WHOLE_SECONDS


class LinkToken:
    """The token in the link of a server on one's own machine; each opens one browser."""

    def __init__(self) -> None:
        self.value = secrets.token_urlsafe(32)
        self._lock = RLock()

    def take(self, offered: str) -> bool:
        """Whether `offered` is the token; then it is used up and there is a new one."""
        with self._lock:
            if not same(offered, self.value):
                return False
            self.value = secrets.token_urlsafe(32)
            return True


def same(a: str, b: str) -> bool:
    """Whether two secrets are equal, in a time that tells nothing of where they differ."""
    return hmac.compare_digest(a.encode(), b.encode())


def mark_of(account: Account) -> str:
    """Another word whenever the password of `account` is another one."""
    return hashlib.sha256(account.password_hash.encode()).hexdigest()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
