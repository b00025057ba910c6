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


def _verb(name: str, group: str, summary: str) -> Verb:
    return Verb(name, summary, group, f"pipeline.cli.{name}", name)


VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        _verb("init", "Begin", "make a new review that already builds"),
        _verb("ingest", "Begin", "take in an export of a database"),
        _verb("update", "Begin", "take new exports into a review that is under way"),
        _verb("dedupe", "Select", "find duplicates, decide the doubtful ones, undo"),
        _verb("screen", "Select", "screen records one by one"),
        _verb("sheet", "Select", "screen in a spreadsheet, and read it back"),
        _verb("decide", "Select", "record one verdict without a prompt"),
        _verb("resolve", "Select", "settle conflicts between reviewers"),
        _verb("reopen", "Select", "have records screened anew, e.g. when a criterion changed"),
        _verb("handover", "Select", "give what waits for one reviewer to another"),
        _verb("remove", "Select", "take records out before screening, with a reason"),
        _verb("undo", "Select", "take back a decision"),
        _verb("retrieve", "Select", "record reports sought, obtained, not obtained"),
        _verb("collate", "Select", "say which reports belong to one study"),
        _verb("agreement", "Select", "how far reviewers agree"),
        _verb("rank", "Select", "rank what is unscreened; replay a labelled screening"),
        _verb("stop", "Select", "what may still be missed; leave the rest unscreened"),
        _verb("extract", "Extract", "write a blank for a study, or hold it against its form"),
        _verb("reconcile", "Extract", "settle what two people extracted apart, or check answers"),
        _verb("export", "Extract", "write the extracted data as CSV, XLSX and JSON"),
        _verb("confirm", "Write up", "stand by claims beside what they rest on"),
        _verb("build", "Write up", "render the whole write-up"),
        _verb("publish", "Write up", "publish an edition and seal what it was made from"),
        _verb("diff", "Look", "what changed between two editions or days"),
        _verb("verify", "Look", "hold a sealed edition against its manifest"),
        _verb("status", "Look", "the flow, who has what waiting, the next command"),
        _verb("check", "Look", "find every fault in what people wrote"),
        _verb("stale", "Look", "what of a living review has gone stale"),
        _verb(
            "bundle", "Write up", "pack a review for sharing: data, forms, code version, documents"
        ),
        _verb("explain", "Look", "walk from a claim, number, record or study to its source"),
        _verb("convert", "Anywhere", "turn any export into another format"),
    )
}
