import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt } from "../../scripts/build.mjs";
import { inspectRecording, measureRecording, readCurrent, readRecording } from "../../src/browser.ts";
import type { ReadOptions } from "../../src/recordings/index.ts";
import { fixture } from "../recordings/fixture.ts";
import { noBrowser, withPage } from "./browser.ts";

const BUNDLE = fileURLToPath(new URL("../../dist/browser/patchtwin.js", import.meta.url));

/** A page that inspects what is dropped on it, as any page with the bundle would. */
const PAGE = `<!doctype html><meta charset="utf-8"><title>drop a recording</title><body>
<script type="module">
import * as patchtwin from "/patchtwin.js";
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", async (event) => {
  event.preventDefault();
  const files = [...event.dataTransfer.files];
  const bytes = async (file) => new Uint8Array(await file.arrayBuffer());
  try {
    const current = files[1] && patchtwin.readCurrent(await bytes(files[1]), files[1].name);
    const recording = patchtwin.readRecording(await bytes(files[0]), files[0].name, { current, ...window.said });
    window.outcome = { inspection: patchtwin.inspectRecording(recording), features: patchtwin.measureRecording(recording) };
  } catch (error) {
    window.outcome = { refused: error instanceof patchtwin.InputError ? error.problem.code : String(error) };
  }
});
window.ready = true;
</script>`;

/** One of each format, and one that is refused. The second name: a current beside it. */
const DROPPED: readonly (readonly string[])[] = [
  ["171116sh_0018.abf"],
  ["190619B_0003.abf"],
  ["efel_current.txt"],
  ["ibw/B6_Ch3_IDRest_181.ibw", "ibw/B6_Ch0_IDRest_181.ibw"],
  ["hdf5/table.nwb"],
  ["atf/episodic.atf"],
  ["mat/named_v7.mat"],
  ["171116sh_0014.abf"],
];
/** What a user would say beside a file. */
const SAID: Readonly<Record<string, ReadOptions>> = { "efel_current.txt": { units: { current: "pA" } } };
const REFUSED = "171116sh_0014.abf";

/** Node and Chromium carry different versions of V8, whose Math functions differ in the last bits. */
function expectClose(got: unknown, wanted: unknown, path: string): void {
  if (typeof wanted === "number" && typeof got === "number") {
    expect(Math.abs(got - wanted), path).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)));
  } else if (typeof wanted === "object" && wanted !== null) {
    expect(Object.keys(got as object), path).toEqual(Object.keys(wanted));
    for (const [key, value] of Object.entries(wanted))
      expectClose((got as Record<string, unknown>)[key], value, `${path}.${key}`);
  } else expect(got, path).toEqual(wanted);
}

async function inNode([name, current]: readonly string[]): Promise<unknown> {
  try {
    const supplied = current ? { current: readCurrent(fixture(current), current) } : {};
    const options: ReadOptions = { ...supplied, ...SAID[name] };
    const recording = readRecording(fixture(name), name, options);
    return { inspection: inspectRecording(recording), features: measureRecording(recording) };
  } catch (error) {
    return { refused: (error as { problem: { code: string } }).problem.code };
  }
}

describe.skipIf(noBrowser)("a recording dropped on a page", () => {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "/").slice(1);
    if (path === "patchtwin.js")
      response.setHeader("content-type", "text/javascript").end(readFileSync(BUNDLE));
    else if (path === "") response.setHeader("content-type", "text/html").end(PAGE);
    else if (path === "favicon.ico") response.writeHead(404).end();
    else response.end(fixture(path));
  });
  let url = "";
  beforeAll(async () => {
    await ensureBuilt();
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => void server.close());

  test.each(DROPPED)("[D1] %s reads as in Node: inspection, features, refusal", async (...names) => {
    const there = await withPage(url, async (page) => {
      await page.waitForFunction("window.ready");
      await page.evaluate(`(async () => {
        window.said = ${JSON.stringify(SAID[names[0]] ?? {})};
        const transfer = new DataTransfer();
        for (const name of ${JSON.stringify(names)}) {
          const bytes = await (await fetch("/" + encodeURIComponent(name))).arrayBuffer();
          transfer.items.add(new File([bytes], name));
        }
        document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer }));
      })()`);
      await page.waitForFunction("window.outcome", undefined, { timeout: 60_000 });
      return page.evaluate<string>("JSON.stringify(window.outcome)");
    });
    const here = JSON.parse(JSON.stringify(await inNode(names)));
    expect(Object.keys(here)).toEqual(names[0] === REFUSED ? ["refused"] : ["inspection", "features"]);
    expectClose(JSON.parse(there), here, names[0]);
  });
});
