"""`review query`: a strategy held against a platform, translated for another, or beside others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import counted, safe, say, say_json, say_problems, tell
from pipeline.cli.importing import ingest_options as options
from pipeline.model.problem import ReviewError, Severity
from pipeline.store import ReviewFolder, find_review

_ACTIONS = ("check", "translate", "compare")
_LOGIC = frozenset({"and", "or", "not", "near", "adj", "w", "n", "exp"})


def query(
    action: Annotated[str, typer.Argument(help="check, translate or compare.")],
    what: Annotated[
        str, typer.Argument(metavar="QUERY", help="A file, or the query itself; - is a pipe.")
    ],
    for_: Annotated[
        str,
        typer.Option("--for", help="check: pubmed, ebsco, wos, ovid, scopus or openalex."),
    ] = "",
    from_: Annotated[str, typer.Option("--from", help="translate: pubmed, ebsco or wos.")] = "",
    to: Annotated[
        str, typer.Option(help="translate: pubmed, ebsco, wos, ovid, scopus or openalex.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> int:
    """Checks a search strategy, translates it for another platform, or holds those of a review.

    check tells each fault with its line and column. translate writes the query on standard output
    and tells, on standard error, every term that is searched otherwise there, and every one that
    is lost: look these over before you run it. compare takes the slug of a review and lays the
    queries of its sources side by side: the words that some have and others lack. Exit code 1:
    faults, or terms that are lost.

    Example: review query check pubmed.txt --for pubmed

    Example: review query translate pubmed.txt --from pubmed --to wos > wos.txt

    Example: review query compare my-review
    """
    if action not in _ACTIONS:
        raise ReviewError(f"{action!r} is nothing to do with a query", f"Say {', '.join(_ACTIONS)}")
    if action == "compare":
        return _compare(what, as_json)
    text, file = _read(what)
    if action == "check":
        return _check(text, file, for_, as_json)
    return _translate(text, from_, to, as_json)


def _read(what: str) -> tuple[str, str]:
    """The query and what to call it: a file where there is one, else the words themselves."""
    if what == "-":
        import sys

        return sys.stdin.read().strip(), "query"
    path = Path(what).expanduser()
    if len(what) < 500 and "\n" not in what and path.is_file():
        return options.query("", path), path.name
    if re.fullmatch(r"[\w./~-]+\.(txt|query|md)", what):
        raise ReviewError(f"there is no file {what}", "Give the path of a file, or the query")
    return what.strip(), "query"


def _platform(name: str, option: str) -> str:
    from pipeline.notation.typed import nearest
    from pipeline.queries.writing import TARGETS

    if name not in TARGETS:
        hint = nearest(name, TARGETS) if name else ""
        what = f"{name!r} is no platform.{hint}" if name else "no platform is named"
        raise ReviewError(what, f"Say {option}: {', '.join(TARGETS)}")
    return name


def _check(text: str, file: str, platform: str, as_json: bool) -> int:
    from pipeline.queries.checking import query_faults

    found = query_faults(text, _platform(platform, "--for"), file)
    grave = sum(p.severity is Severity.ERROR for p in found)
    if as_json:
        say_json({"query": text, "platform": platform, "problems": found})
    elif found:
        say_problems(found)
    else:
        say(f"Nothing is the matter with it as a query of {platform}.")
    return 1 if grave else 0


def _translate(text: str, from_: str, to: str, as_json: bool) -> int:
    from pipeline.queries.strategy import read_strategy
    from pipeline.queries.writing import written_for

    target = _platform(to, "--to")
    written = written_for(read_strategy(text, _platform(from_, "--from")), target)
    if as_json:
        say_json({"from": from_, "to": to, **asdict(written)})
        return 1 if written.lost else 0
    say(safe(written.query))
    for words in written.changed:
        tell(f"Searched otherwise: {safe(words)}")
    for words in written.lost:
        tell(f"Lost: {safe(words)}")
    if not (written.changed or written.lost):
        tell("Every term is searched as it was.")
    return 1 if written.lost else 0


def _compare(review: str, as_json: bool) -> int:
    folder = ReviewFolder(find_review(review))
    latest: dict[str, str] = {}
    for search in folder.searches[0].values():
        if search.query.strip():
            latest[search.source] = search.query
    for plan in folder.protocol[0].searches:
        latest.setdefault(plan.source, plan.query)
    if len(latest) < 2:
        raise ReviewError(
            f"the review has {counted(len(latest), 'query', 'queries')}",
            "Two at least can be held side by side: `query:` in the logs of searches",
        )
    words = {source: _words(query) for source, query in latest.items()}
    every = set().union(*words.values())
    lacking = {
        word: tuple(source for source in latest if word not in words[source])
        for word in sorted(every)
        if any(word not in has for has in words.values())
    }
    if as_json:
        say_json({"queries": latest, "lacking": lacking})
        return 0
    _say_side_by_side(latest, lacking)
    return 0


def _words(query: str) -> frozenset[str]:
    """The words that a query looks for: no fields, no operators, no signs of truncation."""
    bare = re.sub(r"\[[^\]]*\]|\.[a-z]{2}(?:,[a-z]{2})*\.|\b[A-Z]{2}=|\b[A-Z-]+\(", " ", query)
    bare = re.sub(r"\b(?:TI|AB|SU|MH|TX|KW)\b", " ", bare)
    found = (word.lower() for word in re.findall(r"[^\W\d_]{2,}", bare))
    return frozenset(word for word in found if word not in _LOGIC)


def _say_side_by_side(latest: Mapping[str, str], lacking: Mapping[str, tuple[str, ...]]) -> None:
    for source, text in latest.items():
        say(f"{safe(source)}:")
        for line in text.splitlines():
            say(f"    {safe(line)}")
    if not lacking:
        say("All look for the same words.")
        return
    say("Words that some look for and others do not:")
    for word, sources in lacking.items():
        say(f"  {safe(word)}: not in {safe(', '.join(sources))}")
