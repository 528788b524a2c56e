// Before the program has come, without it, and without a network.

import { expect, test } from "./support/test.mjs";
import { VIEWS } from "./support/views.mjs";

/** Waits until the browser keeps everything for the next visit. */
async function everythingIsKept(page) {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
}

test("the second visit needs no network: every view, figures and arithmetic", async ({ reader, context, expected }) => {
  expected.push(/ERR_INTERNET_DISCONNECTED|Failed to fetch|net::ERR/);
  await reader.open();
  await everythingIsKept(reader.page);
  const headline = await reader.headline();
  await context.setOffline(true);
  await reader.reload();
  expect(await reader.headline()).toBe(headline);
  for (const view of VIEWS) {
    await reader.goTo(view.name);
    await reader.wantTheRest();
    for (const figure of view.figures) await reader.figureIsPainted(figure);
  }
  await reader.goTo("performance");
  await reader.openNumber("level/64");
  expect(await reader.explainedValue()).toContain("0.034584869629623705");
});

test("where the server is gone, kept measurements stand in", async ({ reader, sites, expected }) => {
  expected.push(/ERR_CONNECTION_REFUSED|Failed to fetch|net::ERR/);
  const site = await sites.files();
  reader.at(site);
  await reader.open();
  await everythingIsKept(reader.page);
  await site.stop();
  await reader.reload();
  await reader.headlineWith("RTX A5000");
  await reader.figureIsPainted("monthly-cost");
});

test("with a network the newest measurements are shown, not the kept ones", async ({ reader, sites, results }) => {
  reader.at(await sites.files(results.path));
  await reader.open();
  await everythingIsKept(reader.page);
  const index = JSON.parse(results.spoil("index.json", ""));
  for (const price of index.gpu_prices) {
    if (price.hardware === "rtx-a5000") price.usd_per_hour = 0.99;
  }
  results.spoil("index.json", JSON.stringify(index));
  await reader.reload();
  await reader.headlineWith("$0.99");
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the first screen is the answer: question, sentence, reasons, evidence, figure", async ({ reader }) => {
    await reader.page.goto(`${reader.origin}/`);
    const page = reader.page;
    await expect(page.locator("h1")).toContainText("RTX A5000");
    await expect(page.locator("h1")).toContainText("GPT-4o");
    await expect(page.locator(".question")).toContainText("Should you self-host");
    expect(await page.locator(".reasons li").count()).toBeGreaterThanOrEqual(2);
    await expect(page.locator(".start .badge")).toContainText("PUBLISHED");
    await expect(page.locator(".start svg:visible")).toHaveCount(1);
    await expect(page.locator(".start svg:visible")).toContainText("requests a day");
  });
});

test("the sentence before the program is the sentence after it", async ({ reader }) => {
  const html = await (await reader.page.request.get(`${reader.origin}/`)).text();
  await reader.open();
  const prerendered = await reader.page.evaluate((text) => {
    const start = new DOMParser().parseFromString(text, "text/html").querySelector(".start h1");
    return start.textContent.replace(/\s+/g, " ").trim();
  }, html);
  expect(await reader.headline()).toBe(prerendered);
});

/** Sums what moves without the reader having done anything. */
function watchShifts() {
  globalThis.shifted = 0;
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) globalThis.shifted += shift.value;
  }).observe({ type: "layout-shift", buffered: true });
}

for (const width of [1280, 412, 390]) {
  test.describe(`at ${width} px`, () => {
    test.use({ viewport: { width, height: 850 }, isMobile: width < 900 });

    test("nothing moves when the program takes over", async ({ reader }) => {
      await reader.page.addInitScript(watchShifts);
      await reader.open();
      await reader.figureIsPainted("monthly-cost");
      await reader.page.waitForTimeout(500);
      expect(await reader.page.evaluate(() => globalThis.shifted)).toBeLessThanOrEqual(0.01);
    });
  });
}
