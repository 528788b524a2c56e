#!/usr/bin/env bash
# From a fresh clone to the page on 127.0.0.1: installs the tools, rehearses a measurement, builds and serves the page.
set -euo pipefail
source "$(dirname "$0")/env.sh"

port=${PORT:-8080}
rehearsal=out/rehearsal
if ! [[ $port =~ ^[0-9]{1,5}$ ]] || ((port < 1 || port > 65535)); then fail "PORT is \`$port\`, not a port number"; fi

# Checked before the long steps.
if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
  fail "port $port on 127.0.0.1 is in use" "choose another: PORT=$((port < 65535 ? port + 1 : 8081)) make demo"
fi

heading "[1/5] tools: about 10 minutes the first time, then a second"
scripts/tools.sh
heading "[2/5] the collector: about 3 minutes the first time"
cargo build --locked --package collector
collector=(cargo run --quiet --locked --package collector --)
heading "[3/5] a rehearsal sweep against the simulated server: a few seconds"
"${collector[@]}" rehearse --out "$rehearsal"
heading "[4/5] the page: about 3 minutes the first time"
scripts/page.sh
heading "[5/5] serving after $SECONDS s: http://127.0.0.1:$port (Ctrl-C ends it)"
exec "${collector[@]}" explore --dist "$DIST" --results results --also "$rehearsal" --port "$port"
