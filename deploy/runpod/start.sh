#!/usr/bin/env bash
# Inside a pod: serve a model with pinned vLLM, sweep it, leave a result file. `--rehearsal`: the same without a GPU.
set -euo pipefail
# What follows moves to the project's root; a relative path is meant from here.
from_here() { printf '%s/%s\n' "$(cd "$(dirname "$1")" 2>/dev/null && pwd)" "$(basename "$1")"; }
[ -z "${FORGE_SHAREGPT:-}" ] || FORGE_SHAREGPT=$(from_here "$FORGE_SHAREGPT")
[ -z "${FORGE_COLLECTOR:-}" ] || FORGE_COLLECTOR=$(from_here "$FORGE_COLLECTOR")
source "$(dirname "$0")/../../scripts/env.sh"

cache=${FORGE_CACHE:-$HOME/.cache/forge}
port=${FORGE_PORT:-8000}

usage() {
  cat <<'TEXT'
usage: deploy/runpod/start.sh --variant bf16|awq [--dry-run]
       deploy/runpod/start.sh --rehearsal [--base-url URL] [--dry-run]

  --variant bf16   meta-llama/Llama-3.1-8B-Instruct as published; wants HF_TOKEN
  --variant awq    its AWQ-INT4 form, with Marlin kernels
  --rehearsal      the same steps without a GPU: few random prompts, written to out/rehearsal, never to results/
  --base-url URL   with --rehearsal: use the server there and start none
  --dry-run        print each command and run none

example, in a fresh pod: export HF_TOKEN=hf_…; deploy/runpod/start.sh --variant bf16
TEXT
}

variant='' rehearsal='' dry='' base_url=''
while [ $# -gt 0 ]; do
  case $1 in
    --variant) variant=${2:-} && shift $(($# > 1 ? 2 : 1)) ;;
    --base-url) base_url=${2:-} && shift $(($# > 1 ? 2 : 1)) ;;
    --rehearsal) rehearsal=1 && shift ;;
    --dry-run) dry=1 && shift ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && fail "unknown argument \`$1\`" ;;
  esac
done

# setting KEY FILE: a text of a TOML file, or the texts of a list, on one line.
setting() { sed -n "s/^$1 = //p" "$2" | tr -d '"[],'; }

serve=() sweep=() out=results
if [ -n "$rehearsal" ]; then
  [ -z "$variant" ] || fail "--rehearsal and --variant exclude each other"
  model=${FORGE_REHEARSAL_MODEL:-Qwen/Qwen2.5-0.5B-Instruct}
  out=out/rehearsal
  # No prompt may be answered from another's cache: it bends the curve.
  serve=(vllm serve "$model" --max-model-len 2048 --max-num-seqs 16 --no-enable-prefix-caching)
  sweep=(--dataset random --input-tokens 64 --output-tokens 32 --concurrency "1,2,4" --num-prompts 16 --evidence rehearsal)
else
  [ -z "$base_url" ] || fail "--base-url goes with --rehearsal" "on a pod this script serves the model itself, so that it knows how"
  case $variant in
    bf16) config=configs/servers/vllm-bf16.toml ;;
    # A flag asks for Marlin; which kernel ran, only the server's log says.
    awq) config=configs/servers/vllm-awq-marlin.toml ;;
    *) usage >&2 && fail "--variant is \`$variant\`; it is bf16 or awq" ;;
  esac
  model=$(setting served_model "$config")
  vllm_version=$(setting engine_version "$config")
  read -ra flags <<<"$(setting flags "$config")"
  serve=("$cache/vllm-$vllm_version/bin/vllm" serve "$model" "${flags[@]}")
  sharegpt=${FORGE_SHAREGPT:-$cache/ShareGPT_V3_unfiltered_cleaned_split.json}
  sweep=(--config configs/sweeps/sharegpt-a5000.toml --dataset-path "$sharegpt"
    --quantization "$(setting quantization "$config")" --evidence measured)
fi
log=$cache/vllm.log
url=${base_url:-http://127.0.0.1:$port}
serve+=(--host 127.0.0.1 --port "$port")
sweep+=(--base-url "$url" --out "$out")
[ -n "$base_url" ] || sweep+=(--server-log "$log")

# Prints a command as one could type it, then runs it.
show() {
  local word line=+
  for word in "$@"; do
    [[ $word =~ ^[A-Za-z0-9_./:=,@%+\&\>-]+$ ]] || word=$(printf '%q' "$word")
    line+=" $word"
  done
  say "$line"
}

run() {
  show "$@"
  [ -n "$dry" ] || "$@"
}

server='' collector=''
end_all() {
  local status=$?
  trap - EXIT INT TERM HUP
  if [ -n "$collector" ] && kill -0 "$collector" 2>/dev/null; then
    # It writes the levels it has finished and leaves.
    kill -INT -- "-$collector" 2>/dev/null || true
    wait "$collector" || true
  fi
  if [ -n "$server" ] && kill -0 "$server" 2>/dev/null; then
    say "ending the server this script started (pid $server)"
    kill -TERM -- "-$server" 2>/dev/null || true
    for _ in $(seq 20); do
      kill -0 -- "-$server" 2>/dev/null || break
      sleep 1
    done
    kill -KILL -- "-$server" 2>/dev/null || true
  fi
  exit "$status"
}
trap end_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

healthy() { curl -fs --max-time 5 -o /dev/null "$url/health"; }

check_access() {
  heading "access: is the model ours to download?"
  [ -n "${HF_TOKEN:-}" ] || [ "$variant" = awq ] || [ -n "$dry" ] ||
    fail "HF_TOKEN is not set, and $model needs one" "accept the licence on its page, then: export HF_TOKEN=hf_…"
  say "+ ask huggingface.co for $model/config.json"
  # The token goes in on stdin: arguments can be read by anyone on the machine.
  [ -n "$dry" ] || printf '%s' "${HF_TOKEN:+Authorization: Bearer $HF_TOKEN}" |
    curl -fsL --max-time 30 -o /dev/null -H @- "https://huggingface.co/$model/resolve/main/config.json" ||
    fail "Hugging Face does not give us $model" "accept the licence on https://huggingface.co/$model and check HF_TOKEN"
}

install_vllm() {
  heading "vLLM $vllm_version: about 5 minutes the first time"
  local venv=$cache/vllm-$vllm_version
  if [ -e "$venv/.ready" ]; then
    say "vLLM $vllm_version in $venv: ready"
    return
  fi
  run mkdir -p "$cache"
  run python3 -m venv "$venv"
  run "$venv/bin/pip" install --quiet --upgrade pip
  run "$venv/bin/pip" install --quiet "vllm==$vllm_version"
  run "$venv/bin/python" -c 'import torch; assert torch.cuda.is_available(), "torch sees no GPU"' ||
    fail "vLLM is installed but cannot use the GPU" "the host's driver is too old: rent a pod with a newer CUDA version"
  run touch "$venv/.ready"
}

fetch_sharegpt() {
  heading "prompts: ShareGPT, 640 MB"
  if [ -n "${FORGE_SHAREGPT:-}" ]; then
    [ -n "$dry" ] || [ -r "$sharegpt" ] || fail "FORGE_SHAREGPT is \`$sharegpt\`, which cannot be read"
  elif [ ! -e "$sharegpt" ]; then
    run "$program" dataset fetch sharegpt --out "$sharegpt"
  fi
}

start_server() {
  heading "server: $model; loading takes about 5 minutes the first time"
  if [ -z "$dry" ] && healthy; then
    fail "something already answers on $url" "end it, or choose another port: FORGE_PORT=8001"
  fi
  run mkdir -p "$cache"
  show "${serve[@]}" ">$log" "2>&1"
  [ -z "$dry" ] || return 0
  # A process group of its own, so that ending it ends its workers too.
  set -m
  VLLM_NO_USAGE_STATS=1 "${serve[@]}" >"$log" 2>&1 &
  server=$!
  set +m
  local start=$SECONDS
  until healthy; do
    if ! kill -0 "$server" 2>/dev/null; then
      tail -n 20 "$log" >&2
      fail "the server ended before it was up" "its whole log is $log"
    fi
    [ $((SECONDS - start)) -lt 1800 ] || fail "the server is not up after 30 minutes" "its log is $log"
    sleep 2
  done
  say "the server is up after $((SECONDS - start)) s; its log is $log"
}

# The flag proves nothing: only the log says which kernel multiplies.
check_marlin() {
  heading "kernel"
  if [ -n "$dry" ]; then
    say "+ look for \`Using MarlinLinearKernel\` in $log"
  elif grep -q 'Using MarlinLinearKernel' "$log"; then
    say "Marlin is in use: $(grep -m 1 -o 'Using MarlinLinearKernel.*' "$log")"
  else
    say "*************************************************************************************"
    say "WARNING: the server's log does not say \`Using MarlinLinearKernel\`. What follows measures"
    say "another kernel, is several times slower, and is not the AWQ-Marlin result. It said instead:"
    say "  $(grep -o 'Using [A-Za-z0-9]*Kernel.*\|Falling back to unoptimized AWQ.*' "$log" | sort -u | head -n 5 || true)"
    say "Ctrl-C now saves the GPU time; going on in 20 seconds."
    say "*************************************************************************************"
    sleep 20
  fi
}

measure() {
  heading "sweep"
  local marker
  # A second apart, so that the file's time is later on any file system.
  [ -n "$dry" ] || { marker=$(mktemp) && sleep 1; }
  show "$program" sweep "${sweep[@]}"
  [ -z "$dry" ] || return 0
  local status=0
  # Apart from this script's process group, so that end_all decides when it hears of Ctrl-C.
  set -m
  "$program" sweep "${sweep[@]}" &
  collector=$!
  set +m
  wait "$collector" || status=$?
  collector=''
  local found
  found=$(find "$out" -name '*.json' ! -name index.json -newer "$marker" 2>/dev/null | sort)
  rm -f "$marker"
  [ "$status" -eq 0 ] || fail "the sweep ended with status $status${found:+; the finished levels are in $found}"
  [ -n "$found" ] || fail "the sweep left no result file in $out"
  heading "the result file is"
  printf '%s\n' "$found"
  [ -n "$rehearsal" ] || say "fetch it, then end the pod: it costs money until it is terminated (deploy/runpod/README.md, steps 4 and 5)"
}

# Asked before the long steps, not after them.
if [ -n "$rehearsal" ] && [ -z "$dry" ]; then
  if [ -n "$base_url" ]; then
    healthy || fail "nothing answers on $url/health" "start a server there first; its CPU build and a tiny model will do"
  else
    have vllm || fail "a rehearsal needs a server, and there is no \`vllm\` in PATH" \
      "start one and name it (--base-url http://127.0.0.1:8000), or install vLLM's CPU build: https://docs.vllm.ai"
  fi
fi
if [ -n "${FORGE_COLLECTOR:-}" ]; then
  program=$FORGE_COLLECTOR
  [ -x "$program" ] || fail "FORGE_COLLECTOR is \`$program\`, which is no program"
else
  heading "collector: about 4 minutes the first time"
  run scripts/rust.sh
  run cargo build --quiet --locked --release --package collector
  program=${CARGO_TARGET_DIR:-target}/release/collector
fi

if [ -n "$rehearsal" ] && [ -z "$base_url" ]; then
  start_server
elif [ -z "$rehearsal" ]; then
  check_access
  install_vllm
  fetch_sharegpt
  start_server
  [ "$variant" != awq ] || check_marlin
fi
measure
