"""The verbs of `review`, one module each. Adding a verb is one module and one row."""

from __future__ import annotations

from dataclasses import dataclass


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
        "init": ("taking_in", "make a new review that already builds"),
        "me": ("looking", "say who sits at this machine, so that --as can be left out"),
        "ingest": ("taking_in", "take in an export of a database"),
        "update": ("updating", "take new exports into a review that is under way"),
    },
    "Select": {
        "dedupe": ("duplicates", "find duplicates, decide the doubtful ones, undo"),
        "screen": ("screening", "screen records one by one"),
        "sheet": ("screening", "screen in a spreadsheet, and read it back"),
        "decide": ("screening", "record one verdict without a prompt"),
        "resolve": ("screening", "settle conflicts between reviewers"),
        "reopen": ("screening", "have records screened anew, e.g. when a criterion changed"),
        "handover": ("screening", "give what waits for one reviewer to another"),
        "remove": ("screening", "take records out before screening, with a reason"),
        "undo": ("screening", "take back a decision"),
        "retrieve": ("retrieving", "record reports sought, obtained, not obtained"),
        "collate": ("retrieving", "say which reports belong to one study"),
        "agreement": ("screening", "how far reviewers agree"),
        "rank": ("screening", "rank what is unscreened; replay a labelled screening"),
        "stop": ("screening", "what may still be missed; leave the rest unscreened"),
    },
    "Extract": {
        "extract": ("extracting", "write a blank for a study, or hold it against its form"),
        "reconcile": ("extracting", "settle what two people extracted apart, or check answers"),
        "export": ("extracting", "write the extracted data as CSV, XLSX and JSON"),
    },
    "Write up": {
        "confirm": ("writing", "stand by claims beside what they rest on"),
        "build": ("writing", "render the whole write-up"),
        "publish": ("writing", "publish an edition and seal what it was made from"),
        "bundle": ("writing", "pack a review for sharing: data, forms, code version, documents"),
    },
    "Look": {
        "diff": ("writing", "what changed between two editions or days"),
        "verify": ("writing", "hold a sealed edition against its manifest"),
        "status": ("looking", "the flow, who has what waiting, the next command"),
        "check": ("looking", "find every fault in what people wrote"),
        "stale": ("looking", "what of a living review has gone stale"),
        "explain": ("looking", "walk from a claim, number, record or study to its source"),
    },
    "Together": {
        "serve": ("serving", "screen, settle and extract in the browser, alone or as a team"),
    },
    "Anywhere": {
        "convert": ("taking_in", "turn any export into another format"),
    },
}
"""Group of the help, verb, then the room that its module stands in and a line on what it does."""

VERBS: dict[str, Verb] = {
    name: Verb(name, summary, group, f"pipeline.cli.{room}.{name}", name)
    for group, verbs in _GROUPS.items()
    for name, (room, summary) in verbs.items()
}
