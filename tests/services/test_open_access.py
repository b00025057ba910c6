"""`review retrieve --open-access`: open copies are fetched, only PDFs that fit are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.model.decision import Retrieval, Retrieved
from pipeline.snapshot.settle import settle
from pipeline.store import open_review
from tests.services import made_up
from tests.services.web_server import Asked, Sent, World, as_json, serving
from tests.store.pdfs import pdf

TITLES = {n: f"Sleep of made-up people who look at screens in group {n}" for n in range(1, 6)}


def the_pdf(n: int) -> bytes:
    return pdf(f"{TITLES[n]}\nA. Example\nhttps://doi.org/{made_up.doi(n)}\n\nWe asked people.")


class Copies:
    """Services that know copies, and the host that has them."""

    def __init__(self) -> None:
        self.unpaywall: dict[str, Any] = {}
        self.europe_pmc: dict[str, Any] = {}
        self.openalex: dict[str, Any] = {}
        self.files: dict[str, Sent] = {}

    def answer(self, asked: Asked) -> Sent:
        service, _, rest = asked.path.strip("/").partition("/")
        if service == "unpaywall":
            assert asked.parameters["email"] == "ada@example.org"
            known = self.unpaywall.get(rest)
            return as_json(known) if known else as_json({"error": True, "message": "unknown"}, 404)
        if service == "europepmc":
            found = [v for k, v in self.europe_pmc.items() if k in asked.parameters["query"]]
            return as_json({"version": "6.9", "hitCount": len(found),
                            "resultList": {"result": found}})  # fmt: skip
        if service == "openalex":
            known = self.openalex.get(rest.removeprefix("works/"))
            return as_json(known) if known else as_json({"error": "Not found"}, 404)
        return self.files.get(asked.path, (404, {}, b"gone"))


@pytest.fixture
def sought(review: Path, here: Path, run: Any, waits: Any) -> Iterator[tuple[Copies, str]]:
    """Five reports that are sought, a contact, and services that answer."""
    texts = [
        f"TY  - JOUR\nTI  - {title}\nAU  - Example, Ada\nDO  - {made_up.doi(n)}\nER  - \n\n"
        for n, title in TITLES.items()
    ]
    (here / "five.ris").write_text("".join(texts))
    assert run("ingest", "r", "five.ris", "--source", "db", "--on", "2020-01-01").code == 0
    for n in TITLES:
        words = ("--as", "ada", "--verdict", "include")
        assert run("decide", "r", f"db-2020-01-01:{n:04d}", *words).code == 0
    protocol = review / "protocol.yaml"
    protocol.write_text(protocol.read_text() + "\ncontact: ada@example.org\n")
    copies = Copies()
    world = World(extra={"/": copies.answer})
    with serving(world) as url:
        yield copies, url


def retrieving(run: Any, url: str, *more: str) -> Any:
    names = ("unpaywall", "europepmc", "openalex")
    bases = [word for name in names for word in ("--base-url", f"{name}={url}/{name}")]
    return run("retrieve", "r", "--open-access", "--as", "ada", *bases, *more)


def attempts() -> dict[str, Retrieved]:
    found = [d for d in open_review("r").review.decisions if isinstance(d, Retrieved)]
    return {d.record[-4:]: d for d in found}


def location(url: str, name: str, **more: Any) -> dict[str, Any]:
    return {"url_for_pdf": f"{url}/files/{name}", "license": "cc-by",
            "version": "publishedVersion", **more}  # fmt: skip


def test_each_service_is_asked_and_what_is_no_pdf_of_the_report_is_left(sought, review, run):
    copies, url = sought
    copies.unpaywall = {
        made_up.doi(1): {"is_oa": True, "best_oa_location": location(url, "one.pdf"),
                         "oa_locations": [location(url, "one.pdf")]},
        made_up.doi(2): {"is_oa": True, "best_oa_location": location(url, "login"),
                         "oa_locations": []},
        made_up.doi(4): {"is_oa": True, "best_oa_location": location(url, "other.pdf"),
                         "oa_locations": []},
        made_up.doi(5): {"is_oa": False, "best_oa_location": None, "oa_locations": []},
    }  # fmt: skip
    copies.europe_pmc = {
        made_up.doi(3): {
            "doi": made_up.doi(3), "pmid": "3", "license": "cc by-nc",
            "fullTextUrlList": {"fullTextUrl": [
                {"availabilityCode": "S", "documentStyle": "pdf", "url": f"{url}/files/paid.pdf"},
                {"availabilityCode": "OA", "documentStyle": "html", "url": f"{url}/files/page"},
                {"availabilityCode": "OA", "documentStyle": "pdf", "url": f"{url}/files/3.pdf"},
            ]},
        }
    }  # fmt: skip
    copies.openalex = {
        f"doi:{made_up.doi(2)}": {
            "id": "https://openalex.org/W2",
            "best_oa_location": {"is_oa": True, "pdf_url": f"{url}/files/moved",
                                 "license": "cc0", "version": "acceptedVersion"},
            "locations": [],
        }
    }  # fmt: skip
    copies.files = {
        "/files/one.pdf": (200, {"Content-Type": "application/pdf"}, the_pdf(1)),
        "/files/login": (200, {"Content-Type": "text/html"}, b"<html>Please sign in</html>"),
        "/files/moved": (302, {"Location": "/files/two.pdf"}, b""),
        "/files/two.pdf": (200, {"Content-Type": "application/pdf"}, the_pdf(2)),
        "/files/3.pdf": (200, {"Content-Type": "application/octet-stream"}, the_pdf(3)),
        "/files/other.pdf": (200, {}, pdf("A cookery book\n\nTake eight eggs and a pan.")),
        "/files/paid.pdf": (402, {}, b"pay"),
    }
    said = retrieving(run, url)
    assert said.code == 0, said.err
    assert "3 reports obtained of 5 asked for" in said.out
    told = attempts()
    assert [told[f"000{n}"].outcome for n in TITLES] == [
        Retrieval.OBTAINED, Retrieval.OBTAINED, Retrieval.OBTAINED, Retrieval.SOUGHT,
        Retrieval.SOUGHT,
    ]  # fmt: skip
    assert told["0001"].where == f"Unpaywall: {url}/files/one.pdf"
    assert told["0001"].note.startswith("licence cc-by; published version")
    assert "licence cc0; accepted manuscript" in told["0002"].note
    assert "licence cc by-nc" in told["0003"].note
    assert "another document" in told["0004"].note
    assert told["0005"].note == "no open copy is known"
    for n in (1, 2, 3):
        kept = (review / "fulltexts" / told[f"000{n}"].file).read_bytes()
        assert (
            kept == the_pdf(n) and hashlib.sha256(kept).hexdigest() == told[f"000{n}"].file_sha256
        )
    names = {p.name for p in (review / "fulltexts").iterdir() if p.suffix == ".pdf"}
    assert len(names) == 3
    positions = settle(open_review("r").review).positions
    assert str(positions["db-2020-01-01:0001"].standing) == "awaiting_assessment"
    assert str(positions["db-2020-01-01:0004"].standing) == "awaiting_retrieval"
    again = retrieving(run, url)
    assert "were asked for today" in again.out


def test_without_a_contact_unpaywall_is_not_asked(sought, review, run):
    _, url = sought
    protocol = review / "protocol.yaml"
    protocol.write_text(protocol.read_text().replace("\ncontact: ada@example.org\n", ""))
    said = retrieving(run, url)
    assert said.code == 0 and "write `contact:` into the protocol" in said.err
    assert all("Unpaywall" not in one.where for one in attempts().values())


def test_one_report_may_be_named(sought, run):
    _, url = sought
    said = retrieving(run, url, "db-2020-01-01:0002")
    assert said.code == 0 and set(attempts()) == {"0002"}


def test_wanted_reports_go_to_a_reference_manager(sought, run):
    said = run("retrieve", "r", "--list", "--to", "ris")
    out = said.out
    assert said.code == 0 and out.count("TY  - ") == 5 and made_up.doi(4) in out
    assert run("retrieve", "r", "--list", "--to", "riss").code == 2


def test_a_decision_needs_a_person(sought, run):
    said = run("retrieve", "r", "--open-access")
    assert said.code == 2 and "needs the name of a person" in said.err
