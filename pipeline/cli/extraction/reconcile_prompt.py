"""Differences one by one in the terminal: both answers, their quotes and pages, and a key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.cli.console import bold, counted, dim, safe, say, say_json
from pipeline.cli.prompt import Back, Left, Prompt, prompt
from pipeline.extraction.answered import Answered, shown
from pipeline.extraction.differences import TwoAnswers
from pipeline.model.problem import ReviewError
from pipeline.model.study import Answer
from pipeline.sessions.reconciling import Checking, Reconciling
from pipeline.store import ReviewFolder


def ask_each(session: Reconciling) -> None:
    """Asks about each open difference until none is left, the input ends, or the person quits."""
    waiting = session.open
    if waiting:
        same = sum(two.same for two in session.sides.answers)
        say(f"{counted(same, 'answer')} agree. {counted(len(waiting), 'difference')} to settle.")
    at = 0
    with prompt() as ask:
        while at < len(waiting):
            say(bold(f"\n── {at + 1} of {len(waiting)} ──"))
            for line in difference_lines(session, waiting[at]):
                say(line)
            try:
                if not _answered(session, waiting[at], ask):
                    return
                at += 1
            except Back:
                at = max(0, at - 1)


def _answered(session: Reconciling, two: TwoAnswers, ask: Prompt) -> bool:
    """Asks until the difference is settled or put off; False when the person leaves."""
    keys = _offered(session, two)
    if not two.entry:
        keys["w"] = "write anew"
    keys |= {"l": "later", "q": "quit"}
    while True:
        pressed = ask.key(keys, wrong="Nothing was settled.")
        key, why = pressed.key, pressed.rest
        if key in ("q", "l"):
            return key == "l"
        try:
            if key == "w":
                value = why or ask.text("What stands in the report")
                session.settle(two, value=value, reason=ask.text("Why (Enter for nothing)"))
            else:
                reason = why or ask.text("Why (Enter for nothing)")
                session.settle(two, kept=session.names[int(key) - 1], reason=reason)
            return True
        except Back:
            continue
        except Left:
            return False
        except ReviewError as refusal:
            say(safe(str(refusal)))


def _offered(session: Reconciling, two: TwoAnswers) -> dict[str, str]:
    """`1 ada (mine)`, `2 ben`; for an entry that one of them lacks, what each choice means."""
    means = ("", "")
    if two.entry:
        means = (": with it", ": without it")
        means = means if two.one is not None else (means[1], means[0])
    both = zip("12", session.names, means, strict=True)
    return {n: f"{_whose(session, name)}{what}" for n, name, what in both}


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


def check_answers(
    folder: ReviewFolder,
    study: str,
    name: str,
    holds: tuple[str, ...],
    changes: Mapping[str, str],
    *,
    holds_all: bool,
    reason: str,
    only_list: bool,
    as_json: bool,
) -> int:
    """Checks the answers of studies/STUDY.yaml: those that are named, else one by one."""
    session = Checking(folder, study, name)
    if only_list:
        if as_json:
            say_json([{"address": a.address, "answer": shown(a.answer)} for a in session.open])
        else:
            for answered in session.open:
                _show(answered)
            say(f"{counted(len(session.open), 'answer')} not yet checked.")
        return 0
    for address in holds:
        session.hold(session.named(address), reason)
    for address, value in changes.items():
        session.change(session.named(address), value, reason)
    if holds_all:
        for answered in session.open:
            session.hold(answered, reason)
    if not holds and not changes and not holds_all:
        _one_by_one(session)
    return _leave(session)


def _leave(session: Checking) -> int:
    """Says what is left."""
    left = session.finish()
    slug, study = session.folder.slug, session.id
    if left:
        say(
            f"{counted(left, 'answer')} not yet checked. "
            f"Go on: review reconcile {slug} {study} --as {session.checker} --check"
        )
    else:
        say(f"Every answer of {study} is checked. Next: review status {slug}")
    return 0


def _show(answered: Answered) -> None:
    say(f"{safe(answered.address)}: {safe(answered.item.label)}")
    say(f"  {bold(safe(shown(answered.answer)))}")
    for line in source_lines(answered.answer):
        say(line)


def _one_by_one(session: Checking) -> None:
    waiting = session.open
    at = 0
    with prompt() as ask:
        while at < len(waiting):
            say(bold(f"\n── {at + 1} of {len(waiting)} ──"))
            _show(waiting[at])
            try:
                if not _checked(session, waiting[at], ask):
                    return
                at += 1
            except Back:
                at = max(0, at - 1)
                say("Back to the one before; what you say of it now takes the place of before.")


def _checked(session: Checking, answered: Answered, ask: Prompt) -> bool:
    """Asks until the answer is checked or put off; False when the person leaves."""
    while True:
        pressed = ask.key({"h": "holds", "c": "change", "l": "later", "q": "quit"})
        key, said = pressed.key, pressed.rest
        if key in ("q", "l"):
            return key == "l"
        try:
            if key == "h":
                session.hold(answered, said)
            else:
                value = said or ask.text("What stands in the report")
                session.change(answered, value, ask.text("Why"))
            return True
        except Back:
            continue
        except Left:
            return False
        except ReviewError as refusal:
            say(safe(str(refusal)))
