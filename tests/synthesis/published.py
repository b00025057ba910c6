"""Our own arithmetic beside that of R on published data sets, number by number.

`metafor.json` holds the data with their sources and what metafor, clubSandwich and `lm()` give; it
is written by tests/benchmarks/synthesis/metafor.R. Nothing here needs R.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.model.finding import IntervalOf, PoolingModel, Scale, Tau2, Transform
from pipeline.synthesis.combining import Pooled, mantel_haenszel, peto, pooled
from pipeline.synthesis.effect_sizes import (
    Working,
    back,
    of_correlation,
    of_events,
    of_means,
    of_proportion,
    of_rate,
    of_rates,
)
from pipeline.synthesis.influence import influences, left_out_one_by_one
from pipeline.synthesis.regression import between, regressed
from pipeline.synthesis.several_effects import robust
from pipeline.synthesis.small_studies import egger, fail_safe, peters, trim_and_fill

R: dict[str, Any] = json.loads((Path(__file__).parent / "metafor.json").read_text(encoding="utf-8"))


class Pair(NamedTuple):
    """One number: of which part of the arithmetic, on which data, ours and theirs."""

    part: str
    data: str
    what: str
    ours: float
    theirs: float

    @property
    def off(self) -> float:
        """The difference, relative to theirs where that is above 1."""
        return abs(self.ours - self.theirs) / max(1.0, abs(self.theirs))


EFFECTS: dict[str, Callable[..., Working]] = {
    "RR": lambda *r: of_events(Scale.RISK_RATIO, r),
    "OR": lambda *r: of_events(Scale.ODDS_RATIO, r),
    "RD": lambda *r: of_events(Scale.RISK_DIFFERENCE, r),
    "PETO": lambda *r: of_events(Scale.ODDS_RATIO, r, peto=True),
    "MD": lambda *r: of_means(Scale.MEAN_DIFFERENCE, r[:3], r[3:]),
    "SMD": lambda *r: of_means(Scale.STANDARDISED_MEAN_DIFFERENCE, r[:3], r[3:]),
    "ROM": lambda *r: of_means(Scale.RATIO_OF_MEANS, r[:3], r[3:]),
    "ZCOR": of_correlation,
    "PLO": lambda x, n: of_proportion(x, n, Transform.LOGIT),
    "PFT": lambda x, n: of_proportion(x, n, Transform.DOUBLE_ARCSINE),
    "IRR": lambda *r: of_rates(Scale.RATE_RATIO, r),
    "IRD": lambda *r: of_rates(Scale.RATE_DIFFERENCE, r),
    "IRLN": of_rate,
}
MH = {
    "OR": Scale.ODDS_RATIO,
    "RR": Scale.RISK_RATIO,
    "RD": Scale.RISK_DIFFERENCE,
    "IRR": Scale.RATE_RATIO,
    "IRD": Scale.RATE_DIFFERENCE,
}
METHODS = {"REML": Tau2.REML, "DL": Tau2.DERSIMONIAN_LAIRD, "PM": Tau2.PAULE_MANDEL}
KINDS: dict[str, dict[str, Any]] = {
    "z": {"interval": IntervalOf.NORMAL},
    "knha": {"interval": IntervalOf.HARTUNG_KNAPP, "safeguard": False},
    "adhoc": {"interval": IntervalOf.HARTUNG_KNAPP, "safeguard": True},
}
COMMON, RANDOM = PoolingModel.COMMON_EFFECT, PoolingModel.RANDOM_EFFECTS


def tells_nothing(measure: str, row: list[float]) -> bool:
    """Whether both groups of `row` have no event, so that a ratio is not told (metafor adds a half
    to them, or gives NA for Peto's)."""
    return measure in ("RR", "OR", "PETO", "IRR") and row[0] == 0 and row[2] == 0


def beside(part: str, data: str, theirs: dict[str, Any], n: int | None, **ours: float) -> Any:
    """A pair for each of `ours`, which has the same name in `theirs` (there at place `n`)."""
    for what, mine in ours.items():
        told = theirs[what] if n is None else theirs[what][n]
        yield Pair(part, data, what if n is None else f"{what} {n}", mine, float(told))


def effect_sizes() -> Iterator[Pair]:
    for name, told in R["sizes"].items():
        for n, row in enumerate(told["rows"]):
            if tells_nothing(told["measure"], row):
                continue
            made = EFFECTS[told["measure"]](*row)
            part = f"effect size {told['measure']}"
            yield Pair(part, name, f"estimate {n}", made.y, told["yi"][n])
            yield Pair(part, name, f"variance {n}", made.variance or -1.0, told["vi"][n])
    told = R["back"]
    harmonic = len(told["ni"]) / sum(1 / n for n in told["ni"])
    for n, (y, share) in enumerate(zip(told["y"], told["share"], strict=True)):
        made_back = back(Scale.PROPORTION, y, harmonic)
        yield Pair("double arcsine back to a proportion", "pritz", str(n), made_back, share)


def pooling() -> Iterator[Pair]:
    for name, told in R["pools"].items():
        if told["method"] == "EE":
            part, found = "common effect", pooled(told["yi"], told["vi"], COMMON)
        else:
            part = f"{told['method']}, {told['test']}"
            tau2 = METHODS[told["method"]]
            found = pooled(told["yi"], told["vi"], RANDOM, tau2=tau2, **KINDS[told["test"]])
        yield from _whole(part, name, found, told)


def _whole(part: str, name: str, found: Pooled, told: dict[str, Any]) -> Iterator[Pair]:
    for what, ours in (
        ("estimate", found.estimate),
        ("se", found.error),
        ("low", found.low),
        ("high", found.high),
        ("p", found.p),
        ("q", found.q),
        ("q_p", found.q_p),
        ("tau2", found.tau2),
        ("i2", found.i2),
    ):
        if what in told:
            yield Pair(part, name, what, ours, told[what])
    for what, ends in (
        ("tau2_interval", found.tau2_interval),
        ("i2_interval", found.i2_interval),
        ("prediction", found.prediction),
    ):
        for n, end in enumerate(told.get(what, ())):
            yield Pair(
                part if what == "prediction" else "Q-profile interval",
                name,
                what,
                (ends or ())[n],
                end,
            )


def without_weights() -> Iterator[Pair]:
    for name, told in R["mantel_haenszel"].items():
        measure = told["measure"]
        rows = [tuple(r) for r in told["rows"] if not tells_nothing(measure, r)]
        made = [EFFECTS[measure](*row) for row in rows]
        ys, vs = [m.y for m in made], [m.variance or -1.0 for m in made]
        is_peto = measure == "PETO"
        found = peto(ys, vs) if is_peto else mantel_haenszel(MH[measure], rows, ys, vs)
        wanted = dict(told)
        if measure in ("RD", "IRD"):
            del wanted["q"]  # metafor adds the half to the estimates too, which only Q sees
        part = "Peto" if is_peto else f"Mantel-Haenszel {measure}"
        yield from _whole(part, name, found, wanted)


def regressions() -> Iterator[Pair]:
    for name, told in R["regressions"].items():
        terms = [str(n) for n in range(len(told["mods"]))]
        found = regressed(
            told["yi"],
            told["vi"],
            terms,
            told["mods"],
            tau2=METHODS[told["method"]],
            **KINDS[told["test"]],
        )
        part = f"meta-regression, {'one moderator' if len(terms) == 1 else 'several moderators'}"
        for n, c in enumerate(found.coefficients):
            ends = {"low": c.low, "high": c.high}
            yield from beside(part, name, told, n, b=c.estimate, se=c.error, p=c.p, **ends)
        left = {"tau2": found.tau2, "i2": found.i2, "q": found.q, "r2": found.r2 or 0.0}
        yield from beside(part, name, told, None, qm=found.f, qmp=found.p, **left)


def subgroups() -> Iterator[Pair]:
    for name, told in R["groups"].items():
        parts = {}
        for group in sorted(set(told["of"])):
            at = [n for n, of in enumerate(told["of"]) if of == group]
            parts[group] = pooled([told["yi"][n] for n in at], [told["vi"][n] for n in at], RANDOM)
            yield Pair(
                "subgroups",
                name,
                f"estimate {group}",
                parts[group].estimate,
                told["estimate"][group],
            )
            for what in ("estimate", "tau2"):
                ours = getattr(parts[group], what)
                yield Pair("subgroups", name, f"{what} {group}", ours, told[what][group])
        test = between(list(parts.values()))
        assert test is not None
        yield from beside("subgroups", name, told, None, q=test.q, p=test.p)


def one_by_one() -> Iterator[Pair]:
    for name, told in R["single"].items():
        ys, vs = told["yi"], told["vi"]

        def pool(stay: Any, ys: Any = ys, vs: Any = vs) -> Pooled:
            kept = [ys[n] for n in stay], [vs[n] for n in stay]
            return pooled(*kept, RANDOM, interval=IntervalOf.NORMAL)

        for n, found in enumerate(left_out_one_by_one(len(ys), pool)):
            of = {"estimate": found.estimate, "se": found.error, "tau2": found.tau2, "q": found.q}
            yield from beside("leave one out", name, told, n, **of)
        for n, one in enumerate(influences(ys, vs, Tau2.REML)):
            of = {"residual": one.residual, "dffits": one.dffits, "cook": one.cook, "hat": one.hat}
            of |= {"tau2_without": one.tau2, "q_without": one.q, "marked": float(one.marked)}
            yield from beside("influence", name, told, n, **of)


def small() -> Iterator[Pair]:
    for name, told in R["small"].items():
        tests = [("egger", egger(told["yi"], told["vi"]))]
        if "peters" in told:
            tests.append(("peters", peters(told["yi"], [tuple(r) for r in told["rows"]])))
        for test, a in tests:
            of = {"t": a.t, "p": a.p, "slope": a.slope, "se": a.error, "limit": a.limit}
            yield from beside(f"{test.capitalize()}'s test", name, told[test], None, **of)
        for method, model in (("EE", COMMON), ("REML", RANDOM), ("DL", RANDOM)):
            wanted = told[f"fill{method}"]
            tau2 = METHODS.get(method, Tau2.REML)
            filled = trim_and_fill(
                told["yi"], told["vi"], model, tau2=tau2, interval=IntervalOf.NORMAL
            )
            of = {"missing": filled.missing, "estimate": filled.pooled.estimate}
            of |= {"se": filled.pooled.error, "tau2": filled.pooled.tau2}
            of |= {"side": float(filled.lower)}
            theirs = wanted | {"side": wanted["side"] == "left"}
            yield from beside("trim and fill", name, theirs, None, **of)
        ours = fail_safe(told["yi"], told["vi"])
        yield Pair("fail-safe number (Rosenthal)", name, "number", ours, told["rosenthal"])


def several() -> Iterator[Pair]:
    for name, told in R["several"].items():
        found = robust(told["yi"], told["vi"], told["study"], told["rho"])
        of = {"estimate": found.estimate, "between": found.tau2, "within": found.within}
        of |= {"model_se": found.plain_error, "se": found.error, "free": found.free or 0.0}
        yield from beside("several effects of one study (CR2)", name, told, None, **of, p=found.p)


PARTS = (effect_sizes, pooling, without_weights, regressions, subgroups, one_by_one, small, several)


def everything() -> Iterator[Pair]:
    for part in PARTS:
        yield from part()
