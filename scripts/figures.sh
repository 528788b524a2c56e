#!/usr/bin/env bash
# Regenerates the index of results/, docs/figures and the numbers in README.md.
set -euo pipefail
source "$(dirname "$0")/env.sh"

collector=(cargo run --quiet --locked --package collector --)
# The index first: after a new result `check` would find it out of date.
"${collector[@]}" index results
"${collector[@]}" check results
"${collector[@]}" render --out docs/figures --readme
