#!/bin/bash
# make lint: layout as .clang-format says, every header compiled alone, clang-tidy over all sources. $1: jobs.
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=${1:-2}

echo "clang-format"
git ls-files '*.hpp' '*.cpp' | xargs clang-format-19 --dry-run --Werror

echo "headers alone"
mkdir -p build
cmake --preset debug -DCMAKE_VERIFY_INTERFACE_HEADER_SETS=ON >build/lint.log 2>&1 || { cat build/lint.log; exit 1; }
cmake --build build/debug -j "$jobs" -t all_verify_interface_header_sets

echo "clang-tidy"
git ls-files 'codec/*.cpp' 'rib/*.cpp' 'io/*.cpp' 'engine/*.cpp' 'loadgen/*.cpp' 'tuning/*.cpp' |
    xargs -P "$jobs" -n 1 clang-tidy-19 --quiet -p build/debug 2> >(grep -v 'warnings generated' >&2)
echo "lint: nothing to say"
