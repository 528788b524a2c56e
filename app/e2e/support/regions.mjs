// The parts of a page that are compared with its reference on their own, and the comparison.
//
// A page is mostly paper: a limit for the whole of it lets a lost word or a missing view pass. So each region has a small
// limit of its own, and what lies in no region is one more, called `rest`.

import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";

/** Differing pixels that the rounding of another Chromium may cause, in a region of text and in a figure. */
const LIMITS = { text: 50, figure: 150 };

/**
 * Regions by what they are called and where they are found. Where several elements match, each is a region of its own,
 * named by its id or test id, else numbered.
 */
const REGIONS = [
  { name: "header", place: "header.bar" },
  { name: "answer", place: "section.answer" },
  { name: "beside", place: ".beside" },
  { name: "controls", place: "#controls" },
  { name: "figure", place: "figure.figure" },
  { name: "table", place: "section.table, table[data-testid]" },
  { name: "part", place: "section.part, section.own, section.method, section.view > .inputs" },
];

/** Where each region lies on the page that is open now, in whole pixels from the top of the document. */
export function regionsOf(page) {
  return page.evaluate((regions) => {
    const found = {};
    for (const { name, place } of regions) {
      for (const element of document.querySelectorAll(place)) {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        if (!element.checkVisibility({ visibilityProperty: true }) || right <= left || bottom <= top) continue;
        const own = element.id || element.dataset.testid || element.getAttribute("aria-labelledby");
        const [x, y] = [Math.floor(left + scrollX), Math.floor(top + scrollY)];
        const box = { x, y, width: Math.ceil(right + scrollX) - x, height: Math.ceil(bottom + scrollY) - y };
        const called = own && own !== name ? `${name} ${own}` : name;
        const before = Object.keys(found).filter((other) => other.split(" #")[0] === called).length;
        found[before > 0 ? `${called} #${before + 1}` : called] = box;
      }
    }
    return found;
  }, REGIONS);
}

/** A picture of a page with its regions, from the bytes of a PNG. */
export const picture = (bytes, regions) => ({ image: PNG.sync.read(bytes), regions });

/**
 * What differs between a reference and the page as it is now: for each region a sentence and a picture that marks the
 * differing pixels. A region that only one of them has is a difference.
 */
export function differences(reference, now) {
  const found = [];
  for (const name of new Set([...Object.keys(reference.regions), ...Object.keys(now.regions)])) {
    const [before, after] = [reference.regions[name], now.regions[name]];
    if (!before || !after) {
      found.push({ name, says: before ? "is missing" : "is not in the reference" });
      continue;
    }
    const difference = compared(name, cut(reference.image, before), cut(now.image, after));
    if (difference) found.push(difference);
  }
  const rest = compared("rest", without(reference), without(now));
  return rest ? [...found, rest] : found;
}

/** Compares two pictures of a region; nothing when they are as good as equal. */
function compared(name, before, after) {
  const [{ width, height }, size] = [before, `${after.width} x ${after.height}`];
  if (width !== after.width || height !== after.height) {
    return { name, says: `is ${size} pixels, and ${width} x ${height} in the reference` };
  }
  const marked = new PNG({ width, height });
  const differ = pixelmatch(before.data, after.data, marked.data, width, height, { threshold: 0.2 });
  const limit = name.startsWith("figure") ? LIMITS.figure : LIMITS.text;
  if (differ <= limit) return undefined;
  return { name, says: `differs in ${differ} pixels; ${limit} are allowed`, marked: PNG.sync.write(marked) };
}

/** The part of a picture that lies within a box. */
function cut(image, box) {
  const width = Math.min(box.width, image.width - box.x);
  const height = Math.min(box.height, image.height - box.y);
  const part = new PNG({ width, height });
  PNG.bitblt(image, part, box.x, box.y, width, height, 0, 0);
  return part;
}

/** A picture with all regions blanked. */
function without({ image, regions }) {
  const rest = cut(image, { x: 0, y: 0, width: image.width, height: image.height });
  for (const { x, y, width, height } of Object.values(regions)) {
    for (let row = y; row < Math.min(y + height, rest.height); row += 1) {
      const start = (row * rest.width + x) * 4;
      rest.data.fill(255, start, start + Math.min(width, rest.width - x) * 4);
    }
  }
  return rest;
}
