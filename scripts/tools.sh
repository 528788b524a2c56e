#!/usr/bin/env bash
# Everything that building needs, pinned: uses what is there, installs what is missing, one line a tool.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/rust.sh"
"$here/trunk.sh"
"$here/wasm-bindgen.sh"
"$here/wasm-opt.sh"
"$here/esbuild.sh"
