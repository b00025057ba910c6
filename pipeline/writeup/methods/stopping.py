"""That screening was stopped before everything had been looked at, and what was then known."""

from __future__ import annotations

from pipeline.ledger import effective
from pipeline.notation.safe_text import for_markdown
from pipeline.snapshot import Snapshot
from pipeline.terms.decision import Stage, Stopped
from pipeline.terms.standing import Standing
from pipeline.writeup.wording import counted, day_in_words, in_words, lower_first, were

RULE = (
    "the rule was the hypergeometric test of Callaghan and Müller-Hansen (2020, "
    "https://doi.org/10.1186/s13643-020-01521-4)"
)


def stopping(snapshot: Snapshot) -> list[str]:
    """Sentences on every stop of screening that still leaves a record unscreened; none if none
    does. The statement of each is the one that was recorded with it."""
    left = snapshot.ledger.at(Standing.NOT_SCREENED)
    if not left:
        return []
    searches = {position.search for position in left}
    stops = sorted(
        (
            d
            for d in effective(snapshot.decisions)
            if isinstance(d, Stopped)
            and d.stage is Stage.TITLE_ABSTRACT
            and searches & set(d.searches)
        ),
        key=lambda d: (d.at, d.id),
    )
    said = []
    for stop in stops:
        said.append(
            f"on {day_in_words(stop.at.date())} the screening of titles and abstracts was stopped "
            f"by a person's decision before all records had been looked at "
            f"({lower_first(for_markdown(stop.reason))})"
        )
        if stop.target_recall and stop.confidence:
            said.append(f"{RULE}, {_chosen(stop)}")
        if stop.statement:
            said.append(f"what it said then: {lower_first(for_markdown(stop.statement))}")
    n = len(left)
    said.append(
        f"{counted(n, 'record', words=True)} {were(n)} left unscreened; nobody looked at "
        f"{'it' if n == 1 else 'them'}, and no rule excluded {'it' if n == 1 else 'any of them'}"
    )
    if len(stops) > 1:
        said[0] = f"screening was stopped {in_words(len(stops))} times: {said[0]}"
    return said


def _chosen(stop: Stopped) -> str:
    return (
        f"with a target of {_share(stop.target_recall)} of the relevant records at a confidence "
        f"of {_share(stop.confidence)}"
    )


def _share(text: str) -> str:
    """`95%` from `0.95`; words of people that are no number stay as they are."""
    try:
        return f"{100 * float(text):g}%"
    except ValueError:
        return for_markdown(text)
