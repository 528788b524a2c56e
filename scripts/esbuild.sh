#!/usr/bin/env bash
# esbuild, which shrinks the page's script: the pinned one from npm, in a folder of ours, so that no other is touched.
# With `--check` nothing is installed: the exit status says whether a usable one is there.
set -euo pipefail
source "$(dirname "$0")/env.sh"

usable() { have "$ESBUILD" && [ "$({ "$ESBUILD" --version 2>/dev/null || true; })" = "$ESBUILD_VERSION" ]; }

if [ "${1:-}" = --check ]; then
  usable
  exit
fi
if ! usable && have npm; then
  say "esbuild $ESBUILD_VERSION: installing it from npm into $FORGE_HOME/esbuild, about 5 seconds"
  mkdir -p "$FORGE_HOME/esbuild"
  npm install --silent --no-audit --no-fund --prefix "$FORGE_HOME/esbuild" "esbuild@$ESBUILD_VERSION" >&2 || true
fi
if usable; then
  say "esbuild $ESBUILD_VERSION: ready"
else
  say "esbuild: could not be installed (no npm, or no way to its registry); the page is built without it, works the same and is larger"
fi
