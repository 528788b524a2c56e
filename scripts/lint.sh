#!/usr/bin/env bash
# What a machine can say about the code without running it: format, clippy on both targets, and the scripts.
set -euo pipefail
source "$(dirname "$0")/env.sh"

cargo fmt --all --check
# The app is compiled for the browser only: building its dependencies for this machine too would double the wait.
cargo clippy --locked --workspace --exclude app --all-targets -- -D warnings
cargo clippy --locked --package app --all-targets --target wasm32-unknown-unknown -- -D warnings
if have shellcheck; then
  git ls-files -z '*.sh' .ci/run | xargs -0 shellcheck --external-sources --source-path=SCRIPTDIR
else
  say "note: shellcheck is not installed, so the scripts were not read"
fi
