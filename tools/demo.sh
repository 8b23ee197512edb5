#!/bin/bash
# make demo: a synthetic full table of 1M routes into the embedded sink over 8 sessions; first paced so that a person can watch, then as
# fast as the machine goes.
set -euo pipefail
loadgen=$1

say() { printf '\n\033[1m%s\033[0m\n' "$*" | if [ -t 1 ]; then cat; else sed 's/\x1b\[[0-9]*m//g'; fi; }
run() { say "\$ $*"; "$@"; }

say "1M routes to each of 8 sessions, paced to take about ten seconds:"
run "$loadgen" inject --peers 8 --routes full-table:1M --rate 100k
say "The same, flat out:"
run "$loadgen" inject --peers 8 --routes full-table:1M
