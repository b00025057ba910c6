"""`review remove --study`: the file of a study that was a slip, with all that hangs on it told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.cli.console import counted, safe, say, say_json, tell
from pipeline.cli.prompt import agreed
from pipeline.cli.screening.remove_search import TakingOut
from pipeline.model.decision import Collated, Decision, Discarded
from pipeline.model.problem import ReviewError
from pipeline.model.review import Ledger
from pipeline.notation.typed import nearest
from pipeline.sessions.study_files import reading_of, study_file
from pipeline.snapshot.as_of import links_of
from pipeline.store import ReviewFolder
from pipeline.store.put_away import away_for, move


def remove_study(
    folder: ReviewFolder,
    ledger: Ledger,
    study: str,
    draft_of: str,
    how: TakingOut,
) -> bool:
    """Puts the file of `study` away, and parts it from its reports; whether it was done.

    With `draft_of` it is that person's draft, and the reports stay with the study.
    """
    places = folder.places
    file = study_file(folder, study, draft_of) if draft_of else places.studies / f"{study}.yaml"
    links = links_of(folder.review.decisions, ledger.positions)
    reports = [record for (record, of), link in links.items() if of == study and link.member] * (
        not draft_of
    )
    if not file.is_file() and not reports:
        known = tuple(dict.fromkeys((*folder.review.studies, *ledger.studies)))
        raise ReviewError(
            f"there is no study {study!r}.{nearest(study, known)}",
            f"`review collate {folder.slug} --list` shows the studies",
        )
    told = list(_hanging(folder, study, file, reports))
    if how.as_json and how.only_look:
        say_json({"study": study, "written": False, "reports": reports, "hangs_on_it": told})
        return False
    if not how.as_json:
        for line in told:
            say(line)
    if how.only_look:
        say(f'Next: review remove {folder.slug} --study {study} --reason "…" --as NAME')
        return False
    if not agreed(f"Take out {study}?", f"{study} would be taken out", yes=how.yes or how.as_json):
        tell("Nothing was written.")
        return False
    said = {"study": study, "reason": how.reason, "note": how.note}
    if file.is_file():
        away = away_for(places, file)
        said["was"], said["file"] = (str(p.relative_to(places.review)) for p in (file, away))
    apart: list[tuple[type[Decision], Mapping[str, Any]]] = [
        (Collated, {"record": record, "study": study, "member": False, "note": how.reason})
        for record in reports
    ]
    first, *_ = folder.append_all(how.name, [(Discarded, said), *apart])
    if "file" in said:
        move(places, said["was"], said["file"])
    if how.as_json:
        say_json({"study": study, "written": True, "decision": first, "reports": reports})
        return True
    kept = f" Its file is kept as {places.shown(places.review / said['file'])}." * ("file" in said)
    say(f"Taken out ({first.id}): {study}.{kept}")
    say(f"To have it back: review undo {folder.slug} {first.id} --command --as {how.name}")
    say(f"Next: review status {folder.slug}")
    return True


def _hanging(folder: ReviewFolder, study: str, file: Path, reports: list[str]) -> Iterator[str]:
    if file.is_file():
        found = reading_of(folder, file, folder.text_of(file)).study
        answers = len(found.answers) if found else 0
        results = counted(len(found.results) if found else 0, "result")
        yield f"{folder.places.shown(file)}: {counted(answers, 'answer')}, {results}."
    else:
        yield f"{study} has no file."
    if reports:
        yield f"  Its reports, which will belong to no study: {', '.join(reports)}."
    word = re.compile(rf"(?<![\w-]){re.escape(study)}(?![\w-])")
    texts = [*sorted(folder.places.synthesis.glob("*.yaml"))]
    texts += sorted(folder.places.written.glob("manuscript*.md"))
    for path in texts:
        lines = enumerate(folder.text_of(path).splitlines(), 1)
        for line, text in lines:
            if word.search(text) and not text.lstrip().startswith("#"):
                yield f"  Named in {folder.places.shown(path)}:{line}: {safe(text.strip(), 60)}"
