// The page for everybody: WCAG 2.2 A and AA as far as axe sees it, and every control by the keyboard alone.

import { AxeBuilder } from "@axe-core/playwright";

import { resultFile } from "./support/site.mjs";
import { expect, test } from "./support/test.mjs";
import { drawn, LOOKS, SCREENS, show, VIEWS } from "./support/views.mjs";

const FORGE = "llama-3.1-8b-instruct-bf16/rtx-a5000-1gpu/sharegpt/a5000-bf16.json";

const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe has against the page, as lines to read. */
async function violations(page) {
  const { violations, passes } = await new AxeBuilder({ page }).withTags(LEVELS).analyze();
  expect(passes.map(({ id }) => id), "axe must have looked at something").toContain("color-contrast");
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id} (${help}): ${node.target.join(" ")}: ${node.html.slice(0, 160)}`));
}

for (const screen of SCREENS) {
  for (const look of LOOKS) {
    test.describe(`${screen.width} px, ${look}`, () => {
      test.use({ viewport: screen });

      test("axe finds nothing in any view", async ({ reader }) => {
        await reader.open();
        await reader.choose("theme", look);
        for (const view of VIEWS) {
          await reader.goTo(view.name);
          await drawn(reader, view);
          expect([view.name, await violations(reader.page)]).toEqual([view.name, []]);
        }
      });

      test("axe finds nothing where something is open: a number, a figure's tools, more assumptions, a run", async ({ reader }) => {
        await reader.open();
        await reader.choose("theme", look);
        await drawn(reader, VIEWS[0]);
        await reader.openTools("monthly-cost");
        if (screen.width > 900) await reader.openMoreAssumptions();
        expect(["tools", await violations(reader.page)]).toEqual(["tools", []]);
        await reader.openNumber("per-million");
        await reader.explainedValue();
        expect(["number", await violations(reader.page)]).toEqual(["number", []]);
        await reader.escape();
        await reader.goTo("runs");
        await reader.openRun("a5000-bf16");
        await reader.drop([{ name: "broken.json", text: "{" }, resultFile(FORGE)]);
        await reader.saysWith("problems", "broken.json");
        expect(["run", await violations(reader.page)]).toEqual(["run", []]);
      });
    });
  }
}

test("axe finds nothing with a pinned scenario and a link that is not understood", async ({ reader }) => {
  await reader.open("?gpu=0.54&colour=red&vs=");
  await reader.wantTheRest();
  await reader.saysWith("comparison/monthly", "$");
  expect(await violations(reader.page)).toEqual([]);
});

test("axe finds nothing in the sheet of controls", async ({ reader }) => {
  await reader.windowIs(390, 844);
  await reader.open();
  await reader.pressButton("Change the assumptions");
  expect(await violations(reader.page)).toEqual([]);
});

test("axe finds nothing where the measurements could not be loaded", async ({ reader, sites, results, expected }) => {
  expected.push(/404.*results\/index\.json/);
  results.rename("index.json", "index.away");
  reader.at(await sites.files(results.path));
  await reader.open();
  expect(await violations(reader.page)).toEqual([]);
});

/** Marks every control to be seen, and says what each is. */
function markControls() {
  const controls = "a[href], button, input, select, textarea, summary, [tabindex]";
  const usable = (element) => element.tabIndex >= 0 && !element.disabled && element.checkVisibility({ visibilityProperty: true });
  return [...document.querySelectorAll(controls)].filter(usable).map((element, place) => {
    element.dataset.place = place;
    return element.outerHTML.replace(/\s+/g, " ").slice(0, 120);
  });
}

/** Where the focus is: the control's number, and whether anything of it is to be seen. */
function focused() {
  const element = document.activeElement;
  const { left, top, width, height } = element.getBoundingClientRect();
  const spots = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [left + width * x, top + height * y]));
  const visible = spots.some(([x, y]) => {
    const there = document.elementFromPoint(x, y);
    return there !== null && (element.contains(there) || there.contains(element));
  });
  return { place: element.dataset.place, visible, what: element.outerHTML.slice(0, 120) };
}

/** Opens a view, and in it what is shut, as far as it has controls of its own. */
async function showAll(reader, view) {
  await show(reader, view);
  if (view.figures.length > 0) {
    await reader.openMoreAssumptions();
    await reader.openTools(view.figures[0]);
  }
  if (view.name === "runs") await reader.openRun("a5000-bf16");
}

for (const view of VIEWS) {
  test(`every control of ${view.name} is reached by the keyboard and is seen then`, async ({ reader }) => {
    await showAll(reader, view);
    await reader.page.evaluate(() => document.activeElement.blur());
    const controls = await reader.page.evaluate(markControls);
    expect(controls.length).toBeGreaterThan(10);
    const reached = new Set();
    const hidden = [];
    for (let presses = 0; presses < 2 * controls.length && reached.size < controls.length; presses += 1) {
      await reader.page.keyboard.press("Tab");
      const { place, visible, what } = await reader.page.evaluate(focused);
      if (place === undefined) continue;
      reached.add(Number(place));
      if (!visible) hidden.push(what);
    }
    expect(controls.filter((_, place) => !reached.has(place)), "controls that Tab does not reach").toEqual([]);
    expect(hidden, "controls that something covers when they have the focus").toEqual([]);
  });

  test(`every control of ${view.name} has a name`, async ({ reader }) => {
    await showAll(reader, view);
    const devtools = await reader.page.context().newCDPSession(reader.page);
    const { nodes } = await devtools.send("Accessibility.getFullAXTree");
    const has = (node, property) => node.properties?.some(({ name, value }) => name === property && value.value === true);
    const controls = nodes.filter((node) => !node.ignored && has(node, "focusable") && node.role.value !== "RootWebArea");
    expect(controls.length).toBeGreaterThan(10);
    const nameless = controls.filter((node) => !node.name?.value?.trim());
    expect(nameless.map((node) => `${node.role.value} (DOM node ${node.backendDOMNodeId})`)).toEqual([]);
  });
}

test("the arithmetic of a number opens, keeps the focus and gives it back by the keyboard alone", async ({ reader }) => {
  await reader.open();
  await reader.wantTheRest();
  const dollar = reader.page.locator("#app h1 [data-opens]").first();
  await dollar.focus();
  await reader.page.keyboard.press("Enter");
  await reader.explainedValue();
  for (let presses = 0; presses < 12; presses += 1) {
    const inside = await reader.page.evaluate(() => document.activeElement.closest("dialog, body").localName);
    // With the last control the focus goes to the browser itself, which shows as the body; never to the page behind.
    expect(["dialog", "body"]).toContain(inside);
    await reader.page.keyboard.press("Tab");
  }
  await reader.escape();
  await reader.gone("explain");
  await expect(dollar).toBeFocused();
});
