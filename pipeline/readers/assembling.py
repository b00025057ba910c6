"""From an entry to a record: what the entry says by field, made alike for all layouts.

A bad year or identifier is a warning and never costs the record; what was exported stays in
`as_exported` whatever the fields make of it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from pipeline.model.problem import Place
from pipeline.model.record import Issued, Name, Record, SetAside, Tag
from pipeline.readers import identifiers as ids
from pipeline.readers.dates import issued
from pipeline.readers.entries import Entry, Gathered, Said, quickly, words
from pipeline.readers.names import name, people_without_commas, several

_CSL = {
    "article-journal": (
        "jour journalarticle article journal ejour articlejournal electronicarticle jfull "
        "journalpaper research researcharticle journalarticles reportsresearch j articleinpress "
        "researchsupport randomizedcontrolledtrial clinicaltrial letter editorial review "
        "reviewarticle systematicreview metaanalysis casereport casereports shortsurvey note "
        "erratum journalreview peerreviewedjournal academicjournal periodical inpr inpress "
        "originalarticle originalpaper shortcommunication comment observationalstudy "
        "comparativestudy evaluationstudy multicenterstudy clinicalstudy scholarlyjournals "
        "academicjournals journalarticlepeerreviewedjournal scholarlyjournal datapaper "
        "articledata retractedpublication introductoryjournalarticle 期刊"
    ),
    "article-magazine": ("mgzn magazinearticle magazine trademagazine popularmagazine magazines"),
    "article-newspaper": "news newspaperarticle newspaper newspapers",
    "book": (
        "book wholebook books edbook editedbook ebook mvbook monograph collection mvcollection "
        "mvreference referencebook bookwhole booklet manual b classicalwork ancient clswk "
        "electronicbook authoredbook mvproceedings bookedited collectedworks specialissue"
    ),
    "chapter": (
        "chap booksection bookchapter chapter inbook incollection echap suppbook bookpart "
        "electronicbooksection electronicbookchapter booksectionedited incollections bookinbook "
        "suppcollection referencechapter bookreferenceentry contribution contentitem"
    ),
    "paper-conference": (
        "conf cpaper conference conferencepaper conferenceproceeding conferenceproceedings "
        "inproceedings proceedings proceedingsarticle conferenceabstract meetingabstract "
        "proceedingspaper conferencereview abst abstract p c articleproceedingspaper "
        "conferencepaperarticle conferencearticle ieeeconferences ieeeconference "
        "articleconferencepaper conferencecontribution conferencepublication meetingpaper "
        "speechesmeetingpapers"
    ),
    "thesis": (
        "thes thesis phdthesis mastersthesis dissertation dissertationthesis dissertations "
        "dissertationstheses thesisdissertation academicdissertation dissertationthesisetc "
        "doctoraldissertation theses dissertationsthesesdoctoraldissertations"
    ),
    "report": (
        "rprt report techreport technicalreport govdoc govdocument governmentdocument govt gov "
        "reportsevaluative reportsdescriptive workingpaper wp researchreport "
        "reportsresearchother unpd governmentpublication"
    ),
    "article": "preprint eprint preprints postedcontent",
    "webpage": (
        "elec webpage website online www electronic web electronicsource icomm blogpost blog"
    ),
    "patent": "pat patent patents",
    "dataset": "data dataset datasets aggr",
    "software": "comp software computerprogram computerprogramme",
    "manuscript": "unpb unpublished unpublishedwork manuscript manscpt unbill",
    "legislation": "bill stat statute legislation hear hearing legislationlaw",
    "legal_case": "case legalcase caselaw legalruleorregulation legal",
    "entry-encyclopedia": "ency encyclopedia encyclopediaarticle inreference",
    "entry-dictionary": "dict dictionary dictionaryentry",
    "motion_picture": ("video mpct filmorbroadcast film motionpicture videorecording movie advs"),
    "song": "music sound audio audiorecording soundrecording",
    "map": "map maps",
    "speech": "slide presentation talk speech lecture",
    "personal_communication": "pcomm personalcommunication email",
    "interview": "interview",
    "standard": "stand standard ieeestandards",
    "graphic": "art artwork figure chart graphic image",
    "review": "bookreview",
    "review-book": "reviewbook",
    "clinical_trial": "",
}
_TYPES = {word: csl for csl, words in _CSL.items() for word in words.split()}
_OWN = frozenset(_CSL)


@lru_cache(maxsize=4096)
def csl_type(text: str) -> str:
    """The CSL type for the type `text` of an export, "" when it is not known.

    Of several ("Journal Article; Review") the first that is known counts.
    """
    low = text.strip().lower()
    found = _TYPES.get("".join(sign for sign in low if sign.isalnum()))
    if found or low in _OWN:
        return found or low
    for sign in (";", "|", "/", ",", ":", "(", "\n"):
        if sign in low:
            for part in low.split(sign):
                if found := _TYPES.get("".join(s for s in part if s.isalnum())):
                    return found
    return ""


FIELDS = words(
    "type title author editor issued month container_title container_title_short volume issue "
    "page first_page last_page publisher publisher_place doi pmid pmcid serial abstract language "
    "keyword url accession_number database note identifier"
)
"""The fields an entry may speak of. `serial` is ISSN or ISBN; `identifier` is searched for known
schemes; `month` is a date without its year; the others are named like those of `Record`."""

_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#x[0-9A-Fa-f]{1,6});")
_MARKUP = re.compile(
    r"</?(?:jats:|mml:)?(?:i|b|u|p|em|strong|sub|sup|scp|sc|inf|italic|bold|span|br|div|title|sec|"
    r"font|tt|small|underline|h[1-6]|li|ul|ol|math|mi|mo|mn|mrow|msub|msup|mtext)\b[^<>]{0,200}>",
    re.IGNORECASE,
)
_PAGE_WORDS = re.compile(r"\A(?:pp?|pages?)[.:]?\s*(?=[\divxlceS])", re.IGNORECASE)
_DASHES = re.compile(r"\s*[\u2010-\u2015\u2212]\s*|\s*--+\s*|(?<=\d)\s*-\s*(?=\w)")
_RANGE = re.compile(r"\d+-\d+\Z")
_DAMAGED_PAGE = re.compile(
    r"(?:(\d{1,2})-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-(\d{1,2}))\Z",
    re.IGNORECASE,
)
_MONTHS = words("jan feb mar apr may jun jul aug sep oct nov dec")
_EXCEL = re.compile(r'=\s*"(.*)"\Z', re.DOTALL)

Names = Callable[[str], Sequence[Name]]

_record = quickly(Record)
_place = quickly(Place)


def one_name(text: str) -> Sequence[Name]:
    """The name of a tag that stands for one person."""
    if "\n" in text:
        lines = [line for line in text.split("\n") if line.strip()]
        if all("," in line for line in lines):
            return tuple(found for line in lines if (found := name(line)))
        text = " ".join(text.split())
    if (";" in text or " and " in text or " & " in text) and (people := several(text)):
        return people
    found = name(text)
    return (found,) if found else ()


def record_of(
    entry: Entry,
    *,
    search: str,
    number: int,
    gathered: Gathered,
    names: Names = one_name,
) -> Record | SetAside:
    """The record of `entry` as the `number`th of `search`, or the entry set aside with why."""
    place = _place(file=gathered.file, line=entry.line)
    if entry.why:
        return SetAside(number=number, place=place, why=entry.why, raw=entry.raw)
    said = entry.said
    people = entry.people
    line = entry.line
    url = _url(said["url"]) if "url" in said else ""
    issns, isbns = _serials(said["serial"]) if "serial" in said else ((), ())
    pmid = _first(said["pmid"], ids.pmid) if "pmid" in said else ""
    if not pmid and "ncbi" in url:
        pmid = ids.pmid_in_url(url)
    return _record(
        id=f"{search}:{number:04d}",
        number=number,
        place=place,
        type=_type(said["type"]) if "type" in said else "",
        title=_line(said, "title"),
        author=tuple(people["author"]) if people else _names(said, "author", names),
        editor=tuple(people.get("editor", ())) if people else _names(said, "editor", names),
        issued=_issued(said, line, gathered) if "issued" in said else None,
        container_title=_line(said, "container_title"),
        container_title_short=_line(said, "container_title_short"),
        volume=_line(said, "volume"),
        issue=unspoiled(_line(said, "issue")),
        page=_page(said),
        publisher=_line(said, "publisher"),
        publisher_place=_line(said, "publisher_place"),
        doi=_doi(said, line, gathered),
        pmid=pmid,
        pmcid=_first(said["pmcid"], ids.pmcid) if "pmcid" in said else "",
        issn=issns,
        isbn=isbns,
        abstract=_text(said["abstract"]) if "abstract" in said else "",
        language=_line(said, "language"),
        keyword=_keywords(said["keyword"]) if "keyword" in said else (),
        url=url,
        accession_number=_line(said, "accession_number"),
        database=_line(said, "database"),
        note=_note(said["note"]) if "note" in said else "",
        identifiers=_others(said, url),
        as_exported=entry.tags,
    )


def plain(text: str) -> str:
    """`text` without markup and entities, its blanks single, on one line."""
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
        if "&" in text and _ENTITY.search(text):  # `&amp;lt;` is written twice in some exports
            text = html.unescape(text)
    if "<" in text:
        text = _MARKUP.sub("", text)
    if text[:2] == '="' and (cell := _EXCEL.match(text)):
        text = cell[1]
    if (
        "  " in text
        or "\n" in text
        or "\t" in text
        or "\xa0" in text
        or text[:1] == " "
        or text[-1:] == " "
    ):
        return " ".join(text.split())
    return text


def _line(said: Said, field: str) -> str:
    if field in said:
        for value in said[field]:
            if clean := plain(value):
                return clean
    return ""


def _text(values: Sequence[str]) -> str:
    """The first value that says anything; its paragraphs stay apart."""
    for text in values:
        if "\n\n" in text:
            clean = "\n\n".join(p for part in text.split("\n\n") if (p := plain(part)))
        else:
            clean = plain(text)
        if clean:
            return clean
    return ""


def _note(values: Sequence[str]) -> str:
    """All notes, a paragraph each."""
    if len(values) == 1:
        return _text(values)
    return "\n\n".join(clean for value in values if (clean := _text((value,))))


def _names(said: Said, field: str, names: Names) -> tuple[Name, ...]:
    if field not in said:
        return ()
    found: list[Name] = []
    for value in said[field]:
        if "&" in value and _ENTITY.search(value):
            value = html.unescape(value)
        found += names(value)
    if names is one_name and any(person.literal for person in found):
        return tuple(people_without_commas(said[field])) or tuple(found)
    return tuple(found)


def _issued(said: Said, line: int, gathered: Gathered) -> Issued | None:
    found = issued(said["issued"], said.get("month", ()))
    text = found.literal if found else "".join(said["issued"][:1]).strip()
    if text and (found is None or not found.year) and any(sign.isalnum() for sign in text):
        gathered.add(
            "year",
            line,
            f"no year can be read from {text[:60]!r}",
            "Nothing is lost: the words are kept as they are; the record has no year",
        )
    return found


def _doi(said: Said, line: int, gathered: Gathered) -> str:
    values = said.get("doi", ())
    for value in values:
        if found := ids.doi(value):
            return found
    for value in said.get("url", ()):
        if found := ids.doi_in_url(value):
            return found
    for value in values:
        if clean := value.strip():
            gathered.add(
                "doi",
                line,
                f"{clean[:60]!r} is not a DOI",
                "Nothing is lost: it is kept as exported; the record is compared without a DOI",
            )
            return clean.lower() if clean.startswith("10.") and " " not in clean else ""
    return ""


def _first(values: Sequence[str], read: Callable[[str], str]) -> str:
    for value in values:
        if found := read(value):
            return found
    return ""


def _type(values: Sequence[str]) -> str:
    for value in values:
        if found := csl_type(value):
            return found
    return ""


def _url(values: Sequence[str]) -> str:
    for value in values:
        for part in value.split():
            if part.startswith(("http", "ftp", "www.")):
                return part.rstrip(";,")
    return ""


def _serials(values: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return ids.serials(values[0] if len(values) == 1 else " ; ".join(values))


def unspoiled(text: str) -> str:
    """`1-11` again where a spreadsheet made a date of it (`01-Nov`, `11-Jan`, `Nov-22`)."""
    if "-" not in text:
        return text
    found = _DAMAGED_PAGE.match(text)
    if not found:
        return text
    number = int(found[1] or found[4])
    month = _MONTHS.index((found[2] or found[3]).lower()) + 1
    return "-".join(map(str, sorted((number, month))))


def _page(said: Said) -> str:
    whole = _line(said, "page")
    if not whole:
        first = _line(said, "first_page")
        last = _line(said, "last_page")
        if first.isdecimal() and last.isdecimal():
            return first if first == last else f"{first}-{last}"
        whole = (
            f"{first}-{last}" if first and last and first != last and "-" not in first else first
        ) or (last if "-" in last else "")  # a whole range under the tag of the last page
        if not whole:
            return ""
    if whole.isdecimal() or _RANGE.match(whole):
        return whole
    return unspoiled(_DASHES.sub("-", _PAGE_WORDS.sub("", whole)))


def _keywords(values: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in values:
        if ";" in text or "\n" in text or "|" in text:
            if "&" in text:
                text = html.unescape(text)
            elif not (
                "  " in text
                or "\n" in text
                or "|" in text
                or "<" in text
                or "\t" in text
                or "\xa0" in text
                or '="' in text
            ):  # each part is plain but for its edges
                for part in text.split(";"):
                    if clean := part.strip():
                        found[clean] = None
                continue
            for part in text.replace("\n", ";").replace("|", ";").split(";"):
                if clean := plain(part.strip()):
                    found[clean] = None
        elif clean := plain(text):
            found[clean] = None
    return tuple(found)


def _others(said: Said, url: str) -> tuple[Tag, ...]:
    values = said.get("identifier", ())
    if url and ("arxiv" in url or "openalex" in url or "clinicaltrials" in url):
        values = [*values, url]
    if not values:
        return ()
    found = {pair: None for value in values for pair in ids.others(value)}
    return tuple(Tag(scheme, value) for scheme, value in found)
