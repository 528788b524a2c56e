#!/usr/bin/env bash
# trunk, which builds the page: the pinned version, used if there.
set -euo pipefail
source "$(dirname "$0")/env.sh"

if ! have trunk || [ "$(env -u NO_COLOR trunk --version)" != "trunk $TRUNK_VERSION" ]; then
  say "trunk $TRUNK_VERSION: building it once, about 6 minutes on two cores"
  install_with_cargo trunk trunk "$TRUNK_VERSION" --locked
fi
say "trunk $TRUNK_VERSION: ready"
