// Which GPUs hold a demand and what they cost, and what fits their memory.

import { expect, test } from "./support/test.mjs";

const VIEW = "?view=hardware";

/** Waits until the ranking is that of a demand and every GPU was looked at. */
async function ranked(reader, demand) {
  await reader.saysWith("size-asked", demand);
  await reader.saysWith("size-status", "GPUs hold it");
  await expect(reader.page.getByTestId("sized")).toHaveAttribute("aria-busy", "false");
  return reader.says("size-headline");
}

/** The ranking: GPUs with their replicas and what they cost. */
const ranking = (reader) => reader.rows("[data-testid=size-table]");

/** Types into a field and leaves it. */
async function type(reader, name, value) {
  await reader.page.getByTestId(name).fill(value);
  await reader.page.getByTestId(name).press("Tab");
}

test("a reader sizes for eight developers, changes the target, and shares it", async ({ reader, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await reader.open();
  await reader.goTo("hardware");
  await ranked(reader, "8 developers");
  await reader.choose("plan-model", "qwen3-coder-30b-a3b-instruct");
  await reader.choose("plan-target", "own");
  await type(reader, "plan-limits", "ttft:p50<2s,tps:p50>20");
  const coding = await ranked(reader, "ttft:p50<2s,tps:p50>20");
  expect(coding).toMatch(/^Eight developers with agents on Qwen3 Coder 30B A3B Instruct need .+ for \$[\d,]+ a month, \$[\d,]+ each; the next is /);
  expect(coding).toContain("ESTIMATED");
  const before = await ranking(reader);
  expect(before[0].slice(0, 2)).toEqual(["GPUs of a replica", "Weights"]);
  expect(before.slice(1).every((row) => row.at(-1) === "ESTIMATED")).toBe(true);

  await reader.choose("plan-target", "batch");
  await ranked(reader, "batch: no limit");
  expect(await ranking(reader)).not.toEqual(before);

  const query = await reader.queryWith("slo:batch");
  expect(query).toBe("view=hardware&plan=m:qwen3-coder-30b-a3b-instruct~slo:batch");
  const [headline, rows] = [await reader.says("size-headline"), await ranking(reader)];
  await reader.press("copy-link");
  const link = await reader.page.evaluate(() => navigator.clipboard.readText());
  await reader.open(new URL(link).search);
  expect(await ranked(reader, "batch: no limit")).toBe(headline);
  expect(await ranking(reader)).toEqual(rows);

  await reader.back();
  expect(await ranked(reader, "ttft:p50<2s,tps:p50>20")).toBe(coding);
});

test("a row opens the arithmetic behind its numbers, and what does not hold says why", async ({ reader }) => {
  await reader.open(VIEW);
  await ranked(reader, "8 developers");
  const first = reader.page.locator("[data-testid=size-table] .opens").first();
  await first.press("Enter");
  await expect(first).toHaveAttribute("aria-expanded", "true");
  expect(await reader.saysWith("size-details", "730 h")).toContain("rounded up");
  await first.press("Enter");
  await reader.gone("size-details");
  await reader.page.getByTestId("size-not").locator("summary").click();
  await expect(reader.page.locator("[data-testid=size-not] li").first()).toBeVisible();
  expect(await reader.says("size-stop")).toMatch(/^One replica of .+ serves up to \d+ concurrent requests/);
  const teams = await reader.rows("#teams table");
  expect(teams.map(([people]) => people)).toContain("128");
});

test("a rate and the page's own demand are sized too", async ({ reader }) => {
  await reader.open(`${VIEW}&day=500000`);
  await ranked(reader, "8 developers");
  await reader.choose("plan-who", "rps");
  await type(reader, "plan-count", "20");
  await type(reader, "plan-input", "500");
  expect(await ranked(reader, "20.0 requests a second in the busiest hour; 500 tokens in")).toContain("20 requests a second on Llama");
  await reader.queryWith("plan=rps:20~in:500");
  await reader.choose("plan-who", "page");
  expect(await ranked(reader, "5.79 requests a second")).toContain("the page's own peak");
  expect(await reader.page.getByTestId("plan-count").count()).toBe(0);
});

test("what was measured is not called an estimate", async ({ reader }) => {
  await reader.open(`${VIEW}&plan=q:bf16~rps:1`);
  await ranked(reader, "request a second in the busiest hour");
  await expect(reader.page.getByTestId("size/rtx-a5000")).toContainText("PUBLISHED");
});

test("what cannot be is said beside its field and changes nothing", async ({ reader }) => {
  await reader.open(`${VIEW}&plan=colour:red`);
  await reader.saysWith("plan-ignored", "colour");
  const before = await ranked(reader, "8 developers");
  await type(reader, "plan-count", "many");
  expect(await reader.complaint()).toContain("is a number, not");
  await type(reader, "plan-count", "8");
  await reader.noComplaint();
  await reader.choose("plan-target", "own");
  await type(reader, "plan-limits", "soon");
  await expect(reader.page.locator("#plan-limits-wrong")).toContainText("ttft:p99<2s");
  expect(await reader.says("size-headline")).toBe(before);
});

test("memory is filled by weights and contexts, and the longest context is told", async ({ reader }) => {
  await reader.open(VIEW);
  const first = await reader.saysWith("fit-headline", "Llama 3.1 8B Instruct in BF16 with four contexts of 8,192 tokens fits");
  const [head, smallest] = await reader.rows("[data-testid=fit-table]");
  expect(head.slice(0, 3)).toEqual(["GPU", "Memory of each", "Weights, GiB"]);
  expect(smallest[2]).toBe("15.0");
  expect(await reader.page.locator("[data-testid=fit-table] tbody tr").first().locator("rect").count()).toBe(4);
  await type(reader, "plan-context", "131072");
  await reader.saysWith("fit-headline", "131,072 tokens");
  await type(reader, "plan-at-once", "1");
  await reader.saysWith("fit-headline", "with one context of 131,072 tokens");
  await reader.choose("plan-weights", "awq-int4");
  const later = await reader.saysWith("fit-headline", "AWQ INT4");
  expect(later).not.toBe(first);
  await reader.choose("plan-gpus", "2");
  await reader.saysWith("fit-headline", "groups of two");
  await reader.queryIs("view=hardware&plan=q:awq-int4~ctx:131072~seqs:1~tp:2");
});

test("the page is answered while GPUs are looked at", async ({ reader }) => {
  await reader.page.addInitScript(() => {
    globalThis.longest = 0;
    new PerformanceObserver((list) => {
      for (const task of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, task.duration);
    }).observe({ type: "longtask" });
  });
  await reader.open(VIEW);
  await ranked(reader, "8 developers");
  await reader.page.evaluate(() => (globalThis.longest = 0));
  await reader.choose("plan-who", "rps");
  await ranked(reader, "request a second in the busiest hour");
  // A loaded machine takes several times as long; one piece would be seconds.
  expect(await reader.page.evaluate(() => globalThis.longest)).toBeLessThan(500);
});

test("only this view asks for the catalogue, and it can be asked for again", async ({ reader, sites, results, expected }) => {
  expected.push(/404.*results\/catalogue\.json/);
  results.rename("catalogue.json", "catalogue.away");
  reader.at(await sites.files(results.path));
  const asked = [];
  reader.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await reader.open();
  await reader.goTo("runs");
  expect(asked).not.toContain("/results/catalogue.json");
  await reader.goTo("hardware");
  await reader.saysWith("no-catalogue", "results/catalogue.json");
  results.rename("catalogue.away", "catalogue.json");
  await reader.pressButton("Try again");
  await ranked(reader, "8 developers");
});
