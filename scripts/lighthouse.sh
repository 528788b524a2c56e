#!/usr/bin/env bash
# Lighthouse on the built page, served compressed by `collector explore`: scores, times and bytes, held to their limits.
# With --steady only the limits that do not depend on this machine's speed are held.
set -euo pipefail
source "$(dirname "$0")/env.sh"

settings=$(scripts/e2e-setup.sh) # its own statement: a failure in it must end the run
eval "$settings"
cd app/e2e
exec node lighthouse.mjs "$@"
