#!/usr/bin/env bash
# Chromium and its driver for the tests: $CHROMIUM or $CHROME, else one in PATH, else the system's package manager.
# Messages go to stderr; stdout is for `eval "$(scripts/browser.sh)"`: CHROME, CHROMIUM and CHROMEDRIVER.
set -euo pipefail
source "$(dirname "$0")/env.sh"

# The paths of those names that are programs, one per line.
programs() {
  local name
  for name in "$@"; do
    if [ -n "$name" ] && have "$name"; then command -v "$name"; fi
  done
}

# A browser that the caller names is the only candidate.
browsers() {
  if [ -n "${CHROMIUM:-${CHROME:-}}" ]; then
    programs "${CHROMIUM:-$CHROME}"
  else
    programs chromium chromium-browser google-chrome google-chrome-stable chrome \
      "/Applications/Chromium.app/Contents/MacOS/Chromium" "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
  fi
}

drivers() {
  if [ -n "${CHROMEDRIVER:-}" ]; then
    programs "$CHROMEDRIVER"
  else
    programs chromedriver "${CHROMEWEBDRIVER:+$CHROMEWEBDRIVER/chromedriver}"
  fi
}

# The major version; empty if it does not run, as with Ubuntu's snap stub.
major() { { "$1" --version 2>/dev/null || true; } | sed -n 's/^[^0-9]*\([0-9][0-9]*\)\..*/\1/p' | head -n 1; }

# The first browser and driver of the same version, into `browser`, `driver` and `version`.
find_pair() {
  while IFS= read -r browser; do
    version=$(major "$browser")
    [ -n "$version" ] || continue
    while IFS= read -r driver; do
      if [ "$(major "$driver")" = "$version" ]; then return 0; fi
    done < <(drivers)
  done < <(browsers)
  return 1
}

# The command that installs both here, without sudo; empty where the package manager is unknown.
install_command() {
  if have apt-get; then
    echo "apt-get install -y chromium chromium-driver"
  elif have dnf; then
    echo "dnf install -y chromium chromedriver"
  elif have pacman; then
    echo "pacman -S --noconfirm --needed chromium"
  elif have apk; then
    echo "apk add chromium chromium-chromedriver"
  elif have zypper; then
    echo "zypper --non-interactive install chromium chromedriver"
  elif have brew; then
    echo "brew install --cask chromium chromedriver"
  fi
}

install_browser() {
  local command root=()
  command=$(install_command)
  [ -n "$command" ] || fail "the tests need Chromium and chromedriver, and no known package manager was found" \
    "install both, or set CHROMIUM and CHROMEDRIVER to their paths"
  # brew refuses root; the others need it.
  if ! have brew || [ "${command%% *}" != brew ]; then
    if [ "$(id -u)" -ne 0 ]; then
      if have sudo && sudo -n true 2>/dev/null; then
        root=(sudo -n)
      else
        fail "the tests need Chromium and chromedriver, and installing them needs root" \
          "run \`sudo $command\`, or set CHROMIUM and CHROMEDRIVER to their paths, then run this again"
      fi
    fi
  fi
  say "Chromium: installing it with \`$command\`, about 2 minutes"
  export DEBIAN_FRONTEND=noninteractive
  if [ "${command%% *}" = apt-get ]; then
    ${root[@]+"${root[@]}"} apt-get update -qq >&2 || say "warning: apt-get update failed; trying with the lists there are"
  fi
  # shellcheck disable=SC2086 # the command is words on purpose
  ${root[@]+"${root[@]}"} $command >&2 || fail "\`$command\` failed" "install Chromium and chromedriver by hand"
  hash -r
}

for wanted in CHROMIUM CHROME CHROMEDRIVER; do
  [ -z "${!wanted:-}" ] || have "${!wanted}" || fail "$wanted is \`${!wanted}\`, which is not a program"
done
if ! find_pair; then
  if [ -z "$(browsers)" ] || [ -z "$(drivers)" ]; then install_browser; fi
  find_pair || fail "no Chromium and chromedriver of the same version: $({ browsers; drivers; } | tr '\n' ' ')" \
    "set CHROMIUM and CHROMEDRIVER to a pair that agrees; on Ubuntu install Google Chrome, as its chromium package is only a pointer to a snap"
fi
say "Chromium $version with its driver: ready"
printf 'export CHROMIUM=%q CHROME=%q CHROMEDRIVER=%q\n' "$browser" "$browser" "$driver"
