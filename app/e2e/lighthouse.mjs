// Lighthouse on the built page, as on a mid-range phone with a slow connection (its simulated throttling), three times.
//
// `node lighthouse.mjs` holds every limit. With `--steady` only those that do not depend on how fast this machine is;
// the others are printed all the same.

import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

import { CHROMIUM, FLAGS } from "./support/browser.mjs";
import { explore } from "./support/site.mjs";

const RUNS = 3;
const STEADY_ONLY = process.argv.includes("--steady");

const score = (category) => (report) => Math.round(report.categories[category].score * 100);
const audit = (id) => (report) => report.audits[id].numericValue;
const transfers = (report) => report.audits["network-requests"].details.items.filter(({ url }) => /^http/.test(url));
const isResult = ({ url }) => new URL(url).pathname.startsWith("/results/");
const sum = (items) => items.reduce((total, { transferSize }) => total + transferSize, 0);

/** What is looked at: its name, its value in a report, its unit, its limit, and whether it is the same on any machine. */
const MEASURES = [
  { name: "Performance", of: score("performance"), least: 95 },
  { name: "Accessibility", of: score("accessibility"), least: 100, steady: true },
  { name: "Best practices", of: score("best-practices"), least: 95, steady: true },
  { name: "SEO", of: score("seo"), least: 95, steady: true },
  { name: "Largest contentful paint", of: audit("largest-contentful-paint"), unit: "ms", most: 1200 },
  { name: "Cumulative layout shift", of: audit("cumulative-layout-shift"), digits: 4, most: 0.01, steady: true },
  { name: "Total blocking time", of: audit("total-blocking-time"), unit: "ms" },
  { name: "First contentful paint", of: audit("first-contentful-paint"), unit: "ms" },
  { name: "Speed index", of: audit("speed-index"), unit: "ms" },
  // As the server compresses it on the fly. `make size` holds the page to its budget as a static host compresses it.
  { name: "First load", of: (report) => sum(transfers(report).filter((item) => !isResult(item))) / 1024, unit: "KiB", digits: 1 },
  { name: "Measurements", of: (report) => sum(transfers(report).filter(isResult)) / 1024, unit: "KiB", digits: 1 },
];

async function report(address) {
  const chrome = await launch({ chromePath: CHROMIUM, chromeFlags: ["--headless", ...FLAGS] });
  try {
    const options = { port: chrome.port, output: "json", logLevel: "error", onlyCategories: ["performance", "accessibility", "best-practices", "seo"] };
    const { lhr } = await lighthouse(address, options);
    if (lhr.runtimeError) throw new Error(`Lighthouse: ${lhr.runtimeError.message}`);
    return lhr;
  } finally {
    chrome.kill();
  }
}

/** Audits that count towards a category and did not fully pass, with their weight in it. */
function imperfect(lhr) {
  return Object.values(lhr.categories).flatMap((category) =>
    category.auditRefs
      .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 1)
      .map(({ id, weight }) => {
        const { title, score, displayValue } = lhr.audits[id];
        return `${category.title}: ${title} (${id}), ${Math.round(score * 100)} of 100 at weight ${weight}${displayValue ? `: ${displayValue}` : ""}`;
      }),
  );
}

const site = await explore();
const reports = [];
try {
  for (let run = 0; run < RUNS; run += 1) reports.push(await report(`${site.origin}/`));
} finally {
  await site.stop();
}

const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
const failed = [];
console.log(`${"median".padStart(36)}  ${"all".padEnd(24)}  limit`);
for (const { name, of, unit = "", digits = 0, least, most, steady = false } of MEASURES) {
  const values = sorted(reports.map(of));
  const median = values[Math.floor(values.length / 2)];
  const text = (value) => value.toFixed(digits);
  const limit = least === undefined ? (most === undefined ? "" : `at most ${most} ${unit}`) : `at least ${least}`;
  const holds = (least === undefined || median >= least) && (most === undefined || median <= most);
  const held = steady || !STEADY_ONLY;
  if (!holds && held) failed.push(name);
  const verdict = limit === "" ? "" : `${limit.trim()}: ${holds ? "holds" : held ? "FAILS" : "does not hold here, and is held by `make lighthouse` only"}`;
  console.log(`${name.padEnd(26)}${text(median).padStart(10)}  ${(values.map(text).join(" ") + " " + unit).padEnd(24)}  ${verdict}`);
}

const largest = reports[0].audits["largest-contentful-paint-element"]?.details?.items?.[0]?.items?.[0]?.node;
console.log(`\nthe largest contentful paint is ${largest?.snippet ?? "not named"}`);
console.log("\ntransferred, in bytes:");
for (const { url, transferSize, resourceSize } of transfers(reports[0])) {
  console.log(`${String(transferSize).padStart(10)} of ${String(resourceSize).padStart(8)}  ${new URL(url).pathname}`);
}
const shortcomings = [...new Set(reports.flatMap(imperfect))];
console.log(shortcomings.length === 0 ? "\nevery audit that counts passed" : `\nnot fully passed:\n  ${shortcomings.join("\n  ")}`);
if (failed.length > 0) {
  console.error(`error: ${failed.join(", ")}: not within the limit`);
  process.exit(1);
}
