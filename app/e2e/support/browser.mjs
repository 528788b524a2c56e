// Which Chromium the tests use and how it is started: the same for Playwright, Lighthouse and the benchmark.

import { fileURLToPath } from "node:url";

/** The browser of this machine; none is ever downloaded. */
export const CHROMIUM = process.env.CHROMIUM || "/usr/bin/chromium";

export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** One font for all text, the same on every machine. */
export const ENVIRONMENT = {
  ...process.env,
  FONTCONFIG_FILE: fileURLToPath(new URL("fonts.conf", import.meta.url)),
};

/** A day on which the published numbers have the age that the references show. */
export const TODAY = new Date("2026-11-22T12:00:00Z");
