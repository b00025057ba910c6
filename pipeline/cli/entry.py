"""From the words on the command line to the verb they name. A verb is a module and a row."""

from __future__ import annotations

import gc
import importlib
import os
import re
import signal
import sys
from dataclasses import dataclass

import pipeline
from pipeline.model.problem import ReviewError


@dataclass(frozen=True, slots=True)
class Verb:
    """`module` has a function called `function` whose docstring is the help of the verb."""

    name: str
    summary: str
    group: str
    module: str
    function: str


_GROUPS: dict[str, dict[str, tuple[str, str]]] = {
    "Begin": {
        "init": ("importing", "make a new review that already builds"),
        "me": ("overview", "say who sits at this machine, so that --as can be left out"),
        "ingest": ("importing", "take in an export of a database"),
        "query": ("searching", "check a search strategy, translate it, hold several together"),
        "search": ("searching", "search a source over the web, or all searches again"),
        "chase": ("searching", "follow the citations of included studies, both ways"),
        "update": ("importing", "take new exports into a review that is under way"),
    },
    "Select": {
        "dedupe": ("duplicates", "find duplicates, decide the doubtful ones, undo"),
        "screen": ("screening", "screen records one by one"),
        "sheet": ("screening", "screen in a spreadsheet, and read it back"),
        "machine": ("machines", "ask a machine reviewer, which suggests and never decides"),
        "decide": ("screening", "record one verdict without a prompt"),
        "resolve": ("screening", "settle conflicts between reviewers"),
        "reopen": ("screening", "have records screened anew, e.g. when a criterion changed"),
        "handover": ("screening", "give what waits for one reviewer to another"),
        "remove": ("screening", "take records out before screening, with a reason"),
        "undo": ("screening", "take back a decision"),
        "retrieve": ("retrieval", "record reports sought, obtained, not obtained"),
        "collate": ("retrieval", "say which reports belong to one study"),
        "agreement": ("screening", "how far reviewers agree"),
        "rank": ("screening", "rank what is unscreened; replay a labelled screening"),
        "stop": ("screening", "what may still be missed; leave the rest unscreened"),
    },
    "Extract": {
        "extract": ("extraction", "write a blank for a study, or hold it against its form"),
        "reconcile": ("extraction", "settle what two people extracted apart, or check answers"),
        "export": ("extraction", "write the extracted data as CSV, XLSX and JSON"),
    },
    "Write up": {
        "confirm": ("documents", "stand by claims beside what they rest on"),
        "build": ("documents", "render the whole write-up"),
        "publish": ("documents", "publish an edition and seal what it was made from"),
        "bundle": ("documents", "pack a review for sharing: data, forms, code version, documents"),
    },
    "Look": {
        "diff": ("documents", "what changed between two editions or days"),
        "verify": ("documents", "hold a sealed edition against its manifest"),
        "status": ("overview", "the flow, who has what waiting, the next command"),
        "check": ("overview", "find every fault in what people wrote"),
        "stale": ("overview", "what of a living review has gone stale"),
        "explain": ("overview", "walk from a claim, number, record or study to its source"),
    },
    "Together": {
        "serve": ("serving", "screen, settle and extract in the browser, alone or as a team"),
    },
    "Anywhere": {
        "zotero": ("searching", "take a Zotero library in, put included studies into one"),
        "convert": ("importing", "turn any export into another format"),
    },
}
"""Group of the help, verb, then the room that its module stands in and a line on what it does."""

VERBS: dict[str, Verb] = {
    name: Verb(name, summary, group, f"pipeline.cli.{room}.{name}", name)
    for group, verbs in _GROUPS.items()
    for name, (room, summary) in verbs.items()
}


_TALKING = ("serve", "search", "chase", "update", "retrieve", "machine", "screen", "zotero")
"""Verbs that write to sockets or pipes: one that the other side closes must not end them."""

REFUSED = 2
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> None:
    """Runs one verb and exits: 0 done, 1 faults found, 2 refused, 130 interrupted."""
    words = sys.argv[1:] if arguments is None else arguments
    # values hold no circles; looking for them among a million takes a sixth of the time
    gc.set_threshold(200_000, 20, 20)
    if hasattr(signal, "SIGPIPE") and not set(words[:1]) & set(_TALKING):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `review status | head` ends quietly
    if words[:1] != ["--complete"]:
        from pipeline.cli.console import draw_plainly

        # a terminal that is not UTF-8 shows a letter it lacks as \\u2019, and nothing breaks off
        draw_plainly()
    try:
        code = _run(words)
    except KeyboardInterrupt:
        code = INTERRUPTED
    if code == INTERRUPTED:
        print("\nStopped. Everything decided so far is on disk.", file=sys.stderr)
    sys.exit(code)


def _run(words: list[str]) -> int:
    if not words or words[0] in ("--help", "-h", "help"):
        if len(words) > 1 and words[1] in VERBS:
            return _verb([words[1], "--help"])
        print(_overview())
        return 0
    if words[0] in ("--complete", "--install-completion"):
        return _completion(words)
    if words[0] in ("--version", "-V"):
        print(f"review {pipeline.__version__}")
        return 0
    if words[0] not in VERBS:
        from pipeline.notation.typed import nearest

        hint = nearest(words[0], tuple(VERBS))
        print(
            f"review: there is no verb {words[0]!r}.{hint} `review --help` lists them.",
            file=sys.stderr,
        )
        return REFUSED
    return _verb(words)


def _completion(words: list[str]) -> int:
    """Answers a shell that completes, or tells it how to ask."""
    from pipeline.cli import completion
    from pipeline.notation.safe_text import without_controls

    if words[0] == "--complete":
        modules = {name: verb.module for name, verb in VERBS.items()}
        for found in completion.complete(" ".join(words[1:]), modules):
            print(without_controls(found))
        return 0
    try:
        print(completion.install(*words[1:2]))
    except ReviewError as refusal:
        print(f"review: {without_controls(str(refusal))}", file=sys.stderr)
        return REFUSED
    return 0


def _verb(words: list[str]) -> int:
    verb = VERBS[words[0]]
    import secrets

    import typer

    from pipeline.cli.left_out import filled_in
    from pipeline.cli.prompt import Back, Left
    from pipeline.notation.safe_text import without_controls
    from pipeline.store.files import COMMAND

    # a verb builds tens of thousands of small values and ends: looking for garbage among them
    # again and again costs a third of its time and finds nothing
    gc.set_threshold(200_000, 20, 20)
    app = typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    COMMAND.set(f"{verb.name}-{secrets.token_hex(4)}")
    app.command(name=verb.name)(getattr(importlib.import_module(verb.module), verb.function))
    command = typer.main.get_command(app)
    try:
        rest = filled_in(verb.name, words[1:], command)
        for parameter in command.params:
            if parameter.name == "review" and parameter.required:
                # the only one there is need not be named; of several the verb says which
                parameter.required, parameter.default = False, ""
                parameter.metavar = "[REVIEW]"
        outcome = command(rest, prog_name=f"review {verb.name}", standalone_mode=False)
    except ReviewError as refusal:
        # names of files and words of exports stand in refusals
        print(f"review {verb.name}: {without_controls(str(refusal))}", file=sys.stderr)
        return REFUSED
    except (Back, Left):
        print("Left. Everything decided so far is on disk.", file=sys.stderr)
        return INTERRUPTED
    except typer.Abort:
        return INTERRUPTED
    except typer.Exit as leave:
        return leave.exit_code
    except typer.TyperException as misuse:
        what = _in_plain_words(without_controls(misuse.format_message().rstrip(".")))
        print(
            f"review {verb.name}: {what}. `review {verb.name} --help` shows how.", file=sys.stderr
        )
        return REFUSED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    return outcome if isinstance(outcome, int) else 0


def _in_plain_words(misuse: str) -> str:
    """The library's words for a day that is none, in ours; all others as they are."""
    return re.sub(
        r"Value error, (.*) does not match the formats '%Y-%m-%d'",
        r"\1 is no day; write year-month-day, like 2016-01-31",
        misuse,
    )


def _overview() -> str:
    lines = [
        "review: evidence syntheses from export files to the finished write-up.",
        "",
        "Usage: review VERB …      review VERB --help shows what a verb takes, with an example.",
    ]
    width = max(map(len, VERBS))
    for group in dict.fromkeys(verb.group for verb in VERBS.values()):
        lines += ["", group]
        lines += [f"  {v.name:<{width}}  {v.summary}" for v in VERBS.values() if v.group == group]
    lines += ["", "review --install-completion: the shell completes verbs, reviews, records …"]
    lines += ["", "Example: review init my-review, then review status my-review at any time."]
    return "\n".join(lines)
