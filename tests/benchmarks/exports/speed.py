"""Records a second and memory of our readers beside other parsers, on the same files, in one run.

    python -m tests.benchmarks.exports.speed [--records 100000] [--make FOLDER | FILE ...]

Without files it writes one of each of the large formats into FOLDER (a temporary one by default)
from invented records. Each parser runs in a process of its own; those that are not installed
(rispy, nbib) are passed over. Seconds are processor time, memory is the peak of the process.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.model.problem import Place
from pipeline.model.record import Issued, Name, Record
from pipeline.render.bibliography import write_bibliography

_TEXT = """harbour light night fisher tide table crew song cohort trial water work rest shift
sleep accident injury health young adult school family review outcome measure change group"""
WORDS = _TEXT.split()


def main() -> None:
    """Prints one line for each parser and file; with `--alone` runs just one, for itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--make", type=Path)
    parser.add_argument("--alone", default="")
    given = parser.parse_args()
    if given.alone:
        _alone(given.alone, given.files[0])
        return
    with tempfile.TemporaryDirectory() as scratch:
        files = given.files or list(made(given.make or Path(scratch), given.records))
        print(f"{'file':24} {'parser':14} {'records':>8} {'records/s':>10} {'peak MB':>8}")
        for file in files:
            for name, (suffixes, module, _) in PARSERS.items():
                if file.suffix in suffixes and importlib.util.find_spec(module):
                    words = [sys.executable, "-m", __spec__.name, "--alone", name, str(file)]
                    done = subprocess.run(words, capture_output=True, text=True, check=False)
                    last = (done.stdout or done.stderr).strip().splitlines()[-1:]
                    print(f"{file.name:24} {name:14} {last[0] if last else 'nothing'}", flush=True)


def _alone(name: str, file: Path) -> None:
    started = time.process_time()
    count = PARSERS[name][2](file)
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{count:>8,} {count / seconds:>10,.0f} {peak:>8,}")


def _ours(file: Path) -> int:
    from pipeline.readers import stream_export

    with file.open("rb") as stream:
        return sum(1 for _ in stream_export(stream, file=file.name, search="s"))


def _rispy(file: Path) -> int:
    import rispy

    with file.open(encoding="utf-8-sig") as stream:
        return len(rispy.load(stream))


def _nbib(file: Path) -> int:
    import nbib

    return len(nbib.read_file(str(file)))


def _bibtexparser(file: Path) -> int:
    import bibtexparser

    return len(bibtexparser.parse_string(file.read_text(encoding="utf-8-sig")).entries)


def _pandas(file: Path) -> int:
    import pandas

    return len(pandas.read_csv(file, dtype=str, keep_default_na=False))


PARSERS: dict[str, tuple[tuple[str, ...], str, Callable[[Path], int]]] = {
    "ours": ((".ris", ".nbib", ".bib", ".csv", ".xml", ".json"), "pipeline", _ours),
    "rispy": ((".ris",), "rispy", _rispy),
    "nbib": ((".nbib",), "nbib", _nbib),
    "bibtexparser": ((".bib",), "bibtexparser", _bibtexparser),
    "pandas": ((".csv",), "pandas", _pandas),
}


def made(folder: Path, count: int) -> Iterator[Path]:
    """Large files of invented records: RIS, nbib, BibTeX, CSV, and EndNote XML, one by one."""

    def records() -> Iterator[Record]:
        chance = random.Random(1)

        def words(n: int) -> str:
            return " ".join(chance.choices(WORDS, k=n))

        for number in range(1, count + 1):
            yield Record(
                id=f"s:{number}",
                number=number,
                place=Place(file=""),
                type="article-journal",
                title=words(12).capitalize(),
                author=tuple(
                    Name(family=words(1).title() + words(1), given=words(1).title() + " B.")
                    for _ in range(chance.randint(1, 6))
                ),
                issued=Issued(year=chance.randint(1980, 2025), month=3, day=4),
                container_title=words(4).title(),
                volume=str(number % 90),
                issue=str(number % 12),
                page=f"{number % 900}-{number % 900 + 9}",
                doi=f"10.5555/bench.{number}",
                pmid=str(number),
                issn=("1234-5679",),
                abstract=words(150).capitalize(),
                language="en",
                keyword=tuple(words(2) for _ in range(5)),
                url=f"https://example.org/{number}",
            )

    folder.mkdir(parents=True, exist_ok=True)
    for to, suffix in (("ris", "ris"), ("nbib", "nbib"), ("bibtex", "bib"), ("csv", "csv"),
                       ("csl-json", "json")):  # fmt: skip
        path = folder / f"bench.{suffix}"
        with path.open("wb") as stream:
            stream.writelines(write_bibliography(records(), to))
        yield path
    path = folder / "bench.xml"
    with path.open("w", encoding="utf-8") as text:
        text.write('<?xml version="1.0" encoding="UTF-8" ?><xml><records>\n')
        text.writelines(map(_endnote, records()))
        text.write("</records></xml>\n")
    yield path


def _endnote(r: Record) -> str:
    def styled(name: str, text: str) -> str:
        style = f'<style face="normal" font="default" size="100%">{text}</style>'
        return f"<{name}>{style}</{name}>"

    authors = "".join(styled("author", str(name)) for name in r.author)
    keywords = "".join(styled("keyword", word) for word in r.keyword)
    return (
        '<record><database name="a.enl">a.enl</database><ref-type name="Journal Article">17'
        f"</ref-type><contributors><authors>{authors}</authors></contributors><titles>"
        f"{styled('title', r.title)}{styled('secondary-title', r.container_title)}</titles>"
        f"{styled('pages', r.page)}{styled('volume', r.volume)}{styled('number', r.issue)}"
        f"<keywords>{keywords}</keywords><dates>{styled('year', str(r.year))}</dates>"
        f"{styled('isbn', r.issn[0])}{styled('electronic-resource-num', r.doi)}"
        f"{styled('abstract', r.abstract)}<urls><related-urls>{styled('url', r.url)}"
        "</related-urls></urls></record>\n"
    )


if __name__ == "__main__":
    main()
