"""Decisions: what people (and, marked as such, rules) decided, one append-only line each.

A decision is never changed and never deleted: `Withdrawn` takes one back. Its `id` is made from
what it says, so the same line in two branches of a repository is one decision, and the order of
lines in a file means nothing. `command` names the command that wrote it, so that everything which
one command wrote can be taken back at once; it is empty where nobody asked a verb (in the browser,
and in logs of earlier versions).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

AUTOMATION = "automation"
"""The reviewer name under which rules write their decisions; people may not take it."""


class Stage(StrEnum):
    TITLE_ABSTRACT = "title_abstract"
    FULL_TEXT = "full_text"


class Verdict(StrEnum):
    INCLUDE = "include"
    EXCLUDE = "exclude"
    UNSURE = "unsure"


class Retrieval(StrEnum):
    SOUGHT = "sought"
    OBTAINED = "obtained"
    NOT_OBTAINED = "not_obtained"


class Overlap(StrEnum):
    """Whether two studies share participants; `UNCLEAR` is a word of its own, not a missing one."""

    OVERLAPPING = "overlapping"
    UNCLEAR = "unclear"
    APART = "apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """One reviewer's verdict on one record at one stage; the latest of each reviewer counts.

    `reason` is the id of the first criterion that fails (PRISMA 2020 item 16b, Cochrane 4.6.4);
    `fails`, where somebody kept them, the ids of all criteria found failing. `seen` is the hash of
    title, abstract and criteria that were shown. `replaces` are the ids of the reviewer's own
    earlier verdicts that stood there when this one was cast: two that do not know of each other
    were cast apart, on two branches of a repository say.
    """

    id: str
    at: datetime
    reviewer: str
    record: str
    stage: Stage
    verdict: Verdict
    reason: str = ""
    note: str = ""
    seen: str = ""
    tags: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The settlement of a conflict. `unsure` on full text means *awaiting classification*."""

    id: str
    at: datetime
    reviewer: str
    record: str
    stage: Stage
    verdict: Verdict
    reason: str = ""
    note: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """A record is to be looked at anew at `stage`: what was said of it there before `at` is over.

    Earlier votes and resolutions stay in the logs and in the agreement of first votes; they no
    longer settle where the record stands.
    """

    id: str
    at: datetime
    reviewer: str
    record: str
    stage: Stage
    reason: str = ""
    note: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """From `at` on, what the plan gives to `leaver` at `stage` is given to `to`."""

    id: str
    at: datetime
    reviewer: str
    leaver: str
    to: str
    stage: Stage
    note: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A record taken out before screening, by an automation tool or for another reason."""

    id: str
    at: datetime
    reviewer: str
    record: str
    reason: str
    automation: bool = False
    note: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded:
    """Something came into the review by mistake and counts nowhere: a search, or a study's file.

    Of a `search` the export and its log stay where they are; its records have no place in the flow,
    and what was decided of them counts for other records of the same reports alone. The file of a
    `study` was moved from `was` to `file` (both below the folder of the review).
    """

    id: str
    at: datetime
    reviewer: str
    search: str = ""
    study: str = ""
    reason: str = ""
    was: str = ""
    file: str = ""
    note: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """What became of the report of a record that was sought; the latest line counts.

    Each line is an attempt and stays. `where` names the place that was tried ("interlibrary loan",
    "the authors"), `tried_on` the day, where that is another than the day of the line.
    """

    id: str
    at: datetime
    reviewer: str
    record: str
    outcome: Retrieval
    reason: str = ""
    where: str = ""
    tried_on: str = ""
    file: str = ""
    file_sha256: str = ""
    note: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduplicated:
    """All records of `searches` were compared with each other for duplicates by the rules `method`.

    Without this line a look that found nothing would leave no trace.
    """

    id: str
    at: datetime
    reviewer: str
    searches: tuple[str, ...]
    method: str
    note: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """`record` and `duplicate_of` tell of the same report (`same`), or, for ever, do not.

    `reason` is in words; `method` names the rule and its version when a rule decided; `doubt` is
    then its doubt from 0.0000 to 1.0000 as text, and the less doubtful of two rules goes first.
    """

    id: str
    at: datetime
    reviewer: str
    record: str
    duplicate_of: str
    same: bool
    reason: str = ""
    method: str = ""
    doubt: str = ""
    note: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collated:
    """The report of `record` belongs to `study` (or, with `member` false, does not).

    Many to many: a study has several reports, and a report may describe several studies. `basis`
    says what shows it, `why_primary` why this report goes before the others (Cochrane C42).
    """

    id: str
    at: datetime
    reviewer: str
    record: str
    study: str
    member: bool = True
    primary: bool = False
    why_primary: str = ""
    basis: str = ""
    note: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Screening at `stage` goes no further: what nobody has looked at stays unscreened.

    It holds for the records of `searches` on which nobody has voted; a search that comes in later
    is screened as ever. `statement` is what could be said of the records left at that moment, for
    `target_recall` and `confidence` (from 0 to 1, as text).
    """

    id: str
    at: datetime
    reviewer: str
    stage: Stage
    searches: tuple[str, ...]
    reason: str
    statement: str = ""
    target_recall: str = ""
    confidence: str = ""
    note: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two studies and whether they share participants; the latest word on the two counts.

    The order of the two means nothing. `reason` says what shows it.
    """

    id: str
    at: datetime
    reviewer: str
    study: str
    other: str
    overlap: Overlap
    reason: str = ""
    note: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """One item on which two people who extracted a study apart differed, settled.

    `item` is the path of the answer (`answers/participants/total`). `said` are their answers, one
    `name: answer` each; `kept` names whose answer stands, "" one written anew; `answer` is what
    stands now. `seen` is the hash of both answers as they were shown.
    """

    id: str
    at: datetime
    reviewer: str
    study: str
    item: str
    kept: str = ""
    answer: str = ""
    said: tuple[str, ...] = ()
    reason: str = ""
    seen: str = ""
    note: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One answer that a second person held against the report.

    `agreed`: it stood as it should. Else `was` is what stood there and `now` what the checker
    wrote. `seen` is the hash of the answer that stands: a later change asks for another look.
    """

    id: str
    at: datetime
    reviewer: str
    study: str
    item: str
    agreed: bool
    was: str = ""
    now: str = ""
    reason: str = ""
    seen: str = ""
    note: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """An author read a claim beside what it rests on and stands by it; the latest line counts.

    `text` is the sentence in plain words. `supports`, `prints` and `said` are as long as each
    other: what the claim rests on, the fingerprint of each, and what each said in words (without
    quotes). It changes no standing and no count.
    """

    id: str
    at: datetime
    reviewer: str
    claim: str
    text: str
    supports: tuple[str, ...] = ()
    prints: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    note: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """An undo: the decision with the id `undoes` no longer counts from `at` on."""

    id: str
    at: datetime
    reviewer: str
    undoes: str
    note: str = ""
    command: str = ""


Decision = (
    Screened
    | Resolved
    | Reopened
    | HandedOver
    | Removed
    | Discarded
    | Retrieved
    | Deduplicated
    | Matched
    | Collated
    | Stopped
    | Compared
    | Reconciled
    | Checked
    | Confirmed
    | Withdrawn
)

EVENTS: dict[str, type[Decision]] = {
    "screened": Screened,
    "resolved": Resolved,
    "reopened": Reopened,
    "handed_over": HandedOver,
    "removed": Removed,
    "discarded": Discarded,
    "retrieved": Retrieved,
    "deduplicated": Deduplicated,
    "matched": Matched,
    "collated": Collated,
    "stopped": Stopped,
    "compared": Compared,
    "reconciled": Reconciled,
    "checked": Checked,
    "confirmed": Confirmed,
    "withdrawn": Withdrawn,
}
"""The word in the log for each decision."""
