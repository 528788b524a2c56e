// How long the page takes from a slider's tick to the painted frame, and how it bears thousands of runs.
//
// `node bench-page.mjs OUT FOLDER_2000 FOLDER_10000`; scripts/bench-page.sh makes the folders and calls it.

import { writeFileSync } from "node:fs";
import { cpus, release, type } from "node:os";

import { chromium } from "@playwright/test";

import { CHROMIUM, FLAGS } from "./support/browser.mjs";
import { files, PUBLISHED } from "./support/site.mjs";

const [OUT, MANY, MOST] = process.argv.slice(2);
const WINDOW = { width: 1280, height: 800 };
const SLIDERS = ["demand", "gpu-price", "ttft-limit"];
const TICKS = 300;
const WARM_UP = 30;
/** Where a tick takes longer than this, in milliseconds, fewer of them tell the same. */
const SLOW = 200;
const SLOW_TICKS = 40;
const IDLE_TICKS = 60;
const NOTHING = { work: 0, processor: 0 };
const LOADS = 5;
const WORDS = ["a", "aw", "awq", "awq-", "awq-i", "awq-in", "awq-int", "awq-int4", "h", "h1", "h10", "h100", "made", "70b", ""];
/** The claims, in milliseconds. The first is a frame of a screen that shows 120 a second, the second of one that shows 30. */
const MOST_TICK = 8.3;
const MOST_TICK_THROTTLED = 33;
const MOST_LOAD = 2000;
const MOST_FILTER = 50;

/** The value that so many hundredths of the others are below. */
function percentile(values, hundredths) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((hundredths / 100) * sorted.length) - 1)];
}

/**
 * Runs in the page: gives an input one value after another and marks in the trace when each began, when its frame was
 * over, and when the frame after that was over. Gives what the input said of each value.
 */
async function give({ place, values, name }) {
  const input = document.querySelector(place);
  // A message that is sent while a frame is made arrives after its style, layout and paint.
  const afterFrame = () =>
    new Promise((over) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = over;
        port2.postMessage(null);
      });
    });
  const said = [];
  for (const [number, value] of values.entries()) {
    // A task of its own, as an event has.
    await new Promise((task) => setTimeout(task, 0));
    performance.mark(`${name} ${number} begins`);
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await afterFrame();
    performance.mark(`${name} ${number} shown`);
    await afterFrame();
    performance.mark(`${name} ${number} over`);
    said.push(input.getAttribute("aria-valuetext") ?? input.value);
  }
  return said;
}

/** From a trace: for each number the main thread's work in its frame and in the next, and the time to the painted frame, in milliseconds. */
function measured(trace, name, count) {
  const events = JSON.parse(trace).traceEvents;
  const marks = new Map(events.filter(({ cat }) => cat.includes("blink.user_timing")).map((event) => [event.name, event]));
  const { pid, tid } = marks.get(`${name} 0 begins`);
  const end = marks.get(`${name} ${count - 1} over`).ts;
  const isTask = (event) => event.pid === pid && event.tid === tid && event.ph === "X" && event.name === "ThreadControllerImpl::RunTask";
  const tasks = events
    .filter((event) => isTask(event) && event.ts < end)
    // The last one may still run when the trace ends. A task whose processor time is not known had the processor throughout.
    .map(({ ts, dur = end - ts, tdur = dur }) => [ts, ts + dur, dur > 0 ? tdur / dur : 1])
    .sort(([a], [b]) => a - b);
  if (tasks.length < count) throw new Error(`the trace has only ${tasks.length} tasks for ${count} numbers, so it proves nothing`);
  /** The work between two moments, and how much of it the processor was given to it. */
  const between = (begins, over) => {
    const sum = { work: 0, processor: 0 };
    let until = begins;
    for (const [from, to, busy] of tasks) {
      const start = Math.max(from, until);
      const stop = Math.min(to, over);
      if (stop > start) {
        sum.work += (stop - start) / 1000;
        sum.processor += ((stop - start) / 1000) * busy;
        until = stop;
      }
    }
    return sum;
  };
  return Array.from({ length: count }, (_, number) => {
    const at = (what) => marks.get(`${name} ${number} ${what}`).ts;
    const [begins, shown, over] = ["begins", "shown", "over"].map(at);
    return { frame: between(begins, shown), next: between(shown, over), shown: (shown - begins) / 1000 };
  });
}

/** A number's work: that of its frame, and of the next one what is more than a frame costs in which nothing happens. */
function whole({ frame, next, shown }, idle) {
  const sum = (what) => frame[what] + Math.max(0, next[what] - idle[what]);
  return { work: sum("work"), processor: sum("processor"), shown };
}

/** Gives values to an input of the page under trace. */
async function traced(browser, page, place, values, idle = NOTHING) {
  const name = "tick";
  await page.evaluate(() => performance.clearMarks());
  await browser.startTracing(page, { categories: ["toplevel", "blink.user_timing"] });
  const said = await page.evaluate(give, { place, values, name });
  const trace = await browser.stopTracing();
  const different = new Set(said).size;
  if (different < values.length / 4) throw new Error(`${place} showed only ${different} different values for ${values.length} ticks`);
  return measured(trace.toString(), name, values.length).map((ticked) => ({ ...whole(ticked, idle), next: ticked.next }));
}

/** What a slider costs that nothing listens to, and above all the frame after it. */
async function idling(browser, page) {
  await page.evaluate(() => {
    const input = document.createElement("input");
    Object.assign(input, { type: "range", min: 0, max: 1000 });
    Object.assign(input.dataset, { testid: "nothing" });
    Object.assign(input.style, { position: "fixed", left: 0, top: 0, zIndex: 9 });
    document.body.append(input);
  });
  const ticks = await traced(browser, page, '[data-testid="nothing"]', positions(IDLE_TICKS, 0, 1000));
  await page.evaluate(() => document.querySelector('[data-testid="nothing"]').remove());
  const middle = (what) => percentile(ticks.map((tick) => tick.next[what]), 50);
  return { ticks, idle: { work: middle("work"), processor: middle("processor") } };
}

/** Up and down the slider, never the same place twice in a row. */
function positions(count, least, most) {
  const step = (2 * (most - least)) / count;
  return Array.from({ length: count }, (_, tick) => {
    const way = (tick + 1) * step;
    return String(Math.round(least + (way <= most - least ? way : 2 * (most - least) - way)));
  });
}

/** A page that has its answer, and has come to rest. */
async function opened(browser, site, query = "") {
  const context = await browser.newContext({ viewport: WINDOW });
  const page = await context.newPage();
  await page.goto(`${site.origin}/${query}`);
  await page.locator('[data-testid="headline"]').first().waitFor({ timeout: 120_000 });
  await page.waitForLoadState("networkidle");
  return { context, page };
}

async function throttled(page, rate) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate });
}

/** Each slider's ticks with these results at this speed. */
async function sliders(browser, site, rate) {
  const rows = [];
  for (const slider of SLIDERS) {
    const { context, page } = await opened(browser, site);
    const place = `[data-testid="slider-${slider}"]`;
    const [least, most] = await page.locator(place).evaluate((input) => [Number(input.min || 0), Number(input.max || 100)]);
    await throttled(page, rate);
    const { ticks: nothing, idle } = await idling(browser, page);
    if (rows.length === 0) rows.push({ slider: "(nothing)", ticks: nothing });
    const first = await traced(browser, page, place, positions(WARM_UP, least, most));
    const slow = percentile(first.map((tick) => tick.work), 50) > SLOW;
    const ticks = await traced(browser, page, place, positions(slow ? SLOW_TICKS : TICKS, least, most), idle);
    rows.push({ slider, ticks });
    await context.close();
  }
  return rows;
}

/** Runs in the page before anything else: notes when the answer is there and its frame is over. */
function noteTheAnswer() {
  const look = () => {
    const headline = document.querySelector('[data-testid="headline"]');
    if (!headline?.innerText.trim()) {
      requestAnimationFrame(look);
      return;
    }
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => (globalThis.answeredAfter = performance.now());
      port2.postMessage(null);
    });
  };
  requestAnimationFrame(look);
}

/** Milliseconds from the start of loading to the painted answer, with an empty cache each time. */
async function loads(browser, site) {
  const took = [];
  // The first one is not counted: the server compresses then.
  for (let load = 0; load <= LOADS; load += 1) {
    const context = await browser.newContext({ viewport: WINDOW });
    const page = await context.newPage();
    await page.addInitScript(noteTheAnswer);
    await page.goto(`${site.origin}/`);
    await page.waitForFunction(() => globalThis.answeredAfter !== undefined, undefined, { timeout: 120_000 });
    took.push(await page.evaluate(() => globalThis.answeredAfter));
    await context.close();
  }
  return took.slice(1);
}

/** Each letter typed into the filter of the runs; `undefined` where the page has no such filter. */
async function filter(browser, site) {
  const { context, page } = await opened(browser, site, "?view=runs");
  const place = '[data-testid="runs-filter"]';
  const there = (await page.locator(place).count()) > 0;
  const ticks = there ? await traced(browser, page, place, [...WORDS, ...WORDS], (await idling(browser, page)).idle) : undefined;
  await context.close();
  return ticks;
}

const ms = (value) => value.toFixed(1);
const lines = [];
const claims = [];
const say = (text) => console.error(text);

function claim(what, value, most) {
  claims.push(`- ${value <= most ? "holds" : "FAILS"}: ${what}: ${ms(value)} ms, ${value <= most ? "within" : "over"} ${most}`);
}

const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
const folders = [
  { runs: "the published", results: PUBLISHED },
  { runs: "2,000", results: MANY },
  { runs: "10,000", results: MOST },
];
const tables = { ticks: [], loads: [], filter: [] };
try {
  for (const { runs, results } of folders) {
    const site = await files(results, { compressed: true });
    const took = await loads(browser, site);
    tables.loads.push(`| ${runs} | ${ms(percentile(took, 50))} | ${ms(Math.min(...took))} | ${ms(Math.max(...took))} |`);
    say(`${runs} runs: loaded in ${ms(percentile(took, 50))} ms`);
    if (results === MOST) claim("10,000 runs, from the start of loading to the painted answer, median", percentile(took, 50), MOST_LOAD);
    const letters = results === PUBLISHED ? undefined : await filter(browser, site);
    if (letters) {
      const work = letters.map((letter) => letter.work);
      tables.filter.push(`| ${runs} | ${ms(percentile(work, 50))} | ${ms(percentile(work, 95))} | ${ms(Math.max(...work))} |`);
      if (results === MOST) claim("10,000 runs, a letter in the filter, p95", percentile(work, 95), MOST_FILTER);
    }
    for (const [rate, most] of results === MOST ? [] : [[1, MOST_TICK], [4, MOST_TICK_THROTTLED]]) {
      const speed = rate === 1 ? "as it is" : `${rate}x slower`;
      for (const { slider, ticks } of await sliders(browser, site, rate)) {
        const work = ticks.map((tick) => tick.work);
        const p95 = (what) => percentile(ticks.map((tick) => tick[what]), 95);
        const numbers = [percentile(work, 50), p95("work"), Math.max(...work), p95("processor"), p95("shown")].map(ms).join(" | ");
        tables.ticks.push(`| ${runs} | ${speed} | ${slider} | ${ticks.length} | ${numbers} |`);
        say(`${runs} runs, processor ${speed}, ${slider}: p95 ${ms(p95("work"))} ms, ${ms(p95("processor"))} ms of it on the processor`);
        if (SLIDERS.includes(slider)) claim(`${runs} runs, processor ${speed}, ${slider}, p95`, p95("work"), most);
      }
    }
    await site.stop();
  }
  lines.push(`# How fast the page follows

Written by \`make bench-page\`; run it again to get your own. These are numbers of one machine on one day, and no test holds them.

Machine: ${cpus().length} processors of \`${cpus()[0].model.trim()}\`, ${type()} ${release().replace(/-.*/, "")}. Browser: Chromium ${browser.version()}, headless, without a GPU,
in a window of ${WINDOW.width} x ${WINDOW.height}. ${new Date().toISOString().slice(0, 10)}.

The runs beyond the published ones are made up by \`xtask/src/many_runs.rs\`, and nobody measured them.

## From a slider's tick to the painted frame

${TICKS} ticks a slider, ${SLOW_TICKS} where one takes more than ${SLOW} ms, up and down its whole range. A tick sets the slider's value and sends \`input\`,
as the pointer does. Its time is the work of the page's main thread from then to the end of the frame that shows it: every task between, as the
browser's own trace has them, clipped to that stretch. So script, style, layout and paint count; waiting for the screen's next refresh does not, nor does
the work of other threads. What was put off counts too: the work of the frame after, less what such a frame costs when nothing happens. The rows
"(nothing)" are a slider that nothing listens to: what measuring and drawing a slider cost by themselves, both frames.

"On the processor" is what remains of it without the times when the thread was ready and something else had the processor: where it is much
less, this machine was busy and the numbers before it say little. The last column is the other view: from the event to the end of its frame,
that waiting included. Slower means Chromium's own throttle of the processor.

| runs | processor | slider | ticks | p50, ms | p95, ms | max, ms | p95 on the processor, ms | p95 with waiting, ms |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
${tables.ticks.join("\n")}

## Loading

From the start of loading to the end of the frame that shows the answer, by the page's own clock: ${LOADS} loads with an empty cache, from a server on this machine
that sends brotli.

| runs | median, ms | from | to |
| --- | ---: | ---: | ---: |
${tables.loads.join("\n")}
`);
  if (tables.filter.length > 0) {
    lines.push(`## Filtering the runs

${2 * WORDS.length} changes of the filter's words, measured as a slider's tick is.

| runs | p50, ms | p95, ms | max, ms |
| --- | ---: | ---: | ---: |
${tables.filter.join("\n")}
`);
  }
  lines.push(`## What it shows\n\n${claims.join("\n")}\n`);
} finally {
  await browser.close();
}
writeFileSync(OUT, lines.join("\n"));
