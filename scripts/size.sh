#!/usr/bin/env bash
# Prints the brotli size of the first load (wasm, js, css, html; without results/); fails above 180 KB.
set -euo pipefail
source "$(dirname "$0")/env.sh"

[ -e "$DIST/index.html" ] || scripts/page.sh
exec cargo run --quiet --locked --package xtask --no-default-features -- first-load "$DIST"
