"""Where things are: the project, and real data and judges that lie beside it: $BARRAGE_SHARED, else ../shared. Tests that need those are
skipped without."""

import os
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
SCENARIOS = os.path.join(ROOT, "loadgen", "scenarios")
SHARED = os.environ.get("BARRAGE_SHARED") or os.path.join(ROOT, "..", "shared")


def shared(*path):
    """The path of a shared file; skips the test when it is not there."""
    full = os.path.join(SHARED, *path)
    if not os.path.exists(full):
        raise unittest.SkipTest("skipped: no " + full + " (BARRAGE_SHARED says where shared data is)")
    return full
