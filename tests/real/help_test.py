"""What the command says about itself: help, version, manual pages, completions, the scenarios that come with it, and what is installed."""

import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import termios
import unittest

from support.programs import LOADGEN, RealTest
from support.shared import ROOT

SHELL_SECONDS = 120   # far beyond what a shell takes on a busy machine


def commands_of(text):
    """The sub-commands in the help of a command."""
    part = re.search(r"^Subcommands:\n((?:  .*\n)+)", text, re.M)
    return re.findall(r"^  (\S+)", part[1], re.M) if part else []


def options_of(text):
    """Every option in a help, by each of its long names."""
    return set(re.findall(r"^  (?:-\w,)?(--[a-z0-9-]+)", text, re.M))


class HelpOnce(RealTest):
    def paths(self):
        """Every visible sub-command, as words: [], ["run"], …, ["mrt", "info"]."""
        found = [[]]
        for path in found:
            found += [path + [name] for name in commands_of(self.run_loadgen(*path, "--help").out)]
        return found

    def test_help_and_version_of_every_command(self):
        paths = self.paths()
        self.assertGreater(len(paths), 15)
        version = self.run_loadgen("version").out
        self.assertRegex(version, r"^loadgen \d+\.\d+\.\d+\n$")
        for path in paths:
            self.assertEqual(self.run_loadgen("help", *path).out, self.run_loadgen(*path, "--help").out, path)
            for flag in ("-V", "--version")[:1 if path == ["exabgp"] else 2]:   # `exabgp --version` is ExaBGP's own
                self.assertEqual(self.run_loadgen(*path, flag).out, version, path)
        self.assertNotIn("man", commands_of(self.run_loadgen("--help").out))   # for who makes packages

    def test_flags_stand_as_they_are_typed(self):
        for path in self.paths():
            self.assertNotIn("{false}", self.run_loadgen(*path, "--help").out, path)

    def test_descriptions_are_wrapped_to_the_terminal(self):
        plain = self.run_loadgen("inject", "--help").out
        for columns in (60, 100):
            shown = self.on_a_terminal(columns, "inject", "--help")
            part = shown[shown.index("\nOptions:"):shown.index("\nExamples:")]
            # Below the names, and no word is lost: those of names are as wide as they are.
            for line in part.splitlines():
                if line.startswith(" " * 30) and " " in line.strip():   # a word may be longer than there is room
                    self.assertLessEqual(len(line), columns, line)
            self.assertEqual(part.split(), plain[plain.index("\nOptions:"):plain.index("\nExamples:")].split())
            self.assertGreater(part.count("\n"), plain.count("\n"))

    def on_a_terminal(self, columns, *words):
        ours, its = pty.openpty()
        self.addCleanup(os.close, ours)
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        with subprocess.Popen([LOADGEN, *words], stdin=subprocess.DEVNULL, stdout=its) as program:
            os.close(its)
            octets = b""
            try:
                while chunk := os.read(ours, 1 << 16):
                    octets += chunk
            except OSError:   # EIO: the other side is closed
                pass
        self.assertEqual(program.returncode, 0)
        return octets.decode().replace("\r\n", "\n")

    def test_what_may_have_been_meant(self):
        for words, meant in ((["inject", "--peeers", "8"], "--peers"), (["run", "full-table", "--qiet"], "--quiet"), (["injct"], "inject"),
                             (["help", "injct"], "inject"), (["mrt", "inof", "x"], "info"), (["inject", "--route=full-table:1M"], "--routes"),
                             (["run", "ful-table"], "full-table")):
            program = self.run_loadgen(*words, status=2)
            self.assertRegex(program.err, r"did you mean '?%s'?\?" % meant, words)
            self.assertEqual(program.err.count("\n"), 1, program.err)
        self.assertNotIn("did you mean", self.run_loadgen("inject", "--nothing-like-it", status=2).err)

    def test_scenarios_by_name(self):
        shipped = {name[:-5] for name in os.listdir(os.path.join(ROOT, "loadgen", "scenarios")) if name.endswith(".yaml")}
        listed = self.run_loadgen("run", "--list").out
        self.assertEqual({line.split()[0] for line in listed.splitlines()}, shipped)
        self.assertIn("A table with the shape of the Internet's", listed)
        for scenario in self.run_loadgen("run", "--list", "--json").json():
            self.assertTrue(os.path.samefile(scenario["file"], os.path.join(ROOT, "loadgen", "scenarios", scenario["name"] + ".yaml")))
        self.assertIn("valid, a scenario", self.run_loadgen("validate", "full-table").out)

        with open(self.path("mine.yaml"), "w") as file:   # a directory of one's own comes first
            file.write("about: none\npeers: []\n")
        program = self.run_loadgen("run", "mine", status=2, environment={"BARRAGE_SCENARIOS": "/nowhere:" + self.directory})
        self.assertIn(self.path("mine.yaml") + ":2:", program.err)

    def test_init_writes_a_scenario_that_is_valid(self):
        self.run_loadgen("init", self.path("plain.yaml"))
        self.run_loadgen("init", self.path("full.yaml"), "--dut", "[2001:db8::1]:1790", "--peer-as", "65000", "--address", "2001:db8::11",
                         "--peers", "3", "--routes", "full-table:10,family=ipv6")
        for name in ("plain.yaml", "full.yaml"):
            self.assertIn("valid, a scenario", self.run_loadgen("validate", self.path(name)).out)
        with open(self.path("full.yaml")) as file:
            text = file.read()
        schema = re.match(r"# yaml-language-server: \$schema=(.+)\n", text)[1]
        self.assertTrue(os.path.samefile(schema, os.path.join(ROOT, "loadgen", "scenarios", "schema.json")))
        for line in ("  address: '2001:db8::1' ", "  port: 1790 ", "  as: 65000 ", "    address: '2001:db8::11' ", "    address: '2001:db8::14' ",
                     "    count: 3 "):
            self.assertIn("\n" + line, text)
        again = self.run_loadgen("init", self.path("full.yaml"), status=2)
        self.assertIn("--force", again.err)
        self.run_loadgen("init", self.path("full.yaml"), "--force")
        self.assertIn("name: first run", self.run_loadgen("init", "-").out)


class PagesOnce(RealTest):
    paths = HelpOnce.paths

    def setUp(self):
        super().setUp()
        self.run_loadgen("man", self.directory)

    def read(self, name):
        with open(self.path(name)) as file:
            return file.read()

    def shown(self, name):
        """As man shows it, without bold and underlining."""
        shown = subprocess.run(["man", "-P", "cat", "-l", self.path(name)], capture_output=True, text=True, timeout=SHELL_SECONDS,
                               env=dict(os.environ, MANWIDTH="500", LC_ALL="C.UTF-8", MAN_KEEP_FORMATTING=""), check=True)
        return re.sub(r".\x08", "", shown.stdout)

    @unittest.skipUnless(shutil.which("man"), "no man here")
    def test_a_page_for_every_command(self):
        names = set()
        for path in self.paths():
            name = "-".join(["loadgen"] + path) + ".1"
            names.add(name)
            shown = self.shown(name)
            self.assertRegex(shown, r"NAME\n +%s - \S" % name[:-2])
            for option in options_of(self.run_loadgen(*path, "--help").out):
                self.assertRegex(shown, r"(?m)^ +(-\w, )?%s\b" % option, name)
            for below in commands_of(self.run_loadgen(*path, "--help").out):
                self.assertIn("%s-%s(1)" % (name[:-2], below), shown)
        self.assertEqual({name for name in os.listdir(self.directory) if name.endswith(".1")}, names)
        self.assertRegex(self.shown("loadgen-run.1"), r"EXIT STATUS\n +Exit status: 0 passed; 2 usage")
        self.assertRegex(self.shown("loadgen-run.1"), r"EXAMPLES\n +loadgen run --list\n")

    @unittest.skipUnless(shutil.which("man"), "no man here")
    def test_the_page_of_scenarios(self):
        shown = self.shown("scenario.5")
        schema = self.run_loadgen("validate", "--schema").json()

        def keys(part):
            if isinstance(part, dict):
                yield from part.get("properties", {})
                for each in part.values():
                    yield from keys(each)
            elif isinstance(part, list):
                for each in part:
                    yield from keys(each)
        for key in set(keys(schema)):
            self.assertRegex(shown, r"(?m)^ +%s(:|$)" % re.escape(key))
        self.assertRegex(shown, r"\n +hold_time: TIME\n")
        self.assertIn("role: send|receive|both", shown)

    @unittest.skipUnless(shutil.which("groff"), "no groff here")
    def test_the_pages_have_no_error(self):
        for name in os.listdir(self.directory):
            if name.endswith((".1", ".5")):
                checked = subprocess.run(["groff", "-k", "-man", "-ww", "-Wbreak", "-z", self.path(name)], capture_output=True, text=True,
                                         timeout=SHELL_SECONDS, env=dict(os.environ, LC_ALL="C.UTF-8"))
                self.assertEqual(checked.stderr, "", name)


class CompletionOnce(RealTest):
    """Each script in its shell: what the shell offers for a command line that is not finished."""

    CASES = (("loadgen inj", {"inject"}, {"run"}),
             ("loadgen mrt ", {"info", "cat", "convert"}, {"inject"}),
             ("loadgen inject --verify", {"--verify", "--verify-as"}, {"--peers"}),
             ("loadgen inject --mode ", {"sync", "async"}, {"inject"}),
             ("loadgen inject 192.0.2.1 --no-", {"--no-pin"}, {"--pin"}),
             ("loadgen run full", {"full-table"}, {"churn-soak"}),
             ("loadgen completion ", {"bash", "zsh", "fish"}, {"inject"}),
             ("loadgen mrt convert --to", {"--to"}, {"--json"}),
             ("loadgen report ru", {"run.json"}, {"inject"}))

    def setUp(self):
        super().setUp()
        open(self.path("run.json"), "w").close()
        self.environment = dict(os.environ, PATH=os.path.dirname(LOADGEN) + ":" + os.environ["PATH"], HOME=self.directory,
                                XDG_CONFIG_HOME=self.directory, XDG_DATA_HOME=self.directory, LC_ALL="C.UTF-8", TERM="dumb")

    def script(self, shell):
        path = self.path("_loadgen" if shell == "zsh" else "script." + shell)
        with open(path, "w") as file:
            file.write(self.run_loadgen("completion", shell).out)
        return path

    def run_shell(self, *argv):
        done = subprocess.run(argv, capture_output=True, text=True, timeout=SHELL_SECONDS, cwd=self.directory, env=self.environment,
                              stdin=subprocess.DEVNULL)
        self.assertEqual(done.stderr, "")
        return done.stdout

    def offers(self, complete):
        for line, expected, others in self.CASES:
            offered = complete(line)
            self.assertLessEqual(expected, offered, line)
            self.assertFalse(others & offered, line)

    def test_bash(self):
        script = self.script("bash")

        def complete(line):
            words = line.split(" ")
            return set(self.run_shell("bash", "--norc", "-c", """
                source "$0"
                compopt() { :; }   # only within a completion of readline
                COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
                _loadgen
                printf '%s\\n' "${COMPREPLY[@]}"
                """, script, *words).split("\n"))
        self.offers(complete)
        self.assertIn("_loadgen", self.run_shell("bash", "--norc", "-c", 'source "$0"; complete -p loadgen', script))

    @unittest.skipUnless(shutil.which("fish"), "no fish here")
    def test_fish(self):
        script = self.script("fish")

        def complete(line):
            shown = self.run_shell("fish", "--no-config", "-c", "source %s; complete -C '%s'" % (script, line))
            return {one.split("\t")[0] for one in shown.splitlines()}
        self.offers(complete)

    @unittest.skipUnless(shutil.which("zsh"), "no zsh here")
    def test_zsh(self):
        self.script("zsh")

        def complete(line):
            # A shell of its own that is asked as a person would: the line, then the key that lists completions.
            return set(re.findall(r"\+(\S+)", self.run_shell("zsh", "-f", "-c", r"""
                zmodload zsh/zpty
                zpty shell zsh -f -i
                zpty -w shell "PS1=; PS2=; fpath=($PWD \$fpath); unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D"
                zpty -w shell "list() { compadd() { builtin compadd -O found \$@; builtin compadd \$@; print -rl -- +\${^found} }; _main_complete; print -rl -- END }"
                zpty -w shell "zle -C list complete-word list; bindkey '^X' list; stty -echo; print REA''DY"   # quoted: its echo is no answer
                zpty -r -m shell READY '*READY*'
                zpty -w -n shell "$1"$'\C-X'
                zpty -r -m shell READY '*END*'
                print -r -- $READY
                """, "zsh", line)))
        self.offers(complete)


class InstalledOnce(RealTest):
    """What `cmake --install` puts into an empty directory works from there, and is complete."""

    def setUp(self):
        super().setUp()
        tree = os.path.dirname(LOADGEN)
        if not os.path.exists(os.path.join(tree, "cmake_install.cmake")) or not os.path.exists(os.path.join(tree, "installed", "made")):
            self.skipTest("no build tree with manual pages around " + LOADGEN)
        subprocess.run(["cmake", "--install", tree, "--prefix", self.path("usr")], check=True, capture_output=True, timeout=SHELL_SECONDS)

    def installed(self, *words):
        path = os.path.join(self.path("usr"), *words)
        self.assertTrue(os.path.exists(path), path)
        return path

    def test_what_is_there(self):
        program = self.installed("bin", "loadgen")
        for page in ("man1/loadgen.1", "man1/loadgen-inject.1", "man5/scenario.5"):
            self.installed("share", "man", page)
        for script in ("bash-completion/completions/loadgen", "zsh/site-functions/_loadgen", "fish/vendor_completions.d/loadgen.fish"):
            self.installed("share", script)
        scenarios = self.installed("share", "barrage", "scenarios")
        for name in ("report.schema.json", "bench.schema.json", "grafana-dashboard.json"):
            self.installed("share", "barrage", name)
        self.assertEqual(sorted(os.listdir(scenarios)), sorted(os.listdir(os.path.join(ROOT, "loadgen", "scenarios"))))

        listed = self.start(program, "run", "--list", "--json")
        listed.wait()
        self.assert_status(listed, 0)
        for scenario in listed.json():
            self.assertEqual(os.path.dirname(scenario["file"]), scenarios)
        init = self.start(program, "init", self.path("mine.yaml"))
        init.wait()
        self.assert_status(init, 0)
        with open(self.path("mine.yaml")) as file:
            self.assertTrue(file.readline().endswith("$schema=%s/schema.json\n" % scenarios))

    @unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd-analyze here")
    def test_the_units_are_valid(self):
        for name in ("barrage-speak@.service", "barrage-sink@.service"):
            with open(self.installed("lib", "systemd", "system", name)) as file:
                text = file.read()
            instance = self.path(name.replace("@", "@test"))
            with open(instance, "w") as file:   # the program need not be where the package has it
                file.write(re.sub(r"ExecStart=\S+", "ExecStart=" + self.installed("bin", "loadgen"), text))
            checked = subprocess.run(["systemd-analyze", "verify", "--man=no", instance], capture_output=True, text=True, timeout=SHELL_SECONDS)
            self.assertNotIn(os.path.basename(instance), checked.stderr)
