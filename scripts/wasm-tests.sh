#!/usr/bin/env bash
# Runs the app's wasm tests in headless Chromium. Needs CHROMIUM and CHROMEDRIVER; scripts/browser.sh sets them.
# Arguments are those of `cargo test` and select other tests.
set -euo pipefail
source "$(dirname "$0")/env.sh"

[ -n "${CHROMIUM:-}" ] || eval "$(scripts/browser.sh)"
capabilities=$(mktemp "${TMPDIR:-/tmp}/forge-webdriver.XXXXXX")
trap 'rm -f "$capabilities"' EXIT
cat >"$capabilities" <<JSON
{
  "goog:chromeOptions": {
    "binary": "$CHROMIUM",
    "args": [
      "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"
    ]
  }
}
JSON
export CHROMEDRIVER WASM_BINDGEN_TEST_WEBDRIVER_JSON=$capabilities
export WASM_BINDGEN_USE_BROWSER=1 WASM_BINDGEN_TEST_TIMEOUT=120
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner

if [ $# -gt 0 ]; then
  cargo test --locked --target wasm32-unknown-unknown "$@"
  exit
fi

# Without the program `app`: its main starts the page.
targets=()
[ ! -e app/src/lib.rs ] || targets+=(--lib)
! compgen -G 'app/tests/*.rs' >/dev/null || targets+=(--test '*')
[ ${#targets[@]} -gt 0 ] || fail "app has neither a library nor tests, so there is nothing to run in the browser"
cargo test --locked --package app --all-features --target wasm32-unknown-unknown "${targets[@]}"
