#!/usr/bin/env bash
# Benchmarks one evaluation of the cost model and one simulated sweep, native and in headless Chromium.
# Writes docs/benchmark-model.md.
# Needs CHROMIUM and CHROMEDRIVER; scripts/browser.sh sets them.
set -euo pipefail
source "$(dirname "$0")/env.sh"

OUT=${OUT:-docs/benchmark-model.md}
# The claims, in microseconds: fleets of pods natively and in the browser. Serverless is measured, not claimed.
MOST_NATIVE=50 MOST_BROWSER=1000
# And for a simulated sweep, in both.
MOST_SWEEP=50000

scratch=$(mktemp -d "${TMPDIR:-/tmp}/forge-bench-model.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

# "NAME: LOW MIDDLE HIGH us" for each case, from what criterion stored: its median and the 95 % interval of that.
native() {
  local file name numbers
  for file in "$scratch"/criterion/*/new/estimates.json; do
    name=$(basename "$(dirname "$(dirname "$file")")")
    numbers=$(grep -o '"median":{[^}]*},"point_estimate":[0-9.e+-]*' "$file" |
      sed 's/.*"lower_bound":\([^,]*\),"upper_bound":\([^}]*\)}.*:\(.*\)/\1 \3 \2/')
    # shellcheck disable=SC2086 # three numbers, in nanoseconds
    printf '%s: %s us\n' "$name" "$(printf '%s\n' $numbers | awk '{ printf "%s%.1f", (NR > 1 ? " " : ""), $1 / 1000 }')"
  done
}

# The row of a case in a list of them, as "| LOW | MIDDLE | HIGH |".
row() { awk -F ': ' -v want="$2" '$1 == want { split($2, n, " "); printf "%s | %s | %s |", n[2], n[1], n[3] }' "$1"; }

# The middle number of a case.
middle() { awk -F ': ' -v want="$2" '$1 == want { split($2, n, " "); print n[2] }' "$1"; }

# claim WHERE FILE CASE LIMIT: a line that says whether it holds.
claim() {
  local took
  took=$(middle "$2" "$3")
  if awk -v took="$took" -v most="$4" 'BEGIN { exit !(took != "" && took < most) }'; then
    echo "- holds: $3, $1: $took us, below $4"
  else
    echo "- FAILS: $3, $1: ${took:-no number}, not below $4 us"
  fi
}

processor() {
  { sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null || sysctl -n machdep.cpu.brand_string 2>/dev/null; } | head -n 1
}

heading "natively: about 50 seconds, and 2 minutes for building the first time; run nothing else meanwhile"
CRITERION_HOME=$scratch/criterion cargo bench --locked --package shared --bench evaluation >&2
native >"$scratch/native"
heading "in the browser, built as the page is: about 15 seconds, and a minute for building the first time"
[ -n "${CHROMIUM:-}" ] || eval "$(scripts/browser.sh)"
CHROMIUM=$CHROMIUM CHROMEDRIVER=$CHROMEDRIVER scripts/wasm-tests.sh --profile page --package shared --bench browser \
  -- --nocapture | tee "$scratch/said" >&2
grep ' us$' "$scratch/said" >"$scratch/browser" || fail "the browser printed no times" "the lines above say why"

cases=("fixed fleet" "hourly scaled fleet" "serverless")
sweeps=("simulated sweep" "simulated sweep, step by step")
{
  cat <<TEXT
# How long one evaluation of the cost model and one simulated sweep take

Written by \`make bench-model\`; run it again to get your own. These are numbers of one machine on one day, and no test holds them.

One evaluation is everything the model says at once, for 50 APIs from 0.02 / 0.04 to 10 / 50 USD per 1M tokens and a day of 24 different hours: the bill, the
costs at full load and as used, each API's bill, and for each API every stretch of volumes on which self-hosting is cheaper. The replica is the published A5000
sweep. The cases differ in how it is paid for.

A simulated sweep is 256 requests with the lengths of ShareGPT at 1, 4, 16, 32 and 64 streams, for Llama 3.1 8B in AWQ INT4 on an A5000 at the estimator's speed:
every decode step and every latency distribution. Step by step is the same without doing like steps at once; its levels are the same, which a property test holds.

Machine: $(getconf _NPROCESSORS_ONLN) processors of \`$(processor)\`, $(uname -sr | sed 's/-.*//'). Browser: $("$CHROMIUM" --version 2>"$scratch/talk" | sed 's/ *$//'), headless. $(date -u +%F).

| case | where | median, us | from | to |
| --- | --- | ---: | ---: | ---: |
TEXT
  for case in "${cases[@]}" "${sweeps[@]}"; do
    echo "| $case | natively | $(row "$scratch/native" "$case")"
    echo "| $case | in the browser | $(row "$scratch/browser" "$case")"
  done
  cat <<TEXT

Natively: criterion's median and its 95 % interval, release build. In the browser: median, lowest and highest of 15 rounds of a tenth of a second by
\`performance.now()\`, a build for size as the page's, before \`wasm-opt\`. Serverless takes longer because its bill bends: where it crosses an API's is found on the
bill itself, which solves for the batch depth of every hour.

## What it shows

TEXT
  for case in "${cases[@]:0:2}"; do
    claim natively "$scratch/native" "$case" $MOST_NATIVE
    claim "in the browser" "$scratch/browser" "$case" $MOST_BROWSER
  done
  claim natively "$scratch/native" "${sweeps[0]}" $MOST_SWEEP
  claim "in the browser" "$scratch/browser" "${sweeps[0]}" $MOST_SWEEP
} >"$scratch/page"
mv "$scratch/page" "$OUT"
cat "$OUT"
say "written to $OUT"
! grep -q '^- FAILS' "$OUT" || fail "a limit is exceeded on this machine" "check whether something else was running"
