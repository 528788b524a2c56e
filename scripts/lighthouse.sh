#!/usr/bin/env bash
# Runs Lighthouse on the built page, served compressed by `collector explore`; fails when a score, time or size is over
# its limit. With --steady it checks only the limits that do not depend on this machine's speed.
set -euo pipefail
source "$(dirname "$0")/env.sh"

settings=$(scripts/e2e-setup.sh) # its own statement: a failure in it must end the run
eval "$settings"
cd app/e2e
exec node lighthouse.mjs "$@"
