#!/usr/bin/env bash
# Benchmarks the load generator, and other load generators if installed, against a server that records what it sends.
# Writes docs/benchmark-load.md. FORGE_BENCH_VLLM, FORGE_BENCH_GUIDELLM and FORGE_BENCH_AIPERF: programs to compare with;
# FORGE_BENCH_TOKENIZER: a tokenizer's folder; FORGE_BENCH_SERVER: a vLLM started with --no-enable-prefix-caching.
set -euo pipefail
source "$(dirname "$0")/env.sh"

heading "building the release, about 6 minutes the first time"
cargo build --release --locked --package collector --bin collector --package xtask --no-default-features
heading "measuring: about 1 minute, 5 with all peers; run nothing else meanwhile"
[ -n "${FORGE_BENCH_VLLM:-}${FORGE_BENCH_GUIDELLM:-}${FORGE_BENCH_AIPERF:-}" ] ||
  say "no peers given, so only this project's client is measured; see the variables at the top of $0"
exec "${CARGO_TARGET_DIR:-target}/release/xtask" bench-load "${OUT:-docs/benchmark-load.md}"
