"""Exports come in whole, once, under a name of their own, whatever happens meanwhile."""

from __future__ import annotations

import hashlib
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.model.problem import ReviewError
from pipeline.store import importing
from pipeline.store.files import check_readable
from pipeline.store.importing import SearchPlace, arrival, known_search, place_for, restore, take_in
from pipeline.store.places import ReviewPlaces

RIS = b"TY  - JOUR\r\nTI  - caf\xe9 \x00\r\nER  - \r\n"
SHA256 = hashlib.sha256(RIS).hexdigest()


@pytest.fixture
def places(tmp_path: Path) -> ReviewPlaces:
    (tmp_path / "reviews" / "r" / "searches").mkdir(parents=True)
    return ReviewPlaces(tmp_path / "reviews" / "r")


def yaml_of(place: SearchPlace, sha256: str = SHA256) -> str:
    return f"sequence: {place.sequence}\nexport: {place.export}\nsha256: {sha256}\n"


def bring(
    places: ReviewPlaces, content: bytes = RIS, wanted: str = "a-2020-01-01", **how: bool
) -> importing.TakenIn:
    sha256 = hashlib.sha256(content).hexdigest()
    with arrival(places, io.BytesIO(content), "x.RIS") as arrived:
        return take_in(places, arrived, wanted, ".RIS", lambda p: yaml_of(p, sha256), **how)


def names(places: ReviewPlaces) -> list[str]:
    return sorted(p.name for p in places.searches.iterdir())


def test_the_bytes_are_kept_and_no_copy_is_left(places: ReviewPlaces) -> None:
    taken = bring(places)
    assert names(places) == ["a-2020-01-01.ris", "a-2020-01-01.yaml"]
    assert taken.export.read_bytes() == RIS
    assert not (taken.known or taken.restored or taken.completed)


def test_the_size_and_hash_of_what_arrives_are_told(places: ReviewPlaces) -> None:
    content = os.urandom(3_000_000)
    seen: list[int] = []
    with arrival(places, io.BytesIO(content), "x", seen.append) as arrived:
        assert (arrived.size, arrived.sha256) == (
            len(content),
            hashlib.sha256(content).hexdigest(),
        )
    assert seen[-1] == len(content)
    assert names(places) == []


def test_ids_and_numbers_are_given_once(places: ReviewPlaces) -> None:
    ids = [bring(places, RIS + bytes([n])).id for n in range(4)]
    assert ids == ["a-2020-01-01", "a-2020-01-01-2", "a-2020-01-01-3", "a-2020-01-01-4"]
    numbers = [int((places.searches / f"{i}.yaml").read_text().split()[1]) for i in ids]
    assert numbers == [1, 2, 3, 4]


def test_a_number_is_higher_than_all_even_in_a_yaml_with_a_fault(places: ReviewPlaces) -> None:
    (places.searches / "old.yaml").write_text("sequence: 41  # typed\nsource: [broken\n")
    with arrival(places, io.BytesIO(RIS), "x") as arrived:
        assert place_for(places, arrived, "a", ".ris").sequence == 42


def test_an_id_whose_repairs_or_export_lie_there_is_taken(places: ReviewPlaces) -> None:
    (places.searches / "a.repairs.yaml").write_text("1: |\n  x\n")
    (places.searches / "a-2.txt").write_text("something else")
    with arrival(places, io.BytesIO(RIS), "x") as arrived:
        assert place_for(places, arrived, "a", ".ris").id == "a-3"
        with pytest.raises(ReviewError, match="taken"):
            place_for(places, arrived, "a", ".ris", exactly=True)


@pytest.mark.parametrize("wanted", ["", "A", "a.b", "../a", "a/b", "-a", "a" * 81, "é"])
def test_bad_ids_are_refused(places: ReviewPlaces, wanted: str) -> None:
    with arrival(places, io.BytesIO(RIS), "x") as arrived, pytest.raises(ReviewError):
        place_for(places, arrived, wanted, ".ris")


@pytest.mark.parametrize(
    ("suffix", "kept"),
    [(".RIS", ".ris"), (".yaml", ".yml"), (".r/s", ".txt"), ("", ".txt"), (".\x1b[2J", ".txt")],
)
def test_suffixes_are_plain_and_never_that_of_a_log(
    places: ReviewPlaces, suffix: str, kept: str
) -> None:
    with arrival(places, io.BytesIO(RIS), "x") as arrived:
        assert place_for(places, arrived, "a", suffix).export == f"a{kept}"


def test_the_same_bytes_are_known_and_nothing_changes(places: ReviewPlaces) -> None:
    bring(places)
    before = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in places.searches.iterdir()}
    again = bring(places, wanted="other")
    assert again.known and again.id == "a-2020-01-01" and not again.restored
    after = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in places.searches.iterdir()}
    assert after == before


def test_again_takes_the_same_bytes_as_a_search_of_their_own(places: ReviewPlaces) -> None:
    bring(places)
    assert bring(places, again=True).id == "a-2020-01-01-2"
    assert len(names(places)) == 4


def test_a_known_search_whose_export_is_gone_gets_it_back(places: ReviewPlaces) -> None:
    (bring(places)).export.unlink()
    again = bring(places)
    assert again.restored and again.export.read_bytes() == RIS


def test_an_export_named_outside_the_folder_is_never_written(places: ReviewPlaces) -> None:
    (places.searches / "a.yaml").write_text(f"export: ../../evil.ris\nsha256: {SHA256}\n")
    with arrival(places, io.BytesIO(RIS), "x") as arrived:
        known = known_search(places, arrived.sha256)
        assert known == ("a", "../../evil.ris")
        assert not restore(places, arrived, *known).restored
    assert not (places.review.parent / "evil.ris").exists()


def test_a_file_that_lay_there_unspoken_of_is_completed(places: ReviewPlaces) -> None:
    (places.searches / "Old Name.ris").write_bytes(RIS)
    taken = bring(places)
    assert taken.completed and taken.export.name == "Old Name.ris"
    assert names(places) == ["Old Name.ris", "a-2020-01-01.yaml"]


def test_a_stop_between_export_and_yaml_is_completed_by_the_next_run(places: ReviewPlaces) -> None:
    """The process is killed for good once the export has its name and before the YAML has."""
    program = (
        "import io, os, signal, sys\n"
        "from pathlib import Path\n"
        "from pipeline.store.places import ReviewPlaces\n"
        "from pipeline.store.importing import arrival, take_in\n"
        "places = ReviewPlaces(Path(sys.argv[1]))\n"
        "with arrival(places, sys.stdin.buffer, 'x') as a:\n"
        "    take_in(places, a, 'a-2020-01-01', '.ris',"
        " lambda p: os.kill(os.getpid(), signal.SIGKILL))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(places.review)], input=RIS, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert names(places) == ["a-2020-01-01.ris"]
    taken = bring(places)
    assert taken.completed and taken.id == "a-2020-01-01"
    assert names(places) == ["a-2020-01-01.ris", "a-2020-01-01.yaml"]


def test_a_killed_arrival_is_swept_away_and_a_living_one_is_not(places: ReviewPlaces) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from pipeline.store.places import ReviewPlaces\n"
        "from pipeline.store.importing import arrival\n"
        "with arrival(ReviewPlaces(Path(sys.argv[1])), sys.stdin.buffer, 'x'):\n"
        "    pass\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(places.review)], stdin=subprocess.PIPE
    ) as living:
        while not names(places):
            time.sleep(0.01)
            assert living.poll() is None
        held = names(places)
        with arrival(places, io.BytesIO(RIS), "y"):
            assert set(held) < set(names(places))
        assert names(places) == held
        living.kill()
        living.wait()
    with arrival(places, io.BytesIO(RIS), "y") as arrived:
        assert names(places) == [arrived.copy.name]


def test_a_full_disk_is_a_refusal_and_leaves_nothing(
    places: ReviewPlaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
    try:
        with (
            pytest.raises(ReviewError, match="cannot write"),
            arrival(places, io.BytesIO(b"x" * 3_000_000), "x"),
        ):
            pytest.fail("an export that does not fit came in")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert names(places) == []


def test_what_is_no_file_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "psycinfo.ris").write_bytes(RIS)
    with pytest.raises(ReviewError, match=r"psycinfo\.ris"):
        check_readable(tmp_path / "psycinfo.rsi")
    with pytest.raises(ReviewError, match="folder"):
        check_readable(tmp_path)
    with pytest.raises(ReviewError, match="there is no file"):
        check_readable(tmp_path / "psycinfo.ris" / "x")
    with pytest.raises(ReviewError, match="cannot be read"):
        check_readable(tmp_path / ("x" * 5_000))
    with pytest.raises(ReviewError, match="device"):
        check_readable(Path("/dev/zero"))
