"""What is said of a review as a whole where it is shared: title, authors, day, licence."""

from __future__ import annotations

from pipeline.render.packaging import About
from pipeline.snapshot import Snapshot


def about_of(snapshot: Snapshot, edition: int | None = None, licence: str = "") -> About:
    """`edition` is the number of the published edition that is shared, None where it is none."""
    protocol = snapshot.review.protocol
    notice = " ".join(protocol.notice.split())
    return About(
        name=snapshot.review.slug,
        title=protocol.title,
        description=f"Data, forms and documents of a {protocol.kind}."
        + (f" {notice}" if notice else ""),
        authors=tuple((author.name, author.orcid) for author in protocol.authors),
        day=snapshot.day.isoformat() if snapshot.day else "",
        version=str(edition) if edition else "0",
        licence=licence,
        keywords=("evidence synthesis", protocol.kind),
    )
