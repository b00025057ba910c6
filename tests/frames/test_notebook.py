"""The notebook of the documentation runs as it stands, from the folder of the project."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

import pipeline as rv

PROJECT = Path(__file__).parents[2]


def test_the_notebook_runs_and_shows_the_flow(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    notebook = nbformat.read(PROJECT / "docs" / "notebook.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "kept without outputs"
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": PROJECT}}
    )
    done = client.execute()
    shown = [
        output["data"]
        for cell in done.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "data" in output
    ]
    example = rv.open(PROJECT / "reviews" / "ta-hsb")
    assert shown[0]["text/plain"] == repr(example)
    assert [d["image/svg+xml"] for d in shown if "image/svg+xml" in d] == [
        example.figure("flow").svg
    ]
    assert sum("text/html" in data for data in shown) >= 5
