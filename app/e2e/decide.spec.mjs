// Serve or call, asked question by question.

import { expect, test } from "./support/test.mjs";

/** Types into a field and leaves it. */
async function type(reader, name, value) {
  await reader.page.getByTestId(name).fill(value);
  await reader.page.getByTestId(name).press("Tab");
}

test("a reader decides, sets a condition, and shares the answer", async ({ reader }) => {
  await reader.open();
  await reader.goTo("decide");
  await reader.saysWith("decision", "Call ");
  const ways = await reader.rows("[data-testid=ways]");
  expect(ways[0]).toEqual(["Way", "USD a month", "Rests on"]);
  const rent = ways.find((row) => row[0].startsWith("pods by the hour"));
  expect(rent.slice(1)).toEqual(["$197", "published"]);

  await reader.choose("decide-leave", "no");
  await reader.saysWith("decision", "Serve it yourself on ");
  const ruledOut = (await reader.rows("[data-testid=ways]")).filter((row) => row[2] === "ruled out: prompts may not leave");
  expect(ruledOut.length).toBeGreaterThan(2);
  const query = await reader.queryWith("stay");
  const said = await reader.says("decision");
  await reader.open(`?${query}`);
  await reader.saysWith("decision", said);
});

test("quality rules ways out, and what is typed wrongly is said", async ({ reader }) => {
  await reader.open("?view=decide");
  await reader.choose("decide-need", "frontier");
  await reader.saysWith("decision", "Call ");
  const own = (await reader.rows("[data-testid=ways]")).find((row) => row[0].startsWith("pods by the hour"));
  expect(own[2]).toContain("not good enough");
  await reader.choose("decide-need", "open");
  await type(reader, "decide-buy", "cheap");
  await expect(reader.page.locator("#decide-wrong")).toContainText("The quote ");
  await type(reader, "decide-buy", "2400");
  await expect(reader.page.locator("#decide-wrong")).toBeEmpty();
  await expect(reader.page.getByText("it pays for itself after")).toBeVisible();
});
