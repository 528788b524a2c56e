#!/usr/bin/env bash
# Fits the estimator to configs/throughput and writes what it found: configs/estimator.toml and docs/estimator.md.
set -euo pipefail
source "$(dirname "$0")/env.sh"

heading "fitting: a few seconds, and a minute for building the first time"

FORGE_WRITE_ESTIMATOR=1 cargo test --quiet --locked --package collector --test estimator >&2

say "written to configs/estimator.toml and docs/estimator.md"
