#!/usr/bin/env bash
# What a reader does with the built page, in Chromium, by Playwright. Arguments are Playwright's: a part of a file's name,
# `-g WORDS`, `--update-snapshots`. FORGE_DIST names another built page than dist/, CHROMIUM another browser.
set -euo pipefail
source "$(dirname "$0")/env.sh"

settings=$(scripts/e2e-setup.sh) # its own statement: a failure in it must end the run
eval "$settings"
cd app/e2e
exec npx --no-install playwright test "$@"
