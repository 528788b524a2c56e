#!/usr/bin/env bash
# Feeds the stream reader random bytes for FUZZ_SECONDS (60). Installs cargo-fuzz and a nightly compiler when they are missing.
set -euo pipefail
source "$(dirname "$0")/env.sh"

have rustup || fail "fuzzing needs a nightly compiler, which rustup installs" "install rustup from https://rustup.rs"
rustup toolchain list | grep -q '^nightly' || {
  say "Rust: installing a nightly compiler, about 1 minute"
  rustup toolchain install nightly --profile minimal >&2
}
have cargo-fuzz || {
  say "cargo-fuzz: installing $CARGO_FUZZ_VERSION, about 1 minute"
  install_with_cargo cargo-fuzz cargo-fuzz "$CARGO_FUZZ_VERSION" --locked
}
cd collector
exec cargo +nightly fuzz run stream -- -max_total_time="${FUZZ_SECONDS:-60}"
