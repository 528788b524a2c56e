#!/usr/bin/env bash
# Static checks: format, clippy on both targets, rustdoc, and the scripts.
set -euo pipefail
source "$(dirname "$0")/env.sh"

status=0
cargo fmt --all --check || status=1
# The app is compiled for the browser only: building its dependencies for this machine too would double the wait.
cargo clippy --locked --workspace --exclude app --all-targets -- -D warnings || status=1
cargo clippy --locked --package app --all-targets --all-features --target wasm32-unknown-unknown -- -D warnings || status=1
# The page's first program is built without what the second one has.
cargo clippy --locked --package app --bin app --target wasm32-unknown-unknown -- -D warnings || status=1
# Documentation: no broken link, no malformed example.
export RUSTDOCFLAGS="${RUSTDOCFLAGS:-} -D warnings"
cargo doc --locked --no-deps --workspace --exclude app || status=1
cargo doc --locked --no-deps --package app --lib --all-features --target wasm32-unknown-unknown || status=1
if have shellcheck; then
  git ls-files -z '*.sh' .ci/run | xargs -0 shellcheck --external-sources --source-path=SCRIPTDIR || status=1
else
  say "note: shellcheck is not installed, so the scripts were not checked"
fi
exit "$status"
