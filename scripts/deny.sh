#!/usr/bin/env bash
# Licences, advisories and sources of all dependencies, as deny.toml allows them. Installs cargo-deny when it is missing.
set -euo pipefail
source "$(dirname "$0")/env.sh"

if ! have cargo-deny; then
  say "cargo-deny: installing $CARGO_DENY_VERSION, about 5 minutes"
  install_with_cargo cargo-deny cargo-deny "$CARGO_DENY_VERSION" --locked
fi
exec cargo deny --locked check "$@"
