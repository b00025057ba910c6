"""Records into columns and back, unchanged."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.problem import Place
from pipeline.model.record import Issued, Name, Record, Tag
from pipeline.notation.record_table import SCHEMA, TEXT_COLUMNS, record_batches, record_of

text = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=12)
texts = st.lists(text, max_size=3).map(tuple)
records = st.builds(
    Record,
    id=text,
    number=st.integers(1, 10**6),
    place=st.builds(Place, file=text, line=st.integers(0, 10**6)),
    title=text,
    abstract=text,
    author=st.lists(st.builds(Name, family=text, given=text, literal=text), max_size=3).map(tuple),
    issued=st.none() | st.builds(Issued, year=st.integers(0, 3000), literal=text),
    issn=texts,
    keyword=texts,
    identifiers=st.lists(st.builds(Tag, text, text), max_size=2).map(tuple),
    as_exported=st.lists(st.builds(Tag, text, text), max_size=4).map(tuple),
)


@given(st.lists(records, max_size=7), st.integers(1, 3))
def test_every_record_comes_back_as_it_was(given_records, size):
    batches = list(record_batches(given_records, size))
    assert all(batch.schema.equals(SCHEMA) and batch.num_rows <= size for batch in batches)
    entries = [e.as_py() for batch in batches for e in batch.column("entry")]
    assert [record_of(entry) for entry in entries] == given_records
    for name in TEXT_COLUMNS:
        values = [v for batch in batches for v in batch.column(name).to_pylist()]
        assert all(isinstance(v, str) for v in values)
    years = [y for batch in batches for y in batch.column("year").to_pylist()]
    assert years == [r.year for r in given_records]
