"""A labelled screening played again without a review, and the work saved."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.cli.console import counted, progress, safe, say, say_json
from pipeline.review_folder.writing import write_file
from pipeline.screening.cold_start import cold_scores
from pipeline.screening.features import features
from pipeline.screening.ranker import Ranker
from pipeline.screening.replay import Saved, draw_start, replay, work_saved
from pipeline.terms.problem import ReviewError

COLUMNS = ("record_id", "title", "abstract", "included")
_LABELS = {"1": True, "0": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A labelled set, column by column."""

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    abstracts: tuple[str, ...]
    labels: tuple[bool, ...]


def replay_labelled(
    path: Path,
    *,
    seed: int | None,
    known: str,
    cold: Path | None,
    order: Path | None,
    as_json: bool,
) -> None:
    """Replays `path`, writes the order to `order` and prints what was saved."""
    if sum((seed is not None, bool(known), cold is not None)) > 1:
        raise ReviewError("--seed, --known and --cold are three different starts", "Give one")
    labelled = read_labelled(path)
    start = _start(labelled, known, 1 if seed is None else seed) if cold is None else ()
    query = _text(cold) if cold is not None else None
    scores = None if query is None else cold_scores(query, labelled.titles, labelled.abstracts)
    ranker = Ranker(
        features=features(labelled.titles, labelled.abstracts),
        cold=scores,
        seed=seed or 1,
        warm=True,
    )
    from threadpoolctl import threadpool_limits

    # matrices this small are slower on several threads than on one
    with progress("Replaying") as tick, threadpool_limits(limits=1):
        shown = replay(
            ranker, labelled.labels, start, lambda n: tick(n, len(labelled.ids) - len(start))
        )
    if order is not None:
        write_file(order, _order_csv(labelled, shown))
    saved = work_saved([labelled.labels[row] for row in shown])
    if as_json:
        say_json({**asdict(saved), "known": [labelled.ids[row] for row in start]})
        return
    _say_saved(saved, [labelled.ids[row] for row in start])


def read_labelled(path: Path) -> Labelled:
    """The labelled set in the CSV file `path`. ReviewError names the line of the first fault."""
    csv.field_size_limit(sys.maxsize)
    rows = csv.DictReader(io.StringIO(_text(path), newline=""))
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise ReviewError(
            f"{path} has no column {', '.join(missing)}", f"The columns are {', '.join(COLUMNS)}"
        )
    columns: list[tuple[str, str, str, bool]] = []
    seen: set[str] = set()
    for row in rows:
        said = (row["included"] or "").strip()
        if said not in _LABELS:
            raise ReviewError(
                f"{path}:{rows.line_num}: included is {said!r}", "Write 1 or 0 for every record"
            )
        name = row["record_id"] or ""
        if not name or name in seen:
            raise ReviewError(
                f"{path}:{rows.line_num}: the record_id {name!r} is empty or stands there twice",
                "Give every record an id of its own",
            )
        seen.add(name)
        columns.append((name, row["title"] or "", row["abstract"] or "", _LABELS[said]))
    if not columns:
        raise ReviewError(f"{path} holds no record", "Give a file with records")
    ids, titles, abstracts, labels = zip(*columns, strict=True)
    return Labelled(ids=ids, titles=titles, abstracts=abstracts, labels=labels)


def _start(labelled: Labelled, known: str, seed: int) -> tuple[int, ...]:
    if not known:
        start = draw_start(labelled.labels, seed)
        if len(start) < 2:
            raise ReviewError(
                "the set has not both an included and an excluded record",
                "Start from criteria instead: --cold CRITERIA.txt",
            )
        return start
    rows = {record: row for row, record in enumerate(labelled.ids)}
    wanted = [name.strip() for name in known.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in rows]
    if unknown:
        raise ReviewError(f"no record is called {', '.join(unknown)}", "Look at record_id")
    return tuple(rows[name] for name in dict.fromkeys(wanted))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReviewError(f"{path} is not UTF-8 text", "Save it as UTF-8") from error
    except OSError as error:
        raise ReviewError(f"{path} cannot be read: {error.strerror}", "Check the name") from error


def _order_csv(labelled: Labelled, shown: Sequence[int]) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["record_id", "label"])
    rows.writerows([labelled.ids[row], int(labelled.labels[row])] for row in shown)
    return text.getvalue()


def _say_saved(saved: Saved, known: Sequence[str]) -> None:
    start = f"known at the start: {', '.join(map(safe, known))}" if known else "nothing known"
    say(f"{counted(saved.pool, 'record')} shown, {saved.relevant:,} of them included; {start}.")
    if saved.wss95 is None or saved.wss100 is None:
        say("There was nothing to find.")
        return
    say(f"Work saved over sampling at 95 % recall   {saved.wss95:6.3f}")
    say(f"Work saved over sampling at 100 % recall  {saved.wss100:6.3f}")
    say(f"Recall after 10 % of the records          {saved.recall10:6.3f}")
    say(f"Recall after 20 % of the records          {saved.recall20:6.3f}")
    say(f"Average time to discovery (share)         {saved.time_to_discovery:6.3f}")
    say(f"First included record at place            {saved.first_at:6d}")
