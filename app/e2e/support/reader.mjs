// The page as a reader meets it: what it says, and what one can do to it.
//
// Every wait is for something to be seen; when it never is, the test says what was there instead.

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE = 10_000;
const GLANCE = 15;

/** Waits until what `look` gives is right by `holds`, and gives that. */
export async function until(what, look, holds) {
  const start = performance.now();
  for (;;) {
    const found = await look();
    if (holds(found)) return found;
    if (performance.now() - start > PATIENCE) throw new Error(`waited for ${what}; there is: ${JSON.stringify(found)}`);
    await sleep(GLANCE);
  }
}

const named = (name) => `[data-testid="${name}"]`;

/** The sentence with its fields filled in and without its lists, as it is read aloud. */
function readAloud(place) {
  const read = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.matches("input")) return node.value;
    if (node.matches("select, .wrong, [role=alert]")) return "";
    return [...node.childNodes].filter((child) => child.nodeType < 4).map(read).join("");
  };
  const there = document.querySelector(place);
  return there === null ? "" : read(there).replace(/\s+/g, " ").trim();
}

/** How many colours a canvas has. Through a copy: reading a canvas back twice makes Chromium warn in the console. */
function colours(place) {
  const canvas = document.querySelector(place);
  if (canvas === null || canvas.width * canvas.height === 0) return 0;
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const pixels = new Uint32Array(copy.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
  return new Set(pixels).size;
}

/** A number that stands for a canvas' pixels; 0 while there is none. */
function fingerprint(place) {
  const canvas = document.querySelector(place);
  if (canvas === null || canvas.width * canvas.height === 0) return 0;
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const pixels = new Uint32Array(copy.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
  return pixels.reduce((sum, pixel) => (Math.imul(sum, 31) + pixel) | 0, 7);
}

export class Reader {
  constructor(page, origin) {
    this.page = page;
    this.origin = origin;
  }

  /** Reads another site than the published results. */
  at(site) {
    this.origin = site.origin;
  }

  // Going there.

  /** Opens the page with a query, empty or with its `?`, and waits until it has something to say. */
  async open(query = "") {
    const answer = await this.page.goto(`${this.origin}/${query}`);
    await this.#arrived();
    return answer;
  }

  async reload() {
    await this.page.reload();
    await this.#arrived();
  }

  /** Opens a second tab at the address that the first one shows, and stays there. */
  async secondTab() {
    const address = this.page.url();
    this.page = await this.page.context().newPage();
    await this.page.goto(address);
    await this.#arrived();
  }

  async #arrived() {
    const there = async () => (await this.shows("headline")) || (await this.shows("failed"));
    await until("a headline, or that loading failed", there, Boolean);
  }

  /** Opens a view by its link at the top, and waits for its content. */
  async goTo(view) {
    await this.press(`view-${view}`);
    if (view !== "cost") await this.#restArrived();
  }

  /** Asks for what stands below the first screen, and waits for it. */
  async wantTheRest() {
    // Whoever scrolls wants what is below.
    await this.page.evaluate(() => scrollTo(0, 100));
    await this.#restArrived();
    await this.page.evaluate(() => scrollTo(0, 0));
  }

  /** The second program ends its part of the page with the dialog of numbers. */
  async #restArrived() {
    const there = () => this.page.evaluate(() => document.querySelector("#study dialog") !== null);
    await until("the rest of the page", there, Boolean);
  }

  async back() {
    await this.page.goBack();
  }

  async forward() {
    await this.page.goForward();
  }

  /** What the system says of light and dark. */
  async systemPrefers(colorScheme) {
    await this.page.emulateMedia({ colorScheme });
  }

  async windowIs(width, height) {
    await this.page.setViewportSize({ width, height });
  }

  // What it says.

  headline() {
    return this.page.evaluate(readAloud, named("headline"));
  }

  /** The headline once it holds these words. */
  headlineWith(words) {
    return until(`a headline with \`${words}\``, () => this.headline(), (headline) => headline.includes(words));
  }

  /** The headline once it is another one. */
  headlineAfter(before) {
    return until("another headline", () => this.headline(), (headline) => headline !== "" && headline !== before);
  }

  query() {
    return new URL(this.page.url()).search.slice(1);
  }

  /** The address's query once it holds these words; it follows when a slider has come to rest. */
  queryWith(words) {
    return until(`\`${words}\` in the address`, () => this.query(), (query) => query.includes(words));
  }

  /** Whether an element of this name is to be seen. */
  shows(name) {
    const look = (place) => document.querySelector(place)?.checkVisibility({ visibilityProperty: true }) ?? false;
    return this.page.evaluate(look, named(name));
  }

  /** What an element says once it is there. */
  async says(name) {
    await this.#element(name).waitFor({ state: "attached" });
    return this.#said(named(name));
  }

  /** What an element says once it holds these words. */
  saysWith(name, words) {
    return until(`\`${name}\` to say \`${words}\``, () => this.#said(named(name)), (said) => said.includes(words));
  }

  async gone(name) {
    await until(`\`${name}\` to go`, () => this.shows(name), (there) => !there);
  }

  /** What is wrong with what was typed. */
  complaint() {
    return until("a message beside the field", () => this.#said(".wrong"), (said) => said !== "");
  }

  async noComplaint() {
    await until("no message beside a field", () => this.#said(".wrong"), (said) => said === "");
  }

  field(name) {
    return this.#element(`field-${name}`).inputValue();
  }

  /** A control once it is called just this. */
  isNamed(control, words) {
    const look = (place) => {
      const input = document.querySelector(place);
      return input?.ariaLabel ?? input?.labels[0]?.innerText ?? "";
    };
    return until(`\`${control}\` to be called \`${words}\``, () => this.page.evaluate(look, named(control)), (name) => name === words);
  }

  /** The address's query once it is just this. */
  queryIs(whole) {
    return until(`the address's query to be \`${whole}\``, () => this.query(), (query) => query === whole);
  }

  /** The query once it has left this one behind. */
  queryAfter(before) {
    return until("another address", () => this.query(), (query) => query !== before);
  }

  /** Which view the bar at the top says is open. */
  openView() {
    return this.page.evaluate(() => document.querySelector("nav [aria-current]")?.innerText ?? "");
  }

  async figureIsPainted(figure) {
    const look = () => this.page.evaluate(colours, `${named(`figure-${figure}`)} canvas`);
    await until(`figure \`${figure}\` to be painted, in more than 2 colours`, look, (several) => several > 2);
  }

  /** A figure's pixels in short: another picture has another one. */
  picture(figure) {
    return this.page.evaluate(fingerprint, `${named(`figure-${figure}`)} canvas`);
  }

  /** The picture once it is another one. */
  pictureAfter(figure, before) {
    return until(`figure \`${figure}\` to change`, () => this.picture(figure), (now) => now !== 0 && now !== before);
  }

  /** The picture once it is this one again. */
  pictureIs(figure, wanted) {
    return until(`figure \`${figure}\` to be as it was`, () => this.picture(figure), (now) => now === wanted);
  }

  /** What a figure says to those who do not see it. */
  figureInWords(figure) {
    return this.page.locator(`${named(`figure-${figure}`)} canvas`).getAttribute("aria-label");
  }

  /** The rows of a table as texts, its head first. */
  async rows(table) {
    await this.page.locator(table).waitFor();
    const read = (place) => [...document.querySelectorAll(`${place} tr`)].map((row) => [...row.cells].map((cell) => cell.innerText.trim()));
    return this.page.evaluate(read, table);
  }

  /** The reason that stands where a figure would. */
  figureSays(figure, words) {
    return this.saysWith(`figure-${figure}`, words);
  }

  /** How far a figure's pixels are from those its place on the screen has: 0 when it is sharp. */
  figureIsOff(figure) {
    const look = (place) => {
      const canvas = document.querySelector(place);
      return Math.abs(canvas.width - canvas.getBoundingClientRect().width * devicePixelRatio);
    };
    return this.page.evaluate(look, `${named(`figure-${figure}`)} canvas`);
  }

  background() {
    return this.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  }

  backgroundAfter(before) {
    return until("another background", () => this.background(), (now) => now !== before);
  }

  /** How much wider the content is than the screen, in pixels. */
  overflow() {
    return this.page.evaluate(() => document.documentElement.scrollWidth - screen.width);
  }

  /** What stands outside the screen although nothing around it scrolls; the outermost of it, as html. */
  stickingOut() {
    return this.page.evaluate(() => {
      const scrolls = (element) => element.closest(".scroll, nav, .unseen, .skip, canvas") !== null;
      const out = (element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1;
      const all = [...document.querySelectorAll("body *")].filter((element) => element.checkVisibility() && !scrolls(element) && out(element));
      return all.filter((element) => !all.includes(element.parentElement)).map((element) => element.outerHTML.slice(0, 100));
    });
  }

  /** Which look is chosen in the bar at the top. */
  look() {
    return this.#element("theme").inputValue();
  }

  // What one can do.

  async press(name) {
    await this.#click(this.#element(name));
  }

  /** Presses the button with these words on it. */
  async pressButton(words) {
    await this.#click(this.page.getByRole("button", { name: words, exact: true }));
  }

  /** Presses the button with these words in a row of a table. */
  async pressInRow(row, words) {
    await this.#click(this.#element(row).getByRole("button", { name: words, exact: true }));
  }

  /** Opens everything that is known of a run, in the list of them. */
  async openRun(run) {
    await this.#click(this.#element(run).locator(".opens"));
    return until("the details", () => this.#said(named("details")), (said) => said.includes("Raw file"));
  }

  /** Types a number into a field of the panel and leaves it. */
  async setField(name, value) {
    await this.#typeInto(`field-${name}`, value);
  }

  /** Types a number into the sentence and leaves it. */
  async setInSentence(name, value) {
    await this.#typeInto(`inline-${name}`, value);
  }

  async #typeInto(name, value) {
    const field = this.#element(name);
    await field.press("ControlOrMeta+a");
    await field.pressSequentially(value);
    await field.press("Tab");
  }

  /** Moves a slider by the keyboard: one key so many times, such as `ArrowRight` or `Shift+ArrowRight`. */
  async moveSlider(name, key, times = 1) {
    const slider = this.#element(`slider-${name}`);
    for (let done = 0; done < times; done += 1) await slider.press(key);
  }

  /** Chooses from a list by the id of the entry. */
  async choose(list, id) {
    await this.#element(list).selectOption(id);
  }

  /** Opens the arithmetic of a number, by what it is called: `level/64`, `per-million`. */
  async openNumber(id) {
    await this.#click(this.page.locator(`[data-opens="${id}"]:visible`).first());
  }

  /** The open arithmetic: value, formula, the worked line, and a row for each input. */
  async arithmetic() {
    await this.explainedValue();
    return this.page.evaluate((place) => {
      const dialog = document.querySelector(place);
      const text = (below) => dialog.querySelector(below)?.innerText.trim() ?? "";
      const input = (row) => {
        const [name, value, source] = [...row.cells].map((cell) => cell.innerText.trim());
        return { name, value, source, link: row.querySelector("a")?.getAttribute("href") ?? null };
      };
      return {
        title: text("h2"),
        value: text("[data-testid=explain-value]"),
        formula: text(".formula"),
        worked: text(".worked code"),
        badge: text(".badge"),
        inputs: [...dialog.querySelectorAll("tbody tr")].map(input),
      };
    }, named("explain"));
  }

  /** Opens what can be done with a figure: its series, its data, its downloads. */
  async openTools(figure) {
    const tools = this.page.locator(`${named(`figure-${figure}`)} > details`);
    await this.#click(tools.locator("summary"));
    await tools.locator("table").waitFor();
  }

  /** Ticks or unticks a series or a scale of a figure whose tools are open. */
  async toggle(figure, words) {
    await this.#click(this.#element(`adjust-${figure}`).getByLabel(words, { exact: true }));
  }

  /** The data under a figure whose tools are open, its head first. */
  dataOf(figure) {
    return this.rows(`${named(`figure-${figure}`)} table`);
  }

  /** Presses a button that saves a file, and gives its name and its bytes. */
  async save(button) {
    const [download] = await Promise.all([this.page.waitForEvent("download"), this.press(button)]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  }

  /** Opens the assumptions that most readers leave alone. */
  async openMoreAssumptions() {
    await this.#click(this.page.locator("details.more summary"));
    await this.#element("currency").waitFor();
  }

  /** Opens what there is to doubt about the run, and gives it. */
  async doubts() {
    await this.#click(this.page.locator("#app details.doubts summary"));
    return until("what to doubt", () => this.#said("#app details.doubts ul"), (said) => said !== "");
  }

  /** Types into a field that has a name of its own, and leaves it. */
  async type(name, value) {
    await this.#typeInto(name, value);
  }

  /** Drops files on the page, each with a name and a text. */
  async drop(files) {
    await this.page.evaluate((all) => {
      const data = new DataTransfer();
      for (const { name, text } of all) data.items.add(new File([text], name));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }, files);
  }

  /** Chooses files by the button for it. */
  async pick(files) {
    const chosen = files.map(({ name, text }) => ({ name, mimeType: "application/json", buffer: Buffer.from(text) }));
    await this.#element("pick").setInputFiles(chosen);
  }

  /** Puts the keyboard on a figure. */
  async focusFigure(figure) {
    await this.page.locator(`${named(`figure-${figure}`)} .plot`).focus();
  }

  /** Walks by the keyboard over a figure's data until one of them opens. */
  async walkToANumber(figure) {
    const opens = this.page.locator(`${named(`figure-${figure}`)} .plot.opens`);
    for (const way of ["ArrowRight", "ArrowUp", "ArrowDown"]) {
      for (let steps = 0; steps < 12 && (await opens.count()) === 0; steps += 1) await this.key(way);
    }
  }

  async key(name, times = 1) {
    for (let done = 0; done < times; done += 1) await this.page.keyboard.press(name);
  }

  /** The value in the open arithmetic, with all its digits. */
  explainedValue() {
    return until("the arithmetic", () => this.#said(named("explain-value")), (said) => said !== "");
  }

  async escape() {
    await this.page.keyboard.press("Escape");
  }

  /** Grips what can be dragged in a figure, wherever it is, and drags it to the right by so many pixels. */
  async drag(figure, by) {
    const { x: left, y: top, width, height } = await this.#canvas(figure);
    const places = [];
    for (let x = left; x < left + width; x += 8) places.push([x, top + height / 2]);
    await this.#grip(figure, places, ([x, y]) => [x + by, y]);
  }

  /** Grips what can be dragged in a figure, and drags it upward by so many pixels. */
  async dragUp(figure, by) {
    const { x: left, y: top, width, height } = await this.#canvas(figure);
    const places = [];
    for (let y = top; y < top + height; y += 5) places.push([left + width / 3, y]);
    await this.#grip(figure, places, ([x, y]) => [x, y - by]);
  }

  async #grip(figure, places, to) {
    const grip = this.page.locator(`${named(`figure-${figure}`)} .grip`);
    for (const place of places) {
      await this.page.mouse.move(...place);
      if ((await grip.count()) > 0) {
        await this.page.mouse.down();
        await this.page.mouse.move(...to(place), { steps: 2 });
        await this.page.mouse.up();
        return;
      }
    }
    throw new Error(`nothing in figure \`${figure}\` can be gripped`);
  }

  /** What a figure says of the datum that is pointed at or walked to; empty when there is none. */
  told(figure) {
    return this.#said(`${named(`figure-${figure}`)} .tip`);
  }

  /** What the first datum says that the pointer meets in a figure. */
  async tip(figure) {
    const { x: left, y: top, width, height } = await this.#canvas(figure);
    for (let x = left; x < left + width; x += 28) {
      for (let y = top; y < top + height; y += 28) {
        await this.page.mouse.move(x, y);
        const tip = await this.#said(`${named(`figure-${figure}`)} .tip`);
        if (tip !== "") return tip;
      }
    }
    throw new Error(`nothing in figure \`${figure}\` has a tip`);
  }

  /** Where a figure's canvas is, once it is painted and in the middle of the window. */
  async #canvas(figure) {
    await this.figureIsPainted(figure);
    const canvas = this.page.locator(`${named(`figure-${figure}`)} canvas`);
    await canvas.evaluate((there) => there.scrollIntoView({ block: "center" }));
    return canvas.boundingBox();
  }

  #element(name) {
    return this.page.locator(named(name)).first();
  }

  /** A reader scrolls what they click to where the bar at the top does not cover it. */
  async #click(element) {
    await element.evaluate((there) => there.scrollIntoView({ block: "center", inline: "center" }));
    await element.click();
  }

  #said(selector) {
    return this.page.evaluate((place) => document.querySelector(place)?.innerText.trim() ?? "", selector);
  }
}
