"""What all tests share: properties without deadlines, and the same examples on every CI run."""

from __future__ import annotations

import os
import tempfile

from hypothesis import HealthCheck, settings

# whoever runs the tests may have told `review me` who they are, and keys of their own
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="review-tests-")

settings.register_profile(
    "house",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")
