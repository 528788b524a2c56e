// The list of every result, as a reader goes through three hundred of them.

import { expect, test } from "./support/test.mjs";

test.beforeEach(async ({ reader, crowded }) => {
  reader.at(crowded);
});

const listed = (reader) => reader.page.locator("[data-testid=runs] tbody tr:not(.details)");
const column = (reader, place) => listed(reader).locator(`xpath=./*[${place}]`).evaluateAll((cells) => cells.map(({ innerText }) => innerText.trim()));

async function open(reader, query = "") {
  await reader.open(`?view=runs${query}`);
  await reader.saysWith("runs-found", "results");
}

test("fifty are shown, and fifty more when wanted", async ({ reader }) => {
  await open(reader);
  await expect(listed(reader)).toHaveCount(50);
  expect(await reader.says("runs-found")).toBe("300 of 301 results");
  await reader.press("runs-more");
  await expect(listed(reader)).toHaveCount(100);
});

test("words find, all of them together, in any case", async ({ reader }) => {
  await open(reader);
  await reader.page.getByTestId("runs-filter").fill("h200 FP8");
  await reader.saysWith("runs-found", "7 of 301");
  for (const hardware of await column(reader, 2)) expect(hardware).toContain("H200");
  for (const model of await column(reader, 1)) expect(model).toContain("FP8");
  await reader.queryWith("find=h200%20FP8");
  await reader.reload();
  await reader.saysWith("runs-found", "7 of 301");
  await reader.page.getByTestId("runs-filter").fill("nothing-like-it");
  await reader.saysWith("runs-found", "None of 301 results");
  await expect(listed(reader)).toHaveCount(0);
});

test("evidence filters", async ({ reader }) => {
  await open(reader, "&rehearsals=1");
  await reader.saysWith("runs-found", "301 of 301");
  await reader.choose("runs-evidence", "rehearsal");
  await reader.saysWith("runs-found", "1 of 301");
  expect(await column(reader, 3)).toEqual(["REHEARSAL"]);
  await reader.queryWith("of=rehearsal");
  await reader.choose("runs-evidence", "published");
  await reader.saysWith("runs-found", "300 of 301");
  await reader.choose("runs-evidence", "");
  await reader.saysWith("runs-found", "301 of 301");
});

test("rehearsals are shown when asked for", async ({ reader }) => {
  await open(reader, "&find=trial");
  await reader.saysWith("runs-found", "None of");
  await reader.press("rehearsals");
  await reader.saysWith("runs-found", "1 of 301");
  await reader.saysWith("trial", "REHEARSAL");
});

for (const [order, place, wanted] of [
  ["date", 4, (a, b) => (a < b ? 1 : -1)],
  ["throughput", 5, (a, b) => Number(b.replaceAll(",", "")) - Number(a.replaceAll(",", ""))],
  ["hardware", 2, (a, b) => (a.toLowerCase().replace(/^\d+ x /, "") > b.toLowerCase().replace(/^\d+ x /, "") ? 1 : -1)],
]) {
  test(`the list is ordered by ${order}, and the other way round`, async ({ reader }) => {
    await open(reader);
    const first = await column(reader, place);
    await reader.press(`sort-${order}`);
    await reader.queryWith("sort=");
    await expect(reader.page.locator("th[aria-sort]:not([aria-sort=none])")).toHaveCount(1);
    const sorted = await column(reader, place);
    expect(sorted).toEqual([...sorted].sort(wanted));
    await reader.press(`sort-${order}`);
    await expect.poll(async () => (await column(reader, place))[0]).not.toBe(sorted[0]);
    const turned = await column(reader, place);
    expect(turned).toEqual([...turned].sort((a, b) => wanted(b, a)));
    expect(first.length).toBe(50);
  });
}

test("a row opens and tells everything about a run, with its raw file", async ({ reader }) => {
  await open(reader, "&find=h200%20fp8");
  const name = reader.page.locator("[data-testid=runs] .opens").first();
  await expect(name).toHaveAttribute("aria-expanded", "false");
  await name.click();
  await expect(name).toHaveAttribute("aria-expanded", "true");
  const details = await reader.saysWith("details", "made up by many_runs");
  for (const part of ["Configuration", "Evidence", "Plan", "Levels", "Quality", "Where it comes from", "What to doubt", "SHA-256"]) expect(details).toContain(part);
  const raw = reader.page.getByTestId("details").getByRole("link", { name: /made-up-\d+\.json/ });
  const answer = await reader.page.request.get(`${reader.origin}/${await raw.getAttribute("href")}`);
  expect(answer.status()).toBe(200);
  await name.click();
  await reader.gone("details");
});

test("a run is used from the list and the sentence follows", async ({ reader }) => {
  await open(reader, "&find=h200%20fp8%2070b");
  await reader.saysWith("runs-found", "1 of 301");
  await listed(reader).getByRole("button", { name: "Use" }).click();
  const headline = await reader.headlineWith("Made-up 70B, FP8");
  expect(headline).toContain("H200");
  await reader.queryWith("run=made-up-");
  await expect(listed(reader)).toContainText("in use");
  await reader.goTo("performance");
  await reader.figureIsPainted("throughput");
});

test("words, evidence and order are in the address", async ({ reader }) => {
  await open(reader, "&find=l40s&of=published&sort=-throughput");
  await reader.saysWith("runs-found", "of 301");
  await expect(reader.page.getByTestId("runs-filter")).toHaveValue("l40s");
  await expect(reader.page.getByTestId("runs-evidence")).toHaveValue("published");
  const rates = (await column(reader, 5)).map((rate) => Number(rate.replaceAll(",", "")));
  expect(rates).toEqual([...rates].sort((a, b) => b - a));
});
