"""`protocol.yaml`: the plan of a review, refused as a whole where it is not sound."""

from __future__ import annotations

from pipeline.notation.people import CHECK as PEOPLE_CHECK
from pipeline.notation.people import with_people
from pipeline.notation.typed import into
from pipeline.notation.yaml_text import read_yaml
from pipeline.review_folder.places import ReviewPlaces, shown
from pipeline.review_folder.written_files import Reader
from pipeline.screening.plan_faults import CHECK as PLAN_CHECK
from pipeline.screening.plan_faults import plan_faults
from pipeline.terms.problem import Problem, ReviewError
from pipeline.terms.protocol import Protocol


def read_protocol(places: ReviewPlaces, read: Reader) -> tuple[Protocol, tuple[Problem, ...]]:
    """The protocol. Raises ReviewError, with every fault of the file, when it is not sound."""
    written = read_yaml(read(places.protocol), shown(places.protocol))
    written, about_people = with_people(written)
    protocol, problems = into(Protocol, written)
    problems = (*problems, *about_people)
    if protocol is not None:
        problems = (*problems, *plan_faults(protocol, written.place))
    if protocol is None or any(p.check in (PLAN_CHECK, PEOPLE_CHECK) for p in problems):
        faults = "\n".join(str(p) for p in problems)
        raise ReviewError(f"the protocol of {places.slug} cannot be read\n{faults}")
    return protocol, problems
