#!/usr/bin/env bash
# results/ -> its index, docs/figures and the numbers in README.md.
set -euo pipefail
source "$(dirname "$0")/env.sh"

collector=(cargo run --quiet --locked --package collector --)
# The index first: `check` compares it with the folder, and would find it out of date after every new result.
"${collector[@]}" index results
"${collector[@]}" check results
"${collector[@]}" render --out docs/figures --readme
