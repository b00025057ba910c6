"""Runs one tool on one labelled set: `tools.py TOOL SET.csv OUT.json` (see compare.py)."""

from __future__ import annotations

import csv
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

Said = dict[str, list[list[str]]]


def ours(path: Path) -> Said:
    from pipeline.cli import main

    with tempfile.TemporaryDirectory() as to:
        try:
            main(["dedupe", "--files", str(path), "--to", to])
        except SystemExit as end:
            if end.code not in (0, None):
                raise
        clusters = [[r["record_id"], r["cluster_id"]] for r in rows(Path(to) / "clusters.csv")]
        pairs = rows(Path(to) / "pairs.csv")
    return {
        "clusters": clusters,
        "ask": [[p["record_a"], p["record_b"]] for p in pairs if p["answer"] == "ask"],
    }


def doi_title_year(path: Path) -> Said:
    """One DOI, or one title (letters and digits only) in one year, is one report."""
    first: dict[str, str] = {}
    home: dict[str, str] = {}
    for row in rows(path):
        title = re.sub(r"[\W_]+", "", row["title"].lower())
        keys = [f"d{row['doi'].lower()}"] if row["doi"] else []
        keys += [f"t{title}{row['year']}"] if title else []
        known = next((first[k] for k in keys if k in first), row["record_id"])
        home[row["record_id"]] = known
        for key in keys:
            first.setdefault(key, known)
    return {"clusters": [[r, h] for r, h in home.items()]}


def bib_dedupe(path: Path) -> Said:
    import pandas as pd
    from bib_dedupe.bib_dedupe import block, cluster, match, prep

    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table["ID"] = table["record_id"]
    table["ENTRYTYPE"] = "article"
    wanted = ["ID", "ENTRYTYPE", "title", "author", "year", "journal", "volume", "number", "pages",
              "doi", "abstract"]  # fmt: skip
    made = prep(table[wanted].copy(), cpu=1)
    matched = match(block(made, cpu=1), cpu=1)
    clusters = [[i, group[0]] for group in cluster(matched) for i in group]
    return {"clusters": clusters}


def splink(path: Path) -> Said:
    import pandas as pd
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table = table.rename(columns={"record_id": "unique_id"}).drop(columns="cluster_id")
    for name in ("title", "author", "journal"):
        table[name] = table[name].str.lower().str.replace(r"[\W_]+", " ", regex=True).str.strip()
    table["doi"] = table["doi"].str.lower()
    table["head"], table["first"] = table["title"].str[:30], table["author"].str.split().str[0]
    table = table.mask(table == "")
    rules = [
        block_on("head"),
        block_on("doi"),
        block_on("year", "first"),
        block_on("volume", "pages"),
    ]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("title", [0.97, 0.9]),
            cl.JaroWinklerAtThresholds("author", [0.95, 0.85]),
            cl.ExactMatch("year"),
            cl.JaroWinklerAtThresholds("journal", [0.9]),
            cl.ExactMatch("volume"),
            cl.ExactMatch("pages"),
            cl.ExactMatch("doi"),
        ],
        blocking_rules_to_generate_predictions=rules,
    )
    api: Any = DuckDBAPI()
    try:
        linker = Linker(table, settings, db_api=api)
    except TypeError:
        linker = Linker(api.register(table), settings)
    linker.training.estimate_probability_two_random_records_match([block_on("head")], recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("head"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("year", "first"))
    predicted = linker.inference.predict(threshold_match_probability=0.95)
    grouped = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.95)
    frame = grouped.as_pandas_dataframe()
    pairs = zip(frame["unique_id"], frame["cluster_id"], strict=True)
    return {"clusters": [[str(i), str(c)] for i, c in pairs]}


def rows(path: Path) -> list[dict[str, str]]:
    csv.field_size_limit(10**9)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    tool = {"ours": ours, "doi_title_year": doi_title_year, "bib_dedupe": bib_dedupe,
            "splink": splink}[sys.argv[1]]  # fmt: skip
    Path(sys.argv[3]).write_text(json.dumps(tool(Path(sys.argv[2]))))
