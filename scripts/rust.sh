#!/usr/bin/env bash
# Rust as rust-toolchain.toml asks for it, with the wasm32 target: used if there, installed with rustup if not.
set -euo pipefail
source "$(dirname "$0")/env.sh"

channel=$(rust_channel)
target=wasm32-unknown-unknown

complete() {
  local sysroot
  sysroot=$(RUSTUP_AUTO_INSTALL=0 rustc --print sysroot 2>/dev/null) || return 1
  [ "$("$sysroot/bin/rustc" --version | cut -d' ' -f2)" = "$channel" ] &&
    [ -d "$sysroot/lib/rustlib/$target" ] && [ -x "$sysroot/bin/cargo-clippy" ] && [ -x "$sysroot/bin/rustfmt" ]
}

if ! have rustup && ! complete; then
  have curl || fail "neither Rust nor curl is installed" "install curl, or Rust from https://rustup.rs"
  say "Rust: installing rustup from https://sh.rustup.rs into ${CARGO_HOME:-$HOME/.cargo} (shell profiles are left alone), about 1 minute"
  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs |
    sh -s -- -y --quiet --profile minimal --default-toolchain none --no-modify-path >&2 ||
    fail "could not install rustup" "install Rust from https://rustup.rs, then run this again"
  hash -r
fi
if ! complete; then
  say "Rust: installing $channel with clippy, rustfmt and $target, about 1 minute"
  rustup toolchain install "$channel" --profile minimal --component clippy --component rustfmt --target "$target" >&2 ||
    fail "could not install Rust $channel"
  complete || fail "Rust $channel is installed but \`rustc\` is another one: $(command -v rustc)" \
    "put $CARGO_HOME_BIN first in PATH, and unset RUSTUP_TOOLCHAIN"
fi
# With its source the page is smaller; without it the page is built all the same. So rust-toolchain.toml does not ask for
# it: rustup would then refuse to run anything.
if ! [ -d "$(rustc --print sysroot)/lib/rustlib/src/rust/library" ]; then
  say "Rust: adding the source of its standard library, a few seconds"
  { have rustup && rustup --quiet component add rust-src --toolchain "$channel" >&2; } ||
    say "Rust: the source of its standard library could not be had; the page is built without it, works the same and is larger"
fi
# Without a C compiler neither the tools nor the collector link.
have cc || fail "no C compiler (\`cc\`)" "install one: apt-get install build-essential, dnf install gcc, xcode-select --install"
say "Rust $channel with $target: ready"
