// The page on a phone, in a window that changes, in light, in dark and in high contrast, and on paper.

import { until } from "./support/reader.mjs";
import { expect, test } from "./support/test.mjs";
import { drawn, show, VIEWS } from "./support/views.mjs";

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true });

  test("nothing is cut off and the controls are a sheet", async ({ reader }) => {
    await reader.open();
    await reader.figureIsPainted("monthly-cost");
    expect(await reader.overflow()).toBe(0);
    expect(await reader.shows("slider-demand")).toBe(false);
    const first = await reader.headline();
    await reader.pressButton("Change the assumptions");
    expect(await reader.shows("slider-demand")).toBe(true);
    await reader.moveSlider("demand", "ArrowLeft", 4);
    await reader.headlineAfter(first);
    await reader.pressButton("Done");
    await reader.gone("slider-demand");
    expect(await reader.overflow()).toBe(0);
  });
});

for (const width of [390, 320]) {
  test.describe(`at ${width} px`, () => {
    test.use({ viewport: { width, height: 700 }, isMobile: true, hasTouch: true });

    test("no view is wider than the screen", async ({ reader }) => {
      await reader.open();
      for (const view of VIEWS) {
        await reader.goTo(view.name);
        await drawn(reader, view);
        expect([view.name, await reader.overflow(), await reader.stickingOut()]).toEqual([view.name, 0, []]);
      }
    });
  });
}

test("figures follow the window and stay sharp", async ({ reader }) => {
  const sharp = async ({ figures }) => {
    for (const figure of figures) {
      await reader.figureIsPainted(figure);
      await until(`figure \`${figure}\` to fit its place`, () => reader.figureIsOff(figure), (off) => off <= 2);
    }
  };
  await reader.open();
  for (const view of VIEWS) {
    await reader.goTo(view.name);
    await drawn(reader, view);
    await sharp(view);
    for (const [width, height] of [[820, 900], [1600, 900], [1280, 900]]) {
      await reader.windowIs(width, height);
      await sharp(view);
    }
  }
});

test("light and dark follow the reader", async ({ reader }) => {
  await reader.open();
  const light = await reader.background();
  await reader.systemPrefers("dark");
  const dark = await reader.backgroundAfter(light);
  await reader.systemPrefers("light");
  expect(await reader.backgroundAfter(dark)).toBe(light);
  await reader.choose("theme", "dark");
  expect(await reader.backgroundAfter(light)).toBe(dark);
  await reader.reload();
  expect(await reader.look()).toBe("dark");
  expect(await reader.background()).toBe(dark);
  await reader.figureIsPainted("monthly-cost");
  await reader.choose("theme", "light");
  expect(await reader.backgroundAfter(dark)).toBe(light);
  await reader.choose("theme", "auto");
  await reader.systemPrefers("dark");
  expect(await reader.backgroundAfter(light)).toBe(dark);
});

test("high contrast is black on white, in figures too", async ({ reader }) => {
  await reader.open();
  await reader.wantTheRest();
  await reader.figureIsPainted("cost-per-million");
  await reader.choose("theme", "dark");
  await reader.backgroundAfter("rgb(255, 255, 255)");
  const dark = await reader.picture("cost-per-million");
  await reader.choose("theme", "contrast");
  await reader.pictureAfter("cost-per-million", dark);
  const colours = await reader.page.evaluate(() => {
    const { backgroundColor, color } = getComputedStyle(document.body);
    return { backgroundColor, color, aside: getComputedStyle(document.querySelector(".reasons")).color };
  });
  expect(colours).toEqual({ backgroundColor: "rgb(255, 255, 255)", color: "rgb(0, 0, 0)", aside: "rgb(0, 0, 0)" });
});

test.describe("where the system asks for more contrast", () => {
  test.use({ contrast: "more" });

  test("the page has it from the start", async ({ reader }) => {
    await reader.open();
    expect(await reader.page.evaluate(() => document.documentElement.dataset.theme)).toBe("contrast");
  });
});

test("on paper there is the answer and no control", async ({ reader }) => {
  await show(reader, VIEWS[0]);
  await reader.page.emulateMedia({ media: "print" });
  for (const name of ["headline", "reasons", "figure-monthly-cost", "figure-cost-per-million", "per-million"]) {
    expect([name, await reader.shows(name)]).toEqual([name, true]);
  }
  for (const name of ["view-cost", "undo", "theme", "slider-demand", "reset", "preset", "pin"]) {
    expect([name, await reader.shows(name)]).toEqual([name, false]);
  }
  expect(await reader.page.locator(".figure details").first().isVisible()).toBe(false);
});
