// The eight views and the way between them: links, the address, the history, demands to start from, two scenarios side by
// side, currency and percentile.

import { expect, test } from "./support/test.mjs";
import { drawn, queryOf, show, VIEWS } from "./support/views.mjs";

/** Addresses are read, sent and typed off a screen. */
const SHORT = 60;

const titled = (name) => name[0].toUpperCase() + name.slice(1);

test("every view opens by its link, and the address says which", async ({ reader }) => {
  await reader.open();
  for (const view of [...VIEWS.slice(1), VIEWS[0]]) {
    await reader.goTo(view.name);
    await reader.queryIs(queryOf(view).slice(1));
    expect(await reader.openView()).toBe(titled(view.name));
    await drawn(reader, view);
  }
});

for (const view of VIEWS) {
  test(`${view.name} opens by its address`, async ({ reader }) => {
    await show(reader, view);
    expect(await reader.openView()).toBe(titled(view.name));
    expect(`?${reader.query()}`.replace(/^\?$/, "")).toBe(queryOf(view));
    const strangers = VIEWS.filter(({ name }) => name !== view.name).flatMap(({ figures }) => figures);
    for (const figure of strangers) expect([figure, await reader.shows(`figure-${figure}`)]).toEqual([figure, false]);
  });
}

test("a view's link can be opened in another tab, and says what is assumed", async ({ reader }) => {
  await reader.open();
  await reader.setField("demand", "20000");
  await reader.queryWith("day=20000");
  const link = await reader.page.getByTestId("view-runs").getAttribute("href");
  expect(link).toBe("?day=20000&view=runs");
});

test("back and forward go from change to change", async ({ reader }) => {
  await reader.open();
  const first = await reader.headline();
  await reader.setField("demand", "20000");
  await reader.queryIs("day=20000");
  const busier = await reader.headlineWith("20,000");
  await reader.setField("gpu-price", "0.5");
  await reader.queryIs("gpu=0.5&day=20000");
  const dearer = await reader.headlineAfter(busier);
  await reader.goTo("quality");
  await reader.queryIs("gpu=0.5&day=20000&view=quality");
  await reader.back();
  await reader.queryIs("gpu=0.5&day=20000");
  expect(await reader.openView()).toBe("Cost");
  await reader.back();
  expect(await reader.headlineAfter(dearer)).toBe(busier);
  await reader.back();
  expect(await reader.headlineAfter(busier)).toBe(first);
  expect(reader.query()).toBe("");
  await reader.forward();
  expect(await reader.headlineAfter(first)).toBe(busier);
  expect(await reader.field("demand")).toBe("20000");
});

test("a slider's whole way is one step back", async ({ reader }) => {
  await reader.open();
  const first = await reader.headline();
  await reader.moveSlider("demand", "ArrowRight", 6);
  await reader.queryWith("day=");
  const moved = await reader.headlineAfter(first);
  await reader.press("undo");
  expect(await reader.headlineAfter(moved)).toBe(first);
  await reader.queryIs("");
});

test("undo and Ctrl+Z take changes back, and nothing before the first", async ({ reader }) => {
  await reader.open("?day=15000");
  const undo = reader.page.getByTestId("undo");
  await expect(undo).toBeDisabled();
  const first = await reader.headline();
  await reader.setField("demand", "20000");
  await reader.queryIs("day=20000");
  await reader.choose("api", "openai/gpt-4o-mini");
  await reader.queryWith("api=");
  await expect(undo).toBeEnabled();
  await reader.press("undo");
  await reader.queryIs("day=20000");
  await reader.key("ControlOrMeta+z");
  await reader.queryIs("day=15000");
  expect(await reader.headlineWith("15,000")).toBe(first);
  await expect(undo).toBeDisabled();
  await reader.key("ControlOrMeta+z");
  expect(await reader.headline()).toBe(first);
});

test("Ctrl+Z in a field takes back what is typed, not the scenario", async ({ reader }) => {
  await reader.open();
  await reader.setField("demand", "20000");
  await reader.queryIs("day=20000");
  await reader.page.getByTestId("field-demand").press("End");
  await reader.key("5");
  await reader.key("ControlOrMeta+z");
  await reader.page.waitForTimeout(400);
  expect(reader.query()).toBe("day=20000");
});

test("the start comes back in the view one is in", async ({ reader }) => {
  await reader.open("?gpu=0.5&day=20000&view=performance");
  const changed = await reader.headline();
  await reader.press("reset");
  await reader.headlineAfter(changed);
  await reader.queryIs("view=performance");
});

test("a reload keeps view and assumptions", async ({ reader }) => {
  await reader.open("?day=20000&view=sensitivity");
  await reader.figureIsPainted("tornado");
  const headline = await reader.headline();
  await reader.reload();
  await reader.figureIsPainted("tornado");
  expect(await reader.headline()).toBe(headline);
  expect(await reader.openView()).toBe("Sensitivity");
});

test("the address stays short", async ({ reader }) => {
  await reader.open();
  await reader.goTo("performance");
  await reader.setField("demand", "20000");
  await reader.setField("ttft-limit", "3");
  await reader.choose("percentile", "p50");
  const query = await reader.queryWith("pct=p50");
  expect(query).toContain("day=20000");
  expect(query).toContain("ttft=3000");
  expect(query.length).toBeLessThanOrEqual(SHORT);
});

test("keys that are unknown, and a version to come, are told", async ({ reader }) => {
  await reader.open("?v=9&chart=pie&view=everything&day=20000");
  await reader.headlineWith("20,000");
  const ignored = await reader.says("ignored");
  for (const key of ["v", "chart", "view"]) expect(ignored).toContain(`“${key}”`);
  expect(ignored).not.toContain("“day”");
  expect(await reader.openView()).toBe("Cost");
});

test("a link of the first version is read", async ({ reader }) => {
  await reader.open("?v=1&day=20000&api=openai/gpt-4o");
  await reader.headlineWith("20,000");
  expect(await reader.shows("ignored")).toBe(false);
});

test("a demand to start from sets volume and mix, and is left when one of them changes", async ({ reader }) => {
  await reader.open();
  const chosen = reader.page.getByTestId("preset");
  await expect(chosen).toHaveValue("");
  await reader.choose("preset", "consumer-app");
  const headline = await reader.headlineWith("50,000");
  expect(headline).toContain("500");
  expect(headline).toContain("200");
  await reader.queryIs("day=50000&in=500&out=200");
  await expect(chosen).toHaveValue("consumer-app");
  await reader.reload();
  await expect(chosen).toHaveValue("consumer-app");
  await reader.setField("demand", "40000");
  await expect(chosen).toHaveValue("");
});

test("every demand to start from has an answer of its own", async ({ reader }) => {
  await reader.open();
  const presets = await reader.page.getByTestId("preset").locator("option").evaluateAll((all) => all.map(({ value }) => value).filter(Boolean));
  expect(presets.length).toBeGreaterThanOrEqual(5);
  const said = new Set();
  for (const preset of presets) {
    await reader.choose("preset", preset);
    await expect(reader.page.getByTestId("preset")).toHaveValue(preset);
    said.add(await reader.headline());
  }
  expect(said.size).toBe(presets.length);
});

test("a pinned scenario stands beside the next one, in words, in figures and in the address", async ({ reader }) => {
  await reader.open();
  await reader.wantTheRest();
  await reader.figureIsPainted("monthly-cost");
  const alone = await reader.picture("monthly-cost");
  await reader.press("pin");
  await reader.queryWith("vs=");
  await reader.setField("gpu-price", "0.54");
  await reader.queryIs("gpu=0.54&vs=");
  await reader.saysWith("comparison/monthly", "(2.0 times as much)");
  const [, ours, theirs] = (await reader.rows("#comparison table")).find(([name]) => name === "GPU price an hour");
  expect([ours, theirs]).toEqual(["$0.54/h", "$0.27/h"]);
  await reader.pictureAfter("monthly-cost", alone);
  expect(await reader.figureInWords("monthly-cost")).toContain("The pinned scenario costs");
  await reader.openTools("monthly-cost");
  expect((await reader.dataOf("monthly-cost")).some(([series]) => series.toLowerCase().includes("pinned"))).toBe(true);
  await reader.openTools("cost-per-million");
  expect((await reader.dataOf("cost-per-million")).flat().some((cell) => cell.startsWith("Pinned"))).toBe(true);
});

test("the pinned line is dashed in ink of its own and can be hidden", async ({ reader }) => {
  await reader.open("?gpu=0.54&vs=");
  await reader.wantTheRest();
  await reader.openTools("monthly-cost");
  const both = await reader.picture("monthly-cost");
  const series = await reader.page.getByTestId("adjust-monthly-cost").getByRole("checkbox").evaluateAll((all) => all.map((box) => box.parentElement.innerText.trim()));
  const pinned = series.find((name) => name.toLowerCase().includes("pinned"));
  expect(pinned).toBeTruthy();
  await reader.toggle("monthly-cost", pinned);
  const alone = await reader.pictureAfter("monthly-cost", both);
  await reader.toggle("monthly-cost", pinned);
  expect(await reader.pictureAfter("monthly-cost", alone)).toBe(both);
});

test("pinned and other swap places, and unpinning ends it", async ({ reader }) => {
  await reader.open("?gpu=0.54&vs=day%3D20000");
  await reader.wantTheRest();
  await reader.saysWith("comparison/monthly", "$394");
  const here = await reader.headline();
  await reader.press("swap");
  await reader.headlineAfter(here);
  await reader.queryIs("day=20000&vs=gpu%3D0.54");
  await reader.press("swap");
  await reader.queryIs("gpu=0.54&vs=day%3D20000");
  expect(await reader.headline()).toBe(here);
  await reader.press("unpin");
  await reader.queryIs("gpu=0.54");
  await reader.gone("comparison/monthly");
  expect(await reader.shows("pin")).toBe(true);
});

test("more assumptions come when they are the first thing one opens", async ({ reader }) => {
  await reader.open();
  await reader.openMoreAssumptions();
});

test("another currency changes words, tables and axes, and the address keeps it", async ({ reader }) => {
  await reader.open();
  await reader.wantTheRest();
  await reader.saysWith("per-million", "$1.60");
  const inDollars = await reader.picture("monthly-cost");
  await reader.openMoreAssumptions();
  await reader.type("currency", "eur");
  await reader.headlineWith("EUR 197");
  await reader.type("rate", "0.5");
  const headline = await reader.headlineWith("EUR 98.55");
  await reader.queryIs("cur=EUR,0.5");
  await reader.saysWith("per-million", "EUR 0.801");
  expect(await reader.figureInWords("monthly-cost")).toContain("EUR 98.55");
  await reader.pictureAfter("monthly-cost", inDollars);
  await reader.reload();
  expect(await reader.headline()).toBe(headline);
});

test("a currency that is none leaves the dollar", async ({ reader }) => {
  await reader.open();
  const first = await reader.headline();
  await reader.wantTheRest();
  await reader.openMoreAssumptions();
  await reader.type("currency", "E1");
  await reader.page.waitForTimeout(400);
  expect(await reader.headline()).toBe(first);
  expect(reader.query()).toBe("");
});

test("more assumptions change the answer", async ({ reader }) => {
  await reader.open();
  await reader.wantTheRest();
  await reader.openMoreAssumptions();
  let before = await reader.headline();
  for (const [field, value, key] of [["fixed", "500", "ops="], ["output-tokens", "400", "out="], ["peak", "3", "peak="]]) {
    await reader.setField(field, value);
    await reader.queryWith(key);
    before = await reader.headlineAfter(before);
  }
});

test("another percentile is shown and judged", async ({ reader }) => {
  await reader.open("?view=performance");
  await reader.figureIsPainted("ttft");
  await reader.saysWith("reasons", "At 32 streams p99 TTFT");
  const before = await reader.picture("ttft");
  await reader.choose("percentile", "p50");
  await reader.saysWith("reasons", "At 64 streams p50 TTFT");
  await reader.queryIs("pct=p50&view=performance");
  await reader.pictureAfter("ttft", before);
  await reader.isNamed("slider-ttft-limit", "p50 TTFT at most");
  await reader.isNamed("field-ttft-limit", "p50 TTFT at most");
});
