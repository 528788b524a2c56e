#!/usr/bin/env bash
# Shortens the names by which the page's program and script call each other: those of wasm-bindgen are long and have
# hashes. Renames the files by their new content.
set -euo pipefail
source "$(dirname "$0")/env.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/forge-page.XXXXXX")
trap 'rm -rf "$work"' EXIT

# shorten NAME NEW: the program NAME_bg.wasm and its script NAME.js, and the page's words for them.
shorten() {
  local old=$1 new=$2 module=$2 program=$DIST/$1_bg.wasm script=$DIST/$1.js twice
  for file in "$program" "$script"; do
    [ -f "$file" ] || fail "$DIST holds no $(basename "$file")" "build it with \`make page\`, which calls this"
  done
  grep -qF "\"./${module}_bg.js\": import0" "$script" || fail "$script is not as wasm-bindgen writes it, or has been through this" \
    "build the page anew with \`make page\`, which calls this"

  # wasm-opt renames in the program and prints what it did, a name a line: `["./app_bg.js", "__wbg_now_16f0", "a"],` for
  # what the script provides, `["memory", "b"],` for what the program does. Older ones print `memory => b` for both.
  # All of the script's module is `a` from then on. Nothing reads the notes on tools and features after this.
  wasm-opt --minify-imports-and-exports-and-modules --strip-producers --strip-target-features "$program" -o "$work/program" |
    sed -n -e 's/^ *\[.*"\([^"]*\)", "\([^"]*\)"\].*/\1 \2/p' -e 's/^\([^ ]*\) => \([^ ]*\)$/\1 \2/p' >"$work/names"
  [ -s "$work/names" ] || fail "wasm-opt named nothing in $program"
  # A name on both sides would be ambiguous in the script.
  twice=$(cut -d ' ' -f 1 "$work/names" | sort | uniq -d | paste -sd ' ' -)
  [ -z "$twice" ] || fail "program and script both provide $twice"
  { echo '{' && sed 's/^\(.*\) \(.*\)$/"\1": "\2",/; $s/,$//' "$work/names" && echo '}'; } >"$work/names.json"

  # The classes that serve the exports index.html has wasm-opt remove would call what is no longer there.
  sed -e '/^export class IntoUnderlying/,/^if (Symbol\.dispose)/d' -e "s|\"\./${module}_bg\.js\": import0|a: import0|" "$script" >"$work/script.js"
  # index.html imports nothing but the start.
  echo 'export { default } from "./script.js"' >"$work/start.js"
  "$ESBUILD" "$work/start.js" --bundle --format=esm --minify --legal-comments=none --log-level=warning --outfile="$work/out.js" \
    --mangle-cache="$work/names.json" --mangle-props="^($(cut -d ' ' -f 1 "$work/names" | paste -sd '|' -))\$" --allow-overwrite

  new=$new-$(cat "$work/program" "$work/out.js" | cksum | awk '{ printf "%08x", $1 }')
  sed -e "s/${old}_bg\.wasm/${new}_bg.wasm/g" -e "s/$old\.js/$new.js/g" "$DIST/index.html" >"$work/index.html"
  rm "$program" "$script"
  cp "$work/program" "$DIST/${new}_bg.wasm"
  cp "$work/out.js" "$DIST/$new.js"
  cp "$work/index.html" "$DIST/index.html"
}

first=$(echo "$DIST"/app-*_bg.wasm)
shorten "$(basename "$first" _bg.wasm)" app
shorten study study
