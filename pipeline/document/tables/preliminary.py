"""The preliminary synthesis and its robustness in tables."""

from __future__ import annotations

from pipeline.document.citations import citable
from pipeline.document.evidence_base import EvidenceBase, evidence_base
from pipeline.document.figures.directions import direction_plot
from pipeline.document.figures.maps import short_name
from pipeline.document.finding_words import votes_in_words, votes_of
from pipeline.document.sentences.reflecting import PROMPTS, facts_of
from pipeline.document.sentences.synthesis import described
from pipeline.document.tables.rows import cell, column, study_cell
from pipeline.document.values import basis_notes
from pipeline.document.wording import capital, counted, number, percent
from pipeline.model.document import Cell, Table
from pipeline.model.finding import Finding
from pipeline.model.narrative import Depth
from pipeline.model.study import Study
from pipeline.notation.safe_text import for_file_name
from pipeline.render.svg.effect_direction import SIGNS, in_words
from pipeline.snapshot import Snapshot
from pipeline.synthesis import VoteCount, sign_test
from pipeline.synthesis.sensitivity import counted_findings, left_out, recount

_DEPTHS = {Depth.THIN: "thin", Depth.THICK: "thick"}


def descriptions(snapshot: Snapshot) -> Table:
    """Each included study described under the same heads, in the authors' order (Popay 2006)."""
    base = evidence_base(snapshot)
    said = snapshot.synthesis.preliminary
    rows = []
    for study in base.studies.values():
        parts = described(study, snapshot)
        own = said.descriptions.get(study.id)
        account = " ".join(own.account.split()) if own else ""
        depth = _DEPTHS[own.depth] if own and own.depth else ""
        rows.append(
            (
                study_cell(study, snapshot),
                *(cell(words) for _, words in parts),
                cell("; ".join(part for part in (account, depth) if part)),
            )
        )
    heads = ("Setting and participants", "Design and method", "Results", "Limits")
    return Table(
        id="descriptions",
        caption="Description of each study",
        columns=(
            column("study", "Study", 1.1),
            *(column(h.split(maxsplit=1)[0].lower(), h, 1.7) for h in heads),
            column("account", "Our account", 1.4),
        ),
        rows=tuple(rows),
        notes=(*_order(snapshot), *basis_notes(base.studies.values())),
    )


def _order(snapshot: Snapshot) -> tuple[str, ...]:
    reason = " ".join(snapshot.synthesis.preliminary.order.reason.split()).removesuffix(".")
    return (
        (f"Why the studies stand in this order, in the authors' words: {reason}.",)
        if reason
        else ()
    )


def effect_direction(snapshot: Snapshot, contrast: str = "") -> Table:
    """The effect direction plot as a table; raises ReviewError for a contrast that is not there."""
    plot = direction_plot(snapshot, contrast)
    words = in_words(plot.up, plot.down)
    rows: list[tuple[Cell, ...]] = []
    for row in plot.rows:
        cells = [row.cells.get(c.id) for c in plot.columns]
        rows.append(
            (
                cell(row.study),
                cell(row.comparison),
                cell(row.design),
                cell(row.n),
                cell(row.concerns.value if row.concerns else row.appraisal),
                *(
                    cell("")
                    if one is None
                    else cell(
                        f"{SIGNS[one.way]} {words[one.way]}"
                        + (f" ({one.results} results)" if one.results > 1 else "")
                    )
                    for one in cells
                ),
            )
        )
    return Table(
        id=f"effect_direction-{for_file_name(contrast)}" if contrast else "effect_direction",
        caption=plot.caption,
        columns=(
            column("study", "Study", 1.2),
            column("comparison", "Comparison", 1.5),
            column("design", "Design", 1.1),
            column("n", "n", 0.5, numeric=True),
            column("concerns", "Concerns", 0.7),
            *(column(c.id, c.label) for c in plot.columns),
        ),
        rows=tuple(rows),
        notes=(
            "A study has one direction on an outcome: that of at least 70% of its results, "
            "whatever their p values; with fewer they conflict.",
            *(f"{c.label}: {c.means}" for c in plot.columns if c.means),
        ),
    )


def vote_counts(snapshot: Snapshot) -> Table:
    """The votes on each finding that is counted by direction, with u of n and its interval."""
    base = evidence_base(snapshot)
    found = counted_findings(snapshot.synthesis.findings)
    tested = any(f.sign_test for f in found)
    rows = [_vote_row(f, base, snapshot, tested) for f in found]
    notes = [
        "u of n: studies that point the way of most, of those with a direction; conflicting and "
        "unclear studies are not among them. It tells whether there is evidence of an effect, not "
        "of which size; with few studies it tells little.",
    ]
    if tested:
        notes.append(
            "Sign test: two-sided and exact, given where the authors asked for it; it takes the "
            "studies as independent tosses of a coin, which they seldom are."
        )
    return Table(
        id="vote_counts",
        caption="Votes by direction of effect",
        columns=(
            column("finding", "Finding", 1.8),
            column("higher", "Higher", 1.2),
            column("lower", "Lower", 1.2),
            column("no_clear_difference", "No clear difference", 1.1),
            column("conflicting", "Conflicting", 1),
            column("unclear", "Not stated", 1),
            column("share", "u of n (95% CI)", 1.2),
            *((column("sign_test", "Sign test", 0.8),) if tested else ()),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def _vote_row(
    finding: Finding, base: EvidenceBase, snapshot: Snapshot, tested: bool
) -> tuple[Cell, ...]:
    count = votes_of(finding, snapshot)
    about = f"{short_name(finding, snapshot)}: {finding.comparison}" if finding.comparison else ""
    columns = (
        count.higher,
        count.lower,
        count.no_clear_difference,
        count.conflicting,
        count.unclear,
    )
    p = ""
    if finding.sign_test and count.counted:
        p = f"p = {sign_test(len(count.higher), count.counted):.3f}"
    return (
        cell(about or short_name(finding, snapshot)),
        *(_named(ids, base, snapshot) for ids in columns),
        cell(share_in_words(count)),
        *((cell(p),) if tested else ()),
    )


def _named(ids: tuple[str, ...], base: EvidenceBase, snapshot: Snapshot) -> Cell:
    """`2: Aebi 2014; Seto 2015`, citing them; `0` for none."""
    if not ids:
        return cell(0)
    names = citable(snapshot)
    cites = [key for id in ids if (key := names.key(id))]
    return cell(f"{number(len(ids))}: {'; '.join(base.label(id) for id in ids)}", *cites)


def share_in_words(count: VoteCount) -> str:
    """`5 of 6 (83%; 44% to 97%)`, `1 of 1`, `3 of 6 each way`, or that none has a direction."""
    n = count.counted
    if not n:
        return "no study has a direction"
    if count.leading is None:
        return f"{len(count.higher)} of {n} each way"
    u = len(count.of(count.leading))
    if n == 1:
        return "1 of 1"
    low, high = count.interval(count.leading)
    return f"{u} of {n} ({percent(u, n)}; {percent(low, 1)} to {percent(high, 1)})"


def quality(snapshot: Snapshot) -> Table:
    """The concerns about each study as a whole: by its instrument, or by the authors with why."""
    base = evidence_base(snapshot)
    said = snapshot.synthesis.preliminary.quality

    def row(study: Study) -> tuple[Cell, ...]:
        judged = base.quality[study.id]
        by = "instrument" if judged.light else "authors" if study.id in said else ""
        why = " ".join(said[study.id].why.split()) if by == "authors" else ""
        return (
            study_cell(study, snapshot),
            cell(judged.concerns.value if judged.concerns else "not judged as a whole"),
            cell(by),
            cell(why),
        )

    return Table(
        id="quality",
        caption="Concerns about each study as a whole",
        columns=(
            column("study", "Study", 1.2),
            column("concerns", "Concerns", 0.9),
            column("by", "Judged by", 0.8),
            column("why", "Why", 2.4),
        ),
        rows=tuple(row(study) for study in base.studies.values()),
        notes=("Answers of an appraisal are not added up.",),
    )


def sensitivity(snapshot: Snapshot) -> Table:
    """Each counted finding with all its studies and without those that an analysis leaves out."""
    base = evidence_base(snapshot)
    synthesis = snapshot.synthesis
    rows: list[tuple[Cell, ...]] = []
    notes: list[str] = []
    for analysis in synthesis.robustness.sensitivity:
        out = left_out(analysis.leave_out, base.studies.values(), base.quality)
        named = "; ".join(base.label(id) for id in out) or "no study"
        when = "planned" if analysis.planned else "post hoc"
        why = f" {' '.join(analysis.reason.split()).removesuffix('.')}." if analysis.reason else ""
        notes.append(f"{analysis.label} ({when}).{why} Left out: {named}.")
        for finding in counted_findings(synthesis.findings, analysis.findings):
            again = recount(finding, base.results, tuple(base.studies), out)
            if not again.before.studies:
                continue
            rows.append(
                (
                    cell(analysis.label),
                    cell(short_name(finding, snapshot)),
                    cell(votes_in_words(again.before)),
                    cell(
                        votes_in_words(again.after) if again.after.studies else "no study is left"
                    ),
                    cell(_verdict(again.changes, bool(again.without), bool(again.after.studies))),
                )
            )
    return Table(
        id="sensitivity",
        caption="Findings counted again without some studies",
        columns=(
            column("analysis", "Analysis", 1.3),
            column("finding", "Finding", 1.2),
            column("before", "All studies", 1.5),
            column("after", "Without them", 1.5),
            column("verdict", "What changes", 0.9),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def _verdict(changes: bool, concerned: bool, left: bool) -> str:
    if not concerned:
        return "not concerned"
    if not left:
        return "nothing is left"
    return "the direction changes" if changes else "the direction holds"


def reflection(snapshot: Snapshot) -> Table:
    """The prompts of critical reflection, the facts that the review holds on each, and what its
    authors say."""
    said = snapshot.synthesis.robustness.reflection
    rows = [
        (
            cell(question),
            cell("\n".join(facts_of(prompt, snapshot))),
            cell(" ".join(said.get(prompt, "").split()) or "not yet written"),
        )
        for prompt, question in PROMPTS.items()
    ]
    open_ = sum(prompt not in said for prompt in PROMPTS)
    left = f"{counted(open_, 'prompt', words=True)} still to be written." if open_ else ""
    return Table(
        id="reflection",
        caption="Critical reflection on the synthesis",
        columns=(
            column("prompt", "Prompt", 1.1),
            column("facts", "Facts", 1.8),
            column("said", "Reflection", 2.2),
        ),
        rows=tuple(rows),
        notes=(capital(left),) if left else (),
    )
