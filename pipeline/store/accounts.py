"""Who may sign in to the pages of a review, and what a person has set for themselves."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import msgspec

from pipeline.model.problem import ReviewError
from pipeline.notation.yaml_text import read_yaml
from pipeline.store.files import refusing_disk_faults, reviewer_name, write_file
from pipeline.store.places import ReviewPlaces


def keys_file() -> Path:
    """Where a person's own keys stand: `$XDG_CONFIG_HOME/review/keys.yaml`."""
    home = os.environ.get("XDG_CONFIG_HOME", "")
    folder = Path(home) if home else Path.home() / ".config"
    return folder / "review" / "keys.yaml"


def me_file() -> Path:
    """Where the name of whoever sits at this machine stands, beside the keys."""
    return keys_file().with_name("me")


def who_sits_here() -> str:
    """The name or id that `review me` was told last; "" where nobody was named."""
    try:
        return me_file().read_text(encoding="utf-8").strip()[:200]
    except (OSError, UnicodeDecodeError):
        return ""


def remember_me(name: str) -> None:
    """Writes down who sits here; forgets it for "". ReviewError where that cannot be written."""
    if name:
        write_file(me_file(), f"{name}\n")
    else:
        with refusing_disk_faults(me_file()):
            me_file().unlink(missing_ok=True)


def personal_keys() -> Mapping[str, str]:
    """The keys of `keys_file` by command; none where there is no such file.

    Raises ReviewError when the file cannot be read as lines `command: key`.
    """
    path = keys_file()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ReviewError(f"{path} cannot be read ({error})", "Mend or remove it") from error
    found = read_yaml(text, str(path))
    if found.problems:
        raise ReviewError("\n".join(map(str, found.problems)), "Mend it or remove it")
    value = found.value
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ReviewError(f"{path} does not list keys", "Write lines like `include: y`")
    return {str(command): str(key) for command, key in value.items()}


class Role(StrEnum):
    """What a person may do in the browser; each may do what those before may, too.

    `reader` looks at the state of the review and its documents; `reviewer` screens, retrieves,
    decides on duplicates and extracts; `arbiter` settles what reviewers disagree on as well;
    `lead` may do everything.
    """

    READER = "reader"
    REVIEWER = "reviewer"
    ARBITER = "arbiter"
    LEAD = "lead"

    def may(self, least: Role) -> bool:
        """Whether this role may do what `least` may."""
        order = list(Role)
        return order.index(self) >= order.index(least)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """`password_hash` is what argon2 made of the password, its parameters and salt included."""

    name: str
    role: Role
    password_hash: str


def accounts_file(places: ReviewPlaces) -> Path:
    """Where the accounts of a review stand; two reviews of one slug have two files."""
    mark = hashlib.sha256(str(places.review.resolve()).encode()).hexdigest()[:10]
    return keys_file().parent / "accounts" / f"{places.slug}-{mark}.json"


def read_accounts(places: ReviewPlaces) -> Mapping[str, Account]:
    """The accounts by name; none where there is no file. ReviewError for one that is no such."""
    path = accounts_file(places)
    try:
        said = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise ReviewError(f"{path} cannot be read ({error})", "Give yourself the right") from error
    try:
        found = msgspec.json.decode(said, type=list[Account])
    except msgspec.MsgspecError as error:
        raise ReviewError(
            f"{path} does not hold accounts", "Remove it and add them anew"
        ) from error
    return {account.name: account for account in found}


def put_account(places: ReviewPlaces, account: Account) -> None:
    """Adds `account`, or puts it in the place of the one with its name."""
    reviewer_name(account.name)
    with _held(places):
        known = dict(read_accounts(places))
        known[account.name] = account
        _write(accounts_file(places), known)


def change_role(places: ReviewPlaces, name: str, role: Role) -> None:
    """Gives the account `name` another role; its password stays."""
    with _held(places):
        known = dict(read_accounts(places))
        if name not in known:
            raise ReviewError(f"there is no account {name!r}", f"`--add {name}` makes one")
        known[name] = replace(known[name], role=role)
        _write(accounts_file(places), known)


def drop_account(places: ReviewPlaces, name: str) -> None:
    """Takes the account `name` away; what the person decided stays."""
    with _held(places):
        known = dict(read_accounts(places))
        if known.pop(name, None) is None:
            raise ReviewError(f"there is no account {name!r}", "`--accounts` lists them")
        _write(accounts_file(places), known)


@contextlib.contextmanager
def _held(places: ReviewPlaces) -> Iterator[None]:
    """One process at a time may change the accounts."""
    path = accounts_file(places)
    with refusing_disk_faults(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(path: Path, accounts: Mapping[str, Account]) -> None:
    content = msgspec.json.format(msgspec.json.encode(list(accounts.values())), indent=1) + b"\n"
    with refusing_disk_faults(path):
        handle, beside = tempfile.mkstemp(prefix=".accounts-", dir=path.parent)  # for its owner
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
