// What there is to see: the list that screenshots and the accessibility check go through.

/**
 * Each view: its key in the address, the figures in it that the published results fill, and what it says once it has
 * worked out the rest. A new view is a line here.
 */
export const VIEWS = [
  { name: "cost", figures: ["monthly-cost", "cost-per-million"] },
  { name: "performance", figures: ["throughput", "ttft", "tpot", "itl", "per-gpu", "per-dollar"] },
  { name: "quality", figures: ["quality", "cost-per-correct"] },
  { name: "sensitivity", figures: ["tornado", "heat-map"] },
  { name: "decide", figures: [], says: { decision: "a month" } },
  { name: "hardware", figures: [], says: { "size-status": "GPUs hold it", "fit-headline": "fit" } },
  { name: "runs", figures: [] },
  { name: "method", figures: [] },
];

export const SCHEMES = ["light", "dark"];

/** What a reader can choose in the bar at the top, beside the system's. */
export const LOOKS = ["light", "dark", "contrast"];

/** The widths a reader's window is tried with. */
export const SCREENS = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
];

/** The query of a view's address. */
export const queryOf = ({ name }) => (name === "cost" ? "" : `?view=${name}`);

/** Waits until all of the view that is open is drawn. */
export async function drawn(reader, { figures, says = {} }) {
  await reader.wantTheRest();
  for (const [name, words] of Object.entries(says)) await reader.saysWith(name, words);
  for (const figure of figures) await reader.figureIsPainted(figure);
}

/** Opens a view by its address and waits until all of it is drawn. */
export async function show(reader, view) {
  await reader.open(queryOf(view));
  await drawn(reader, view);
}
