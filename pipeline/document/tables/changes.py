"""What was planned, what was changed of it, and what changed since an edition, row by row."""

from __future__ import annotations

from pipeline.document.comparison_page import HEADINGS, KINDS
from pipeline.document.tables.rows import cell, column
from pipeline.document.wording import listed
from pipeline.model.decision import Stage
from pipeline.model.document import Cell, Table
from pipeline.model.problem import ReviewError
from pipeline.model.standing import BOXES
from pipeline.notation.spelling import day_in_words
from pipeline.snapshot import Snapshot
from pipeline.snapshot.compare import compare
from pipeline.snapshot.comparison import Aspect

_TOLD = (
    Aspect.STUDIES,
    Aspect.REPORTS,
    Aspect.VALUES,
    Aspect.DIRECTIONS,
    Aspect.FINDINGS,
    Aspect.CERTAINTY,
)


def changes(snapshot: Snapshot, since: str = "") -> Table:
    """Studies, reports, values, directions, findings and certainty that changed `since` an edition.

    Without `since`: the latest edition before this write-up. Raises ReviewError when there is none
    of that number.
    """
    number = _number(snapshot, since)
    rows: tuple[tuple[Cell, ...], ...] = ()
    caption = "Changes since the edition before"
    if number is not None:
        found = compare(snapshot.earlier[number], snapshot)
        caption = f"Changes since edition {number}"
        rows = tuple(
            (
                cell(HEADINGS[change.aspect]),
                cell(change.what),
                cell(KINDS[change.kind]),
                cell(change.before),
                cell(change.after),
            )
            for change in found.of(*_TOLD)
        )
    return Table(
        id="changes" if not since else f"changes_since_{since}",
        caption=caption,
        columns=(
            column("aspect", "Of what", 1.0),
            column("what", "Which", 1.4),
            column("kind", "Kind", 0.6),
            column("before", "Then", 1.8),
            column("after", "Now", 1.8),
        ),
        rows=rows,
        notes=() if number is not None else ("There is no earlier edition.",),
    )


def _number(snapshot: Snapshot, since: str) -> int | None:
    known = list(snapshot.earlier)
    if not since:
        return known[-1] if known else None
    if not since.isdecimal() or int(since) not in known:
        listed = ", ".join(map(str, known)) or "none"
        raise ReviewError(f"there is no earlier edition {since!r}", f"Earlier are: {listed}")
    return int(since)


def editions(snapshot: Snapshot) -> Table:
    """The boxes of the flow diagram, a column for each edition's own searches and one for all.

    Living reviews report their searches in several ways (Kahale et al. 2022); kept apart, any of
    them can be drawn.
    """
    ledgers = {f"edition_{n}": earlier.ledger for n, earlier in snapshot.earlier.items()}
    heads = {f"edition_{n}": f"Edition {n}" for n in snapshot.earlier}
    here = snapshot.edition
    last = f"edition_{here.number}" if here else "now"
    heads[last] = f"Edition {here.number}" if here else "Now, not published"
    ledgers[last] = snapshot.ledger
    for id, ledger in ledgers.items():
        if ledger.amends is not None:
            heads[id] += f" (searches of edition {ledger.amends.number})"
        elif ledger.before is not None:
            heads[id] += " (update)"
    if len(ledgers) == 1:
        heads = {last: "Searches"}
    flows = {id: ledger.flow for id, ledger in ledgers.items()}
    together = snapshot.ledger.whole
    keys = [key for key in BOXES if any(f.count(key) for f in (*flows.values(), together))]
    rows = [
        (cell(_box(key)), *(cell(f"{f.count(key):,}") for f in (*flows.values(), together)))
        for key in keys
    ]
    columns = (*flows.values(), together)
    rows.append((cell("Studies included"), *(cell(len(f.included_studies)) for f in columns)))
    reports = (cell(len(f.included_reports)) for f in columns)
    rows.append((cell("Reports of included studies"), *reports))
    return Table(
        id="editions",
        caption="Records of each round of searching, and of all searches",
        columns=(
            column("box", "Box of the flow diagram", 2.4),
            *(column(id, heads[id], 1.0, numeric=True) for id in flows),
            column("all", "All searches", 1.0, numeric=True),
        ),
        rows=tuple(rows),
        notes=(
            "Under an edition stand the records of its round of searching, as they stood then: "
            "those that its searches were the first to bring, and those of the edition before "
            "that were open or decided anew. Under all searches stands every record as it stands "
            "now. Studies and reports are those included in all.",
        )
        if len(flows) > 1
        else (),
    )


def _box(key: str) -> str:
    other = key.startswith("other_") and "other methods" not in BOXES[key].text
    return f"{BOXES[key].text}{' (other methods)' if other else ''}"


_STAGES = {Stage.TITLE_ABSTRACT: "title and abstract", Stage.FULL_TEXT: "full text"}


def amendments(snapshot: Snapshot) -> Table:
    """Every change of the protocol with its reason (PRISMA 2020, item 24c), by day."""
    return Table(
        id="amendments",
        caption="Changes to the protocol",
        columns=(column("on", "Day", 0.7), column("what", "Change", 2), column("why", "Why", 2)),
        rows=tuple(
            (cell(day_in_words(a.on)), cell(a.what), cell(" ".join(a.why.split())))
            for a in sorted(snapshot.review.protocol.amendments, key=lambda a: a.on)
        ),
    )


def criteria(snapshot: Snapshot) -> Table:
    """The criteria in the order in which they are asked (PRISMA 2020, item 5)."""
    return Table(
        id="criteria",
        caption="Eligibility criteria, in the order in which they were asked",
        columns=(
            column("reason", "Reason for exclusion", 1.3),
            column("criterion", "What is taken in", 3),
            column("stages", "Asked on", 1),
        ),
        rows=tuple(
            (
                cell(c.label),
                cell(" ".join(c.text.split())),
                cell(listed(_STAGES[s] for s in Stage if s in c.stages)),
            )
            for c in snapshot.review.protocol.criteria
        ),
        notes=("A record is excluded for the first criterion that it fails.",),
    )
