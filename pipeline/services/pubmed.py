"""PubMed by the E-utilities: `esearch` keeps the answer on the history server, `efetch` gives it.

PubMed gives at most 9,999 records of one search (NCBI, E-utilities in depth, `retstart`). A larger
one is parted by the day on which records came into PubMed, as NCBI's own EDirect does; the parts
share no record and leave none out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from pipeline.model.search import SourceKind
from pipeline.notation.safe_text import for_terminal
from pipeline.services.asking import PassingFault, Request, Response, Unanswered, words_of
from pipeline.services.wanted import Page, SearchSource, Wanted

MOST = 9_999
"""Records that PubMed gives of one search."""
_FIRST_DAY, _LAST_DAY = date(1700, 1, 1), date(2999, 12, 31)
Window = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _At:
    """Where a search stands: the history it reads from, and the windows of days still to search.

    Without `env` the first of `windows` is searched next; no windows at all stand for the search
    as a whole. `total` is what the whole search reported.
    """

    env: str = ""
    key: str = ""
    at: int = 0
    count: int = 0
    total: int = 0
    windows: tuple[Window, ...] = ()

    def text(self) -> str:
        said = [self.env, self.key, self.at, self.count, self.total, self.windows]
        return json.dumps(said, separators=(",", ":"))


def _at(cursor: str) -> _At:
    if not cursor:
        return _At()
    env, key, at, count, total, windows = json.loads(cursor)
    return _At(
        env=env,
        key=key,
        at=at,
        count=count,
        total=total,
        windows=tuple((least, most) for least, most in windows),
    )


def _request(wanted: Wanted, cursor: str, size: int) -> Request:
    at = _at(cursor)
    who = (("tool", "review-pipeline"), *((("email", wanted.contact),) if wanted.contact else ()))
    if at.env:
        return Request(
            path="efetch.fcgi",
            parameters=(
                ("db", "pubmed"),
                ("WebEnv", at.env),
                ("query_key", at.key),
                ("retstart", str(at.at)),
                ("retmax", str(min(size, at.count - at.at))),
                ("retmode", "xml"),
                *who,
            ),
        )
    return Request(
        path="esearch.fcgi",
        form_path="esearch.fcgi",
        parameters=(
            ("db", "pubmed"),
            ("term", _term(wanted, at)),
            *_days(wanted),
            ("usehistory", "y"),
            ("retmax", "0"),
            ("retmode", "json"),
            *who,
        ),
    )


def _term(wanted: Wanted, at: _At) -> str:
    if not at.windows:
        return wanted.query
    least, most = (day.replace("-", "/") for day in at.windows[0])
    return f'({wanted.query}) AND ("{least}"[EDAT] : "{most}"[EDAT])'


def _days(wanted: Wanted) -> tuple[tuple[str, str], ...]:
    if not (wanted.from_day or wanted.to_day):
        return ()
    return (
        ("datetype", "pdat"),
        ("mindate", f"{wanted.from_day or date(1500, 1, 1):%Y/%m/%d}"),
        ("maxdate", f"{wanted.to_day or date(3000, 12, 31):%Y/%m/%d}"),
    )


def _read(answer: Response, wanted: Wanted, cursor: str, size: int) -> Page:
    at = _at(cursor)
    return _fetched(answer, at, size) if at.env else _searched(answer, at, wanted.limit)


def _searched(answer: Response, at: _At, limit: int | None) -> Page:
    said = answer.as_json()
    found = said.get("esearchresult") if isinstance(said, Mapping) else None
    if not isinstance(found, Mapping):
        raise PassingFault("the answer has no `esearchresult`", tries=3)
    if found.get("ERROR"):
        words = words_of(answer)
        if "backend" in words.lower():
            raise PassingFault(f"PubMed's search broke ({words})", tries=4)
        raise Unanswered(f"PubMed refuses: {words}", "Look at the query", 400)
    count = str(found.get("count", ""))
    env, key = str(found.get("webenv") or ""), str(found.get("querykey") or "")
    if not count.isdigit() or (int(count) and not (env and key)):
        raise PassingFault("the answer has no count or no place on the history server", tries=3)
    whole = not at.windows
    at = replace(at, total=int(count) if whole else at.total)
    few = limit is not None and limit <= MOST and whole
    reachable = min(int(count), MOST) if few else int(count)
    following = _after_search(at, reachable, env, key)
    return Page(
        ids=(),
        next=following.text() if following else None,
        total=at.total,
        has_records=False,
        read_as=str(found.get("querytranslation") or "") if whole else "",
        told=tuple(_complaints(found)) if whole else (),
    )


def _after_search(at: _At, count: int, env: str, key: str) -> _At | None:
    rest = at.windows[1:]
    if count > MOST:
        least, most = at.windows[0] if at.windows else (str(_FIRST_DAY), str(_LAST_DAY))
        halves = _halves(date.fromisoformat(least), date.fromisoformat(most))
        if halves is None:
            raise Unanswered(
                f"PubMed has {count:,} records of {least} alone and gives {MOST:,} at most",
                "Part the search into several, by a narrower query",
            )
        return _At(total=at.total, windows=(*halves, *rest))
    if count:
        return _At(env=env, key=key, count=count, total=at.total, windows=rest)
    return _At(total=at.total, windows=rest) if rest else None


def _halves(least: date, most: date) -> tuple[Window, Window] | None:
    if least >= most:
        return None
    # most of PubMed came in after 1990: the first cut falls where it parts the records best
    middle = date(2012, 12, 31) if least == _FIRST_DAY and most == _LAST_DAY else None
    middle = middle or least + (min(most, date(2060, 1, 1)) - least) // 2
    middle = min(max(middle, least), most - timedelta(days=1))
    return (str(least), str(middle)), (str(middle + timedelta(days=1)), str(most))


def _complaints(found: Mapping[str, Any]) -> Iterator[str]:
    """What PubMed says that it did not find or passed over in the query."""
    for group in ("errorlist", "warninglist"):
        lists = found.get(group)
        for name, words in lists.items() if isinstance(lists, Mapping) else ():
            if isinstance(words, list):
                for word in words:
                    yield f"{_COMPLAINTS.get(str(name), str(name))}: {word}"


_COMPLAINTS = {
    "phrasesnotfound": "phrase not found",
    "fieldsnotfound": "field not known",
    "phrasesignored": "word passed over",
    "quotedphrasesnotfound": "quoted phrase not found, searched without quotes",
    "outputmessages": "PubMed says",
}


def _fetched(answer: Response, at: _At, size: int) -> Page:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(answer.body, parser)
    except etree.XMLSyntaxError:
        is_json = answer.body.lstrip()[:1] == b"{"
        if is_json and isinstance(answer.as_json(), Mapping) and words_of(answer):
            raise Unanswered(
                f"PubMed refuses: {words_of(answer)}", "Try the same command again", 410
            ) from None
        raise PassingFault("the answer is cut off or no XML", tries=4) from None
    if root.tag != "PubmedArticleSet":
        error = root.findtext(".//ERROR")
        if error is None:
            raise PassingFault("the answer is no list of articles", tries=4)
        raise Unanswered(
            f"PubMed refuses: {for_terminal(error)[:300]}", "Try the same command again", 410
        )
    ids = tuple(
        (one.findtext("MedlineCitation/PMID") or one.findtext("BookDocument/PMID") or "").strip()
        for one in root
        if one.tag in ("PubmedArticle", "PubmedBookArticle")
    )
    if not ids:
        raise PassingFault("PubMed gives no record where there should be some", tries=3)
    asked = min(size, at.count - at.at)
    following: _At | None = replace(at, at=at.at + asked)
    if at.at + asked >= at.count:
        following = _At(total=at.total, windows=at.windows) if at.windows else None
    return Page(ids=ids, next=following.text() if following else None, total=at.total)


PUBMED = SearchSource(
    id="pubmed",
    label="PubMed",
    kind=SourceKind.DATABASE,
    interface="NCBI E-utilities",
    address="https://eutils.ncbi.nlm.nih.gov/entrez/eutils",
    format="pubmed_xml",
    suffix=".xml",
    page_size=500,
    request=_request,
    read=_read,
    key_variables=("NCBI_API_KEY",),
    key_place="api_key",
    interval=0.34,
    interval_when_known=0.11,
)
