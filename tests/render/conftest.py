"""What the tests of this room share lies beside them: `sample_document` and `read_back`."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from sample_document import a_document

from pipeline.render.prepared import Prepared, prepare


@pytest.fixture(scope="session")
def prepared() -> Prepared:
    return prepare(a_document())
