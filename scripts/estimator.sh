#!/usr/bin/env bash
# Fits the estimator to configs/throughput; writes configs/estimator.toml and docs/estimator.md.
set -euo pipefail
source "$(dirname "$0")/env.sh"

heading "fitting: a few seconds, and a minute for building the first time"

cargo run --quiet --locked --package xtask -- fit-estimator >&2

say "written to configs/estimator.toml and docs/estimator.md"
