"""A number line: where values lie on it, which marks it has, in equal steps or equal ratios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log, log10


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """From `low` to `high` over `width` units beginning at `left`; `ratio` for equal ratios."""

    low: float
    high: float
    left: float
    width: float
    ratio: bool = False

    def at(self, value: float) -> float:
        """The place of `value`; what lies beyond an end is put on the end."""
        value = min(max(value, self.low), self.high)
        if self.ratio:
            share = log(value / self.low) / log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.left + share * self.width

    def marks(self) -> tuple[float, ...]:
        """Four to nine round values between the ends."""
        return _ratios(self.low, self.high) if self.ratio else _steps(self.low, self.high)


def fitted(values: Sequence[float], *, left: float, width: float, ratio: bool) -> Axis:
    """An axis that takes in `values`; a ratio's reaches at most from 1/100 to 100."""
    if ratio:
        inside = [min(max(value, 0.01), 100.0) for value in values if value > 0] or [1.0]
        low, high = min(*inside, 1 / 1.5), max(*inside, 1.5)
        return Axis(
            low=_round_ratio(low, down=True),
            high=_round_ratio(high, down=False),
            left=left,
            width=width,
            ratio=True,
        )
    low, high = min(*values, 0.0), max(*values, 0.0)
    if high - low < 1e-9:
        low, high = -1.0, 1.0
    step = _step(high - low)
    return Axis(low=floor(low / step) * step, high=ceil(high / step) * step, left=left, width=width)


_ROUND = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


def _round_ratio(value: float, *, down: bool) -> float:
    if down:
        return max((r for r in _ROUND if r <= value * 1.0001), default=_ROUND[0])
    return min((r for r in _ROUND if r >= value * 0.9999), default=_ROUND[-1])


def _ratios(low: float, high: float) -> tuple[float, ...]:
    inside = [r for r in _ROUND if low * 0.999 <= r <= high * 1.001]
    if len(inside) > 8:
        inside = [r for r in inside if str(r).strip("0.").startswith("1")]
    return tuple(inside)


def _step(span: float) -> float:
    rough = span / 5
    power = 10.0 ** floor(log10(rough))
    return next(k * power for k in (1, 2, 5, 10) if k * power >= rough * 0.999)


def _steps(low: float, high: float) -> tuple[float, ...]:
    step = _step(high - low)
    first = ceil(low / step - 1e-9)
    last = floor(high / step + 1e-9)
    return tuple(round(k * step, 10) + 0.0 for k in range(first, last + 1))


def printed(value: float) -> str:
    """A mark in as few digits as it needs, with a real minus."""
    return f"{value:g}".replace("-", "\u2212")
