"""Compiles one file of this folder with the flags of the build tree, without output: run.py COMPILE_COMMANDS.json FILE.

A line that ends in "// error: REGEX" has to be the first that the compiler refuses, with a message that the expression is found in.
A file without such a line is a control and has to compile.
"""

import json
import os
import re
import shlex
import subprocess
import sys


def syntax_check(commands, file):
    """The command that compiles `file` in the tree, changed to look and write nothing; and where it runs."""
    entry = next(each for each in json.load(open(commands)) if os.path.samefile(each["file"], file))
    words = shlex.split(entry["command"])
    if os.path.basename(words[0]) == "ccache":
        words = words[1:]
    output = words.index("-o")
    del words[output : output + 2]
    words[words.index("-c")] = "-fsyntax-only"
    return words, entry["directory"]


def main():
    commands, file = sys.argv[1:]
    wanted = [
        (number, found.group(1))
        for number, line in enumerate(open(file), 1)
        if (found := re.search(r"// error: (.+)$", line))
    ]
    words, directory = syntax_check(commands, file)
    compiled = subprocess.run(words, cwd=directory, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    if not wanted:
        sys.exit(f"the control does not compile:\n{compiled.stderr}" if compiled.returncode else 0)
    if compiled.returncode == 0:
        sys.exit(f"{file} compiles")
    number, expression = wanted[0]
    error = re.search(r"^(.*?):(\d+):\d+: (?:fatal )?error: (.*)$", compiled.stderr, re.M)
    if not error or not os.path.samefile(error[1], file) or int(error[2]) != number or not re.search(expression, error[3]):
        sys.exit(f"{file} is refused, but not at line {number} with '{expression}':\n{compiled.stderr}")


if __name__ == "__main__":
    main()
