#!/bin/bash
# Whether the simulation finds what it is to find: applies each patch beside this script to a copy of the tree, builds `simulate` there, and plays
# seeds until one breaks something. tests/simulation/planted/run.sh [NAME...]; SEEDS=2000. Exit status 1 where a bug is not found.
# CHECK=1: only whether the patches still fit the tree.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
if [ -n "${CHECK:-}" ]; then
    cd "$root"
    for patch in "$here"/*.patch; do git apply --check "$patch" || { echo "$(basename "$patch") no longer fits: make it anew"; exit 1; }; done
    exit 0
fi
copy=${PLANTED_COPY:-$root/build/planted}
seeds=${SEEDS:-2000}
jobs=${JOBS:-$(nproc)}

mkdir -p "$copy/source"
(cd "$root" && git ls-files -z | tar --null --ignore-failed-read -T - -c) | tar -x -C "$copy/source"
# As the preset `release`, with objects shared with the tree beside it where nothing was changed.
export CCACHE_BASEDIR=$copy/source CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
cd "$copy/source"
cmake --preset release >"$copy/configure.log" 2>&1 || { cat "$copy/configure.log"; exit 1; }

names=("$@")
[ $# -gt 0 ] || for patch in "$here"/*.patch; do names+=("$(basename "$patch" .patch)"); done
missed=0
for name in "${names[@]}"; do
    patch -s -p1 <"$here/$name.patch"
    if cmake --build build/release -j "$jobs" -t simulate >"$copy/$name.log" 2>&1; then
        if found=$(build/release/tests/simulation/simulate SEEDS="$seeds" STOP=1 2>&1); then
            echo "$name: not found in $seeds seeds"
            missed=1
        else
            echo "$name: $(echo "$found" | head -2 | tr '\n' ' ')"
        fi
    else
        echo "$name: does not build, see $copy/$name.log"
        missed=1
    fi
    patch -s -R -p1 <"$here/$name.patch"
done
exit $missed
