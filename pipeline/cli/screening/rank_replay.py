"""A labelled screening played again without a review, and the work saved."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.console import counted, progress, safe, say, say_json
from pipeline.model.problem import ReviewError
from pipeline.model.protocol import RankingModel, ScreeningPlan
from pipeline.screening.features import features
from pipeline.screening.ranker import Ranker, cold_scores
from pipeline.screening.replay import Saved, draw_start, replay, work_saved, would_stop
from pipeline.store.files import write_file

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("record_id", "title", "abstract", "included")
_LABELS = {
    **dict.fromkeys(("1", "1.0", "yes", "y", "true", "t", "include", "included", "relevant"), True),
    **dict.fromkeys(("0", "0.0", "no", "n", "false", "f", "exclude", "excluded"), False),
    "irrelevant": False,
}
"""What a label may be called, in any case: tools and spreadsheets write it in many ways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A labelled set, column by column."""

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    abstracts: tuple[str, ...]
    labels: tuple[bool, ...]


def read_labelled(path: Path) -> Labelled:
    """The labelled set in the CSV file `path`; columns in any order, their names in any case.

    ReviewError names the file and the line of the first fault.
    """
    frame = _frame(path)
    ids = frame["record_id"].str.strip()
    said = frame["included"].str.strip()
    labels = said.str.casefold().map(_LABELS)
    faults = [
        *_first(
            labels.isna(),
            lambda at: (
                f"included is {safe(said[at], 40)!r}",
                "Write 1 or 0 (or yes or no) for every record",
            ),
        ),
        *_first(
            ids == "",
            lambda at: ("the record has no record_id", "Give every record an id of its own"),
        ),
        *_first(
            ids.duplicated() & (ids != ""),
            lambda at: (
                f"the record_id {safe(ids[at], 40)!r} stands there twice, first in line "
                f"{frame['line'][int(ids.eq(ids[at]).to_numpy().argmax())]}",
                "Give every record an id of its own",
            ),
        ),
    ]
    if faults:
        at, (what, remedy) = min(faults, key=lambda fault: fault[0])
        raise ReviewError(f"{path}:{frame['line'][at]}: {what}", remedy)
    if frame.empty:
        raise ReviewError(f"{path} holds no record", "Give a file with records")
    return Labelled(
        ids=tuple(ids),
        titles=tuple(frame["title"]),
        abstracts=tuple(frame["abstract"]),
        labels=tuple(map(bool, labels)),
    )


_Told = tuple[str, str]


def _first(bad: pd.Series[bool], tell: Callable[[int], _Told]) -> Iterator[tuple[int, _Told]]:
    """The first row of `bad` with what is wrong in it and the remedy; nothing where none is."""
    if bad.any():
        at = int(bad.to_numpy().argmax())
        yield at, tell(at)


def _frame(path: Path) -> pd.DataFrame:
    """The rows of `path` as text, with the line on which each begins in `line`."""
    import pandas as pd

    rows = [(line, *(row[name] for name in COLUMNS)) for line, row in _rows(path)]
    frame = pd.DataFrame(rows, columns=["line", *COLUMNS])
    return frame.astype(dict.fromkeys(COLUMNS, "str"))


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row by the names of `COLUMNS`, with the line on which it begins."""
    csv.field_size_limit(sys.maxsize)
    text = read_text(path)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count) if head else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [name.strip().casefold() for name in next(rows, [])]
        missing = [name for name in COLUMNS if name not in names]
        if missing:
            raise ReviewError(
                f"{path}:1: there is no column {', '.join(missing)}",
                f"The columns are {', '.join(COLUMNS)}",
            )
        place = {name: names.index(name) for name in COLUMNS}
        line = rows.line_num + 1
        for row in rows:
            if any(cell.strip() for cell in row):
                if len(row) != len(names):
                    raise ReviewError(
                        f"{path}:{line}: the row has {len(row)} cells, the header {len(names)}",
                        "Put quotes around text that holds commas, quotes or line feeds",
                    )
                yield line, {name: row[at] for name, at in place.items()}
            line = rows.line_num + 1
    except csv.Error as error:
        raise ReviewError(
            f"{path}:{rows.line_num}: this is no CSV ({error})", "Save it as CSV in UTF-8"
        ) from error


def read_text(path: Path) -> str:
    """The text of a file that somebody named. ReviewError where it cannot be read as UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ReviewError(f"{path}:{line}: this is not UTF-8 text", "Save it as UTF-8") from error
    except OSError as error:
        raise ReviewError(f"{path} cannot be read: {error.strerror}", "Check the name") from error


_RULE = ScreeningPlan()
"""The target recall and the confidence that a plan has by default."""


def replay_labelled(
    path: Path,
    *,
    seed: int | None,
    known: str,
    cold: Path | None,
    order: Path | None,
    model: RankingModel,
    as_json: bool,
) -> None:
    """Replays `path`, writes the order to `order` and prints what was saved."""
    if sum((seed is not None, bool(known), cold is not None)) > 1:
        raise ReviewError("--seed, --known and --cold are three different starts", "Give one")
    if model is RankingModel.WORDS and cold is None:
        raise ReviewError(
            "the model `words` ranks by a text of criteria", "Add --cold CRITERIA.txt"
        )
    if order is not None and order.exists() and order.samefile(path):
        raise ReviewError(f"{order} is the labelled set itself", "Name another file for the order")
    labelled = read_labelled(path)
    start = _start(labelled, known, 1 if seed is None else seed) if cold is None else ()
    scores = None
    if cold is not None:
        query = read_text(cold)
        if not query.strip():
            raise ReviewError(f"{cold} is empty", "Write the criteria into it, in words")
        scores = cold_scores(query, labelled.titles, labelled.abstracts)
    with progress("Reading titles and abstracts"):
        made = features(labelled.titles, labelled.abstracts)
    ranker = Ranker(features=made, cold=scores, seed=seed or 1, warm=True, model_name=model)
    from threadpoolctl import threadpool_limits

    # matrices this small are slower on several threads than on one
    with progress("Replaying") as tick, threadpool_limits(limits=1):
        shown = replay(
            ranker, labelled.labels, start, lambda n: tick(n, len(labelled.ids) - len(start))
        )
    if order is not None:
        write_file(order, _order_csv(labelled, shown))
    in_order = [labelled.labels[row] for row in shown]
    saved = work_saved(in_order)
    stopped = would_stop(in_order, _RULE.target_recall, _RULE.confidence) if any(in_order) else None
    if as_json:
        names = [labelled.ids[row] for row in start]
        say_json({**asdict(saved), "may_stop_after": stopped, "known": names})
        return
    _say_saved(saved, [labelled.ids[row] for row in start])
    if stopped is not None:
        _say_stop(in_order, stopped)
    if order is not None:
        say(f"The order stands in {order}.")


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
    names = next(csv.reader([known], skipinitialspace=True))  # an id with a comma may be quoted
    wanted = [name.strip() for name in names if name.strip()]
    unknown = [name for name in wanted if name not in rows]
    if unknown or not wanted:
        raise ReviewError(
            f"no record is called {', '.join(map(safe, unknown)) or 'nothing'}",
            "Give ids of the column record_id, with commas",
        )
    return tuple(rows[name] for name in dict.fromkeys(wanted))


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
        left = ": all that are included were known at the start" if known else ""
        say(f"There was nothing to find{left}.")
        return
    say(f"Work saved over sampling at 95 % recall   {saved.wss95:6.3f}")
    say(f"Work saved over sampling at 100 % recall  {saved.wss100:6.3f}")
    say(f"Recall after 10 % of the records          {saved.recall10:6.3f}")
    say(f"Recall after 20 % of the records          {saved.recall20:6.3f}")
    say(f"Average time to discovery (share)         {saved.time_to_discovery:6.3f}")
    say(f"Normalised loss                           {saved.loss:6.3f}")
    say(f"First included record at place            {saved.first_at:6d}")


def _say_stop(in_order: Sequence[bool], stopped: int) -> None:
    found, pool = sum(in_order[:stopped]), len(in_order)
    when = f"after {stopped:,} records" if stopped < pool else "only at the very end"
    say(
        f"The stopping rule ({_RULE.target_recall:.0%} at {_RULE.confidence:.0%} confidence) would "
        f"have allowed to stop {when}, {1 - stopped / pool:.0%} saved, "
        f"with {found / sum(in_order):.1%} found."
    )
