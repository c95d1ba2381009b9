"""How far generated tests search: quick and repeatable by default, far and wide in a campaign."""

import os
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings

# What hypothesis keeps to be quicker next time does not belong among the sources.
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(Path(tempfile.gettempdir(), "qunguan-hypothesis")))

# No examples are kept between runs (database=None): what a campaign finds becomes a plain test.
settings.register_profile("dev", max_examples=40, derandomize=True, deadline=None, database=None)
settings.register_profile(
    "campaign",
    max_examples=2_000,
    derandomize=False,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("campaign" if os.environ.get("QUNGUAN_CAMPAIGN") == "1" else "dev")
