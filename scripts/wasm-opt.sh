#!/usr/bin/env bash
# wasm-opt, which shrinks the page: any that is new enough, else the pinned one from npm, else from binaryen's releases.
# With `--check` nothing is installed: the exit status says whether a usable one is there.
set -euo pipefail
source "$(dirname "$0")/env.sh"

# "wasm-opt version 132 (version_132)" -> 132; 0 where it does not run.
version_of() {
  local number
  number=$({ "$1" --version 2>/dev/null || true; } | awk 'NR == 1 { sub(/[^0-9].*/, "", $3); print $3 }')
  printf '%s' "${number:-0}"
}

usable() { have wasm-opt && [ "$(version_of wasm-opt)" -ge "$BINARYEN_OLDEST" ]; }

# Into cargo's folder of programs, or into ours where another wasm-opt exists and must not be touched.
link() {
  local bin=$CARGO_HOME_BIN
  if have wasm-opt; then bin=$FORGE_HOME/bin; fi
  mkdir -p "$bin"
  ln -sf "$1" "$bin/wasm-opt"
  hash -r
}

from_npm() {
  have npm || return 1
  say "wasm-opt $BINARYEN_VERSION: installing it from npm into $FORGE_HOME/binaryen, about 10 seconds"
  mkdir -p "$FORGE_HOME/binaryen"
  npm install --silent --no-audit --no-fund --prefix "$FORGE_HOME/binaryen" "binaryen@$BINARYEN_VERSION.0.0" >&2 || return 1
  local program=$FORGE_HOME/binaryen/node_modules/binaryen/bin/wasm-opt
  [ "$(version_of "$program")" -ge "$BINARYEN_OLDEST" ] || return 1
  link "$program"
}

from_release() {
  have curl || return 1
  local system name url
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) system=x86_64-linux ;;
    Linux-aarch64) system=aarch64-linux ;;
    Darwin-arm64) system=arm64-macos ;;
    Darwin-x86_64) system=x86_64-macos ;;
    *) return 1 ;;
  esac
  name=binaryen-version_$BINARYEN_VERSION
  url=https://github.com/WebAssembly/binaryen/releases/download/version_$BINARYEN_VERSION/$name-$system.tar.gz
  say "wasm-opt $BINARYEN_VERSION: downloading $url, about 1 minute"
  mkdir -p "$FORGE_HOME/binaryen"
  curl --proto '=https' -fsSL --connect-timeout 15 --max-time 300 "$url" | tar -xz -C "$FORGE_HOME/binaryen" || return 1
  [ "$(version_of "$FORGE_HOME/binaryen/$name/bin/wasm-opt")" -ge "$BINARYEN_OLDEST" ] || return 1
  link "$FORGE_HOME/binaryen/$name/bin/wasm-opt"
}

if [ "${1:-}" = --check ]; then
  usable
  exit
fi
if ! usable; then
  if have wasm-opt; then
    say "wasm-opt: $(command -v wasm-opt) is $(version_of wasm-opt), and before $BINARYEN_OLDEST the page does not start; leaving it alone"
  fi
  from_npm || from_release || true
fi
if usable; then
  say "wasm-opt $(version_of wasm-opt): ready"
else
  say "wasm-opt: could not be installed (no npm, or no way to GitHub); the page is built without it, works the same and is larger"
fi
