"""Boxes and lines from a snapshot: the logic model, the map of concepts, the tree of themes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.document.evidence_base import evidence_base, value_of
from pipeline.document.finding_words import votes_of
from pipeline.document.wording import counted, listed
from pipeline.model.document import Figure
from pipeline.model.finding import Finding, FindingKind
from pipeline.model.narrative import Theme, ThemeLevel
from pipeline.render.svg.boxes_and_arrows import LabelledBox, Layer, Layered, Tie, layered_figure
from pipeline.render.svg.shapes import part_id, part_of
from pipeline.snapshot import Snapshot
from pipeline.synthesis import Vote
from pipeline.synthesis.themes import codes_of, quotes_of

_FINDINGS, _STUDIES, _CODES = 14, 40, 26
_VOTES = {
    Vote.HIGHER: "higher",
    Vote.LOWER: "lower",
    Vote.NO_CLEAR_DIFFERENCE: "no clear difference",
    Vote.CONFLICTING: "conflicting",
    Vote.UNCLEAR: "direction not stated",
}


def logic_model(snapshot: Snapshot) -> tuple[Figure, ...]:
    """The logic model of the theory; none where there is none."""
    model = snapshot.synthesis.theory.logic_model
    if model is None or not model.nodes:
        return ()
    layers = tuple(
        Layer(
            heading=column.label,
            boxes=tuple(
                LabelledBox(id=node.id, label=node.label, note=node.note)
                for node in model.nodes
                if node.column == column.id
            ),
        )
        for column in model.columns
    )
    ties = tuple(
        Tie(
            start=arrow.start,
            end=arrow.end,
            label=_arrow_label(arrow.label, arrow.findings, snapshot),
            dashed=arrow.assumed or not arrow.findings,
        )
        for arrow in model.arrows
    )
    asked = Layered(id="logic_model", caption=model.title, layers=layers, ties=ties)
    return (layered_figure(asked),)


def _arrow_label(label: str, findings: Sequence[str], snapshot: Snapshot) -> str:
    known = snapshot.synthesis.findings
    named = [short_name(known[id], snapshot) for id in findings if id in known]
    borne = f"finding: {listed(named)}" if named else ""
    return "; ".join(part for part in (label, borne) if part)


def short_name(finding: Finding, snapshot: Snapshot) -> str:
    """What a finding is called where there is no room for its statement."""
    labels = {o.id: o.label for o in snapshot.review.protocol.outcomes}
    label = labels.get(finding.outcome, "")
    same = [f for f in snapshot.synthesis.findings.values() if f.outcome == finding.outcome]
    if label and len(same) == 1:
        return label
    name = finding.id.replace("-", " ").replace("_", " ")
    return f"{label} ({name})" if label else f"{name[:1].upper()}{name[1:]}"


def concept_map(snapshot: Snapshot) -> tuple[Figure, ...]:
    """Findings, the studies that they rest on, and the authors' concepts; in parts where there are
    many. Where a part has too many studies, those of one design stand in one box with their number.
    """
    findings = list(snapshot.synthesis.findings.values())
    if not findings:
        return ()
    chunks = [findings[k : k + _FINDINGS] for k in range(0, len(findings), _FINDINGS)]
    figures = []
    for number, chunk in enumerate(chunks, 1):
        caption = part_of("Map of findings, studies and concepts", number, len(chunks))
        asked = _map(snapshot, chunk, part_id("concept_map", number), caption)
        figures.append(layered_figure(asked))
    return tuple(figures)


def _map(snapshot: Snapshot, findings: Sequence[Finding], id: str, caption: str) -> Layered:
    boxes_of_studies, box_of = _studies(snapshot, findings)
    ties: dict[tuple[str, str, str], Tie] = {}
    for finding in findings:
        counted_by = {r.partition("/")[0] for r in finding.results}
        for study in finding.all_studies:
            if study in box_of:
                tie = Tie(
                    start=f"finding:{finding.id}",
                    end=box_of[study],
                    arrow=False,
                    dashed=study not in counted_by,
                )
                ties.setdefault((tie.start, tie.end, ""), tie)
    here = {*(f"finding:{f.id}" for f in findings), *box_of.values()}
    for link in snapshot.synthesis.relationships.concept_map.links:
        ends = [box_of.get(end, end) for end in (link.start, link.end)]
        if not here & set(ends):
            continue
        tie = Tie(start=ends[0], end=ends[1], label=link.label)
        ties.setdefault((tie.start, tie.end, link.label), tie)
    named = {end for tie in ties.values() for end in (tie.start, tie.end)}
    notes = ["A plain line leads from a finding to a study that it rests on."]
    if any(tie.dashed for tie in ties.values()):
        notes.append("A dashed line: the study bears on the finding without a result of its own.")
    return Layered(
        id=id,
        caption=caption,
        layers=(
            Layer(heading="Findings", boxes=tuple(_finding_box(f, snapshot) for f in findings)),
            Layer(heading="Studies", boxes=boxes_of_studies),
            *_concepts(snapshot, named),
        ),
        ties=tuple(ties.values()),
        notes=tuple(notes),
        assumed="",
    )


def _finding_box(finding: Finding, snapshot: Snapshot) -> LabelledBox:
    note = "no study tells" if finding.kind is FindingKind.GAP else ""
    if finding.kind is FindingKind.DIRECTION:
        count = votes_of(finding, snapshot)
        parts = [(w, len(count.of(w))) for w in Vote if count.of(w)]
        note = ", ".join(f"{_VOTES[w]} in {n}" for w, n in parts)
    return LabelledBox(id=f"finding:{finding.id}", label=short_name(finding, snapshot), note=note)


def _studies(
    snapshot: Snapshot, findings: Iterable[Finding]
) -> tuple[tuple[LabelledBox, ...], Mapping[str, str]]:
    """The boxes of the studies in the order of the findings, and in which box each study is."""
    base = evidence_base(snapshot)
    wanted = dict.fromkeys(s for f in findings for s in f.all_studies if s in base.studies)
    if len(wanted) <= _STUDIES:
        boxes = tuple(LabelledBox(id=id, label=base.label(id)) for id in wanted)
        return boxes, {id: id for id in wanted}
    by: dict[str, list[str]] = {}
    for id in wanted:
        design = value_of(snapshot, base.studies[id], "design") or "Design not given"
        by.setdefault(design, []).append(id)
    boxes = tuple(
        LabelledBox(id=f"design:{d}", label=d, note=counted(len(ids), "study", "studies"))
        for d, ids in by.items()
    )
    return boxes, {id: f"design:{d}" for d, ids in by.items() for id in ids}


def _concepts(snapshot: Snapshot, named: set[str]) -> tuple[Layer, ...]:
    """The concepts and themes that a link of this part names, where there are any."""
    synthesis = snapshot.synthesis
    boxes = [
        LabelledBox(id=f"concept:{c.id}", label=c.label)
        for c in synthesis.relationships.concept_map.concepts
        if f"concept:{c.id}" in named
    ]
    boxes += [
        LabelledBox(id=f"theme:{t.id}", label=t.label, note="theme")
        for t in synthesis.themes.themes.values()
        if f"theme:{t.id}" in named
    ]
    return (Layer(heading="Concepts and themes", boxes=tuple(boxes)),) if boxes else ()


def theme_map(snapshot: Snapshot) -> tuple[Figure, ...]:
    """Analytical themes, descriptive themes and codes with the number of their quotes."""
    themes = snapshot.synthesis.themes
    below = {id for theme in themes.themes.values() for id in theme.themes}
    tops = [theme for theme in themes.themes.values() if theme.id not in below]
    chunks: list[list[Theme]] = [[]]
    for theme in tops:
        codes = {code for t in (*chunks[-1], theme) for code in codes_of(themes, t.id)}
        if chunks[-1] and len(codes) > _CODES:
            chunks.append([])
        chunks[-1].append(theme)
    if not tops:
        return ()
    return tuple(
        layered_figure(
            _tree(
                snapshot,
                chunk,
                part_id("theme_map", n),
                part_of("Themes, from codes to analysis", n, len(chunks)),
            )
        )
        for n, chunk in enumerate(chunks, 1)
    )


def _tree(snapshot: Snapshot, tops: Sequence[Theme], id: str, caption: str) -> Layered:
    themes = snapshot.synthesis.themes
    shown: dict[str, Theme] = {}
    waiting = list(tops)
    while waiting:
        theme = waiting.pop(0)
        if theme.id not in shown:
            shown[theme.id] = theme
            waiting += [themes.themes[t] for t in theme.themes if t in themes.themes]
    ties = [
        Tie(start=f"theme:{t.id}", end=f"theme:{below}", arrow=False)
        for t in shown.values()
        for below in t.themes
    ]
    ties += [
        Tie(start=f"theme:{t.id}", end=f"code:{code}", arrow=False)
        for t in shown.values()
        for code in t.codes
    ]
    codes = dict.fromkeys(code for t in shown.values() for code in t.codes if code in themes.codes)
    layers = [
        Layer(
            heading=heading,
            boxes=tuple(
                LabelledBox(id=f"theme:{t.id}", label=t.label, note=_borne(snapshot, t))
                for t in shown.values()
                if t.level is level
            ),
        )
        for level, heading in (
            (ThemeLevel.ANALYTICAL, "Analytical themes"),
            (ThemeLevel.DESCRIPTIVE, "Descriptive themes"),
        )
    ]
    layers.append(Layer(heading="Codes", boxes=tuple(_code_box(snapshot, code) for code in codes)))
    return Layered(
        id=id,
        caption=caption,
        layers=tuple(layer for layer in layers if layer.boxes),
        ties=tuple(ties),
    )


def _borne(snapshot: Snapshot, theme: Theme) -> str:
    quotes = quotes_of(snapshot.synthesis.themes, theme.id)
    studies = {quote.study for quote in quotes}
    return f"{counted(len(quotes), 'quote')}, {counted(len(studies), 'study', 'studies')}"


def _code_box(snapshot: Snapshot, code: str) -> LabelledBox:
    themes = snapshot.synthesis.themes
    quotes = [q for q in themes.quotes.values() if code in q.codes]
    studies = {q.study for q in quotes}
    said = f"{counted(len(quotes), 'quote')}, {counted(len(studies), 'study', 'studies')}"
    return LabelledBox(id=f"code:{code}", label=themes.codes[code].label, note=said)
