#!/usr/bin/env bash
# What every script that drives the built page needs: node's packages as locked, a built page, the collector, the
# repository's tasks, a browser. Messages go to stderr; stdout is for `eval "$(scripts/e2e-setup.sh)"`: FORGE_DIST,
# FORGE_COLLECTOR, FORGE_XTASK and CHROMIUM.
set -euo pipefail
source "$(dirname "$0")/env.sh"

NODE_OLDEST=20
E2E=$ROOT/app/e2e

for program in node npm; do
  have "$program" || fail "the page's browser tests need $program, and it is not installed" \
    "install Node.js $NODE_OLDEST or newer with npm: https://nodejs.org, or your package manager's nodejs and npm"
done
version=$(node --version)
major=${version#v}
[ "${major%%.*}" -ge "$NODE_OLDEST" ] ||
  fail "node is $version, and the page's browser tests need $NODE_OLDEST or newer" "https://nodejs.org has it"

FORGE_DIST=${FORGE_DIST:-$DIST}
[ -f "$FORGE_DIST/index.html" ] || fail "$FORGE_DIST holds no built page" "build it with \`make page\`"

# npm writes its own copy of the lock file to node_modules; ours records what was installed.
if ! cmp -s "$E2E/package-lock.json" "$E2E/node_modules/.installed-from.json"; then
  say "Playwright, axe and Lighthouse: installing them from npm into app/e2e/node_modules, about 20 seconds"
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --silent --no-audit --no-fund --prefix "$E2E" >&2 ||
    fail "npm could not install what app/e2e/package-lock.json names" "the lines above say why; without a network nothing can be installed"
  cp "$E2E/package-lock.json" "$E2E/node_modules/.installed-from.json"
fi

[ -n "${CHROMIUM:-}" ] || eval "$(scripts/browser.sh)"
cargo build --quiet --locked --package collector --bin collector --package xtask --no-default-features >&2
built=$(cd "${CARGO_TARGET_DIR:-target}/debug" && pwd)
printf 'export FORGE_DIST=%q FORGE_COLLECTOR=%q FORGE_XTASK=%q CHROMIUM=%q\n' \
  "$FORGE_DIST" "$built/collector" "$built/xtask" "$CHROMIUM"
