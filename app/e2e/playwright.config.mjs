// How the page is tested in a browser. scripts/e2e.sh runs it.

import { defineConfig } from "@playwright/test";

import { CHROMIUM, ENVIRONMENT, FLAGS } from "./support/browser.mjs";

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.mjs",
  outputDir: "test-results",
  workers: 2,
  fullyParallel: true,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    headless: true,
    viewport: { width: 1280, height: 900 },
    screenshot: "only-on-failure",
    launchOptions: { executablePath: CHROMIUM, args: FLAGS, env: ENVIRONMENT },
  },
  expect: { timeout: 10_000 },
});
