#!/usr/bin/env bash
# Installs the pinned build tools that are missing; prints one line per tool.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/rust.sh"
"$here/trunk.sh"
"$here/wasm-bindgen.sh"
"$here/wasm-opt.sh"
"$here/esbuild.sh"
