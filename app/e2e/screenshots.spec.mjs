// Every view as it looked when somebody last looked at it, region by region. `make references` takes new references.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { TODAY } from "./support/browser.mjs";
import { differences, picture, regionsOf } from "./support/regions.mjs";
import { expect, test } from "./support/test.mjs";
import { drawn, SCHEMES, SCREENS, show, VIEWS } from "./support/views.mjs";

test.use({ reducedMotion: "reduce" });

test.beforeEach(async ({ reader }) => {
  // Ages are told in days from today.
  await reader.page.clock.setFixedTime(TODAY);
});

/** A reference is a picture of the page, and where its regions lie. */
const fileOf = (name, ending) => fileURLToPath(new URL(`references/${name}.${ending}`, import.meta.url));

/** The page from top to bottom, once two pictures of it in a row are the same. */
async function taken({ page }) {
  await page.mouse.move(0, 0);
  await page.evaluate(() => scrollTo(0, 0));
  const shot = () => page.screenshot({ fullPage: true, animations: "disabled", caret: "hide", scale: "css" });
  let before = await shot();
  for (;;) {
    const now = await shot();
    if (now.equals(before)) return { bytes: now, regions: await regionsOf(page) };
    before = now;
  }
}

/** What differs between the page and its reference, each in a sentence; the pictures go beside the test's other output. */
async function differing(reader, name, info) {
  const now = await taken(reader);
  const regions = JSON.parse(readFileSync(fileOf(name, "json"), "utf8"));
  const reference = picture(readFileSync(fileOf(name, "png")), regions);
  const found = differences(reference, picture(now.bytes, now.regions));
  if (found.length > 0) writeFileSync(info.outputPath(`${name}.png`), now.bytes);
  for (const { name: region, marked } of found) {
    if (marked) writeFileSync(info.outputPath(`${name} ${region}.png`), marked);
  }
  return found.map(({ name: region, says }) => `${name}: ${region} ${says}`);
}

async function asReference(reader, name) {
  const info = test.info();
  if (info.config.updateSnapshots === "all" || info.config.updateSnapshots === "changed") {
    const { bytes, regions } = await taken(reader);
    writeFileSync(fileOf(name, "png"), bytes);
    writeFileSync(fileOf(name, "json"), `${JSON.stringify(regions, null, 2)}\n`);
    return;
  }
  expect.soft(existsSync(fileOf(name, "png")), `${name} has a reference; \`make references\` takes it`).toBe(true);
  if (!existsSync(fileOf(name, "png"))) return;
  expect.soft(await differing(reader, name, info), "regions that look different").toEqual([]);
}

for (const screen of SCREENS) {
  for (const colorScheme of SCHEMES) {
    test.describe(`${screen.width} px, ${colorScheme}`, () => {
      test.use({ viewport: screen, colorScheme });

      test("every view", async ({ reader }) => {
        await reader.open();
        for (const view of VIEWS) {
          await reader.goTo(view.name);
          await drawn(reader, view);
          await asReference(reader, `${view.name}-${screen.width}-${colorScheme}`);
        }
      });
    });
  }
}

test("cost in high contrast", async ({ reader }) => {
  await show(reader, VIEWS[0]);
  await reader.choose("theme", "contrast");
  await drawn(reader, VIEWS[0]);
  await asReference(reader, "cost-1280-contrast");
});

test("a lost link, word or figure does not pass", async ({ reader }, info) => {
  const view = VIEWS.find(({ name }) => name === "quality");
  await show(reader, view);
  // Two views missing from the navigation passed while a page was compared as a whole.
  const changes = [
    ["header", "[data-testid=view-decide], [data-testid=view-hardware]", "display", "none"],
    ["answer", "[data-testid=verdict]", "visibility", "hidden"],
    ["figure quality is missing", "[data-testid=figure-quality]", "display", "none"],
  ];
  for (const [expected, place, ...style] of changes) {
    await reader.page.locator(place).evaluateAll((found, style) => found.forEach((one) => one.style.setProperty(...style)), style);
    const found = await differing(reader, "quality-1280-light", info);
    expect(found.some((sentence) => sentence.startsWith(`quality-1280-light: ${expected}`)), `${expected} in ${found}`).toBe(true);
  }
});
