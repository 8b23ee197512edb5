#!/bin/bash
# make package: the Debian package barrage-bgp of the sources as they are, in the directory that is named: tools/package.sh build/package
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?usage: $0 DIRECTORY}

mkdir -p "$out"
out=$(cd "$out" && pwd)
rm -rf "$out/source" "$out"/barrage-bgp_*
mkdir "$out/source"
# What git knows of, with what is changed and not yet committed; without git, as from a tarball, everything but build/.
if git rev-parse --git-dir >/dev/null 2>&1; then
    git ls-files -z --cached --others --exclude-standard | xargs -0 sh -c 'for file; do [ -e "$file" ] && printf "%s\\0" "$file"; done' sh |
        tar --null -T - -cf - | tar -xf - -C "$out/source"
else
    tar --exclude=./build -cf - . | tar -xf - -C "$out/source"
fi
cd "$out/source"
# ccache has the same objects for every copy of the sources.
CCACHE_BASEDIR=$PWD dpkg-buildpackage -us -uc -b ${JOBS:+-j"$JOBS"} >"$out/build.log" 2>&1 || { tail -n 50 "$out/build.log" >&2; exit 1; }
cd "$out"
rm -rf source
ls "$out"/barrage-bgp_*.deb
