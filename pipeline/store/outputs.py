"""The folder of outputs, replaced as a whole: what stood there stands until all is made anew."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.model.problem import ReviewError
from pipeline.store.files import refusing_disk_faults
from pipeline.store.places import shown

MANIFEST = "manifest.json"
"""Names every file that the build made, with its SHA-256; what it does not name is not ours."""


_LITTER = (".DS_Store", "Thumbs.db", "desktop.ini", ".~lock.*#", "~$*")
"""What programs leave in folders that they show; nobody's work."""


def put_outputs(folder: Path, made: Mapping[str, bytes]) -> None:
    """Puts exactly the files `made` (paths below `folder`) and their manifest into `folder`.

    They are written beside it first and then take its place in one move, so a full disk or an
    interruption leaves what stood there. Raises ReviewError when `folder` holds a file that no
    build made or that somebody changed, and when the disk refuses.
    """
    _refuse_foreign(folder)
    with refusing_disk_faults(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.making-", dir=folder.parent))
        with _held(beside):
            try:
                for name, content in made.items():
                    path = beside / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content)
                (beside / MANIFEST).write_bytes(_manifest(made))
                beside.chmod(0o777 & ~_umask())
                _swap(beside, folder)
            finally:
                shutil.rmtree(beside, ignore_errors=True)


def _manifest(made: Mapping[str, bytes]) -> bytes:
    sums = {name: hashlib.sha256(made[name]).hexdigest() for name in sorted(made)}
    return json.dumps({"files": sums}, indent=1).encode() + b"\n"


def _refuse_foreign(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ReviewError(f"{shown(folder)} is a file", "Name a folder for the outputs")
    sums = _sums(folder)
    for path in _files_in(folder):
        name = path.relative_to(folder).as_posix()
        if (name == MANIFEST and sums is not None) or any(map(path.match, _LITTER)):
            continue
        if sums is None or name not in sums:
            raise ReviewError(
                f"{shown(path)} was not made by a build, and would be lost",
                "Move it out of the folder of outputs, or name another folder with --out",
            )
        if hashlib.sha256(path.read_bytes()).hexdigest() != sums[name]:
            raise ReviewError(
                f"{shown(path)} was changed after it was made, and the change would be lost",
                "Move it elsewhere, or delete it if the change is not wanted",
            )


def _files_in(folder: Path) -> Iterator[Path]:
    """Every file and link below `folder`, in order; ReviewError for what cannot be looked into."""

    def refuse(error: OSError) -> None:
        raise ReviewError(
            f"{shown(Path(error.filename))} cannot be looked into, and would be lost",
            "Name another folder with --out",
        ) from error

    for place, folders, files in os.walk(folder, onerror=refuse):
        folders.sort()
        links = (name for name in folders if Path(place, name).is_symlink())
        yield from (Path(place, name) for name in sorted((*files, *links)))


def _sums(folder: Path) -> Mapping[str, str] | None:
    try:
        said = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    files = said.get("files") if isinstance(said, dict) else None
    return files if isinstance(files, dict) else None


def _swap(new: Path, folder: Path) -> None:
    """`new` as `folder`; a `folder` that stood there goes away, or comes back when it fails."""
    if not folder.exists():
        new.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.making-", dir=folder.parent)) / "old"
    try:
        folder.rename(old)
        new.rename(folder)
    except BaseException:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Removes what a build left that was killed; a build that is still at work holds its lock."""
    for left in sorted(folder.parent.glob(f".{folder.name}.making-*")):
        if (left / "old").is_dir() and not folder.exists():
            (left / "old").rename(folder)
        with contextlib.suppress(OSError), _held(left):
            shutil.rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """A lock on `folder` as long as the block runs; OSError when another process holds it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
