// The built page with results, as a reader would get it: from `collector explore`, or from plain files.

import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
export const PUBLISHED = join(ROOT, "results");

/** What `scripts/e2e.sh` and its like set. */
function given(name, what) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} does not name ${what}; scripts/e2e.sh sets it`);
  return resolve(ROOT, value);
}

export const dist = () => given("FORGE_DIST", "a built page");
export const collector = () => given("FORGE_COLLECTOR", "the collector's program");

/** `collector explore` with results folders, the first one as `--results`. */
export async function explore(results = PUBLISHED, also = []) {
  const more = also.flatMap((folder) => ["--also", folder]);
  const options = ["explore", "--dist", dist(), "--results", results, "--port", "0", ...more];
  const child = spawn(collector(), options, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  let complaints = "";
  child.stderr.on("data", (text) => (complaints += text));
  const ended = new Promise((done) => child.once("close", done));
  const origin = await new Promise((found, failed) => {
    child.once("error", failed);
    ended.then(() => failed(new Error(`\`collector explore\` ended without an address: ${complaints}`)));
    createInterface(child.stdout).on("line", (line) => {
      const port = /127\.0\.0\.1:(\d+)/.exec(line);
      if (port) found(`http://127.0.0.1:${port[1]}`);
    });
  });
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  return { origin, stop };
}

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/** A server of plain files, such as GitHub Pages: it gives what lies there, sound or not. */
export async function files(results = PUBLISHED, { compressed = false } = {}) {
  const page = dist();
  const kept = new Map();
  const body = (path) => {
    if (!compressed) return readFileSync(path);
    if (!kept.has(path)) {
      kept.set(path, brotliCompressSync(readFileSync(path), { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }));
    }
    return kept.get(path);
  };
  const server = createServer((request, response) => {
    const asked = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    const below = asked.startsWith("/results/") ? join(results, asked.slice("/results/".length)) : join(page, asked);
    try {
      const path = asked === "/" ? join(page, "index.html") : below;
      const bytes = body(path);
      const type = TYPES[extname(path)] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": type, ...(compressed ? { "content-encoding": "br" } : {}) });
      response.end(bytes);
    } catch {
      response.writeHead(404).end("there is no such file\n");
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const stop = () =>
    new Promise((stopped) => {
      server.close(stopped);
      server.closeAllConnections();
    });
  return { origin: `http://127.0.0.1:${server.address().port}`, stop };
}

/** A folder of a test's own. */
export function scratch() {
  const path = mkdtempSync(join(tmpdir(), "forge-e2e-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A copy of the published results that a test may spoil. */
export function copiedResults() {
  const { path, remove } = scratch();
  cpSync(PUBLISHED, path, { recursive: true });
  return {
    path,
    remove,
    /** Writes another text into a file, and gives the one that was there. */
    spoil(below, text) {
      const file = join(path, below);
      const before = readFileSync(file, "utf8");
      writeFileSync(file, text);
      return before;
    },
    rename: (from, to) => renameSync(join(path, from), join(path, to)),
  };
}

/** A folder with a tiny rehearsal named `trial`. */
export function rehearsed() {
  const folder = scratch();
  const tiny = ["--concurrency", "1,4", "--num-prompts", "8", "--output-tokens", "8", "--run-id", "trial"];
  const done = spawnSync(collector(), ["rehearse", ...tiny, "--out", folder.path], { cwd: ROOT, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`the rehearsal failed: ${done.stderr}`);
  return folder;
}

/** A folder with so many results that nobody measured. */
export function crowd(count) {
  const folder = scratch();
  const program = given("FORGE_XTASK", "the repository's tasks");
  const done = spawnSync(program, ["many-runs", folder.path, String(count)], { cwd: ROOT, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`made-up results were not written: ${done.stderr}`);
  return folder;
}

/** A file that another tool wrote, as the importers' tests have it: its name and its text. */
export function recorded(name) {
  return { name, text: readFileSync(join(ROOT, "shared/tests/fixtures/import", name), "utf8") };
}

/** A published result as a file that a reader has: its name and its text. */
export function resultFile(below) {
  return { name: below.split("/").at(-1), text: readFileSync(join(PUBLISHED, below), "utf8") };
}
