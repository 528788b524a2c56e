#!/usr/bin/env bash
# The brotli size of the first load (wasm + js + css + html, without results/), and whether it is within 180 KB.
set -euo pipefail
source "$(dirname "$0")/env.sh"

[ -e "$DIST/index.html" ] || scripts/page.sh
exec cargo run --quiet --locked --package collector --example first_load -- "$DIST"
