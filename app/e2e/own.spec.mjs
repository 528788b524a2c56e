// The reader's own files: dropped or picked, told what they are or what is wrong with them, used like any other run, sent
// nowhere, kept only when asked to. That nothing is sent is checked after each test, as everywhere.

import { expect, test } from "./support/test.mjs";
import { recorded, resultFile } from "./support/site.mjs";

const FORGE = "llama-3.1-8b-instruct-bf16/rtx-a5000-1gpu/sharegpt/a5000-bf16.json";

/** What lm-eval writes, with what the page reads of it. */
const EVALUATION = {
  name: "results_2026-11-20.json",
  text: JSON.stringify({
    results: { gsm8k: { alias: "gsm8k", "exact_match,strict-match": 0.75, "exact_match_stderr,strict-match": 0.0119 } },
    "n-shot": { gsm8k: 5 },
    "n-samples": { gsm8k: { original: 1319, effective: 1319 } },
    model_name: "org/model",
    lm_eval_version: "0.4.12",
  }),
};

/** Files that hold levels, and what the page calls the tool that wrote them. */
const RUNS = [
  { file: recorded("vllm-bench-serve-0.32.0.json"), tool: "vllm bench serve" },
  { file: recorded("guidellm-0.8.1.json"), tool: "guidellm 0.8.1" },
  { file: recorded("aiperf-0.13.0.json"), tool: "AIPerf 0.13.0" },
  { file: recorded("sglang-bench-serving.jsonl"), tool: "sglang bench_serving" },
  { file: resultFile(FORGE), tool: "" },
];

const own = (reader) => reader.page.locator(".own-run");
const inList = (reader) => reader.page.locator("[data-testid=runs] tr", { hasText: "YOURS" });

for (const { file, tool } of RUNS) {
  test(`a file dropped anywhere is a run: ${file.name}`, async ({ reader }) => {
    await reader.open();
    await reader.figureIsPainted("monthly-cost");
    await reader.drop([file]);
    await expect(own(reader)).toContainText(tool);
    expect(await reader.openView()).toBe("Runs");
    await expect(inList(reader)).toHaveCount(1);
    await expect(inList(reader)).toContainText("in use");
    await reader.queryWith("run=yours-");
  });
}

test("a run of one's own answers once its GPU is named", async ({ reader }) => {
  await reader.open("?view=runs");
  await reader.wantTheRest();
  await reader.drop([recorded("vllm-bench-serve-0.32.0.json")]);
  await reader.headlineWith("Set a GPU price");
  await reader.type("name-hardware", "RTX A5000");
  expect(await reader.headlineWith("RTX A5000")).toContain("tiny");
  await reader.type("name-quantisation", "bf16");
  await reader.headlineWith("BF16");
  await expect(inList(reader)).toContainText("RTX A5000");
  await reader.goTo("performance");
  await reader.saysWith("level/8", "8 (in use)");
  await reader.goTo("cost");
  await reader.figureIsPainted("monthly-cost");
});

test("numbers of a run of one's own say whose they are", async ({ reader }) => {
  await reader.open("?view=runs");
  await reader.wantTheRest();
  await reader.drop([resultFile(FORGE)]);
  await reader.queryWith("run=yours-");
  await reader.goTo("performance");
  await reader.openNumber("throughput/64");
  const { inputs } = await reader.arithmetic();
  expect(inputs.some(({ source, link }) => source.includes("your own file") && link === null)).toBe(true);
});

test("files are picked, several at once", async ({ reader }) => {
  await reader.open("?view=runs");
  await reader.wantTheRest();
  await reader.pick([RUNS[0].file, RUNS[1].file, EVALUATION]);
  await expect(own(reader)).toHaveCount(3);
  await expect(own(reader).filter({ hasText: "lm-evaluation-harness" })).toHaveCount(1);
});

test("an evaluation alone is shown and not taken for a run with levels", async ({ reader }) => {
  await reader.open("?view=runs");
  await reader.wantTheRest();
  const before = await reader.headline();
  await reader.drop([EVALUATION]);
  await expect(inList(reader)).toContainText("gsm8k");
  await expect(inList(reader)).toContainText("no levels");
  expect(await reader.headline()).toBe(before);
});

for (const [what, text, words] of [
  ["cut off", '{"schema": 1, "conf', /`broken\.json`.*is not JSON.*Copy the file again/],
  ["of another kind", '{"a": 1}', /`broken\.json` is not a result file of Forge/],
  ["empty", "", /`broken\.json`.*is empty/],
  ["of a newer version", JSON.stringify({ ...JSON.parse(resultFile(FORGE).text), schema: 99 }), /schema 99/],
]) {
  test(`a file that is ${what} is told, and the page stays as it was`, async ({ reader }) => {
    await reader.open("?view=runs");
    await reader.wantTheRest();
    const before = await reader.headline();
    await reader.drop([{ name: "broken.json", text }]);
    expect(await reader.saysWith("problems", "broken.json")).toMatch(words);
    await expect(own(reader)).toHaveCount(0);
    expect(await reader.headline()).toBe(before);
    await reader.drop([RUNS[0].file]);
    await expect(own(reader)).toHaveCount(1);
    await reader.gone("problems");
  });
}

test("reading a file asks the server for nothing", async ({ reader }) => {
  await reader.open("?view=runs");
  await reader.wantTheRest();
  await reader.page.waitForLoadState("networkidle");
  const asked = [];
  reader.page.on("request", (request) => asked.push(request.url()));
  await reader.drop([resultFile(FORGE)]);
  await expect(own(reader)).toHaveCount(1);
  await reader.goTo("performance");
  await reader.figureIsPainted("throughput");
  expect(asked.filter((address) => !address.startsWith("blob:"))).toEqual([]);
});

test("own runs are gone with the page", async ({ reader }) => {
  await reader.open("?view=runs");
  await reader.wantTheRest();
  await reader.drop([RUNS[0].file]);
  await expect(own(reader)).toHaveCount(1);
  await reader.queryWith("run=yours-");
  await reader.reload();
  await reader.saysWith("runs", "BF16");
  await expect(own(reader)).toHaveCount(0);
  await expect(inList(reader)).toHaveCount(0);
  await reader.saysWith("ignored", "run");
});

test("own runs that are kept are there again, and forgotten when asked to", async ({ reader }) => {
  await reader.open("?view=runs");
  await reader.wantTheRest();
  await reader.drop([RUNS[0].file]);
  await expect(own(reader)).toHaveCount(1);
  await reader.press("keep");
  await reader.reload();
  await expect(own(reader)).toHaveCount(1);
  await expect(inList(reader)).toHaveCount(1);
  await expect(reader.page.getByTestId("keep")).toBeChecked();
  await reader.press("forget");
  await expect(own(reader)).toHaveCount(0);
  await expect(inList(reader)).toHaveCount(0);
  await reader.reload();
  await reader.saysWith("runs", "BF16");
  await expect(own(reader)).toHaveCount(0);
  expect(await reader.page.evaluate(() => localStorage.getItem("forge-own"))).toBe(null);
});

test("own runs that are no longer to be kept are gone the next time", async ({ reader }) => {
  await reader.open("?view=runs");
  await reader.wantTheRest();
  await reader.drop([RUNS[0].file]);
  await reader.press("keep");
  await reader.press("keep");
  await reader.reload();
  await reader.saysWith("runs", "BF16");
  await expect(own(reader)).toHaveCount(0);
});

test("what is kept and cannot be read stays until something is changed", async ({ reader }) => {
  await reader.open();
  await reader.page.evaluate(() => localStorage.setItem("forge-own", '[{"of": "another version"}]'));
  await reader.open("?view=runs");
  await reader.wantTheRest();
  await reader.saysWith("runs", "BF16");
  expect(await reader.page.evaluate(() => localStorage.getItem("forge-own"))).toBe('[{"of": "another version"}]');
});
