"""What makes a folder of files a data package: Frictionless, CITATION.cff, RO-Crate, one zip.

Standards: Frictionless Data Package v1 (https://specs.frictionlessdata.io/), Citation File Format
1.2.0 (https://citation-file-format.github.io/), RO-Crate 1.1
(https://w3id.org/ro/crate/1.1).
"""

from __future__ import annotations

import hashlib
import io
import json
import mimetypes
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.notation.safe_text import for_json
from pipeline.notation.text_frames import csv_of, text_frame
from pipeline.notation.yaml_writing import yaml_value

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can hold; no clock in a bundle


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column of a data table; `type` is a type of Frictionless (string, integer, date …)."""

    name: str
    description: str
    type: str = "string"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataTable:
    """A table of a data package: what it holds, its columns and its rows ("" is a missing value).

    `key` are the columns that tell rows apart; `refers` maps a column to (table, column).
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[str, ...], ...]
    key: tuple[str, ...] = ()
    refers: Mapping[str, tuple[str, str]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is said of the whole: `day` (ISO) is its day, `licence` an SPDX id or ""."""

    name: str
    title: str
    description: str
    authors: tuple[tuple[str, str], ...]  # name, ORCID
    day: str
    version: str
    licence: str
    keywords: tuple[str, ...] = ()


def table_bytes(table: DataTable) -> bytes:
    """`table` as CSV whose cells no spreadsheet takes for a formula."""
    return csv_of(text_frame([field.name for field in table.fields], table.rows))


def datapackage(
    about: About, tabular: Mapping[str, DataTable], files: Mapping[str, bytes]
) -> bytes:
    """`datapackage.json`: a resource for each file, with a schema for those that are tables.

    `tabular` are the tables by the paths of their files among `files`.
    """
    names = {table.name: _name(path) for path, table in tabular.items() if path.endswith(".csv")}
    said: dict[str, Any] = {
        "profile": "data-package",
        "name": about.name,
        "title": about.title,
        "description": about.description,
        "version": about.version,
        "contributors": [{"title": name, "role": "author"} for name, _ in about.authors],
        "licenses": [_licence(about.licence)] if about.licence else None,
        "keywords": list(about.keywords) or None,
        "resources": [
            _resource(path, content, tabular.get(path), names)
            for path, content in sorted(files.items())
        ],
    }
    return _json({key: value for key, value in said.items() if value not in (None, "")})


def _licence(spdx: str) -> dict[str, str]:
    return {"name": spdx, "path": f"https://spdx.org/licenses/{spdx}.html"}


def _name(path: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in path.lower()).strip("-")


def _resource(
    path: str, content: bytes, table: DataTable | None, names: Mapping[str, str]
) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": _name(path),
        "path": path,
        "mediatype": _media_type(path),
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    if table is None:
        return said
    schema: dict[str, Any] = {
        "fields": [
            {"name": f.name, "type": f.type, "description": f.description} for f in table.fields
        ],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.refers:
        schema["foreignKeys"] = [
            {
                "fields": column,
                "reference": {
                    "resource": names[other],
                    "fields": their_column,
                },
            }
            for column, (other, their_column) in table.refers.items()
        ]
    said |= {"profile": "tabular-data-resource", "title": table.title, "schema": schema}
    if path.endswith(".csv"):
        said |= {"encoding": "utf-8", "dialect": {"lineTerminator": "\r\n"}}
    return said


def _media_type(path: str) -> str:
    own = {"yaml": "application/yaml", "md": "text/markdown", "jsonl": "application/jsonl"}
    own |= {"cff": "application/yaml", "ris": "application/x-research-info-systems"}
    own |= {"parquet": "application/vnd.apache.parquet"}
    suffix = path.rpartition(".")[2].lower()
    return own.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"


def citation_cff(about: About) -> bytes:
    """`CITATION.cff` 1.2.0: how the bundle is cited."""
    lines = [
        "cff-version: 1.2.0",
        "message: If you use this review or its data, please cite it as below.",
        "type: dataset",
        f"title: {yaml_value(about.title)}",
        f"version: {yaml_value(about.version)}",
        "authors:",
    ]
    for name, orcid in about.authors or (("The authors of the review", ""),):
        lines.append(f"  - name: {yaml_value(name)}")
        if orcid:
            lines.append(f"    orcid: {yaml_value(_orcid(orcid))}")
    if about.day:
        lines.append(f"date-released: {about.day}")
    if about.licence:
        lines.append(f"license: {yaml_value(about.licence)}")
    return ("\n".join(lines) + "\n").encode()


def _orcid(orcid: str) -> str:
    return orcid if orcid.startswith("https://") else f"https://orcid.org/{orcid}"


def ro_crate(about: About, files: Mapping[str, bytes], program: str) -> bytes:
    """`ro-crate-metadata.json` (RO-Crate 1.1): the files, who made them, and with what program."""
    people = [
        {
            "@id": _orcid(orcid) if orcid else f"#author-{n}",
            "@type": "Person",
            "name": name,
        }
        for n, (name, orcid) in enumerate(about.authors, 1)
    ]
    url = f"https://spdx.org/licenses/{about.licence}"
    licences = (
        [{"@id": url, "@type": "CreativeWork", "name": about.licence, "url": url}]
        if about.licence
        else []
    )
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": about.title,
        "description": about.description,
        "version": about.version,
        "datePublished": about.day or None,
        "license": {"@id": url} if about.licence else None,
        "author": [{"@id": person["@id"]} for person in people] or None,
        "hasPart": [{"@id": path} for path in sorted(files)],
    }
    graph: list[dict[str, Any]] = [
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
            "about": {"@id": "./"},
        },
        {key: value for key, value in root.items() if value is not None},
        *people,
        *licences,
        {"@id": "#program", "@type": "SoftwareApplication", "name": "review", "version": program},
        *(
            {
                "@id": path,
                "@type": "File",
                "encodingFormat": _media_type(path),
                "contentSize": str(len(content)),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
            for path, content in sorted(files.items())
        ),
    ]
    return _json({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph})


def zipped(files: Mapping[str, bytes], folder: str) -> bytes:
    """A zip of `files` in one `folder`: the same files give the same bytes, at any time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{path}", _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, content)
    return out.getvalue()


def _json(value: Any) -> bytes:
    return for_json(json.dumps(value, ensure_ascii=False, indent=2)).encode() + b"\n"
