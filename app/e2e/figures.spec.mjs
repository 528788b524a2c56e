// What one can do with a figure: point at it, walk over it, choose what it shows, see its data, save it, link to it.

import { expect, test } from "./support/test.mjs";
import { show, VIEWS } from "./support/views.mjs";

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** What RFC 4180 says a table is. */
function parseCsv(text) {
  const fields = [...text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|$)/g)];
  const rows = [[]];
  for (const [whole, quoted, bare, end] of fields) {
    if (whole === "") break;
    rows.at(-1).push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end !== ",") rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

/** As short as the screen wants a number, to a share of a hundredth. */
const near = (shown, full) => shown === full || Math.abs(Number(shown.replaceAll(",", "")) / Number(full) - 1) < 0.01 || Number(full) === 0;

test("pointing at a figure shows what is there, with a cross and a ring", async ({ reader }) => {
  await reader.open();
  expect(await reader.tip("monthly-cost")).toMatch(/\$|requests/);
  const figure = reader.page.getByTestId("figure-monthly-cost");
  await expect(figure.locator(".cross")).toHaveCount(2);
  await expect(figure.locator(".ring")).toHaveCount(1);
  await reader.page.mouse.move(2, 2);
  await expect(figure.locator(".tip")).toHaveCount(0);
});

test("every figure has something to point at and words for who does not see it", async ({ reader }) => {
  await reader.open();
  for (const view of VIEWS.filter(({ figures }) => figures.length > 0)) {
    await reader.goTo(view.name);
    await reader.wantTheRest();
    for (const figure of view.figures) {
      expect((await reader.tip(figure)).length, figure).toBeGreaterThan(5);
      expect((await reader.figureInWords(figure)).length, figure).toBeGreaterThan(40);
    }
  }
});

test("hovering does not draw anew", async ({ reader }) => {
  await reader.open();
  await reader.figureIsPainted("monthly-cost");
  const before = await reader.picture("monthly-cost");
  await reader.tip("monthly-cost");
  expect(await reader.picture("monthly-cost")).toBe(before);
});

test("arrow keys walk over the data, Enter opens it, Escape leaves it", async ({ reader }) => {
  await reader.open("?view=performance");
  await reader.figureIsPainted("throughput");
  await reader.focusFigure("throughput");
  await reader.key("ArrowRight");
  const first = await reader.told("throughput");
  await reader.key("ArrowRight");
  const second = await reader.told("throughput");
  expect(new Set(["", first, second]).size).toBe(3);
  await reader.key("ArrowLeft");
  expect(await reader.told("throughput")).toBe(first);
  await reader.key("ArrowUp");
  expect(await reader.told("throughput")).not.toBe("");
  await reader.walkToANumber("throughput");
  await reader.key("Enter");
  expect((await reader.arithmetic()).inputs.length).toBeGreaterThan(0);
  await reader.escape();
  await reader.gone("explain");
  await reader.focusFigure("throughput");
  await reader.key("ArrowRight");
  await reader.key("Escape");
  expect(await reader.told("throughput")).toBe("");
});

test("a latency in a figure opens its arithmetic", async ({ reader }) => {
  await reader.open("?view=performance");
  await reader.figureIsPainted("ttft");
  await reader.focusFigure("ttft");
  await reader.walkToANumber("ttft");
  await reader.key("Enter");
  expect((await reader.arithmetic()).title).toContain("TTFT");
});

test("what the keys walk to is read aloud", async ({ reader }) => {
  await reader.open();
  await reader.focusFigure("monthly-cost");
  await reader.key("ArrowRight", 2);
  const live = reader.page.getByTestId("figure-monthly-cost").locator("[aria-live=polite]");
  await expect(live).toContainText(/\S/);
});

test("a figure's tools come when they are the first thing one opens", async ({ reader }) => {
  await reader.open();
  await reader.openTools("monthly-cost");
});

test("a series that is unticked goes from picture and data, and comes back", async ({ reader }) => {
  await reader.open();
  await reader.wantTheRest();
  await reader.openTools("monthly-cost");
  const all = await reader.picture("monthly-cost");
  const rows = (await reader.dataOf("monthly-cost")).length;
  await reader.toggle("monthly-cost", "GPT-4o mini");
  const fewer = await reader.pictureAfter("monthly-cost", all);
  const left = await reader.dataOf("monthly-cost");
  expect(left.length).toBeLessThan(rows);
  expect(left.some(([series]) => series === "GPT-4o mini")).toBe(false);
  await reader.toggle("monthly-cost", "GPT-4o mini");
  expect(await reader.pictureAfter("monthly-cost", fewer)).toBe(all);
});

test("scales can be changed and the title stays", async ({ reader }) => {
  await reader.open("?view=performance");
  await reader.openTools("throughput");
  const log = await reader.picture("throughput");
  await reader.toggle("throughput", "linear scale across");
  const linear = await reader.pictureAfter("throughput", log);
  await reader.toggle("throughput", "linear scale across");
  expect(await reader.pictureAfter("throughput", linear)).toBe(log);
});

test("the data under a figure follows the assumptions", async ({ reader }) => {
  await reader.open("?view=sensitivity");
  await reader.openTools("tornado");
  const before = JSON.stringify(await reader.dataOf("tornado"));
  await reader.setField("demand", "20000");
  await expect.poll(async () => JSON.stringify(await reader.dataOf("tornado"))).not.toBe(before);
});

for (const view of VIEWS.filter(({ figures }) => figures.length > 0)) {
  test(`the data of every figure in ${view.name} is what its CSV holds, and of its first what the JSON does`, async ({ reader }) => {
    await show(reader, view);
    for (const figure of view.figures) {
      await reader.openTools(figure);
      const shown = await reader.dataOf(figure);
      const csv = await reader.save(`save-csv-${figure}`);
      expect(csv.name).toBe(`forge-${figure}.csv`);
      const rows = parseCsv(csv.bytes.toString("utf8"));
      expect([figure, rows.length, rows[0]]).toEqual([figure, shown.length, shown[0]]);
      const others = rows.flatMap((row, at) => row.filter((cell, column) => !near(shown[at][column], cell)));
      expect([figure, others]).toEqual([figure, []]);

      // A browser allows a page ten downloads in a row.
      if (figure !== view.figures[0]) continue;
      const json = await reader.save(`save-json-${figure}`);
      const { title, data, provenance } = JSON.parse(json.bytes.toString("utf8"));
      expect(await reader.figureInWords(figure)).toContain(title);
      expect([data.columns, data.rows.length]).toEqual([shown[0], shown.length - 1]);
      expect(JSON.stringify(provenance)).toMatch(/"sha256":"[0-9a-f]{64}"/);
    }
  });
}

test("a saved JSON says under which assumptions it holds", async ({ reader }) => {
  await reader.open("?day=20000");
  await reader.wantTheRest();
  await reader.openTools("monthly-cost");
  const { bytes } = await reader.save("save-json-monthly-cost");
  expect(JSON.parse(bytes).provenance.query).toContain("day=20000");
});

for (const [button, width] of [["png", 860], ["png2", 1720]]) {
  test(`a figure is saved as a PNG of ${width} px`, async ({ reader }) => {
    await reader.open();
    await reader.wantTheRest();
    await reader.openTools("monthly-cost");
    const { name, bytes } = await reader.save(`save-${button}-monthly-cost`);
    expect(name).toBe("forge-monthly-cost.png");
    expect(bytes.subarray(0, 8)).toEqual(PNG);
    expect(bytes.readUInt32BE(16)).toBe(width);
    expect(bytes.readUInt32BE(20)).toBeGreaterThan(width / 3);
    expect(bytes.length).toBeGreaterThan(5_000);
  });
}

test("a figure is saved as an SVG", async ({ reader }) => {
  await reader.open();
  await reader.wantTheRest();
  await reader.openTools("monthly-cost");
  const { name, bytes } = await reader.save("save-svg-monthly-cost");
  expect(name).toBe("forge-monthly-cost.svg");
  const parsed = await reader.page.evaluate((text) => {
    const { documentElement: root } = new DOMParser().parseFromString(text, "image/svg+xml");
    return { root: root.localName, words: root.textContent, broken: root.querySelector("parsererror") !== null };
  }, bytes.toString("utf8"));
  expect([parsed.root, parsed.broken]).toEqual(["svg", false]);
  expect(parsed.words).toContain("Self-hosting beats GPT-4o");
});

test("a hidden series is left out of what is saved", async ({ reader }) => {
  await reader.open();
  await reader.wantTheRest();
  await reader.openTools("monthly-cost");
  await reader.toggle("monthly-cost", "GPT-4o mini");
  const { bytes } = await reader.save("save-csv-monthly-cost");
  expect(bytes.toString("utf8")).not.toContain("GPT-4o mini");
});

test("a link to a figure leads to it", async ({ reader, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await reader.open("?day=20000&view=performance");
  await reader.openTools("tpot");
  await reader.press("link-tpot");
  await reader.saysWith("link-tpot", "Link copied");
  const link = await reader.page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(`${reader.origin}/?day=20000&view=performance#tpot`);
});

test("whoever follows a link to a figure sees it", async ({ reader }) => {
  await reader.open("?view=performance#per-dollar");
  await reader.figureIsPainted("per-dollar");
  await expect(reader.page.getByTestId("figure-per-dollar")).toBeInViewport();
});
