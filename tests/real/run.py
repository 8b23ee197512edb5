#!/usr/bin/env python3
"""Runs tests with real programs: run.py MODULE[.CLASS[.TEST]]… Exit status 77 when all of them were skipped."""

import os
import resource
import signal
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True


def end(*_):
    raise KeyboardInterrupt   # cleanups run, programs are reaped


def main():
    signal.signal(signal.SIGTERM, end)
    suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:])
    began = time.monotonic()
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    # What it costs beside others: see PROCESSORS in CMakeLists.txt.
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print("%.1f s, %.1f s of CPU" % (time.monotonic() - began, sum(each.ru_utime + each.ru_stime for each in used)))
    if not result.wasSuccessful() or result.testsRun == 0:
        return 1
    return 77 if len(result.skipped) == result.testsRun else 0


if __name__ == "__main__":
    sys.exit(main())
