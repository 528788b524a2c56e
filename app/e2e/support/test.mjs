// Playwright's `test` with what these tests need. After each one, the console must have been silent, and every request
// must have gone to the page's own origin and have carried nothing there.

import { test as base, expect } from "@playwright/test";

import { Reader } from "./reader.mjs";
import { copiedResults, crowd, explore, files, rehearsed } from "./site.mjs";

export { expect };

export const test = base.extend({
  /** The published results, served by `collector explore`; one for all tests of a worker. */
  published: [
    async ({}, use) => {
      const site = await explore();
      await use(site);
      await site.stop();
    },
    { scope: "worker" },
  ],

  /** A folder with a rehearsal. */
  rehearsal: [
    async ({}, use) => {
      const folder = rehearsed();
      await use(folder.path);
      folder.remove();
    },
    { scope: "worker" },
  ],

  /** A site with three hundred results. */
  crowded: [
    async ({}, use) => {
      const folder = crowd(300);
      const rehearsal = rehearsed();
      const site = await explore(folder.path, [rehearsal.path]);
      await use(site);
      await site.stop();
      folder.remove();
      rehearsal.remove();
    },
    { scope: "worker" },
  ],

  /** Other sites than the published one: `sites.explore(results, also)` and `sites.files(results)`. */
  sites: async ({}, use) => {
    const started = [];
    const keep = (start) => async (...how) => {
      const site = await start(...how);
      started.push(site);
      return site;
    };
    await use({ explore: keep(explore), files: keep(files) });
    await Promise.all(started.map((site) => site.stop()));
  },

  /** A copy of the published results that the test may spoil. */
  results: async ({}, use) => {
    const results = copiedResults();
    await use(results);
    results.remove();
  },

  /** What the browser notes on its own about something that a test breaks on purpose: `expected.push(/…/)`. */
  expected: async ({}, use) => {
    await use([]);
  },

  /** Someone who reads the page, with the published results unless told otherwise. */
  reader: async ({ context, page, published, expected }, use) => {
    const said = [];
    const asked = [];
    context.on("console", (message) => {
      if (["warning", "error"].includes(message.type())) {
        said.push(`console: ${message.type()} ${message.text()} (${message.location().url})`);
      }
    });
    context.on("weberror", (error) => said.push(`not caught: ${error.error()}`));
    const sent = [];
    context.on("request", (request) => {
      asked.push(request.url());
      if (request.method() !== "GET" || request.postData() !== null) sent.push(`${request.method()} ${request.url()}`);
    });
    const watch = (tab) => tab.on("websocket", (socket) => asked.push(socket.url()));
    context.pages().forEach(watch);
    context.on("page", watch);

    const reader = new Reader(page, published.origin);
    await use(reader);

    const own = asked.filter((url) => url.startsWith(`${reader.origin}/`));
    const strays = asked.filter((url) => !own.includes(url) && !/^(data:|blob:|about:)/.test(url));
    expect(strays, "requests to another origin").toEqual([]);
    expect(sent, "requests that send something").toEqual([]);
    expect(own, "no request to the page itself was seen, so the watch proves nothing").not.toEqual([]);
    const complaints = said.filter((complaint) => !expected.some((pattern) => pattern.test(complaint)));
    expect(complaints, "what the browser noted").toEqual([]);
  },
});
