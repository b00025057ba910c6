"""How long many study files take to be checked, at first and when nothing changed.

    python check_studies.py REVIEW_FOLDER STUDY_FILE [COUNT]

Copies a review into a folder of its own, COUNT times (10,000) the study beside it, and opens it:
once with an empty cache, and twice more; then the same with the whole of `review check`. What
counts is the time that passes; the CPU time of this process and its children stands beside it, for
machines that have other work.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipeline.store import open_review


def main(review: Path, study: Path, count: int = 10_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "reviews" / "many"
        shutil.copytree(review, copy)
        forms = review.parents[1] / "extraction_forms"
        if forms.is_dir():
            shutil.copytree(forms, Path(folder) / "extraction_forms")
        text = study.read_text(encoding="utf-8")
        for number in range(count):
            id = f"s-{number:06d}"
            own = text.replace(f"study: {study.stem}", f"study: {id}")
            (copy / "studies" / f"{id}.yaml").write_text(own, encoding="utf-8")
        print(f"{count:,} studies of {len(text):,} characters")
        for what in ("nothing known", "nothing changed", "nothing changed"):
            begun, spent = time.perf_counter(), _cpu()
            shelf = open_review(str(copy)).shelf
            passed, used = time.perf_counter() - begun, _cpu() - spent
            found = f"{len(shelf.studies.summaries):,} studies, {len(shelf.problems):,} problems"
            print(f"{what:>16}: {passed:5.1f} s, {used:5.1f} CPU s, {found}")
        shutil.rmtree(Path(folder) / "outputs")
        for what in ("nothing known", "nothing changed", "nothing changed"):
            begun, spent = time.perf_counter(), _cpu()
            program = [sys.executable, "-c", "from pipeline.cli import main; main()"]
            said = subprocess.run([*program, "check", str(copy)], capture_output=True, text=True)
            passed, used = time.perf_counter() - begun, _cpu() - spent
            last = said.stdout.strip().splitlines()[-2:][0]
            print(f"check, {what:>16}: {passed:5.1f} s, {used:5.1f} CPU s, {last}")


def _cpu() -> float:
    """CPU seconds of this process and of the children that have ended."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, who))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:]))
