"""Names of people as exports write them into `Name`.

A comma parts family and given name (RIS, EndNote, WoS). Without one, a name is parted only where
its initials show which is which ("Keefer AB", "A. B. Keefer", "Ada B. Keefer"), where the layout
says that given names come first, or where all of several names of a record look like that;
everything else stays literal, for an organisation looks the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.model.record import Name
from pipeline.readers.entries import quickly, words

_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|2nd|3rd|4th)\.?\Z", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_]\.?-?){1,4}\Z")
_TAIL = re.compile(r"[A-ZÀ-ÖØ-Þ](?:[A-ZÀ-ÖØ-Þ]{0,3}|(?:\.?[ -]?[A-ZÀ-ÖØ-Þ])*\.)\Z")
_HEAD = re.compile(r"(?:[A-ZÀ-ÖØ-Þ](?:[a-z]{1,2})?\.[ -]?)+\Z")
_PARTICLES = frozenset(
    words(
        "von van de der den del della di da dos das du la le ter ten af av zu zur vom op y e al el "
        "bin ibn"
    )
)
_ORGANISATION = re.compile(
    r"\b(?:group|consortium|university|institute|organi[sz]ation|committee|association|society|"
    r"department|ministry|agency|center|centre|council|foundation|collaboration|network|team|"
    r"study|investigators|initiative|commission|college|academy|office|service|services|program|"
    r"programme|project|inc|ltd|gmbh|corporation|company|press|bank|nations|federation|union|"
    r"alliance|trust|trial|task force|working party|workgroup|international|global|hospitals?|"
    r"clinic|school|research|medical|health|library|museum|laborator(?:y|ies)|universit[\w]+|"
    r"institut\w*|ministerio|organisation mondiale)\b",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"(?:Inc|Incorporated|Ltd|Limited|LLC|L\.L\.C|GmbH|Corp|Corporation|Company|Pty|PLC|plc|S\.p\.A|"
    r"Co\.,? Ltd|Pty\.? Ltd|GmbH & Co\.? KG)\.?\Z"
)
_FORMS = frozenset(words("Inc Inc. Ltd Ltd. LLC GmbH Corp Corp. Limited PLC plc Company Pty"))
_PERSON = re.compile(r"(?:[^\W\d_][\w'’.-]*\s+){1,3}[^\W\d_][\w'’.-]+\Z")
_PLAIN = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_LONGEST = 400
_DOTTED = re.compile(r"(?:[A-ZÀ-ÖØ-Þ]\.-?){1,4}\Z")
_NOBODY = frozenset({"", "anonymous", "[anonymous]", "anon", "anon.", "[anon]", "-", "n/a", "none"})
_name = quickly(Name)
_ET_AL = re.compile(r"(?:,?\s*(?:and\s+)?(?:et\.? al\.?|others))\Z", re.IGNORECASE)


def name(text: str, given_first: bool = False) -> Name | None:
    """The name in `text`, or None where it names nobody ("[Anonymous]", "et al.").

    `given_first` says that the layout writes given names first and without a comma.
    """
    family, comma, given = text.partition(", ")
    if comma:
        if (
            (family.isalpha() or _PLAIN.fullmatch(family))
            and "," not in given
            and given[-1:] not in ("", ";", " ")
            and (len(given) > 4 or not _SUFFIX.match(given))
            and given not in _FORMS
        ):
            return _name(family=family, given=given)
    elif not given_first:
        family, blank, given = text.partition(" ")
        if blank and family.isalpha() and _DOTTED.match(given):
            return _name(family=family, given=given)
    if len(text) > _LONGEST:
        return Name(literal=" ".join(text.split())[:_LONGEST])
    text = text.strip().strip(";,")
    if text.startswith(("http://", "https://")):
        return None
    if text[:1] == "{" and text[-1:] == "}":
        return Name(literal=text.strip("{}").strip())
    if text.lower() in _NOBODY or _ET_AL.fullmatch(text):
        return None
    text = _ET_AL.sub("", text)
    family, comma, given = text.partition(",")
    if comma:
        return _with_comma(family.strip(), given.strip())
    tokens = text.split()
    if len(tokens) < 2:
        return Name(family=text) if given_first and text else Name(literal=text)
    if _ORGANISATION.search(text):
        return Name(literal=text)
    return _without_comma(text, tokens, given_first)


def _with_comma(family: str, given: str) -> Name:
    if not given:
        return Name(family=family) if family else Name(literal=given)
    if given[0] == "," or _COMPANY.match(given):  # `,,` in EndNote: what follows is no given name
        return Name(literal=f"{family}, {given.lstrip(', ')}")
    if "," in given:
        parts = [part.strip() for part in given.split(",") if part.strip()]
        if not parts:
            return Name(family=family)
        if len(parts) == 2:
            if _SUFFIX.match(parts[1]):
                return Name(family=family, given=parts[0], suffix=parts[1])
            if _SUFFIX.match(parts[0]):
                return Name(family=family, given=parts[1], suffix=parts[0])
        if len(parts) > 3 or _ORGANISATION.search(family):
            return Name(literal=f"{family}, {given}")
        return Name(family=family, given=", ".join(parts))
    if _SUFFIX.match(given) and " " in family:
        before = _without_comma(family, family.split(), given_first=True)
        return Name(family=before.family or family, given=before.given, suffix=given)
    if _ORGANISATION.search(family) and len(family.split()) > 1:
        return Name(literal=f"{family}, {given}")
    return Name(family=family, given=given)


def _without_comma(text: str, tokens: list[str], given_first: bool) -> Name:
    suffix = ""
    if _SUFFIX.match(tokens[-1]) and len(tokens) > 2:
        suffix = tokens.pop()
    if not given_first or _bare_initials(tokens[-1]):
        start = len(tokens)
        while start > 1 and _TAIL.match(tokens[start - 1]) and len(tokens[start - 1]) <= 6:
            start -= 1
        if start < len(tokens) and not _HEAD.match(tokens[0]):
            family, given = " ".join(tokens[:start]), " ".join(tokens[start:])
            return Name(family=family, given=given, suffix=suffix)
    if not given_first and not _HEAD.match(tokens[0]) and not _initial_between(tokens):
        return Name(literal=text)
    return _given_first(tokens, suffix)


def _initial_between(tokens: list[str]) -> bool:
    """Whether these are a given name, initials with full stops, a family name."""
    return (
        2 < len(tokens) < 6
        and all(token[:1].isupper() and token[1:].isalpha() for token in (tokens[0], tokens[-1]))
        and all(_DOTTED.match(token) for token in tokens[1:-1])
    )


def people_without_commas(values: Sequence[str]) -> Sequence[Name]:
    """The names of a record when all of several are written "Ada Lovelace"; else none.

    One alone may be an organisation; that several are, and all of two to four capitalised words
    without a word of organisations in them, is not met.
    """
    if len(values) < 2 or any("," in value or ";" in value for value in values):
        return ()
    for value in values:
        tokens = value.split()
        if (
            not _PERSON.match(value.strip())
            or not (tokens[0][0].isupper() and tokens[-1][0].isupper())
            or _TAIL.match(tokens[-1])
            or _ORGANISATION.search(value)
        ):
            return ()
    return [found for value in values if (found := name(value, True))]


def _bare_initials(token: str) -> bool:
    bare = token.rstrip(".")
    return bare.isupper() and bare.isalpha() and len(bare) <= 2


def _given_first(tokens: list[str], suffix: str) -> Name:
    cut = len(tokens) - 1
    for index in range(1, len(tokens) - 1):
        if tokens[index].lower() in _PARTICLES and tokens[index][0].islower():
            cut = index
            break
    return Name(family=" ".join(tokens[cut:]), given=" ".join(tokens[:cut]), suffix=suffix)


def bibtex_names(text: str) -> list[str]:
    """The names in a BibTeX list: parted by `and` outside braces, in any case and spacing."""
    if "{" not in text:
        return [
            part.strip() for part in re.split(r"\s+and\s+", f" {text} ", flags=re.I) if part.strip()
        ]
    names: list[str] = []
    depth = 0
    start = 0
    for match in re.finditer(r"[{}]|(?<=\s)and(?=\s)", text, re.IGNORECASE):
        sign = match.group()
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth = max(0, depth - 1)
        elif depth == 0:
            names.append(text[start : match.start()].strip())
            start = match.end()
    names.append(text[start:].strip())
    return [part for part in names if part]


_AND = re.compile(r"\s+and\s+|\s+&\s+", re.IGNORECASE)
_INITIALS_ONLY = re.compile(r"(?:[A-ZÀ-ÖØ-Þ]\.?[ -]?){1,4}\Z")
_NUMBERED = re.compile(r"\(\d{5,}\)")
_BLANKS = re.compile(r"[ \t\u00a0]{2,}")
_LISTED = re.compile(r"""'([^']*)'|"([^"]*)\"""")


def names_in_cell(text: str, given_first: bool = False) -> Sequence[Name]:
    """The names in one cell of a table, whatever parts them: `;`, `|`, ` and `, line ends, commas.

    Commas part names only where nothing else does and the pieces show that they are whole names
    ("Liu R., Adler D.G."), never where they part family and given name ("Liu, R.").
    """
    if "(" in text:
        text = _NUMBERED.sub("", text)
    if "  " in text:
        text = _BLANKS.sub(" ", text)
    if "|" in text or "\n" in text:
        text = text.replace("\n", ";").replace("|", ";")
    if ";" in text:
        parts = text.split(";")
        if len(parts) == 2 and not parts[1].strip() and _AND.search(parts[0]):
            parts = _AND.split(parts[0])
    else:
        parts = _without_semicolons(text.strip())
    return [found for part in parts if part and (found := name(part.strip(), given_first))]


def _is_organisation(text: str) -> bool:
    """Whether one name of an organisation stands here, with "and" or commas in it."""
    first, *others = text.split(",")
    if others and _COMPANY.match(others[-1].strip()):
        return len(others) == 1 or "Co" in others[-2]
    return (
        "." not in text
        and _ORGANISATION.search(first) is not None
        and all(" " not in word.strip() for part in others for word in _AND.split(part))
    )


def several(text: str) -> Sequence[Name]:
    """The names in a value that should hold one and plainly holds more ("Lee, A; Kim, B")."""
    text = _BLANKS.sub(" ", text)
    if ";" in text:
        parts = [part for part in text.split(";") if part.strip()]
    else:
        parts = _AND.split(text)
        if not all("," in part for part in parts) or _COMPANY.match(
            parts[-1].rpartition(",")[2].strip()
        ):
            return ()
    return [found for part in parts if (found := name(part.strip()))] if len(parts) > 1 else ()


def _without_semicolons(text: str) -> list[str]:
    text = text[:-60] + _ET_AL.sub("", text[-60:])
    if ",," in text or _is_organisation(text):
        return [text]
    if text[:1] == "[" and text[-1:] == "]" and ("'" in text or '"' in text):
        return [one or other for one, other in _LISTED.findall(text)]
    if _AND.search(text):
        parts: list[str] = []
        for part in _AND.split(text):
            # "Smith A, Jones B and Brown C" against "Smith, A and Jones, B"
            parts.extend(_by_commas(part) if part.count(",") > 1 else [part.strip(" ,")])
        return parts
    return _by_commas(text)


def _by_commas(text: str) -> list[str]:
    """ "Liu R., Adler D.G." and "Ann Lee, Bo Kim" part at each comma; "Liu, R." does not;
    "Liu, R., Adler, D.G." parts at every second one."""
    if "," not in text:
        return [text]
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    if len(pieces) < 2:
        return pieces
    if all(" " in piece for piece in pieces):
        return pieces
    odd = pieces[1::2]
    if len(pieces) % 2 == 0 and all(_INITIALS_ONLY.match(piece) for piece in odd):
        return [f"{a}, {b}" for a, b in zip(pieces[::2], odd, strict=True)]
    if len(pieces) == 2:
        return [text]
    if len(pieces) == 3 and _SUFFIX.match(pieces[2]):
        return [text]
    if sum(" " in piece for piece in pieces) * 2 > len(pieces):
        return pieces
    if len(pieces) % 2 == 0:
        return [f"{a}, {b}" for a, b in zip(pieces[::2], odd, strict=True)]
    return pieces


_JOINT = re.compile(r"(?<=[a-zß-öø-ÿ.’'])(?=[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ.’'])")
_PREFIX = re.compile(
    r"(?:\b|[^a-zA-Z])(?:Mc|Mac|De|Di|Da|Du|La|Le|Van|Von|O['’]|D['’]|Fitz|Ben|El|Al)\Z"
)


def names_run_together(text: str) -> tuple[Name, ...]:
    """The names of a Springer CSV, which writes them without anything between them."""
    parts = [""]
    for piece in _JOINT.split(text):
        before = parts[-1]
        if (before and (_PREFIX.search(before) or not re.search(r"\s", before.strip()))) or (
            before.endswith(".") and len(before.split()[-1]) <= 2
        ):
            parts[-1] = before + piece
        else:
            parts.append(piece)
    return tuple(n for part in parts if part.strip() and (n := name(part.strip(), True)))
