#!/usr/bin/env bash
# Tests the built page in Chromium with Playwright. Arguments are Playwright's: part of a file name, `-g WORDS`,
# `--update-snapshots`. FORGE_DIST: folder of the built page [default: dist]; CHROMIUM: browser to use.
set -euo pipefail
source "$(dirname "$0")/env.sh"

settings=$(scripts/e2e-setup.sh) # its own statement: a failure in it must end the run
eval "$settings"
cd app/e2e
exec npx --no-install playwright test "$@"
