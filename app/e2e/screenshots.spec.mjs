// Every view as it looked when somebody last looked at it. `scripts/e2e.sh --update-snapshots` takes new references.

import { TODAY } from "./support/browser.mjs";
import { expect, test } from "./support/test.mjs";
import { drawn, SCHEMES, SCREENS, show, VIEWS } from "./support/views.mjs";

test.use({ reducedMotion: "reduce" });

test.beforeEach(async ({ reader }) => {
  // Ages are told in days from today.
  await reader.page.clock.setFixedTime(TODAY);
});

async function asReference(reader, name) {
  await reader.page.mouse.move(0, 0);
  await reader.page.evaluate(() => scrollTo(0, 0));
  await expect.soft(reader.page).toHaveScreenshot(`${name}.png`, { fullPage: true });
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
