// Every number on the page opens what it is made of: value, formula, inputs, and where each of them comes from.

import { expect, test } from "./support/test.mjs";
import { drawn, VIEWS } from "./support/views.mjs";

/** A number of each kind that a view shows; each stands for all that open the same way. */
const OPENED = {
  cost: ["bill", "per-million", "per-million-full", "per-million-input", "per-request", "per-thousand-requests"],
  performance: ["throughput/64", "output-throughput/64", "level/64", "ttft/64/p99", "tpot/1/p50", "itl/16/p99"],
  quality: ["quality/", "retention/", "correct/", "correct-full/"],
};

/** Where an input may come from. */
const SOURCE = /(sha256 [0-9a-f]{12}|read \d{4}-\d\d-\d\d \((today|\d+ days? ago)(, stale)?\)|set by you|mean of the run|follows from|demand|the formula|assumed)/;

test("every number in every view says what it opens", async ({ reader }) => {
  await reader.open();
  for (const view of VIEWS) {
    await reader.goTo(view.name);
    await drawn(reader, view);
    const opens = await reader.page.locator("[data-opens]:visible").evaluateAll((all) => [...new Set(all.map(({ dataset }) => dataset.opens))]);
    // The sentence and its reasons are there in every view.
    expect(opens.length).toBeGreaterThanOrEqual(5);
    expect(opens.filter((id) => id === "")).toEqual([]);
  }
});

for (const [view, ids] of Object.entries(OPENED)) {
  test(`numbers in ${view} open their arithmetic, with a source for each input`, async ({ reader }) => {
    await reader.open(view === "cost" ? "" : `?view=${view}`);
    await reader.wantTheRest();
    for (const id of ids) {
      const number = reader.page.locator(`#study [data-opens${id.endsWith("/") ? "^" : ""}="${id}"]:visible, #app [data-opens="${id}"]:visible`).first();
      await number.scrollIntoViewIfNeeded();
      await number.click();
      const { title, value, formula, worked, inputs } = await reader.arithmetic();
      expect([id, title !== "", /\d/.test(value), formula !== "", /\d/.test(worked)]).toEqual([id, true, true, true, true]);
      expect(inputs.length, id).toBeGreaterThan(0);
      for (const input of inputs) expect(`${id}: ${input.source}`).toMatch(SOURCE);
      await reader.escape();
      await reader.gone("explain");
    }
  });
}

test("every number of the sentence and its reasons opens", async ({ reader }) => {
  await reader.open();
  await reader.wantTheRest();
  const ids = await reader.page.locator("#app .answer [data-opens]").evaluateAll((all) => all.map(({ dataset }) => dataset.opens));
  expect(ids.length).toBeGreaterThanOrEqual(5);
  for (const id of ids) {
    await reader.openNumber(id);
    await reader.arithmetic();
    await reader.escape();
    await reader.gone("explain");
  }
});

test("a number opens before the rest of the page has come", async ({ reader }) => {
  await reader.open();
  await reader.openNumber("bill");
  expect((await reader.arithmetic()).value).toContain("USD a month");
});

test("a number of the sentence: price with source, date and age, file with hash, the raw file", async ({ reader }) => {
  await reader.open();
  await reader.wantTheRest();
  await reader.openNumber("per-million");
  const { value, worked, badge, inputs } = await reader.arithmetic();
  expect(value).toMatch(/^1\.6\d* USD per 1M total tokens/);
  expect(badge).toBe("PUBLISHED");
  expect(worked).toContain(value.split(" ")[0]);
  const price = inputs.find(({ name }) => name.startsWith("Price of one replica"));
  expect(price.value).toBe("0.27 USD/h");
  expect(price.source).toMatch(/runpod .*read 2026-05-29 \(\d+ days ago/);
  expect(price.link).toMatch(/^https:/);
  const measured = inputs.find(({ source }) => source.includes("sha256"));
  expect(measured.source).toMatch(/published 2026-05-29, a5000-bf16\.json, sha256 e75e74dcb521/);
  const raw = await reader.page.request.get(`${reader.origin}/${measured.link}`);
  expect(raw.status()).toBe(200);
  expect((await raw.json()).id ?? "a5000-bf16").toContain("a5000-bf16");
});

test("the worked line gives the number when it is computed again", async ({ reader }) => {
  await reader.open("?view=performance");
  await reader.openNumber("level/64");
  const { value, worked } = await reader.arithmetic();
  const [left, right] = worked.split("=").map((side) => side.trim());
  const again = Function(`"use strict"; return ${left.replaceAll("×", "*").replaceAll("−", "-")};`)();
  expect(again / Number(right)).toBeCloseTo(1, 12);
  expect(value.split(" ")[0]).toBe(right);
});

test("the raw file holds what the arithmetic says", async ({ reader }) => {
  await reader.open("?view=performance");
  await reader.openNumber("throughput/64");
  const { worked, inputs } = await reader.arithmetic();
  const { link } = inputs.find((input) => input.link?.startsWith("results/"));
  const file = await (await reader.page.request.get(`${reader.origin}/${link}`)).json();
  const level = file.levels.at(-1);
  expect(worked).toContain(`(${level.prompt_tokens} + ${level.output_tokens}) / ${level.duration_s}`);
});

test("the arithmetic can be copied as text", async ({ reader, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await reader.open("?view=performance");
  await reader.openNumber("level/64");
  const { title, worked, inputs } = await reader.arithmetic();
  await reader.pressButton("Copy as text");
  await expect(reader.page.getByRole("button", { name: "Copied" })).toBeVisible();
  const text = await reader.page.evaluate(() => navigator.clipboard.readText());
  for (const part of [title, worked, ...inputs.map(({ source }) => source)]) expect(text).toContain(part);
});

test("the arithmetic follows the assumptions and the currency", async ({ reader }) => {
  await reader.open("?gpu=0.54&cur=EUR,0.5");
  await reader.wantTheRest();
  await reader.openNumber("bill");
  const { worked, inputs } = await reader.arithmetic();
  expect(worked).toContain("0.54");
  expect(inputs.map(({ source }) => source)).toContain("set by you");
  await reader.saysWith("explain", "EUR");
});

for (const how of ["Escape", "Close", "beside it"]) {
  test(`the arithmetic shuts by ${how} and the focus returns`, async ({ reader }) => {
    await reader.open();
    await reader.wantTheRest();
    const number = reader.page.locator("#app h1 [data-opens=bill]");
    await number.focus();
    await reader.key("Enter");
    await reader.explainedValue();
    if (how === "Escape") await reader.escape();
    else if (how === "Close") await reader.page.getByRole("button", { name: "Close" }).click();
    else await reader.page.mouse.click(5, 5);
    await reader.gone("explain");
    await expect(number).toBeFocused();
  });
}

test("a point of a figure opens its arithmetic by click and by Enter", async ({ reader }) => {
  await reader.open("?view=performance");
  await reader.tip("throughput");
  await reader.page.mouse.down();
  await reader.page.mouse.up();
  expect((await reader.arithmetic()).title).toMatch(/ at \d+ streams?/);
  await reader.escape();
  await reader.gone("explain");
  await reader.page.mouse.move(2, 2);
  await reader.focusFigure("throughput");
  await reader.walkToANumber("throughput");
  await reader.key("Enter");
  expect((await reader.arithmetic()).title).toMatch(/ at \d+ streams?/);
});
