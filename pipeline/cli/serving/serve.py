"""`review serve`: the review as pages in the browser, on one's own machine or for a team."""

from __future__ import annotations

import getpass
import importlib.util
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import say, tell
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
from pipeline.store.files import reviewer_name
from pipeline.store.places import ReviewPlaces

_NEEDED = ("starlette", "uvicorn", "argon2", "python_multipart")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")] = "",
    reviewer: Annotated[str, typer.Option("--as", help="Your name, on your own machine.")] = "",
    host: Annotated[
        str, typer.Option(help="For a team: the address to listen on; people sign in by name.")
    ] = "",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 8737,
    called: Annotated[
        list[str] | None,
        typer.Option(help="For a team: a name by which browsers reach the server; repeatable."),
    ] = None,
    cert: Annotated[Path | None, typer.Option(help="TLS certificate (PEM).")] = None,
    key: Annotated[Path | None, typer.Option(help="Its private key (PEM).")] = None,
    behind_tls: Annotated[
        bool, typer.Option("--behind-tls", help="A proxy before it speaks TLS.")
    ] = False,
    add: Annotated[str, typer.Option(help="Make an account, or give it a new password.")] = "",
    role: Annotated[
        Role | None, typer.Option(help="With --add; alone with --change: its new role.")
    ] = None,
    change: Annotated[str, typer.Option(help="Give an account another --role.")] = "",
    drop: Annotated[str, typer.Option(help="Take an account away; decisions stay.")] = "",
    accounts: Annotated[bool, typer.Option("--accounts", help="List the accounts.")] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only tell the link.")] = False,
) -> None:
    """Opens the review in the browser: screening, conflicts, full text, extraction, documents.

    On your own machine with --as NAME: nobody else gets in. For a team with --host, once accounts
    are made with --add; what is decided is a line in the same logs as at the terminal, and both may
    be used at once. Stop it with Ctrl-C; nothing is lost.

    Example: review serve ta-hsb --as ada

    Example: review serve ta-hsb --add ben --role reviewer, then
    review serve ta-hsb --host 0.0.0.0 --called review.example.org --cert c.pem --key k.pem
    """
    _check_installed()
    places = find_review(review)
    if add or change or drop or accounts:
        _accounts(places, add, change, drop, role)
        return
    if bool(host) == bool(reviewer):
        raise ReviewError(
            "who works here: you alone, or a team?",
            f"`review serve {places.slug} --as NAME` for yourself, --host ADDRESS for a team",
        )
    if bool(cert) != bool(key):
        raise ReviewError("TLS takes a certificate and its key", "Give both --cert and --key")
    name = reviewer_name(reviewer) if reviewer else ""
    if host and not read_accounts(places):
        raise ReviewError(
            "nobody has an account yet", f"`review serve {places.slug} --add NAME` makes one"
        )
    is_tls = bool(cert) or behind_tls
    if host and not is_tls:
        tell(
            "The connection is not encrypted: who shares the network can read passwords and "
            "decisions.\nGive --cert and --key, or --behind-tls where a proxy speaks TLS."
        )
    from pipeline.web.server import run_server

    run_server(
        str(places.review),
        address=host or "127.0.0.1",
        port=port,
        local_name=name,
        names=tuple(called or ()),
        certificate=(cert, key) if cert and key else None,
        is_tls=is_tls,
        opens=bool(name) and not no_browser,
        say=say,
    )


def _check_installed() -> None:
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ReviewError(
            f"the pages need {', '.join(missing)}, which is not installed",
            'Install it with: pip install "review-pipeline[web]" (in a checkout: pip install '
            '-e ".[web]")',
        )


def _accounts(places: ReviewPlaces, add: str, change: str, drop: str, role: Role | None) -> None:
    if sum(map(bool, (add, change, drop))) > 1:
        raise ReviewError("--add, --change and --drop do not go together", "Do one at a time")
    if add:
        _add(places, add, role)
    elif change:
        if role is None:
            raise ReviewError("which role?", f"Add --role {'|'.join(Role)}")
        change_role(places, change, role)
        say(f"{change} is {role} now.")
    elif drop:
        drop_account(places, drop)
        say(f"{drop} cannot sign in any more; what {drop} decided stays.")
    else:
        for account in read_accounts(places).values():
            say(f"{account.name}  {account.role}")
    say(f"Accounts of {places.slug} stand in {accounts_file(places)}, outside of the review.")


def _add(places: ReviewPlaces, name: str, role: Role | None) -> None:
    from pipeline.web.sign_in import hashed

    reviewer_name(name)
    known = read_accounts(places).get(name)
    if sys.stdin.isatty():
        password = getpass.getpass(f"Password for {name} (10 characters or more): ")
        if getpass.getpass("Again: ") != password:
            raise ReviewError("the two are not the same", "Nothing was written; try again")
    else:
        password = sys.stdin.readline().rstrip("\n")
    given = role or (known.role if known else Role.REVIEWER)
    put_account(places, Account(name=name, role=given, password_hash=hashed(password)))
    say(f"{name} may sign in as {given}{', with the new password alone' if known else ''}.")
