"""Which threads the engines make, and on which cores these may run."""

import os

from support.programs import RealTest, wait_until


def threads_of(process):
    """{name: cores that it may use} of every thread, the first one's as "first"."""
    seen = {"first": os.sched_getaffinity(process)}
    for task in os.listdir("/proc/%d/task" % process):
        with open("/proc/%d/task/%s/comm" % (process, task)) as file:
            seen[file.read().strip()] = os.sched_getaffinity(int(task))
    return seen


class ThreadsOfEngines(RealTest):
    def threads(self, *words):
        """Of an injector whose sessions are up and whose routes are told."""
        sink = self.start_sink("--count-only")
        inject = self.loadgen("inject", sink.endpoint, "--peers", "4", "--routes", "range:10.0.0.0/24x100k", "--hold", "1m", *words)
        wait_until(lambda: "holding" in inject.err, "all routes sent; it said: " + inject.err)
        seen = threads_of(inject.process.pid)
        inject.signal(2)
        self.assertEqual(inject.wait(), 0)   # all was sent
        return seen

    def test_shards_stay_on_a_core_where_asked_and_only_there(self):
        cores = os.sched_getaffinity(0)
        pinned = self.threads("--mode", "async", "--shards", "2", "--pin")
        self.assertEqual([len(pinned["shard %d" % shard]) for shard in (0, 1)], [1, 1])
        if len(cores) > 1:
            self.assertNotEqual(pinned["shard 0"], pinned["shard 1"])
        free = self.threads("--mode", "async", "--shards", "2", "--no-pin")
        self.assertEqual([free["shard %d" % shard] for shard in (0, 1)], [cores, cores])

    def test_shards_that_leave_a_core_to_others_stay_on_theirs(self):
        cores = os.sched_getaffinity(0)
        one = self.threads("--mode", "async", "--shards", "1")
        if len(cores) > 1:
            self.assertEqual(len(one["shard 0"]), 1)
        all_cores = self.threads("--mode", "async", "--shards", str(len(cores)))
        self.assertEqual(all_cores["shard 0"], cores)

    def test_packers_are_threads_on_any_core_and_0_is_none(self):
        cores = os.sched_getaffinity(0)
        with_packer = self.threads("--mode", "async", "--shards", "1", "--pin", "--packers", "1")
        self.assertEqual((with_packer["pipeline"], with_packer["first"]), (cores, cores))
        without = self.threads("--mode", "async", "--shards", "1", "--packers", "0")
        self.assertNotIn("pipeline", without)
        if len(cores) > 1:   # the coordinator stays where the shard is
            self.assertEqual(without["first"], without["shard 0"])

    def test_sync_has_none_of_them(self):
        self.assertFalse([name for name in self.threads("--mode", "sync") if name.startswith(("shard", "pipeline"))])
