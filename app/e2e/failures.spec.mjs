// What the page says when something is wrong: with the link, the files, the server, or the browser.

import { expect, test } from "./support/test.mjs";

const AWQ_FILE = "llama-3.1-8b-instruct-awq-int4/rtx-a5000-1gpu/sharegpt/a5000-awq.json";

test("what a link says wrongly is named and the rest holds", async ({ reader }) => {
  await reader.open("?colour=red&gpu=free&day=20000");
  await reader.headlineWith("20,000");
  const ignored = await reader.says("ignored");
  expect(ignored).toContain("colour");
  expect(ignored).toContain("gpu");
  expect(ignored).not.toContain("day");
});

test("a link to a run or an API that is not there says so", async ({ reader }) => {
  await reader.open("?run=nobodys-run&api=no/model");
  await reader.headlineWith("RTX A5000");
  await reader.saysWith("ignored", "run");
  await reader.saysWith("ignored", "api");
});

test("a result that cannot be read is named and the rest works", async ({ reader, sites, results }) => {
  results.spoil(AWQ_FILE, '{"schema": 1, ');
  reader.at(await sites.files(results.path));
  await reader.open("?view=performance");
  expect(await reader.saysWith("partial", "a5000-awq.json")).not.toContain("a5000-bf16");
  const first = await reader.headline();
  await reader.figureIsPainted("ttft");
  await reader.moveSlider("demand", "ArrowRight", 2);
  await reader.headlineAfter(first);
});

test("a result that could not be read comes when one tries again", async ({ reader, sites, results }) => {
  const sound = results.spoil(AWQ_FILE, '{"schema": 1, ');
  reader.at(await sites.files(results.path));
  await reader.open("?view=performance");
  await reader.saysWith("partial", "a5000-awq.json");
  results.spoil(AWQ_FILE, sound);
  await reader.pressButton("Try again");
  await reader.gone("partial");
  await reader.goTo("quality");
  await reader.figureIsPainted("quality");
});

test.describe("with no copy kept for visits without a network", () => {
  test.use({ serviceWorkers: "block" });

  test("the rest of the page that does not come is told, and can be asked for again", async ({ reader, expected }) => {
    expected.push(/study/, /Failed to fetch/, /Service Worker registration blocked/);
    await reader.page.route(/study.*\.wasm/, (route) => route.abort());
    await reader.open();
    const first = await reader.headline();
    await reader.page.evaluate(() => scrollTo(0, 100));
    await reader.saysWith("missing", "could not be loaded");
    expect(await reader.headline()).toBe(first);
    await reader.page.unroute(/study.*\.wasm/);
    await reader.pressButton("Try again");
    await reader.figureIsPainted("cost-per-million");
  });
});

test("an index that cannot be read is an answer too", async ({ reader, sites, results }) => {
  const sound = results.spoil("index.json", '{"schema": 1, "results": [');
  reader.at(await sites.files(results.path));
  await reader.open();
  expect(await reader.shows("failed")).toBe(true);
  expect(await reader.shows("headline")).toBe(false);
  results.spoil("index.json", sound);
  await reader.pressButton("Try again");
  await reader.headlineWith("RTX A5000");
});

test("without an index the page says so and can try again", async ({ reader, sites, results, expected }) => {
  expected.push(/404.*results\/index\.json/);
  results.rename("index.json", "index.away");
  reader.at(await sites.files(results.path));
  await reader.open();
  expect(await reader.shows("failed")).toBe(true);
  expect(await reader.shows("headline")).toBe(false);
  results.rename("index.away", "index.json");
  await reader.pressButton("Try again");
  await reader.headlineWith("RTX A5000");
});

test("a server that lost its results is told apart", async ({ reader, sites, results, expected }) => {
  expected.push(/500.*results\/index\.json/);
  reader.at(await sites.explore(results.path));
  results.remove();
  await reader.open();
  expect(await reader.shows("failed")).toBe(true);
  await reader.pressButton("Try again");
  await reader.saysWith("failed", "could not be loaded");
});

test("a browser that cannot run the program is told, and where the numbers are", async ({ reader, expected }) => {
  expected.push(/^not caught: .*WebAssembly/);
  await reader.page.addInitScript(() => delete globalThis.WebAssembly);
  await reader.page.goto(reader.origin);
  await expect(reader.page.getByRole("alert")).toContainText("could not start in this browser");
  await expect(reader.page.getByRole("link", { name: "results/index.json" })).toBeVisible();
  await expect(reader.page.getByText("Loading the controls")).toBeHidden();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the page says what is missing, and where the numbers are", async ({ reader, expected }) => {
    expected.push(/preloaded using link preload but not used/);
    await reader.page.goto(reader.origin);
    const instead = reader.page.locator("noscript p");
    await expect(instead).toBeVisible();
    expect(await instead.innerText()).toContain("JavaScript is switched off");
    await expect(instead.locator("a[href='results/index.json']")).toBeVisible();
    await expect(reader.page.getByText("Loading the controls")).toBeHidden();
  });
});

test("nothing put into the page can run", async ({ reader, expected }) => {
  expected.push(/Content Security Policy/);
  const answer = await reader.open();
  const policy = (await answer.allHeaders())["content-security-policy"];
  const inDocument = await reader.page.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content");
  for (const said of [policy, inDocument]) {
    expect(said).toContain("default-src 'none'");
    expect(said).toContain("connect-src 'self'");
    expect(said).not.toMatch(/script-src[^;]*'unsafe-(inline|eval)'/);
  }
  const ran = await reader.page.evaluate(async () => {
    const script = document.createElement("script");
    script.textContent = "document.documentElement.dataset.script = 'ran'";
    document.body.append(script);
    document.body.insertAdjacentHTML("beforeend", "<img src='data:,' onerror=\"document.documentElement.dataset.handler = 'ran'\">");
    await new Promise((later) => setTimeout(later, 200));
    return { ...document.documentElement.dataset };
  });
  expect(ran).not.toHaveProperty("script");
  expect(ran).not.toHaveProperty("handler");
});
