#!/usr/bin/env bash
# Runs every test: native, wasm, the page's size, the page in a browser, Lighthouse and the README's figures. Installs what
# they need first; node and npm must be installed.
set -euo pipefail
source "$(dirname "$0")/env.sh"

steps=10 number=0 failed=() summary=''

# step "NAME" COMMAND…: runs and times it; continues after a failure, so that one run shows every failure.
step() {
  local name=$1 start=$SECONDS verdict=passed
  shift
  number=$((number + 1))
  heading "[$number/$steps] $name"
  name=${name%% (*}
  "$@" || {
    verdict=FAILED
    failed+=("$name")
  }
  summary+=$(printf '%6d s  %s  %s' $((SECONDS - start)) "$verdict" "$name")$'\n'
}

native_tests() { cargo test --locked --workspace --exclude app; }

# Removes the old page first, so that later steps cannot pass on it when the build fails.
page() { rm -rf "$DIST" && scripts/page.sh; }

figures_check() {
  cargo run --quiet --locked --package collector -- check results &&
    cargo run --quiet --locked --package collector -- render --check
}

heading "[1/$steps] tools: about 10 minutes the first time, then a second"
number=1
scripts/tools.sh
heading "[2/$steps] browser"
number=2
browser=$(scripts/browser.sh) # its own statement: a failure in it must end the run
eval "$browser"

step "format, clippy and scripts (about 4 minutes the first time)" scripts/lint.sh
step "native tests (about 6 minutes the first time)" native_tests
step "wasm tests (about 3 minutes the first time)" scripts/wasm-tests.sh
step "the page (about 4 minutes the first time)" page
step "size of the first load" scripts/size.sh
step "the page in a browser (about 1 minute the first time)" scripts/e2e.sh
step "Lighthouse" scripts/lighthouse.sh --steady
step "results, figures and README agree" figures_check

heading "summary after $SECONDS s"
printf '%s' "$summary" >&2
[ ${#failed[@]} -eq 0 ] || fail "${#failed[@]} of $((steps - 2)) steps failed: $(printf '%s; ' "${failed[@]}" | sed 's/; $//')"
say "all passed"
