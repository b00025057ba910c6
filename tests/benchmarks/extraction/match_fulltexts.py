"""How long it takes to match PDFs to records: run with the numbers of files and of records.

python tests/benchmarks/extraction/match_fulltexts.py 1000 2000
"""

from __future__ import annotations

import random
import sys
import time

from pipeline.extraction.fulltext_matching import FullText, propose
from pipeline.model.problem import Place
from pipeline.model.record import Issued, Name, Record

TOPIC = (
    "young",
    "people",
    "images",
    "behaviour",
    "harmful",
    "online",
    "family",
    "study",
    "of",
    "in",
)
WORDS = (
    *TOPIC,
    *(f"{a}{b}{c}" for a in "bdglmprst" for b in ("an", "el", "or") for c in "aeinorst"),
)


def record(n: int, chance: random.Random) -> Record:
    title = " ".join(chance.sample(WORDS, 9)) + f" in district {n}"
    return Record(
        id=f"db:{n:05d}",
        number=n,
        place=Place(file="db.ris", line=n),
        title=title.capitalize(),
        author=(Name(family=f"Author{n}", given="J."),),
        issued=Issued(year=2000 + n % 20),
        doi=f"10.1000/x.{n}" if n % 2 else "",
    )


def page(of: Record, chance: random.Random) -> str:
    """A first page of about 4,000 characters: title, author, now and then the DOI, and words."""
    doi = f"doi:{of.doi}\n" if of.doi and chance.random() < 0.5 else ""
    body = " ".join(chance.choices(WORDS, k=450))
    return f"Journal\n{doi}{of.author[0].family}, J.\n{of.title}\n{body}"


def main(files: int = 1000, records: int = 2000) -> None:
    chance = random.Random(1)
    wanted = [record(n, chance) for n in range(1, records + 1)]
    held = chance.sample(wanted, min(files, records))
    texts = [
        FullText(name=f"download ({n}).pdf", pages=(page(r, chance),)) for n, r in enumerate(held)
    ]
    began = time.perf_counter()
    found = propose(texts, wanted)
    took = time.perf_counter() - began
    right = sum(
        p.best is not None and p.best.record == r.id for p, r in zip(found, held, strict=True)
    )
    wrong = sum(
        p.sure and p.best is not None and p.best.record != r.id
        for p, r in zip(found, held, strict=True)
    )
    sure = sum(p.sure for p in found)
    print(
        f"{len(texts):,} files, {records:,} records: {took:.1f} s; {right:,} right, {sure:,} sure, "
        f"{wrong:,} sure and wrong"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
