#!/usr/bin/env bash
# The load generator against a server that writes down what it sends, beside its peers where they are installed.
# Writes docs/benchmark-load.md. Peers: FORGE_BENCH_VLLM, FORGE_BENCH_GUIDELLM and FORGE_BENCH_AIPERF name their programs,
# FORGE_BENCH_TOKENIZER a tokenizer's folder; FORGE_BENCH_SERVER a real vLLM, started with --no-enable-prefix-caching.
set -euo pipefail
source "$(dirname "$0")/env.sh"

heading "building the release, about 6 minutes the first time"
cargo build --release --locked --package collector --bin collector --example bench_load
heading "measuring: about 1 minute, 5 with all peers; leave the machine alone meanwhile"
[ -n "${FORGE_BENCH_VLLM:-}${FORGE_BENCH_GUIDELLM:-}${FORGE_BENCH_AIPERF:-}" ] ||
  say "no peer is named, so only this project's client is measured; the head of $0 says how to name them"
exec "${CARGO_TARGET_DIR:-target}/release/examples/bench_load" "${OUT:-docs/benchmark-load.md}"
