"""Step 2, candidates: pairs of records worth comparing, found by keys that duplicates share.

A record gets a handful of keys. Records with one key are sorted by what else is known of them and
each is paired with those near it, so that a key borne by 10,000 editorials costs 10,000 times a
few pairs and never their square.
"""

from __future__ import annotations

from typing import Any
from zlib import adler32, crc32

import numpy as np
import pyarrow as pa

KEYS: Any = pa.schema([("key", pa.int64()), ("n", pa.int64()), ("beside", pa.string())])
"""A key of record `n`; within a key, records lie sorted by `beside`, then `n`."""

NEAR = 8
"""How many neighbours within a key a record is paired with (all, where a key has few records)."""

_HEAD = 28
_MARKS = "12il"
"""Signs of footnotes that may hang on a title."""


def keys(batch: Any) -> Any:
    """The batch of `KEYS` for a batch of comparable records."""
    names = ("n", "year", "title", "main", "families", "first", "volume", "issue", "page", "doi",
             "pmid", "abstract", "container", "copy")  # fmt: skip
    read = [batch.column(name).to_pylist() for name in names]
    hashes: list[int] = []
    besides: list[str] = []
    many: list[int] = []
    for fields in zip(*read[1:], strict=True):
        beside, texts = _keys_of(*fields)
        hashes += [adler32(key := text.encode()) << 31 ^ crc32(key) for text in texts]
        besides.append(beside)
        many.append(len(texts))
    rows = np.repeat(np.arange(len(many)), many)
    return pa.RecordBatch.from_arrays(
        [
            pa.array(hashes, type=pa.int64()),
            pa.array(np.asarray(read[0], dtype=np.int64)[rows]),
            pa.array(besides, type=pa.string()).take(pa.array(rows)),
        ],
        schema=KEYS,
    )


def _keys_of(
    year: int, title: str, main: str, families: str, first: str, volume: str, issue: str,
    page: str, doi: str, pmid: str, abstract: str, container: str, copy: str,
) -> tuple[str, list[str]]:  # fmt: skip
    tight = title.replace(" ", "")
    head, tail = tight[:_HEAD], tight[-_HEAD:]
    beside = f"{year:04d} {volume:>5} {page:>6} {first[:6]} {tight[:16]}"
    found: list[str] = []
    if tight:
        found.append(f"t {tight.rstrip(_MARKS)}")
        found.append(f"m {main.replace(' ', '')[:80]}")
        if year:
            found.append(f"hy {head} {year}")
            found.append(f"ty {tail} {year}")
        if first:
            found.append(f"hf {head} {first[:6]}")
            found.append(f"tf {tail} {first[:6]}")
        words = sorted(set(title.split()), key=lambda w: (-len(w), w))[:4]
        if len(words) > 2:
            found.append(f"w {' '.join(sorted(words))} {first[:4]}")
            found.append(f"w3 {' '.join(sorted(words[:3]))}")
    if doi:
        found.append(f"d {doi}")
    if pmid:
        found.append(f"p {pmid}")
    if page and volume:
        found.append(f"vp {volume} {page} {container[:1]}")
        found.append(f"vpy {volume} {page} {year}")
    if volume and issue and first:
        found.append(f"vi {volume} {issue} {first[:6]} {container[:1]}")
    if page and first:
        found.append(f"pf {page} {first[:5]}")
    if year and first and title:
        found.append(f"yf {year} {first[:8]} {tight[:6]}")
    if len(abstract) > 80:
        found.append(f"a {abstract.replace(' ', '')[:60]}")
    if copy:
        found.append(f"c {copy}")
    return beside, found


PAIRS_PLAN: tuple[tuple[str, str], ...] = (
    (
        "shared",
        "SELECT key FROM keys GROUP BY key HAVING count(*) > 1",
    ),
    (
        "ranked",
        "SELECT k.key AS key, k.n AS n, row_number() OVER "
        "(PARTITION BY k.key ORDER BY k.beside, k.n) - 1 AS place "
        "FROM keys k JOIN shared s ON k.key = s.key",
    ),
    (
        "binned",
        f"SELECT key, n, place, (place - place % {NEAR}) / {NEAR} AS bin FROM ranked",
    ),
    (
        "pairs",
        "SELECT DISTINCT least(x.n, y.n) AS a, greatest(x.n, y.n) AS b FROM ("
        "SELECT key, n, place, bin FROM binned UNION ALL "
        "SELECT key, n, place, bin - 1 AS bin FROM binned WHERE bin > 0) y "
        "JOIN binned x ON x.key = y.key AND x.bin = y.bin "
        f"WHERE y.place > x.place AND y.place <= x.place + {NEAR} AND x.n <> y.n",
    ),
)
"""Named portable queries, each over the tables named before it; `keys` is the first."""
