"""Programs under test: started with an own directory, waited for with a deadline, and gone when the test is, however it ends."""

import ctypes
import errno
import json
import os
import random
import re
import resource
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.request

from .shared import ROOT

LOADGEN = os.environ.get("BARRAGE_LOADGEN") or os.path.join(ROOT, "build", "release", "loadgen")
PATIENCE = 120.0  # seconds; far beyond what anything takes on a slow machine under load
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def own_address():
    """An address of 127/8 that no other test process on this machine has, so that ports never meet. 127.0/16 is what peers use."""
    upper, lower = divmod(os.getpid(), 254)
    return "127.%d.%d.%d" % (64 + upper // 256 % 64, upper % 256, 1 + lower)


def free_port(address):
    """Below those that the kernel gives to outgoing connections (net.ipv4.ip_local_port_range): until it is listened on, nobody else's may take it."""
    while True:
        port = random.randrange(10000, 32768)
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            try:
                probe.bind((address, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
            else:
                return port


def endpoint(address, port):
    return ("[%s]:%d" if ":" in address else "%s:%d") % (address, port)


def wait_until(condition, what, seconds=PATIENCE, every=0.02):
    """The first true value of condition(); a failure that says what did not happen after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError("not within %g s: %s" % (seconds, what))
        time.sleep(every)


class Program:
    """One running program. Output goes to files, so that no pipe can fill up."""

    def __init__(self, argv, directory, open_files=None, environment=None):
        self.argv = [str(word) for word in argv]
        name = os.path.join(directory, "%s.%d" % (os.path.basename(self.argv[0]), time.monotonic_ns()))
        self.out_path, self.err_path = name + ".out", name + ".err"
        self.peak_kib = 0
        parent = os.getpid()

        def prepare():
            # Should this driver be killed, the kernel ends what it started.
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            if open_files:
                resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, open_files))

        with open(self.out_path, "wb") as out, open(self.err_path, "wb") as err:
            self.process = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err, preexec_fn=prepare,
                                            env=dict(os.environ, **(environment or {})), cwd=directory)

    @property
    def out(self):
        with open(self.out_path, errors="replace") as file:
            return file.read()

    @property
    def err(self):
        with open(self.err_path, errors="replace") as file:
            return file.read()

    @property
    def status(self):
        """Exit status, None while it runs."""
        self._look_at_memory()
        return self.process.poll()

    def _look_at_memory(self):
        try:
            with open("/proc/%d/status" % self.process.pid) as file:
                found = re.search(r"VmHWM:\s+(\d+) kB", file.read())
            if found:
                self.peak_kib = max(self.peak_kib, int(found[1]))
        except OSError:
            pass

    def wait(self, seconds=PATIENCE):
        wait_until(lambda: self.status is not None, "end of %s; it said: %s" % (" ".join(self.argv), self.err[-2000:]), seconds)
        return self.status

    def signal(self, number):
        self.process.send_signal(number)

    def reap(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def json(self):
        return json.loads(self.out)


def wait_until_holding(injector):
    """Until an inject with --metrics has sent everything, all of it is acknowledged, and it holds."""
    def served():
        return injector.status is not None or re.search(r"metrics on (http://\S+)\n", injector.err)
    url = wait_until(served, "metrics are served")
    wait_until(lambda: injector.status is not None or
               'barrage_phase{name="holding"}' in urllib.request.urlopen(url[1], timeout=60).read().decode(), "everything is sent")


def words_of(engine):
    """Of "sync", "async" or "async:SHARDS": with a number of shards the pipeline packs for them, otherwise whoever does by default."""
    mode, _, shards = engine.partition(":")
    return ["--mode", mode] + (["--shards", shards, "--packers", "1"] if shards else [])


def engine_words(words):
    """The engine that this run of the tests is about, from BARRAGE_ENGINE."""
    engine = os.environ.get("BARRAGE_ENGINE")
    if not engine or not words or words[0] not in ("inject", "sink", "speak", "run", "device") or "--mode" in words or "--help" in words:
        return []
    return words_of(engine)


class RealTest(unittest.TestCase):
    """A test with real programs: a directory and an address of its own, nothing left behind."""

    maxDiff = 4000

    def setUp(self):
        if not os.access(LOADGEN, os.X_OK):
            self.fail("no program " + LOADGEN + "; build it, or say in BARRAGE_LOADGEN where it is")
        self._directory = tempfile.TemporaryDirectory(prefix="barrage-test-", ignore_cleanup_errors=True)
        self.addCleanup(self._directory.cleanup)
        self.directory = self._directory.name
        self._started = []
        self.address = own_address()

    def path(self, name):
        return os.path.join(self.directory, name)

    def mark(self):
        """Environment by which all children of a run are found, whoever their parent is by now."""
        return {"BARRAGE_TEST_RUN": self.directory}

    def still_running(self):
        mine = ("BARRAGE_TEST_RUN=" + self.directory).encode()
        found = []
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/environ" % process, "rb") as environment, open("/proc/%s/stat" % process) as stat:
                    if mine in environment.read().split(b"\0") and stat.read().rsplit(")", 1)[1].split()[0] != "Z":
                        found.append(process)
            except OSError:
                pass
        return found

    def assert_nothing_left(self):
        wait_until(lambda: not self.still_running(), "nothing of the run is left", 20)

    def start(self, *argv, **options):
        program = Program(argv, self.directory, **options)
        self.addCleanup(program.reap)
        self._started.append(program)
        return program

    def for_each(self, seeds, run):
        """run(seed) for each, also when one of them fails: it leaves nothing to the next."""
        for seed in seeds:
            with self.subTest(seed=seed):
                try:
                    run(seed)
                finally:
                    for program in self._started:
                        program.reap()
                    self._started.clear()

    def loadgen(self, *words, **options):
        return self.start(LOADGEN, *words, *engine_words(words), **options)

    def run_loadgen(self, *words, status=0, seconds=PATIENCE, **options):
        """Runs to the end and expects this exit status."""
        program = self.loadgen(*words, **options)
        program.wait(seconds)
        self.assert_status(program, status)
        return program

    def assert_status(self, program, status):
        self.assertEqual(program.status, status, "%s\nstdout: %s\nstderr: %s" % (" ".join(program.argv), program.out[-2000:],
                                                                               program.err[-4000:]))

    def assert_one_clear_line(self, program, *words):
        """What went wrong is said on stderr, with these words, and no crash is talked about."""
        for word in words:
            self.assertRegex(program.err, word)
        for crash in ("terminate called", "Assertion", "Sanitizer", "core dumped"):
            self.assertNotIn(crash, program.err)

    def start_sink(self, *words, address=None, **options):
        """`loadgen sink` on a port of the kernel's choice; .endpoint says which."""
        sink = self.loadgen("sink", "--listen", endpoint(address or self.address, 0), "--json", *words, **options)
        found = wait_until(lambda: re.search(r"listening on (\S+:\d+)", sink.err) or sink.status is not None, "the sink listens")
        if found is True:
            self.fail("the sink did not start: " + sink.err)
        sink.endpoint = found[1]
        return sink

    def into_sink(self, peers, routes, *inject_words, expect=None, sink_words=(), malformed=0):
        """inject → sink; the sink's result once both have ended well. `malformed`: UPDATEs of all sessions."""
        limits = ["--sessions", peers] + (["--expect", expect] if expect else [])
        sink = self.start_sink(*limits, *sink_words)
        sources = [routes] if isinstance(routes, str) else routes
        words = [word for source in sources for word in ("--routes", source)]
        injector = self.loadgen("inject", sink.endpoint, "--peers", peers, *words, "--quiet", *inject_words)
        injector.wait()
        self.assert_status(injector, 0)
        sink.wait()
        self.assert_status(sink, 0)
        result = sink.json()
        self.assertEqual(result["sessions"], peers)
        self.assertEqual(len(result["per_session"]), peers)
        self.assertEqual(result["malformed"], malformed)
        return result
