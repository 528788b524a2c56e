#!/usr/bin/env bash
# How long the built page takes from a slider's tick to the painted frame, and how it bears thousands of runs, in headless
# Chromium. Writes docs/benchmark-page.md.
set -euo pipefail
source "$(dirname "$0")/env.sh"

OUT=${OUT:-docs/benchmark-page.md}

settings=$(scripts/e2e-setup.sh) # its own statement: a failure in it must end the run
eval "$settings"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/forge-bench-page.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

heading "making up runs: a few seconds, and a minute for building the first time"
for count in 2000 10000; do
  cargo run --quiet --locked --package collector --example many_runs -- "$scratch/$count" "$count"
  "$FORGE_COLLECTOR" index "$scratch/$count" >&2
done
heading "measuring: about 5 minutes; leave the machine alone meanwhile"
(cd app/e2e && node bench-page.mjs "$scratch/page" "$scratch/2000" "$scratch/10000")
mv "$scratch/page" "$OUT"
cat "$OUT"
say "written to $OUT"
! grep -q '^- FAILS' "$OUT" || fail "a claim does not hold on this machine" "look whether something else was running"
