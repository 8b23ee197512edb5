"""The Debian package: built, looked at by lintian, installed into an empty root, used from there, and removed without a trace."""

import glob
import os
import re
import shutil
import subprocess
import unittest

from support.programs import RealTest
from support.shared import ROOT

BUILD_SECONDS = 3 * 3600   # from nothing, on a busy machine
SECONDS = 600


@unittest.skipUnless(shutil.which("dpkg-buildpackage") and shutil.which("dh") and shutil.which("lintian"), "no debhelper or lintian here")
class SoakPackageOnce(RealTest):
    def run_here(self, *words, seconds=SECONDS, **options):
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, timeout=seconds, **options)
        self.assertEqual(done.returncode, 0, "%s: %s" % (" ".join(words), done.stdout[-4000:]))
        return done.stdout

    def hold_against_lintian(self, package):
        found = self.run_here("lintian", "--fail-on", "none", "--tag-display-limit", "0", os.path.splitext(package)[0] + ".changes")
        # There is no bug of Debian's list that the first upload would close.
        self.assertEqual([line for line in found.splitlines() if re.match(r"[EW]:", line) and "initial-upload-closes-no-bugs" not in line], [])

    def hold_against_hardening(self, program):
        headers = self.run_here("readelf", "-hldW", program)
        self.assertRegex(headers, r"Type:\s+DYN")                       # PIE
        self.assertIn("GNU_RELRO", headers)
        self.assertRegex(headers, r"FLAGS.*BIND_NOW")                   # … in full
        self.assertRegex(headers, r"GNU_STACK.*\bRW\b")
        symbols = self.run_here("readelf", "-sW", "--dyn-syms", program)
        self.assertIn("__stack_chk_fail", symbols)
        self.assertRegex(symbols, r"__\w+_chk@")                        # FORTIFY

    def tree(self, root):
        return {os.path.relpath(os.path.join(path, name), root) for path, _, names in os.walk(root) for name in names}

    def test_package(self):
        built = os.environ.get("BARRAGE_PACKAGE")   # by hand: a package that is there already
        if not built:
            self.run_here(os.path.join(ROOT, "tools", "package.sh"), self.path("package"), seconds=BUILD_SECONDS)
            built, = glob.glob(self.path("package") + "/barrage-bgp_*.deb")
        self.hold_against_lintian(built)

        root = self.path("root")
        admin = os.path.join(root, "var/lib/dpkg")
        os.makedirs(os.path.join(admin, "updates"))
        os.makedirs(os.path.join(admin, "info"))
        for name in ("status", "available"):
            open(os.path.join(admin, name), "w").close()
        # The shared libraries are those of this machine; nothing is run within the root.
        dpkg = ["dpkg", "--force-not-root", "--force-depends", "--force-script-chrootless", "--instdir", root, "--admindir", admin]
        self.run_here(*dpkg, "--install", built)
        program = os.path.join(root, "usr/bin/loadgen")
        self.hold_against_hardening(program)
        for name in ("usr/share/man/man1/loadgen-inject.1.gz", "usr/share/man/man5/scenario.5.gz", "lib/systemd/system/barrage-speak@.service",
                     "usr/share/bash-completion/completions/loadgen", "usr/share/zsh/vendor-completions/_loadgen",
                     "usr/share/fish/vendor_completions.d/loadgen.fish", "usr/share/barrage/scenarios/schema.json"):
            self.assertTrue(os.path.exists(os.path.join(root, name)), name)

        result = self.start(program, "inject", "--peers", "8", "--routes", "full-table:100k", "--json", "--quiet")
        result.wait()
        self.assert_status(result, 0)
        self.assertIn("took 8 × 100,000 routes", result.json()["summary"])
        listed = self.start(program, "run", "--list", "--json")
        listed.wait()
        self.assertIn(os.path.join(root, "usr/share/barrage/scenarios/full-table.yaml"), [scenario["file"] for scenario in listed.json()])

        self.run_here(*dpkg, "--purge", "barrage-bgp")
        self.assertEqual({name for name in self.tree(root) if not name.startswith("var/lib/dpkg/")}, set())


if __name__ == "__main__":
    unittest.main()
