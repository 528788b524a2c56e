# shellcheck shell=bash
# Sourced by the other scripts: where things are, which versions are pinned, and how scripts print messages.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT" || exit 1

CARGO_HOME_BIN=${CARGO_HOME:-$HOME/.cargo}/bin
# Versions that differ from what the user already has under the same name live here, so theirs stay as they are.
FORGE_HOME=${XDG_DATA_HOME:-$HOME/.local/share}/forge
export PATH="$FORGE_HOME/bin:$CARGO_HOME_BIN:$PATH"

# shellcheck disable=SC2034 # read by the scripts that source this file
TRUNK_VERSION=0.21.14
# shellcheck disable=SC2034
BINARYEN_VERSION=132
# Binaryen before this makes a page that dies at start-up: "WebAssembly.Table.set(): Argument 1 is invalid".
# shellcheck disable=SC2034
BINARYEN_OLDEST=120
# shellcheck disable=SC2034
CARGO_DENY_VERSION=0.20.2
# shellcheck disable=SC2034
CARGO_FUZZ_VERSION=0.13.2
# shellcheck disable=SC2034
ESBUILD_VERSION=0.28.2
# shellcheck disable=SC2034
ESBUILD=$FORGE_HOME/esbuild/node_modules/.bin/esbuild
# shellcheck disable=SC2034
DIST=$ROOT/dist

say() { printf '%s\n' "$*" >&2; }

# fail MESSAGE [HINT]: prints an error and a hint, then exits.
fail() {
  say "error: $1"
  [ $# -lt 2 ] || say "hint: $2"
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# heading "[2/5] building the page, about 3 minutes the first time"
heading() { printf '\n\033[1m%s\033[0m\n' "$*" | if [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then cat; else sed $'s/\033\\[[01]m//g'; fi >&2; }

# The version that Cargo.lock holds for a package.
locked_version() { awk -v want="name = \"$1\"" '$0 == want { getline; gsub(/version = |"/, ""); print; exit }' "$ROOT/Cargo.lock"; }

# The number after `channel =` in rust-toolchain.toml.
rust_channel() { sed -n 's/^channel *= *"\(.*\)"/\1/p' "$ROOT/rust-toolchain.toml"; }

# cargo install, out of reach of settings that are meant for the project's own builds. Where the user has another
# version of the program, ours goes beside it instead of over it.
install_with_cargo() { # PROGRAM CRATE VERSION [FLAG…]
  local program=$1 crate=$2 version=$3 place=${CARGO_HOME:-$HOME/.cargo}
  shift 3
  if have "$program"; then place=$FORGE_HOME; fi
  env -u CARGO_TARGET_DIR -u CARGO_BUILD_TARGET -u CARGO_ENCODED_RUSTFLAGS -u RUSTFLAGS -u CARGO_BUILD_RUSTFLAGS \
    cargo install --quiet --root "$place" "$@" --version "$version" "$crate" >&2 ||
    fail "could not install $crate $version" "the lines above say why; without a network nothing can be installed"
  hash -r
}
