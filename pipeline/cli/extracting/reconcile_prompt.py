"""Differences one by one in the terminal: both answers, their quotes and pages, and a key."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.cli.console import bold, counted, dim, safe, say
from pipeline.cli.keyboard import END, keyboard
from pipeline.desk.reconciling import Reconciling
from pipeline.extraction.answered import shown
from pipeline.extraction.differences import TwoAnswers
from pipeline.terms.problem import ReviewError
from pipeline.terms.study import Answer


def ask_each(session: Reconciling) -> None:
    """Asks about each open difference until none is left, the input ends, or the person quits."""
    waiting = session.open
    if waiting:
        same = sum(two.same for two in session.sides.answers)
        say(f"{counted(same, 'answer')} agree. {counted(len(waiting), 'difference')} to settle.")
    with keyboard() as read:
        for number, two in enumerate(waiting, 1):
            say(bold(f"\n── {number} of {len(waiting)} ──"))
            for line in difference_lines(session, two):
                say(line)
            if not _answered(session, two, read):
                return


def _answered(session: Reconciling, two: TwoAnswers, read: Callable[..., str]) -> bool:
    """Asks until the difference is settled or put off; False when the person leaves."""
    anew = "" if two.entry else "  w write anew"
    while True:
        said = read(f"{_offered(session, two)}{anew}  l later  q quit > ")
        key, _, why = said.partition(" ")
        if said == END or key == "q":
            return False
        if key == "l":
            return True
        if key in ("1", "2"):
            reason = why or read("Why (Enter for nothing): ", line=True)
            session.settle(two, kept=session.names[int(key) - 1], reason=reason)
            return True
        if key == "w" and anew:
            value = why or read("What stands in the report: ", line=True)
            try:
                reason = read("Why (Enter for nothing): ", line=True)
                session.settle(two, value=value, reason=reason)
                return True
            except ReviewError as refusal:
                say(safe(str(refusal)))
                continue
        say("Nothing was settled. Press 1, 2, w, l or q.")


def _offered(session: Reconciling, two: TwoAnswers) -> str:
    """`1 ada (mine)  2 ben`; for an entry that one of them lacks, what each choice means."""
    means = ("", "")
    if two.entry:
        means = (": with it", ": without it")
        means = means if two.one is not None else (means[1], means[0])
    both = zip((1, 2), session.names, means, strict=True)
    return "  ".join(f"{n} {_whose(session, name)}{what}" for n, name, what in both)


def _whose(session: Reconciling, name: str) -> str:
    return f"{name} (mine)" if name == session.reviewer else name


def difference_lines(session: Reconciling, two: TwoAnswers) -> Iterator[str]:
    """The address and question, then each person's answer with where it stands."""
    if two.entry:
        has = session.names[0] if two.one is not None else session.names[1]
        yield f"{safe(two.entry)}: only {has} has this entry"
        for inside in session.sides.answers:
            if inside.entry == two.entry:
                answer = inside.one if inside.one is not None else inside.other
                yield f"    {safe(inside.item.label, 40)}: {safe(shown(answer), 90)}"
        return
    unit = f", in {two.item.unit}" if two.item.unit else ""
    kind = str(two.item.type).replace("_", " ")
    yield f"{safe(two.address)}: {safe(two.item.label)} ({kind}{unit})"
    for name, answer in zip(session.names, (two.one, two.other), strict=True):
        yield f"  {name}: {bold(safe(shown(answer)))}"
        yield from source_lines(answer)


def source_lines(answer: Answer | None) -> Iterator[str]:
    """Where an answer stands: page and quote, note, how it was worked out."""
    if answer is None:
        return
    for source in answer.sources[:3]:
        where = source.where
        quote = f"\u201c{source.quote}\u201d" if source.quote else ""
        sure = f"({source.sure})" if source.sure else ""
        told = [safe(source.report), safe(where), safe(quote, 300), safe(sure)]
        yield dim("      " + " ".join(word for word in told if word))
    for word, text in (("note", answer.note), ("derived", answer.derived)):
        if text:
            yield dim(f"      {word}: {safe(text, 300)}")
