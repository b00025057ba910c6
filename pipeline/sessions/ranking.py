"""Which records come next and why, learned from one reviewer's own verdicts alone."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from pipeline.model.decision import Stage
from pipeline.model.problem import ReviewError
from pipeline.model.protocol import ScreeningPlan
from pipeline.screening.features import VERSION, Features, Floats, features, packed, unpacked
from pipeline.screening.plans import pilot, shuffled
from pipeline.screening.queue import in_order
from pipeline.screening.ranker import Ranker, cold_scores, words_of
from pipeline.screening.stopping import Outlook, outlook
from pipeline.store import ReviewFolder


def review_features(folder: ReviewFolder) -> tuple[tuple[str, ...], Features, Floats]:
    """The ids of all records, their features, and their scores by the words of the protocol.

    They are kept under the names that the parsed exports have in the cache, which stand for all
    that was read: to find them again no text is read.
    """
    query = words_of(folder.protocol[0])
    exports = [export.path.name for export in folder.exports[0].values()]
    groups = [f"{kept}={' '.join(others)}" for kept, others in folder.duplicates.items()]
    said = "\n".join((VERSION, query, *exports, *groups))
    mark = hashlib.sha256(said.encode("utf-8", "surrogatepass"))
    path = folder.places.cache / f"ranking-{mark.hexdigest()[:32]}.npz"
    kept = unpacked(path)
    if kept is not None:
        return tuple(folder.records), *kept
    table = folder.table(["id", "title", "abstract"])
    ids, titles, abstracts = (table.column(name).to_pylist() for name in table.column_names)
    row = {record: n for n, record in enumerate(ids)}
    for first, others in folder.duplicates.items():
        if not abstracts[row[first]]:  # as it is shown: completed from the others of its report
            abstracts[row[first]] = next(filter(None, (abstracts[row[o]] for o in others)), "")
    made = features(titles, abstracts)
    cold = cold_scores(query, titles, abstracts)
    with contextlib.suppress(ReviewError):  # where nothing can be written they are made each time
        folder.write(path, packed(made, cold))
    return tuple(ids), made, cold


BY_WORDS = "by the words of the protocol in its title, while the review is read"
"""Why a record is among the first before anything was learned."""


def order_by_words(folder: ReviewFolder) -> list[str]:
    """The ids of all records whose titles share words with the protocol, the likeliest first.

    A first order that is there at once: nothing but titles is read, and nothing is learned.
    """
    table = folder.table(["id", "title"])
    ids, titles = (table.column(name).to_pylist() for name in table.column_names)
    scores = cold_scores(words_of(folder.protocol[0]), titles, [""] * len(titles))
    order = sorted((n for n in range(len(ids)) if scores[n] > 0), key=lambda n: -scores[n])
    return [ids[n] for n in order]


@dataclass(slots=True, kw_only=True)
class Guide:
    """The order of what waits for one reviewer at one stage.

    `votes` are that reviewer's verdicts in the order in which they were cast: kept in or not.
    `waiting` are the records without one. `everything` is what the plan's draws are made from.
    """

    folder: ReviewFolder
    stage: Stage
    waiting: dict[str, None]
    everything: tuple[str, ...]
    votes: dict[str, bool]
    _ranked: list[str] = field(default_factory=list)
    _doubtful: list[str] = field(default_factory=list)
    _ids: tuple[str, ...] = ()
    _rows: Mapping[str, int] = field(default_factory=dict)
    _features: Features | None = None
    _cold: Floats | None = None
    _ranker: Ranker | None = None
    _taught: dict[str, bool] = field(default_factory=dict)
    _drawn: tuple[str, ...] = ()
    _pilot: frozenset[str] | None = None
    _places: dict[str, int] = field(default_factory=dict)

    @property
    def plan(self) -> ScreeningPlan:
        return self.folder.protocol[0].plan(self.stage)

    def hear(self, record: str, relevant: bool | None) -> None:
        """Takes in a verdict, or (None) that it was taken back."""
        self.votes.pop(record, None)
        if relevant is None:
            self.waiting = {record: None, **self.waiting}
        else:
            self.votes[record] = relevant
            self.waiting.pop(record, None)

    def begin(self) -> None:
        """Ranks by the words of titles alone, until something is learned."""
        if self.stage is Stage.FULL_TEXT or self._ranked:
            return
        self._ranked = [r for r in order_by_words(self.folder) if r in self.waiting]
        self._places = {record: place for place, record in enumerate(self._ranked, 1)}

    def learn(self) -> None:
        """Ranks anew. The same verdicts in the same order give the same ranking."""
        if self.stage is Stage.FULL_TEXT:
            return  # few are left by then, and what was included is no sample to learn from
        from threadpoolctl import threadpool_limits

        if self._features is None:
            self._ids, self._features, self._cold = review_features(self.folder)
            self._rows = {record: row for row, record in enumerate(self._ids)}
        taught = list(self._taught.items())
        said = list(self.votes.items())
        if self._ranker is None or said[: len(taught)] != taught:
            # an undo or a changed mind: what was learned cannot be unlearned in part
            self._taught = {}
            self._ranker = Ranker(
                features=self._features,
                cold=self._cold,
                seed=self.plan.ranking_seed,
                model_name=self.plan.ranking.model,
            )
        for record, relevant in said[len(self._taught) :]:
            self._taught[record] = relevant
            if record in self._rows:
                self._ranker.add(self._rows[record], relevant)
        with threadpool_limits(limits=1):  # the other cores belong to the screen
            self._ranked = self._waiting_among(self._ranker.ranking())
            if self.plan.ranking.uncertain:
                self._doubtful = self._waiting_among(self._ranker.doubtful())
        self._places = {record: place for place, record in enumerate(self._ranked, 1)}

    def _waiting_among(self, rows: Iterable[int]) -> list[str]:
        return [r for r in (self._ids[row] for row in rows) if r in self.waiting]

    def order(self, put_off: Sequence[str] = ()) -> tuple[str, ...]:
        """What waits, in the order of showing; records `put_off` come last."""
        if not self._drawn:
            self._drawn = shuffled(self.everything, self.plan.ranking_seed)
        return in_order(
            tuple(self.waiting),
            self._ranked,
            self.plan,
            everything=self.everything,
            random_share=self.plan.ranking.random if self._ranked else 0.0,
            shown=len(self.votes),
            later=put_off,
            drawn=self._drawn,
            doubtful=self._doubtful,
            uncertain_share=self.plan.ranking.uncertain if self._doubtful else 0.0,
        )

    def head(self, put_off: Sequence[str], most: int) -> Iterator[tuple[str, str]]:
        """The next `most` records in the order of showing, each with why it is shown now."""
        off = frozenset(put_off)
        if self._pilot is None:
            self._pilot = frozenset(pilot(self.everything, self.plan))
        by_rank, in_doubt = iter(self._ranked), iter(self._doubtful)
        due = doubt = ""
        shown: set[str] = {*off, *self._pilot}
        for record in islice((r for r in self.order(put_off) if r not in off), most):
            due = due if due and due not in shown else _next(by_rank, shown)
            doubt = doubt if doubt and doubt not in shown else _next(in_doubt, shown)
            shown.add(record)
            yield record, self._why(record, due, doubt)

    def _why(self, record: str, due: str, doubt: str) -> str:
        """Why `record` is shown now; `due` and `doubt` are whom the ranking would show."""
        if self._pilot and record in self._pilot:
            return f"one of the {len(self._pilot)} records of the pilot, which everybody sees first"
        place = self._places.get(record, 0)
        if not place:
            return "in the order it came in"
        if self._ranker is None:
            return f"{BY_WORDS} (place {place:,} of {len(self._ranked):,})"
        of = f"place {place:,} of {len(self._ranked):,} in the ranking"
        if record != due:
            if record == doubt:
                return f"the ranking is least sure of it ({of})"
            return f"drawn at random, so that the ranking is checked ({of})"
        words = self._ranker.words(self._rows[record])
        return f"{of}: {', '.join(words)}" if words else f"{of}, by the words of the protocol"

    def outlook(self) -> Outlook:
        """What the verdicts so far say of the records that are left to this reviewer."""
        plan = self.plan
        return outlook(
            list(self.votes.values()),
            len(self.votes) + len(self.waiting),
            target_recall=plan.target_recall,
            confidence=plan.confidence,
        )


def _next(records: Iterator[str], shown: Collection[str]) -> str:
    return next((record for record in records if record not in shown), "")
