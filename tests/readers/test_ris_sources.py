"""Identifiers that single sources keep under free tags of RIS, taken of these alone."""

from __future__ import annotations

import io

import pytest

from pipeline.readers import read_export


@pytest.mark.parametrize(
    ("lines", "pmid", "doi", "accession"),
    [
        ("DB  - Embase\nU2  - L2001234567\nC5  - 31234567", "31234567", "", "L2001234567"),
        ("DB  - Scopus\nU2  - Lighthouse\nC5  - 31234567", "", "", ""),
        ("ID  - CN-01234567\nC3  - PUBMED 31234567,EMBASE 201", "31234567", "", "CN-01234567"),
        ("C3  - Proceedings of 31234567", "", "", ""),
        ("DP  - EBSCOhost\nN1  - Accession Number: 12. PMID: NLM31234567.", "31234567", "", ""),
        ("DP  - EBSCOhost\nN1  - Accession Number: 31234567.", "", "", ""),
        ("DP  - Zotero\nDB  - X\nN1  - See PMID: 31234567 for the reply", "", "", ""),
        ("DB  - Ovid MEDLINE(R) ALL <1946 to 2019>\nAN  - 31234567", "31234567", "", "31234567"),
        ("DB  - Ovid MEDLINE(R)\nID  - 31234567", "31234567", "", "31234567"),
        ("DB  - MEDLINE\nDB  - Embase\nAN  - 31234567", "", "", "31234567"),
        ("DB  - Embase <1974 to 2019>\nAN  - 631234567", "", "", "631234567"),
        ("DB  - PubMed Commons\nAN  - 31234567", "", "", "31234567"),
        ("ID  - 10.5555/a.1 [doi]", "", "10.5555/a.1", "10.5555/a.1 [doi]"),
        ("DO  - 10.5555/b.2\nID  - 10.5555/a.1 [doi]", "", "10.5555/b.2", "10.5555/a.1 [doi]"),
        ("ID  - 10.5555/a.1", "", "", "10.5555/a.1"),
        ("PMID  - 7\nDB  - PubMed\nAN  - 31234567", "7", "", "31234567"),
    ],
)  # fmt: skip
def test_an_identifier_is_taken_where_its_source_keeps_it(
    lines: str, pmid: str, doi: str, accession: str
) -> None:
    text = f"TY  - JOUR\nTI  - Tides\nAU  - Lee, A\n{lines}\nER  - \n"
    (record,) = read_export(io.BytesIO(text.encode()), file="x", search="s").records
    assert (record.pmid, record.doi, record.accession_number) == (pmid, doi, accession)
