#!/usr/bin/env bash
# wasm-bindgen and its test runner: exactly the version that Cargo.lock holds, or the page does not link.
set -euo pipefail
source "$(dirname "$0")/env.sh"

version=$(locked_version wasm-bindgen)
[ -n "$version" ] || fail "Cargo.lock names no wasm-bindgen"

if ! have wasm-bindgen-test-runner || ! have wasm-bindgen || [ "$(wasm-bindgen --version)" != "wasm-bindgen $version" ]; then
  say "wasm-bindgen $version: building it once, about 3 minutes on two cores"
  # Not --locked: its own lock file holds versions that have been withdrawn.
  install_with_cargo wasm-bindgen wasm-bindgen-cli "$version"
fi
say "wasm-bindgen $version: ready"
