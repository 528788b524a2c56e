#!/usr/bin/env bash
# Builds the page into dist/. Nothing is downloaded but the crates in Cargo.lock and in the standard library's own.
set -euo pipefail
source "$(dirname "$0")/env.sh"

cargo fetch --quiet --locked
# The standard library, too, is compiled for size, where its source is there. Cargo calls that unstable, which means
# other compilers may do it otherwise; ours is pinned in rust-toolchain.toml.
# They are the page's alone: what is built for this machine keeps the library as it comes.
# trunk reads NO_COLOR=1 as a bad value and stops.
build=(env -u NO_COLOR)
standard=(RUSTC_BOOTSTRAP=1 "CARGO_UNSTABLE_BUILD_STD=std,panic_abort" CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size)
if env "${standard[@]}" cargo fetch --quiet --locked --target wasm32-unknown-unknown 2>/dev/null; then
  build+=("${standard[@]}")
  # A panic stops the program at once. Its message would be a twentieth of the page; tests, built otherwise, have it.
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS+=" -Zunstable-options -Cpanic=immediate-abort"
else
  say "warning: building with the compiled standard library; the page works and is larger"
fi
# Panics name source files. Without this machine's paths in them the page is smaller, and the same wherever it is built.
sysroot=$(rustc --print sysroot)
for crates in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/* "$sysroot/lib/rustlib/src/rust"; do
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS+=" --remap-path-prefix=$crates="
done
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS
# Offline, it uses the tools we chose and never fetches others.
build+=(trunk build --offline --locked)
shrink=scripts/short-names.sh
if ! scripts/esbuild.sh --check; then
  say "warning: building without esbuild; the page works and its script is larger"
  shrink=true
fi
if ! scripts/wasm-opt.sh --check; then
  say "warning: building without wasm-opt; the page works and is larger"
  # Outside its release mode trunk leaves wasm-opt out; the cargo profile stays the same.
  build+=(--release=false --cargo-profile page)
  shrink=true
fi
# Its script minifier does not know what wasm-bindgen writes today, says so and leaves the script to the step after it.
"${build[@]}" 2>&1 | { grep -v 'Failed to minify JS' || true; } >&2
"$shrink"
# The page shows its answer before its program has loaded, carries its own policy, and works without a network.
cargo run --quiet --locked --package xtask --no-default-features -- prerender --dist "$DIST" >/dev/null
say "the page is in $DIST"
