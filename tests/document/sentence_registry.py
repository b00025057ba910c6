"""The registry of generated sentences: of each template its words and the recount that proves it.

A template is a pattern; each of its groups is a number (in figures or words) or a name, and the
recount gives what has to stand there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.document.recounted import DATABASES, OTHER, Recount

SCREENED = ("excluded", *("awaiting retrieval", "not retrieved", "awaiting assessment"))
SOUGHT = ("awaiting retrieval", "not retrieved", "awaiting assessment")
READ = ("excluded on full text", "included")
N = r"([\d,]+|no|none|one|two|three|four|five|six|seven|eight|nine|ten)"
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
Groups = tuple[object, ...]


@dataclass(frozen=True)
class Template:
    """`says` is a pattern of the whole sentence, `recount` what its groups have to be."""

    says: str
    recount: Callable[[Recount], Groups]
    arm: str = ""


def _steps(up_to: int) -> range:
    return range(up_to + 1)


def _screened(r: Recount, arm: str) -> int:
    return r.n(arm, (*SCREENED, *READ), _steps(1))


def _sought(r: Recount, arm: str) -> int:
    return r.n(arm, (*SOUGHT, *READ), _steps(2))


def _read(r: Recount, arm: str) -> int:
    return r.n(arm, READ, _steps(3))


def _missing(r: Recount, arm: str) -> int:
    return r.n(arm, ("not retrieved",), _steps(2))


def _unread(r: Recount, arm: str) -> int:
    later = r.n(arm, ("awaiting assessment",), (3,))
    return r.n(arm, ("awaiting retrieval", "awaiting assessment"), _steps(2)) + later


def _found(r: Recount, arm: str) -> int:
    return r.n(arm, set(r.where.values()), (0,))


def _joined(r: Recount, arm: str, step: int) -> int:
    return r.n(arm, set(r.where.values()), (step,))


def _sources(r: Recount, kind: str) -> int:
    known = {s.id: s for s in r.review.searches}
    found = [known[rec.split(":")[0]] for rec, step in r.entered.items() if step == 0]
    return len({s.source for s in found if s.kind == kind})


def _edition(r: Recount) -> int:
    return r.before.number if r.before else 0


def _new(r: Recount) -> int:
    earlier = r.studies(r.before.on) if r.before else {}
    known = {x for reports in earlier.values() for x in reports}
    return sum(known.isdisjoint(reports) for reports in r.studies(r.day).values())


def _reports_of(r: Recount, day: object) -> int:
    return len({x for reports in r.studies(day).values() for x in reports})


_DAY = r"\d+ \w+ \d{4}"
TEMPLATES: Mapping[str, Template] = {
    "nothing taken in": Template(r"No records have been taken in yet", lambda r: ()),
    "no record brought": Template(r"No search has brought a record so far", lambda r: ()),
    "edition before": Template(
        rf"Edition {N} of {_DAY} included {N} stud(?:y|ies) with {N} reports?",
        lambda r: (_edition(r), len(r.studies(r.before.on)), _reports_of(r, r.before.on)),
    ),
    "no search since": Template(
        rf"No search was added since edition {N} of {_DAY}; what was decided since then is counted "
        r"with the searches of that edition",
        lambda r: (r.amends.number,),
    ),
    "identified": Template(
        rf"{N} records? (?:was|were) identified(?: since edition {N})? from (?:{N} databases?)?"
        rf"(?: and )?(?:{N} registers?)?",
        lambda r: (
            _found(r, DATABASES),
            _edition(r) or None,
            _sources(r, "database") or None,
            _sources(r, "register") or None,
        ),
        DATABASES,
    ),
    "none identified": Template(
        rf"No record was identified(?: since edition {N})? from databases and registers",
        lambda r: (_edition(r) or None,),
        DATABASES,
    ),
    "none removed": Template(r"None was removed before screening", lambda r: (), DATABASES),
    "duplicates": Template(
        rf"Before screening, {N} (?:was|were) removed as (?:a duplicate|duplicates)",
        lambda r: (r.n(DATABASES, ("duplicate",), _steps(1)),),
        DATABASES,
    ),
    "left unscreened": Template(
        rf"{N} records? (?:was|were) left unscreened, as screening was stopped: enough was found",
        lambda r: ("left",),
    ),
    "screened, all excluded": Template(
        rf"{N} records? (?:was|were) screened on title and abstract(?: and excluded|, and all of "
        r"them were excluded)",
        lambda r: (_screened(r, DATABASES),),
        DATABASES,
    ),
    "screened, none excluded": Template(
        rf"{N} records? (?:was|were) screened on title and abstract, and none was excluded",
        lambda r: (_screened(r, DATABASES),),
        DATABASES,
    ),
    "screened": Template(
        rf"{N} records? (?:was|were) screened on title and abstract, and {N} (?:was|were) excluded",
        lambda r: (_screened(r, DATABASES), r.n(DATABASES, ("excluded",), _steps(1))),
        DATABASES,
    ),
    "none screened": Template(r"None has been screened to a decision yet", lambda r: (), DATABASES),
    "awaits a decision": Template(
        rf"{N} records? awaits? a decision on title and abstract", lambda r: ("awaits",)
    ),
    "joined": Template(
        rf"(?:By other methods: )?{N} records? of edition {N} that (?:was|were) open then or (?:is|"
        rf"are) decided anew (?:is|are) counted here as well: .*",
        lambda r: ("joined", _edition(r)),
    ),
    "reports": Template(
        rf"(?:Of these, )?(?:{N} reports? (?:was|were) sought)?(?:,? ?(?:and )?{N} could not be "
        rf"obtained)?(?:,? ?(?:and )?(?:(?:it was|all {N} were)|{N}(?: reports?)? (?:was|were)) "
        rf"assessed on full text)?(?:,? ?(?:and )?{N} (?:is|are) awaited or unread)?",
        lambda r: ("reports",),
    ),
    "reports excluded": Template(
        rf"{N} reports? (?:was|were) excluded(?:, all for one reason)?: .*",
        lambda r: ("reports excluded",),
    ),
    "other methods": Template(
        rf"By other methods, {N} records? (?:was|were) identified(?: since edition {N})?",
        lambda r: (_found(r, OTHER), _edition(r) or None),
        OTHER,
    ),
    "other, no further": Template(
        rf"(?:{N} (?:was|were) (?:a )?duplicates?)?(?: and )?(?:{N} (?:was|were) excluded on title "
        r"and abstract)?",
        lambda r: (
            r.n(OTHER, ("duplicate",), _steps(1)) or None,
            r.n(OTHER, ("excluded",), _steps(1)) or None,
        ),
        OTHER,
    ),
    "none included": Template(
        rf"No study is included(?: so far)?(?:; {N} of edition {N} (?:is|are) not included any "
        r"more)?",
        lambda r: ("gone",),
    ),
    "included": Template(
        rf"{N} stud(?:y|ies) with {N} reports? (?:is|are) included(?: so far)?(?:, {N} of them new "
        rf"since edition {N})?(?:; {N} of edition {N} (?:is|are) not included any more)?"
        rf"(?:; {N} of the reports (?:is|are) new and tells? of studies that edition {N} "
        r"included)?",
        lambda r: (
            len(r.studies(r.day)),
            _reports_of(r, r.day),
            _new(r) if r.before else None,
            "edition",
            "gone",
        ),
    ),
    "in progress": Template(
        rf"The review is in progress: {N} records? (?:is|are) pending",
        lambda r: (r.all("awaiting screening", "awaiting retrieval", "awaiting assessment"),),
    ),
    # methods: duplicates, reports
    "all duplicates": Template(
        rf"(?:Over all searches, )?{N} records? (?:was|were) removed as (?:a duplicate|duplicates)",
        lambda r: (r.all("duplicate"),),
    ),
    "duplicates outside": Template(
        rf"The flow diagram counts {N} of them among the duplicates removed before screening; .*",
        lambda r: (r.n(DATABASES, ("duplicate",), _steps(1)),),
    ),
    "all sought": Template(
        rf"(?:Over all searches, )?{N} reports? (?:was|were) sought",
        lambda r: (r.all(*SOUGHT, *READ),),
    ),
    "none sought": Template(r"No report has been sought(?: yet)?", lambda r: ()),
    "not obtained": Template(
        rf"(?:Over all searches, )?{N} reports? could not be obtained(?: and {N} reports? "
        r"(?:is|are) "
        r"awaited or unread)?",
        lambda r: (
            r.all("not retrieved"),
            r.all("awaiting retrieval", "awaiting assessment") or None,
        ),
    ),
    "missing": Template(
        rf"{N} reports? could not be obtained", lambda r: (r.all("not retrieved"),)
    ),
    "awaited": Template(
        rf"{N} reports? (?:is|are) awaited still", lambda r: (r.all("awaiting retrieval"),)
    ),
    "obtained": Template(r"(?:It was|All of them were) obtained", lambda r: ()),
    "in vain": Template(
        rf"(?:Over all searches, )?No report was sought in vain(?: and {N} reports? (?:is|are) "
        r"awaited or unread)?",
        lambda r: (r.all("awaiting retrieval", "awaiting assessment") or None,),
    ),
    "sought since": Template(
        rf"Since edition {N}, {N} reports? (?:was|were) sought; .*",
        lambda r: (_edition(r), _sought(r, DATABASES) + _sought(r, OTHER)),
    ),
    "none sought since": Template(
        rf"Since edition {N}, no report was sought", lambda r: (_edition(r),)
    ),
}


def value(said: str | None) -> object:
    if said is None:
        return None
    word = said.lower()
    if word in WORDS:
        return WORDS.index(word)
    return 0 if word == "none" else int(said.replace(",", ""))


def found_in(sentence: str, names: tuple[str, ...]) -> tuple[str, re.Match[str]] | None:
    """The first template of `names` that the whole sentence is, with its groups."""
    for name in names:
        match = re.fullmatch(TEMPLATES[name].says, sentence, re.IGNORECASE)
        if match is not None:
            return name, match
    return None
