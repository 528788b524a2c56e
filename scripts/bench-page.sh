#!/usr/bin/env bash
# Benchmarks the built page in headless Chromium: time from a slider's tick to the painted frame, and thousands of runs.
# Writes docs/benchmark-page.md.
set -euo pipefail
source "$(dirname "$0")/env.sh"

OUT=${OUT:-docs/benchmark-page.md}

settings=$(scripts/e2e-setup.sh) # its own statement: a failure in it must end the run
eval "$settings"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/forge-bench-page.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

heading "writing made-up runs: a few seconds"
for count in 2000 10000; do
  "$FORGE_XTASK" many-runs "$scratch/$count" "$count"
  "$FORGE_COLLECTOR" index "$scratch/$count" >&2
done
heading "measuring: about 5 minutes; run nothing else meanwhile"
(cd app/e2e && node bench-page.mjs "$scratch/page" "$scratch/2000" "$scratch/10000")
mv "$scratch/page" "$OUT"
cat "$OUT"
say "written to $OUT"
! grep -q '^- FAILS' "$OUT" || fail "a limit is exceeded on this machine" "check whether something else was running"
