"""A small browser of made-up values whose free texts are all one text."""

from __future__ import annotations

from typing import Any

from pipeline.model.browsing import (
    BrowsedClaim,
    BrowsedDecision,
    BrowsedFinding,
    BrowsedJudgement,
    BrowsedQuote,
    BrowsedRecord,
    BrowsedResult,
    BrowsedSearch,
    BrowsedSource,
    BrowsedStudy,
    BrowsedTheme,
    BrowsedValue,
    EvidenceBrowser,
    GapCell,
    GapMap,
    RecordSet,
    Support,
)
from pipeline.model.document import Cell, Column, Figure, Table

FLOW = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40" role="group" '
    'aria-labelledby="f-t"><title id="f-t">Flow</title>'
    '<a href="#records?set=screened" aria-label="Records screened"><rect width="90" height="30" '
    'fill="#ffffff" stroke="#000000"/><text x="4" y="20">Screened</text></a></svg>'
)


def record(n: int, text: str = "", **said: Any) -> BrowsedRecord:
    given = {
        "id": f"db:{n:04d}",
        "title": f"Title {n} {text}",
        "authors": "Aebi; Seto",
        "year": str(2000 + n % 20),
        "container": text,
        "doi": f"10.1000/{n}",
        "arm": "databases",
        "standing": "excluded_on_title_and_abstract" if n % 2 else "included",
        "reason": "Another topic" if n % 2 else "",
        "kept": "",
        "search": "db",
        "place": f"searches/db.ris:{n}",
        "entrance": "search",
        "studies": () if n % 2 else ("aebi-2014",),
    }
    return BrowsedRecord(**{**given, **said})


def small_browser(n: int = 4, text: str = "") -> EvidenceBrowser:
    """A browser of `n` records whose every free text holds `text`."""
    records = tuple(record(k, text) for k in range(1, n + 1))
    source = BrowsedSource(
        report="db:0002",
        page="12",
        quote=f"fewer {text}",
        url="https://example.org/a",
        note="",
        sure="",
    )
    result = BrowsedResult(
        id="aebi-2014/later",
        study="aebi-2014",
        outcome="Later offending",
        group=text,
        comparator="others",
        direction="\u25bc lower",
        statement=f"Fewer {text}",
        numbers="5 of 54",
        line=12,
        sources=(source,),
    )
    value = BrowsedValue(
        path="country",
        label="Country",
        value=f"Nowhere {text}",
        absent=False,
        note=text,
        derived="",
        line=3,
        sources=(source,),
    )
    return EvidenceBrowser(
        title=f"A review {text}",
        subtitle=text,
        notice=text,
        day="2016-03-31",
        language="en-GB",
        document="case.html",
        flow=FLOW,
        sets=(
            RecordSet(
                key="screened",
                label="Records screened",
                n=n,
                arms=("databases",),
                standings=("excluded_on_title_and_abstract", "included"),
                entrances=("search",),
            ),
            RecordSet(
                key="records_excluded",
                label="Records excluded",
                n=sum(k % 2 for k in range(1, n + 1)),
                arms=("databases",),
                standings=("excluded_on_title_and_abstract",),
                entrances=("search",),
            ),
        ),
        studies_table=Table(
            id="characteristics",
            caption="Studies",
            columns=(Column(id="study", label="Study"), Column(id="n", label="Participants")),
            rows=(
                (Cell(text=f"Aebi {text}"), Cell(text="264")),
                (Cell(text="Seto"), Cell(text="1,978")),
                (Cell(text="Wolak"), Cell(text="90")),
            ),
        ),
        study_rows=("aebi-2014", "seto-2015", "wolak-2012"),
        gap_maps=(
            GapMap(
                id="who",
                title="Who",
                rows=(("later", "Later offending"),),
                columns=(("boys", f"Boys {text}"), ("girls", "Girls")),
                qualities=(("+", "good"), ("?", "not judged")),
                cells=(GapCell(row="later", column="boys", studies=((), ("aebi-2014",))),),
            ),
        ),
        records=records,
        decisions=(
            BrowsedDecision(
                id="d1",
                at="2016-01-04 09:00",
                who="ada",
                says="exclude db:0001 on title and abstract (Another topic)",
                note=text,
                counts=True,
                about=("db:0001",),
            ),
        ),
        searches=(
            BrowsedSearch(
                id="db",
                source="PsycINFO",
                kind="database",
                searched_on="2015-11-02",
                interface="",
                query=f"youth {text}",
                limits="",
                export="db.ris",
                sha256="0" * 64,
                was_run=True,
                read=n,
                set_aside=0,
                reported=n,
                note="",
            ),
        ),
        studies=(
            BrowsedStudy(
                id="aebi-2014",
                title=f"Aebi {text}",
                included=True,
                previous=False,
                basis="Abstract only",
                file="studies/aebi-2014.yaml",
                reports=("db:0002",),
                values=(value,),
                results=(result,),
                judgements=(
                    BrowsedJudgement(
                        instrument="MMAT",
                        item="Clear question?",
                        answer="Yes",
                        light="good",
                        about="",
                        note=text,
                    ),
                ),
            ),
        ),
        findings=(
            BrowsedFinding(
                id="later",
                statement=f"Fewer later offences {text}",
                question="Who?",
                outcome="Later offending",
                votes="lower in 1 of 1 study",
                certainty="Very low",
                why="one study",
                notes="",
                place="synthesis/findings.yaml:3",
                results=("aebi-2014/later",),
                studies=("aebi-2014",),
            ),
        ),
        claims=(
            BrowsedClaim(
                id="few",
                text=f"Few records {text}",
                place="manuscript.md:9",
                supports=(
                    Support(ref="finding:later", says="Finding later"),
                    Support(ref="aebi-2014/later", says="Fewer"),
                    Support(ref="n:screened", says="4"),
                    Support(ref="@prisma", says=""),
                ),
            ),
        ),
        themes=(
            BrowsedTheme(
                id="worry",
                label=f"Worry {text}",
                level="descriptive",
                account=text,
                place="synthesis/themes.yaml:9",
                codes=(f"Fear {text}",),
                below=(),
                quotes=("q1",),
            ),
        ),
        quotes=(
            BrowsedQuote(
                id="q1",
                study="aebi-2014",
                quote=f"afraid {text}",
                page="12",
                said_by="participant",
                note=text,
                place="synthesis/themes.yaml:4",
                codes=(f"Fear {text}",),
                themes=("worry",),
            ),
        ),
        figures=(Figure(id="x", svg=FLOW.replace("f-t", "x-t"), caption=text or "x", alt="x"),),
        references={"prisma": f"PRISMA 2020 {text}"},
    )
