import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as ort from "onnxruntime-node";
import type * as web from "onnxruntime-web";
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import {
  conv1d,
  couplingFlow,
  dense,
  GraphBuilder,
  inferenceModel,
  initialWeights,
  layerNorm,
  loadModel,
  lstm,
  maskedPool,
  type Node,
  type OrtRuntime,
} from "../../src/nn/index.ts";
import { RandomStream } from "../../src/random.ts";
import { noBrowser, withPage } from "../e2e/browser.ts";
import { jittered } from "./gradientCheck.ts";

const SAMPLES = 50;

/** Every layer and both kinds of flow, with weights that are not those of the start. */
function everything() {
  const g = new GraphBuilder();
  const frames = g.input("frames", [3, 32, 4]);
  const filtered = conv1d(g, frames, { name: "c", filters: 8, kernel: 5, stride: 2, activation: "relu" });
  const states = lstm(g, filtered, { name: "l", units: 6 });
  const summary = dense(g, layerNorm(g, g.mean(states, 1), { name: "n" }), {
    name: "d",
    units: 5,
    activation: "silu",
  });
  const members = g.reshape(summary, [1, 3, 5]);
  const mask = g.input("mask", [1, 3]);
  const context = g.concat([maskedPool(g, members, mask, "mean"), maskedPool(g, members, mask, "max")], 1);
  const outputs: Record<string, Node> = { context };
  for (const kind of ["affine", "spline-box", "spline-line"] as const) {
    const flow = couplingFlow(g, {
      name: kind,
      dimensions: 3,
      context,
      transform: { kind },
      hidden: [16],
      layers: 4,
    });
    const { sample, logDensity } = flow.sample(g.input("noise", [SAMPLES, 3]));
    Object.assign(outputs, { [`${kind} sample`]: sample, [`${kind} logDensity`]: logDensity });
  }
  const weights = jittered(initialWeights(g, RandomStream.fromSeed(5)), 0.1);
  return inferenceModel(g, { outputs, weights });
}

describe.skipIf(noBrowser)("ONNX Runtime in Chromium", () => {
  const model = everything();
  const stream = RandomStream.fromSeed(6);
  const inputs = {
    frames: Float32Array.from({ length: 3 * 32 * 4 }, () => stream.normal()),
    mask: Float32Array.of(1, 0, 1),
    noise: Float32Array.from({ length: 3 * SAMPLES }, () => stream.uniform()),
  };
  const folder = dirname(fileURLToPath(import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm")));
  const types: Record<string, string> = { ".mjs": "text/javascript", ".wasm": "application/wasm" };
  const server = createServer(({ url = "/" }, response) => {
    if (url.startsWith("/ort/"))
      response.setHeader("content-type", types[extname(url)]).end(readFileSync(join(folder, url.slice(5))));
    else if (url === "/model.onnx") response.end(model.bytes);
    else response.setHeader("content-type", "text/html").end("<!doctype html><title>network</title>");
  });
  let url = "";
  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  test("[R1] the same bytes give the same numbers as in Node, to 1e-5", async () => {
    expectTypeOf<typeof web>().toExtend<OrtRuntime>();
    expectTypeOf<typeof ort>().toExtend<OrtRuntime>();
    const here = await (await loadModel(ort, model)).run(inputs);
    const feeds = Object.entries(inputs).map(([name, data]) => [name, [...data], model.inputs[name]]);
    const script = `(async () => {
      const ort = await import("/ort/ort.wasm.min.mjs");
      ort.env.wasm.wasmPaths = "/ort/";
      ort.env.wasm.numThreads = 1;
      const bytes = new Uint8Array(await (await fetch("/model.onnx")).arrayBuffer());
      const session = await ort.InferenceSession.create(bytes);
      const feeds = ${JSON.stringify(feeds)}.map(([name, data, shape]) =>
        [name, new ort.Tensor("float32", Float32Array.from(data), shape)]);
      const results = await session.run(Object.fromEntries(feeds));
      return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, [...data]]));
    })()`;
    const there = await withPage(url, (page) => page.evaluate<Record<string, number[]>>(script));
    expect(Object.keys(there).sort()).toEqual(Object.keys(model.outputs).sort());
    let worst = 0;
    for (const [name, values] of Object.entries(here)) {
      const scale = Math.max(1, ...values.map(Math.abs));
      expect(Math.max(...values) - Math.min(...values), name).toBeGreaterThan(0.01);
      values.forEach((value, k) => {
        worst = Math.max(worst, Math.abs(value - there[name][k]) / scale);
      });
    }
    // Measured: 2.9e-6 (Node 20, Chromium 156).
    expect(worst).toBeLessThan(1e-5);
  });
});
