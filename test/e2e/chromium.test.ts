import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noBrowser, withPage } from "./browser.ts";

const PAGE = `<!doctype html><meta charset="utf-8"><title>A cell</title><h1>−65 mV, 3 µM</h1>
  <span>W</span><span>i</span><button onclick="missing()">fail</button>`;

describe.skipIf(noBrowser)("the browser of the end-to-end tests", () => {
  const server = createServer((_, response) => response.setHeader("content-type", "text/html").end(PAGE));
  let url = "";
  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => void server.close());

  test("opens a page and reads it", async () => {
    const read = await withPage(url, async (page) => [await page.title(), await page.textContent("h1")]);
    expect(read).toEqual(["A cell", "−65 mV, 3 µM"]);
  });

  test("has a font: letters differ in width", async () => {
    const widths = await withPage(url, (page) =>
      page.locator("span").evaluateAll((spans) => spans.map((span) => span.getBoundingClientRect().width)),
    );
    expect(widths[1]).toBeGreaterThan(0);
    expect(widths[0]).toBeGreaterThan(widths[1]! * 1.5);
  });

  test("an error that a page's script leaves uncaught fails the test", async () => {
    const press = withPage(url, (page) => page.click("button"));
    await expect(press).rejects.toThrow("missing is not defined");
  });
});
