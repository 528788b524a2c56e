#!/usr/bin/env bash
# results/ -> its index, docs/figures and the numbers in README.md.
set -euo pipefail
source "$(dirname "$0")/env.sh"

collector=(cargo run --quiet --locked --package collector --)
"${collector[@]}" check results
"${collector[@]}" index results
"${collector[@]}" render --out docs/figures
