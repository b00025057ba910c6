"""Which record a session shows next and why, learned from the reviewer's own verdicts alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.cli.screen_features import review_features
from pipeline.cli.screen_session import Session
from pipeline.screening.features import Features, Floats
from pipeline.screening.plans import shuffled
from pipeline.screening.queue import in_order
from pipeline.screening.ranker import Ranker
from pipeline.screening.stopping import Outlook, outlook
from pipeline.terms.decision import Screened, Stage, Verdict

LARGE = 3_000
"""Records from which on making their features would be felt at the keys."""

RANDOM_SHARE = 0.05
"""The share of places that go to records drawn at random, so that the model's taste is checked."""


@dataclass(slots=True)
class Guide:
    """The ranking of one session; `learn` may run in another thread than the session."""

    session: Session
    ranked: list[str] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    _ids: tuple[str, ...] = ()
    _rows: Mapping[str, int] = field(default_factory=dict)
    _features: Features | None = None
    _cold: Floats | None = None
    _ranker: Ranker | None = None
    _taught: dict[str, bool] = field(default_factory=dict)
    _drawn: tuple[str, ...] = ()
    _places: dict[str, int] = field(default_factory=dict)

    def learn(self, votes: Mapping[str, Screened]) -> None:
        """Ranks anew from `votes`. The same votes in the same order give the same ranking."""
        if self.session.stage is Stage.FULL_TEXT:
            return
        from threadpoolctl import threadpool_limits

        if self._features is None:
            self._ids, self._features, self._cold = review_features(self.session.folder)
            self._rows = {record: row for row, record in enumerate(self._ids)}
        said = {record: vote.verdict is not Verdict.EXCLUDE for record, vote in votes.items()}
        taught = list(self._taught.items())
        if self._ranker is None or list(said.items())[: len(taught)] != taught:
            # an undo or a changed mind: what was learned cannot be unlearned in part
            self._taught = {}
            self._ranker = Ranker(
                features=self._features, cold=self._cold, seed=self.session.plan.seed
            )
        for record, relevant in list(said.items())[len(self._taught) :]:
            self._taught[record] = relevant
            if record in self._rows:
                self._ranker.add(self._rows[record], relevant)
        waiting = frozenset(tuple(self.session.waiting))
        with threadpool_limits(limits=1):  # the other threads belong to the screen
            rows = self._ranker.ranking()
        ranking = (self._ids[row] for row in rows)
        ranked = [record for record in ranking if record in waiting]
        self._places = {record: place for place, record in enumerate(ranked, 1)}
        self.ranked = ranked

    def prepare(self) -> None:
        """Has the features of a large review made by another process, so that keys stay quick."""
        session = self.session
        if session.stage is Stage.FULL_TEXT or len(session.everything) < LARGE:
            return
        review = str(session.folder.places.review)
        command = ["rank", review, "--as", session.reviewer, "--most", "0"]
        # whatever goes wrong there is met again, and told, when the features are read here
        subprocess.run(
            [sys.executable, "-m", "pipeline", *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )

    def order(self) -> list[str]:
        """What waits, in the order of showing."""
        session = self.session
        if not self._drawn:
            self._drawn = shuffled(session.everything, session.plan.seed)
        return list(
            in_order(
                tuple(session.waiting),
                self.ranked,
                session.plan,
                everything=session.everything,
                random_share=RANDOM_SHARE if self.ranked else 0.0,
                shown=len(session.votes),
                later=tuple(self.later),
                drawn=self._drawn,
            )
        )

    def why(self, record: str) -> str:
        """Why `record` is shown now, in a few words."""
        if not self.ranked:
            return "in the order it came in"
        place = self._places.get(record, 0)
        words = self._ranker.words(self._rows[record]) if self._ranker else ()
        if not place:
            return "not ranked yet"
        of = f"place {place:,} of {len(self.ranked):,} in the ranking"
        if words:
            return f"{of}: {', '.join(words)}"
        return f"{of}, by the words of the protocol"

    def outlook(self, votes: Mapping[str, Screened]) -> Outlook:
        """What `votes` say of the records that are left to this reviewer."""
        plan = self.session.plan
        labels = [vote.verdict is not Verdict.EXCLUDE for vote in votes.values()]
        return outlook(
            labels,
            len(labels) + len(self.session.waiting),
            target_recall=plan.target_recall,
            confidence=plan.confidence,
        )


def outlook_line(seen: Outlook) -> str:
    """The outlook as one sentence that promises no more than the test does."""
    if not seen.relevant:
        return f"{seen.seen:,} of {seen.total:,} screened; nothing relevant found yet."
    line = (
        f"At least {int(seen.certified_recall * 100)}% of the relevant records found "
        f"({seen.confidence:.0%} confidence; target {seen.target_recall:.0%})."
    )
    if seen.may_stop and seen.seen < seen.total:
        line += " The target is reached; whether to stop is yours to decide."
    return line
