import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "tsdown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noBrowser, withPage } from "./browser.ts";
import { runEverywhere } from "./populationScenario.ts";

type Patterns = ReturnType<typeof runEverywhere>;

/**
 * Node and Chromium carry different versions of V8, whose Math functions differ in the last bit of some per cent of their values.
 * Rounded to f32 they do not, so that all else can be compared to the last bit. To be run before the engine is loaded.
 */
const ROUND_MATH = `for (const name of ["exp", "expm1", "log", "log1p", "sin", "cos", "pow", "tanh", "cosh", "sinh"]) {
  const own = Math[name];
  Math[name] = (...args) => Math.fround(own(...args));
}`;

/** Two engines of JavaScript and WebAssembly, one result: kernels that a page compiles are those that Node compiles. */
describe.skipIf(noBrowser)("populations in Chromium", () => {
  const folder = mkdtempSync(join(tmpdir(), "patchtwin-population-"));
  const file = join(folder, "scenario.js");
  let scenario = "";
  const server = createServer((request, response) => {
    const script = request.url?.startsWith("/scenario.js") ?? false;
    response.setHeader("content-type", script ? "text/javascript" : "text/html");
    response.end(script ? scenario : "<!doctype html><title>populations</title>");
  });
  let url = "";

  beforeAll(async () => {
    await build({
      config: false,
      entry: { scenario: fileURLToPath(new URL("./populationScenario.ts", import.meta.url)) },
      format: "esm",
      platform: "browser",
      deps: { alwaysBundle: [/./], onlyBundle: false },
      outDir: folder,
      dts: false,
      logLevel: "silent",
    });
    scenario = readFileSync(file, "utf8");
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As text, so that nothing rewrites the import of what the server gives. */
  const inChromium = (args: string, before = "") =>
    withPage(url, (page) =>
      page.evaluate<Patterns>(
        `(async () => { ${before}; return (await import("/scenario.js")).runEverywhere(${args}); })()`,
      ),
    );

  test("[B1] every model, scheme and precision gives the same bits, Math functions rounded", async () => {
    const text = `${ROUND_MATH}
      const { runEverywhere } = await import(${JSON.stringify(pathToFileURL(file).href)});
      process.stdout.write(JSON.stringify(runEverywhere("noise")));`;
    const node = execFileSync(process.execPath, ["--input-type=module", "--eval", text], {
      maxBuffer: 2 ** 28,
    });
    const here: Patterns = JSON.parse(node.toString());
    const there = await inChromium('"noise"', ROUND_MATH);
    expect(Object.keys(here).length).toBeGreaterThan(30);
    expect(Object.keys(there)).toEqual(Object.keys(here));
    for (const [name, values] of Object.entries(here)) {
      expect(values.length).toBeGreaterThan(9 * 303);
      expect(there[name], name).toEqual(values);
    }
  });

  test("[B2] as they are, reset models under a current give the same bits", async () => {
    const there = await inChromium('"constant", "reset"');
    expect(there).toEqual(runEverywhere("constant", "reset"));
  });

  test("[B3] as they are, conductance models in f64 give the same voltage and spikes to 1e-9", async () => {
    const here = runEverywhere("constant", "conductance");
    const there = await inChromium('"constant", "conductance"');
    let worst = 0;
    for (const [name, values] of Object.entries(here).filter(([each]) => each.endsWith("f64"))) {
      expect(there[name].length, name).toBe(values.length);
      values.forEach((value, k) => {
        worst = Math.max(worst, Math.abs(numberOf(value) - numberOf(there[name][k])));
      });
    }
    // Measured: 2.0e-11 (Node 20.20, Chromium 156).
    expect(worst).toBeLessThan(1e-9);
  });
});

const numberOf = (pattern: string) => new Float64Array(BigUint64Array.of(BigInt(`0x${pattern}`)).buffer)[0];
