"""A folder of PDFs matched to the reports that are wanted, confirmed by a person one by one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.cli.console import bold, counted, in_list, progress, safe, say, say_json, tell
from pipeline.cli.prompt import Back, Left, Prompt, prompt
from pipeline.extraction.fulltext_matching import FullText, Proposal, propose
from pipeline.model.decision import Decision, Retrieval, Retrieved, Withdrawn
from pipeline.model.problem import ReviewError
from pipeline.model.record import Record
from pipeline.model.review import Ledger
from pipeline.model.standing import SOUGHT
from pipeline.model.study import PdfText
from pipeline.model.undoing import effective
from pipeline.sessions.named_records import known_records
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder
from pipeline.store.fulltexts import keep_fulltext, pages_of

MOST_FILES = 5_000
_PAGES = 3
"""The title and the DOI of a report stand on its first pages."""


def retrieve_folder(
    folder: ReviewFolder, source: Path, reviewer: str, *, yes: bool, as_json: bool
) -> None:
    """Proposes which wanted report each PDF below `source` is, and takes in what is confirmed.

    With `yes` only what is sure is taken in. Files are copied; those that were taken in before are
    left alone. Raises ReviewError where `source` is no folder or holds no PDF.
    """
    paths = _pdfs(source)
    ledger = settle(folder.review)
    wanted = _wanted(folder, ledger)
    if not wanted:
        say("No report is wanted: all that were sought have their file.")
        return
    texts = _read(folder, paths)
    held = {
        d.file_sha256
        for d in effective(folder.review.decisions)
        if isinstance(d, Retrieved) and d.file_sha256
    }
    new = {path: text for path, text in texts.items() if text.sha256 not in held}
    names = {str(path.relative_to(source)): path for path in new}
    files = [
        FullText(name=name, title=new[path].title, pages=new[path].pages[:_PAGES])
        for name, path in names.items()
    ]
    proposals = propose(files, wanted)
    if as_json and not yes:
        say_json([_for_programs(p, new[names[p.file]]) for p in proposals])
        return
    session = _Session(folder, ledger, reviewer, names, new)
    if yes:
        for proposal in proposals:
            if proposal.sure and proposal.best:
                session.take(proposal.file, proposal.best.record, proposal.best.why)
    else:
        _ask_each(session, proposals)
    if as_json:
        say_json(session.taken)
        return
    _leave(session, proposals, len(texts) - len(new))


def _pdfs(source: Path) -> list[Path]:
    if not source.is_dir():
        raise ReviewError(f"{source} is no folder", "Give the folder that holds the PDFs")
    found = sorted(p for p in source.rglob("*") if p.suffix.lower() == ".pdf" and p.is_file())
    if not found:
        raise ReviewError(f"there is no PDF in {source}", "Save the reports there as .pdf")
    if len(found) > MOST_FILES:
        raise ReviewError(
            f"{len(found):,} PDFs are too many at once", f"Take {MOST_FILES:,} at most"
        )
    return found


def _wanted(folder: ReviewFolder, ledger: Ledger) -> list[Record]:
    """Reports that were sought, or are to be, and whose file is not here."""
    return [
        folder.records[p.record]
        for p in ledger.positions.values()
        if p.standing in SOUGHT and not (p.retrieval and p.retrieval.file)
    ]


def _read(folder: ReviewFolder, paths: Sequence[Path]) -> dict[Path, PdfText]:
    texts: dict[Path, PdfText] = {}
    with progress("Reading PDFs") as tick:
        for number, path in enumerate(paths, 1):
            texts[path] = pages_of(path, folder.places.cache)
            tick(number, len(paths))
    return texts


class _Session:
    """What was proposed, and what was taken in so far; each file is on disk when it is taken."""

    def __init__(
        self,
        folder: ReviewFolder,
        ledger: Ledger,
        reviewer: str,
        paths: dict[str, Path],
        texts: dict[Path, PdfText],
    ) -> None:
        self.folder, self.ledger, self.reviewer = folder, ledger, reviewer
        self.paths, self.texts = paths, texts
        self.taken: dict[str, str] = {}
        self.made: dict[str, Decision] = {}

    def text(self, file: str) -> PdfText:
        return self.texts[self.paths[file]]

    def take(self, file: str, record: str, why: Sequence[str]) -> None:
        """Keeps a copy of `file` as the report of `record` and writes who obtained it and why."""
        name, sha256 = keep_fulltext(self.folder.places, record, self.paths[file])
        self.made[file] = self.folder.append(
            self.reviewer,
            Retrieved,
            record=record,
            outcome=Retrieval.OBTAINED,
            file=name,
            file_sha256=sha256,
            note=f"{file}: {'; '.join(why)}" if why else file,
        )
        self.taken[file] = record
        say(in_list(self.folder.records[record], f"obtained from {safe(file, 60)}", indent=2))

    def take_back(self, file: str) -> None:
        """Takes back what was said of `file` in this session, if anything was."""
        if decision := self.made.pop(file, None):
            self.folder.append(self.reviewer, Withdrawn, undoes=decision.id)
            say(f"Taken back: {safe(file)} as {self.taken.pop(file)}.")


def _ask_each(session: _Session, proposals: Sequence[Proposal]) -> None:
    at = 0
    with prompt() as ask:
        while at < len(proposals):
            proposal = proposals[at]
            say(bold(f"\n── {at + 1} of {len(proposals)}: {safe(proposal.file)} ──"))
            if fault := session.text(proposal.file).fault:
                say(f"  {fault}")
            _show(session.folder, proposal)
            try:
                if not _answered(session, proposal, ask):
                    return
                at += 1
            except Back:
                at = max(0, at - 1)
                session.take_back(proposals[at].file)


def _show(folder: ReviewFolder, proposal: Proposal) -> None:
    signs = [proposal.best, *proposal.others] if proposal.best else []
    for number, sign in enumerate(signs, 1):
        if sign is not None:
            say(f"  {number} {in_list(folder.records[sign.record], f'{sign.score} of 100', 0)}")
            say(f"      {safe('; '.join(sign.why))}")
    if not signs:
        say("  It fits none of the reports that are wanted.")
    if proposal.rival:
        say(f"  {safe(proposal.rival)} fits the same report as well or better.")


def _answered(session: _Session, proposal: Proposal, ask: Prompt) -> bool:
    """Asks until the file is taken in or left; False when the person quits."""
    signs = [sign for sign in (proposal.best, *proposal.others) if sign is not None]
    keys = {str(n): "that report" for n in range(1, len(signs) + 1)}
    keys |= {"r": "another record", "n": "none of them", "q": "quit"}
    while True:
        pressed = ask.key(keys)
        key, rest = pressed.key, pressed.rest
        if key in ("q", "n"):
            return key == "n"
        if key != "r":
            sign = signs[int(key) - 1]
            return _taken(session, proposal.file, sign.record, sign.why)
        try:
            name = rest or ask.text("Id of the record")
            (position,) = known_records([name], session.folder.review, session.ledger)
        except Back:
            continue
        except Left:
            return False
        except ReviewError as refusal:
            say(safe(str(refusal)))
            continue
        return _taken(session, proposal.file, position.kept or position.record, ("by hand",))


def _taken(session: _Session, file: str, record: str, why: Sequence[str]) -> bool:
    if session.ledger.positions[record].standing not in SOUGHT:
        say(f"{record} is not among the reports that are sought; nothing was written.")
        return True
    try:
        session.take(file, record, why)
    except ReviewError as refusal:  # no PDF behind that name: the next file may be one
        say(safe(str(refusal)))
    return True


def _leave(session: _Session, proposals: Sequence[Proposal], before: int) -> None:
    left = [p for p in proposals if p.file not in session.taken]
    say(
        f"{counted(len(session.taken), 'file')} taken in, {len(left):,} left"
        + (f", {before:,} {'was' if before == 1 else 'were'} here before." if before else ".")
    )
    for proposal in left[:20]:
        fault = session.text(proposal.file).fault
        best = proposal.best
        why = fault or (f"looks like {best.record}, not sure" if best else "fits no report")
        tell(f"  {safe(proposal.file, 70)}: {why}")
    session.folder.reload()
    slug = session.folder.slug
    if session.taken:
        say(f"Next: review screen {slug} --as NAME --stage full_text")
    else:
        say(f"Next: review retrieve {slug} --list")


def _for_programs(proposal: Proposal, text: PdfText) -> dict[str, Any]:
    signs = [proposal.best, *proposal.others] if proposal.best else []
    return {
        "file": proposal.file,
        "sha256": text.sha256,
        "fault": text.fault,
        "sure": proposal.sure,
        "rival": proposal.rival,
        "fits": [{"record": s.record, "score": s.score, "why": s.why} for s in signs if s],
    }
