"""The editions that keep a copy of what people had written: which they are, and each opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from pipeline.review_folder.places import ReviewPlaces
from pipeline.terms.review import Edition, Review


def sealed_among(places: ReviewPlaces, editions: Iterable[Edition]) -> tuple[Edition, ...]:
    """Those of `editions` that are sealed, without the one that `places` looks at."""
    return tuple(
        e for e in editions if places.manifest_of(e.number).is_file() and e.number != places.seal
    )


def first_known_by(day: date, editions: Iterable[Edition]) -> Edition | None:
    """The first of `editions` that was sealed on `day` or after it, if any.

    Of two of one day, the one that was not withdrawn.
    """
    later = [e for e in editions if e.on >= day]
    return min(later, key=lambda e: (e.on, bool(e.withdrawn_on), e.number), default=None)


class SealedReviews(Mapping[int, Review]):
    """The review as each sealed edition knew it, opened when it is asked for."""

    def __init__(self, numbers: Iterable[int], opened: Callable[[int], Review]) -> None:
        self._numbers = tuple(numbers)
        self._open = opened
        self._opened: dict[int, Review] = {}

    def __getitem__(self, number: int) -> Review:
        if number not in self._numbers:
            raise KeyError(number)
        if number not in self._opened:
            self._opened[number] = self._open(number)
        return self._opened[number]

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)
