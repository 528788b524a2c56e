// What a reader does with the answer: asks it, changes what it assumes, shares it, and looks where it comes from.

import { expect, test } from "./support/test.mjs";
import { drawn, VIEWS } from "./support/views.mjs";

test("the first load answers, every figure is drawn and a dollar opens", async ({ reader }) => {
  await reader.open();
  const headline = await reader.headline();
  expect(headline).toContain("GPT-4o");
  expect(headline).toContain("RTX A5000");
  expect(await reader.says("evidence")).toMatch(/^PUBLISHED 2026-05-29/);
  for (const view of VIEWS) {
    await reader.goTo(view.name);
    await drawn(reader, view);
  }
  await reader.goTo("performance");
  await reader.openNumber("level/64");
  const value = await reader.explainedValue();
  expect(value.split(/\s/)[0]).toBe("0.034584869629623705");
});

test("the first program alone answers and draws; the rest comes when it is wanted", async ({ reader }) => {
  const asked = [];
  reader.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await reader.open();
  await reader.figureIsPainted("monthly-cost");
  const ofTheRest = () => asked.filter((path) => path.startsWith("/study") && path.endsWith(".wasm"));
  expect(ofTheRest()).toEqual([]);
  await reader.wantTheRest();
  await reader.figureIsPainted("cost-per-million");
  expect(ofTheRest().length).toBe(1);
});

test("sliders change the sentence and the address keeps it", async ({ reader }) => {
  await reader.open();
  expect(reader.query()).toBe("");
  const first = await reader.headline();
  await reader.moveSlider("demand", "ArrowRight", 3);
  const busier = await reader.headlineAfter(first);
  await reader.queryWith("day=");
  await reader.moveSlider("gpu-price", "Shift+ArrowRight", 2);
  await reader.headlineAfter(busier);
  // The address follows when the slider has come to rest, which it may also do between two keys.
  const price = await reader.field("gpu-price");
  const dearer = await reader.headlineWith(`$${price}`);
  const query = await reader.queryWith(`gpu=${price}`);
  expect(query).toContain("day=");
  await reader.reload();
  expect(await reader.headlineWith("GPT-4o")).toBe(dearer);
  await reader.secondTab();
  expect(await reader.headlineWith("GPT-4o")).toBe(dearer);
  expect(reader.query()).toBe(query);
  await reader.press("reset");
  expect(await reader.headlineAfter(dearer)).toBe(first);
});

test("the link can be copied", async ({ reader, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await reader.open("?day=20000");
  await reader.press("copy-link");
  await reader.saysWith("copy-link", "Copied");
  expect(await reader.page.evaluate(() => navigator.clipboard.readText())).toBe(reader.page.url());
});

test("a number in the sentence can be typed", async ({ reader }) => {
  await reader.open();
  await reader.setInSentence("demand", "25,000");
  const headline = await reader.headlineWith("25,000");
  await reader.queryWith("day=25000");
  await reader.setInSentence("demand", "lots");
  const complaint = await reader.complaint();
  expect(complaint).toContain("lots");
  expect(complaint).toContain("number");
  expect((await reader.headline()).replace("lots", "25,000")).toBe(headline);
  expect(reader.query()).toBe("day=25000");
  expect(await reader.field("demand")).toBe("25000");
});

test("a complaint goes when the number is right again", async ({ reader }) => {
  await reader.open();
  await reader.setField("gpu-price", "free");
  await reader.complaint();
  await reader.setField("gpu-price", "0.54");
  await reader.noComplaint();
  await reader.setField("gpu-price", "free");
  await reader.complaint();
  await reader.moveSlider("gpu-price", "ArrowRight");
  await reader.noComplaint();
});

test("another run and another price change the comparison", async ({ reader }) => {
  await reader.open();
  const first = await reader.headline();
  await reader.choose("run", "a5000-awq");
  await reader.headlineWith("AWQ");
  await reader.wantTheRest();
  expect(await reader.doubts()).toContain("Marlin");
  await reader.queryWith("run=a5000-awq");
  await reader.choose("run", "a5000-bf16");
  expect(await reader.headlineWith("BF16")).toBe(first);

  await reader.choose("api", "anthropic/claude-haiku-5-5");
  const claude = await reader.headlineAfter(first);
  await reader.choose("api-inline", "openai/gpt-4o");
  expect(await reader.headlineAfter(claude)).toBe(first);

  await reader.choose("api", "own");
  await reader.setField("own-input", "0.01");
  await reader.setField("own-output", "0.02");
  await reader.queryWith("own=0.01,0.02");
  const own = await reader.headline();
  expect(own).toContain("more than your");
  await reader.reload();
  expect(await reader.headlineWith("your")).toBe(own);
});

test("figures can be dragged and pointed at", async ({ reader }) => {
  await reader.open();
  const first = await reader.headline();
  await reader.drag("monthly-cost", 60);
  await reader.headlineAfter(first);
  await reader.queryWith("day=");
  expect(Number(await reader.field("demand"))).toBeGreaterThan(10_000);
  await reader.wantTheRest();
  expect(await reader.tip("cost-per-million")).toContain("published");
  await reader.goTo("performance");
  expect(await reader.tip("ttft")).toContain("published");
});

test("the target can be dragged in another view, and the sentence follows", async ({ reader }) => {
  await reader.open("?view=performance");
  await reader.figureIsPainted("ttft");
  await reader.dragUp("ttft", 60);
  await reader.queryWith("ttft=");
  expect(Number(await reader.field("ttft-limit"))).toBeGreaterThan(2);
  await reader.saysWith("reasons", "64 streams");
});

test("a target that nothing holds is an answer", async ({ reader }) => {
  await reader.open();
  const first = await reader.headline();
  await reader.setField("ttft-limit", "0.001");
  await reader.headlineWith("does not hold the target");
  await reader.figureSays("monthly-cost", "does not hold the target");
  await reader.goTo("performance");
  await reader.figureIsPainted("ttft");
  await reader.setField("ttft-limit", "2");
  expect(await reader.headlineWith("GPT-4o")).toBe(first);
  await reader.goTo("cost");
  await reader.figureIsPainted("monthly-cost");
});

test("Escape undoes a slider and closes the arithmetic", async ({ reader }) => {
  await reader.open();
  const first = await reader.headline();
  await reader.moveSlider("gpu-price", "ArrowRight", 5);
  const moved = await reader.headlineAfter(first);
  await reader.moveSlider("gpu-price", "Escape");
  expect(await reader.headlineAfter(moved)).toBe(first);
  await reader.goTo("performance");
  for (let time = 0; time < 2; time += 1) {
    await reader.openNumber("level/16");
    await reader.explainedValue();
    await reader.escape();
    await reader.gone("explain");
  }
});

test("rehearsals are behind their switch", async ({ reader, sites, rehearsal }) => {
  reader.at(await sites.explore(undefined, [rehearsal]));
  await reader.open("?run=a5000-bf16&view=runs");
  const first = await reader.headline();
  await reader.saysWith("runs", "BF16");
  expect(await reader.shows("trial")).toBe(false);
  await reader.press("rehearsals");
  await reader.saysWith("trial", "REHEARSAL");
  await reader.queryWith("rehearsals=1");
  await reader.pressInRow("trial", "Use");
  await reader.saysWith("evidence", "REHEARSAL");
  await reader.queryWith("run=trial");
  await reader.goTo("performance");
  for (const figure of ["throughput", "ttft", "tpot"]) await reader.figureIsPainted(figure);
  await reader.goTo("cost");
  await reader.figureIsPainted("monthly-cost");
  await reader.goTo("runs");
  await reader.press("rehearsals");
  await reader.gone("trial");
  await reader.saysWith("evidence", "PUBLISHED");
  expect(await reader.headline()).toBe(first);
});

test("showing rehearsals leaves the answer to the real run", async ({ reader, sites, rehearsal }) => {
  reader.at(await sites.explore(undefined, [rehearsal]));
  await reader.open("?view=runs");
  const first = await reader.headline();
  await reader.press("rehearsals");
  await reader.saysWith("trial", "REHEARSAL");
  expect(await reader.headline()).toBe(first);
  expect(await reader.says("evidence")).toMatch(/^PUBLISHED/);
});
