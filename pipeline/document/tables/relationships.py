"""Relationships and themes in tables: the logic model, moderators, contrasts, concepts, themes."""

from __future__ import annotations

from pipeline.document.citations import citable
from pipeline.document.evidence_base import evidence_base
from pipeline.document.figures.directions import contrast_of
from pipeline.document.figures.maps import short_name
from pipeline.document.finding_words import comparison, votes_in_words
from pipeline.document.tables.rows import cell, column
from pipeline.document.tables.studies import DIRECTIONS
from pipeline.document.wording import capital, counted, listed
from pipeline.model.document import Cell, Table
from pipeline.model.narrative import CodedQuote, Contrast, SaidBy, Theme, ThemeLevel
from pipeline.model.study import Direction, Result
from pipeline.notation.safe_text import for_file_name
from pipeline.snapshot import Snapshot
from pipeline.synthesis import count_votes
from pipeline.synthesis.sensitivity import by_group, counted_findings
from pipeline.synthesis.study_facts import compared
from pipeline.synthesis.themes import quotes_of, themes_of_quote


def logic_model(snapshot: Snapshot) -> Table:
    """The arrows of the logic model: what bears on what, and which findings bear that out."""
    model = snapshot.synthesis.theory.logic_model
    labels = {node.id: node.label for node in model.nodes} if model else {}
    findings = snapshot.synthesis.findings
    rows = []
    for arrow in model.arrows if model else ():
        named = listed(
            short_name(findings[id], snapshot) for id in arrow.findings if id in findings
        )
        rows.append(
            (
                cell(labels.get(arrow.start, arrow.start)),
                cell(capital(arrow.label) or "Bears on"),
                cell(labels.get(arrow.end, arrow.end)),
                cell(named or "assumed; no finding bears it"),
            )
        )
    return Table(
        id="logic_model",
        caption="The logic model, arrow by arrow",
        columns=(
            column("start", "What", 1.3),
            column("how", "How"),
            column("end", "Bears on what", 1.3),
            column("findings", "Findings", 1.5),
        ),
        rows=tuple(rows),
    )


def moderators(snapshot: Snapshot) -> Table:
    """The votes on each finding in each group of a moderator, and in the studies of no group."""
    base = evidence_base(snapshot)
    synthesis = snapshot.synthesis
    rows: list[tuple[Cell, ...]] = []
    notes: list[str] = []
    for moderator in synthesis.relationships.moderators:
        grouping = synthesis.groupings.get(moderator.grouping)
        if grouping is None:  # told where the file is read
            continue
        when = "planned" if moderator.planned else "post hoc"
        for finding in counted_findings(synthesis.findings, moderator.findings):
            votes = by_group(finding, base.results, grouping, base.studies)
            for group in grouping.groups:
                if votes[group.id].studies:
                    rows.append(
                        (
                            cell(capital(f"{moderator.label} ({when})")),
                            cell(short_name(finding, snapshot)),
                            cell(group.label),
                            cell(votes_in_words(votes[group.id])),
                        )
                    )
            counted_once = {s for v in votes.values() for s in v.studies}
            rest = [
                base.results[id]
                for id in finding.results
                if id in base.results and base.results[id].study not in counted_once
            ]
            if rest:
                said = votes_in_words(count_votes(rest))
                name = cell(short_name(finding, snapshot))
                rows.append(
                    (
                        cell(capital(f"{moderator.label} ({when})")),
                        name,
                        cell("in no group"),
                        cell(said),
                    )
                )
        if moderator.account:
            notes.append(f"{capital(moderator.label)}: {' '.join(moderator.account.split())}")
    return Table(
        id="moderators",
        caption="Directions of effect by what they may differ in",
        columns=(
            column("moderator", "Moderator", 1.3),
            column("finding", "Finding", 1.3),
            column("group", "Group", 1.2),
            column("direction", "Direction of the results", 2.2),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def contrasts(snapshot: Snapshot, contrast: str = "") -> Table:
    """Two groups of participants set against each other, outcome by outcome, of all contrasts or of
    one. Raises ReviewError for a contrast that is not there."""
    asked = contrast_of(snapshot, contrast)
    told = (asked,) if asked else snapshot.synthesis.relationships.contrasts
    rows: list[tuple[Cell, ...]] = []
    notes: list[str] = []
    for one in told:
        rows += _contrast_rows(one, snapshot)
        if one.account:
            notes.append(f"{one.label}: {' '.join(one.account.split())}")
        found = {r.study for r in compared(one, evidence_base(snapshot).studies.values())}
        if len(found) < one.at_least:
            notes.append(
                f"{one.label}: {counted(len(found), 'study', 'studies')}, too few to compare; "
                f"{one.at_least} were wanted."
            )
    return Table(
        id=f"contrasts-{for_file_name(contrast)}" if contrast else "contrasts",
        caption="Groups of participants compared",
        columns=(
            column("contrast", "Comparison", 1.4),
            column("outcome", "Outcome", 1.1),
            column("votes", "Direction of the results", 1.5),
            column("results", "What the studies say", 2.6),
        ),
        rows=tuple(rows),
        notes=("Direction: of the group named first against the other.", *notes),
    )


def _contrast_rows(contrast: Contrast, snapshot: Snapshot) -> list[tuple[Cell, ...]]:
    base = evidence_base(snapshot)
    results = compared(contrast, base.studies.values())
    names = citable(snapshot)
    rows: list[tuple[Cell, ...]] = []
    for outcome in snapshot.review.protocol.outcomes:
        here = [r for r in results if r.outcome == outcome.id]
        if not here:
            if outcome.id in contrast.outcomes:
                rows.append(
                    (cell(contrast.label), cell(outcome.label), cell("no study tells"), cell(""))
                )
            continue
        cites = [key for r in here if (key := names.key(r.study))]
        counts = [r for r in here if r.direction is not Direction.DESCRIPTIVE]
        said = votes_in_words(count_votes(counts)) if counts else "not counted"
        rows.append(
            (
                cell(contrast.label),
                cell(outcome.label),
                cell(said),
                cell("\n".join(_statement(r, snapshot) for r in here), *dict.fromkeys(cites)),
            )
        )
    return rows


def _statement(result: Result, snapshot: Snapshot) -> str:
    base = evidence_base(snapshot)
    study = base.studies[result.study]
    whom = comparison(result, study, snapshot)
    sign = DIRECTIONS[result.direction].split()[0]
    statement = " ".join(result.statement.split()).removesuffix(".")
    return f"{sign} {base.label(result.study)} ({whom}): {statement}."


def concept_map(snapshot: Snapshot) -> Table:
    """The links that the authors drew between findings, studies, themes and concepts."""
    rows = [
        (
            cell(end_in_words(link.start, snapshot)),
            cell(link.label),
            cell(end_in_words(link.end, snapshot)),
        )
        for link in snapshot.synthesis.relationships.concept_map.links
    ]
    return Table(
        id="concept_map",
        caption="Links between findings, studies and concepts",
        columns=(column("start", "From", 1.4), column("label", "Link"), column("end", "To", 1.4)),
        rows=tuple(rows),
        notes=("Which finding rests on which study stands in the summary of findings.",),
    )


def end_in_words(end: str, snapshot: Snapshot) -> str:
    """An end of a link by its label."""
    kind, _, id = end.partition(":")
    synthesis = snapshot.synthesis
    if kind == "finding" and id in synthesis.findings:
        return short_name(synthesis.findings[id], snapshot)
    if kind == "theme" and id in synthesis.themes.themes:
        return synthesis.themes.themes[id].label
    concepts = {c.id: c.label for c in synthesis.relationships.concept_map.concepts}
    return concepts.get(id, "") or evidence_base(snapshot).label(end)


LEVELS = {ThemeLevel.DESCRIPTIVE: "descriptive", ThemeLevel.ANALYTICAL: "analytical"}
SAID_BY = {SaidBy.PARTICIPANT: "a participant", SaidBy.AUTHOR: "the authors", None: ""}


def themes(snapshot: Snapshot) -> Table:
    """Each theme with what stands below it, its account, the studies and quotes that bear it."""
    found = snapshot.synthesis.themes
    base = evidence_base(snapshot)
    names = citable(snapshot)

    def row(theme: Theme) -> tuple[Cell, ...]:
        quotes = quotes_of(found, theme.id)
        studies = tuple(dict.fromkeys(quote.study for quote in quotes))
        below = [found.themes[t].label for t in theme.themes if t in found.themes]
        codes = [found.codes[c].label for c in theme.codes if c in found.codes]
        under = [f"Themes: {listed(below)}"] if below else []
        under += [f"Codes: {listed(codes)}"] if codes else []
        cites = [key for s in studies if (key := names.key(s))]
        return (
            cell(f"{theme.label} ({LEVELS[theme.level]})"),
            cell(" ".join(theme.account.split())),
            cell("\n".join(under)),
            cell(listed(base.label(s) for s in studies), *cites),
            cell("\n".join(f"{in_words(q)} [{q.id}]" for q in quotes)),
        )

    analytical_first = sorted(
        found.themes.values(), key=lambda t: t.level is ThemeLevel.DESCRIPTIVE
    )
    return Table(
        id="themes",
        caption="Themes and the words that they rest on",
        columns=(
            column("theme", "Theme", 1.1),
            column("account", "What it says", 1.7),
            column("below", "Below it", 1.2),
            column("studies", "Studies", 0.9),
            column("quotes", "Quotes", 2),
        ),
        rows=tuple(row(theme) for theme in analytical_first),
    )


def quotes(snapshot: Snapshot) -> Table:
    """Each coded quote with where it stands, its codes and the themes that it bears."""
    found = snapshot.synthesis.themes
    base = evidence_base(snapshot)
    names = citable(snapshot)
    rows = []
    for quote in found.quotes.values():
        key = names.key(quote.study)
        codes = [found.codes[c].label for c in quote.codes if c in found.codes]
        bears = [f"{t.label} ({LEVELS[t.level]})" for t in themes_of_quote(found, quote.id)]
        rows.append(
            (
                cell(quote.id),
                cell(base.label(quote.study), *((key,) if key else ())),
                cell(quote.page),
                cell(in_words(quote)),
                cell(capital(SAID_BY[quote.said_by])),
                cell(listed(codes)),
                cell(listed(bears) or "none yet"),
            )
        )
    return Table(
        id="quotes",
        caption="Coded quotes",
        columns=(
            column("id", "Quote", 0.6),
            column("study", "Study", 1),
            column("page", "Page", 0.6),
            column("words", "Words", 2.2),
            column("said_by", "Said by", 0.8),
            column("codes", "Codes", 1.1),
            column("themes", "Themes", 1.2),
        ),
        rows=tuple(rows),
        notes=(f"{counted(len(found.codes), 'code')}, {counted(len(rows), 'quote')}.",)
        if rows
        else (),
    )


def in_words(quote: CodedQuote) -> str:
    return f"\u201c{' '.join(quote.quote.split())}\u201d"
