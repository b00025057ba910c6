"""How long it takes to check many study files: `python check_studies.py FORM STUDY [COUNT]`."""

import sys
import time
from pathlib import Path

from pipeline.extraction import read_form, read_study
from pipeline.terms.protocol import Protocol


def main(form_file: str, study_file: str, count: int = 10_000) -> None:
    form, _ = read_form(Path(form_file).read_text(encoding="utf-8"), form_file)
    if form is None:
        sys.exit(f"{form_file} is no form")
    text = Path(study_file).read_text(encoding="utf-8")
    protocol = Protocol(title="", questions=(), criteria=(), form=form.id)
    begun = time.process_time()
    for _ in range(count):
        read_study(text, study_file, {form.id: form}, protocol)
    spent = time.process_time() - begun
    print(f"{count:,} studies of {len(text):,} characters: {spent:.1f} CPU s")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 10_000)
