import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsdown";
import { inRoot } from "../../scripts/lib/root.mjs";
import { recordCurrents } from "../../src/cloning/testRecording.ts";
import { withPage } from "./browser.ts";
import type { Answer, FlatRecording, Shipped } from "./posteriorScenario.ts";

const MODEL = "izhikevich";

export function shippedWeights(): Shipped {
  const onnx = readFileSync(inRoot("weights", `${MODEL}.onnx`));
  return {
    card: JSON.parse(readFileSync(inRoot("weights", `${MODEL}.json`), "utf8")),
    onnx,
    sha256: createHash("sha256").update(onnx).digest("hex"),
  };
}

/** Ten sweeps of 1 s at 10 kHz, steps of 600 ms from -100 pA upward. */
export function tenSweeps(): FlatRecording {
  const step = (level_pA: number) => (t_ms: number) => (t_ms >= 200 && t_ms < 800 ? level_pA : 0);
  const currents = Array.from({ length: 10 }, (_, k) => step(50 * (k - 2)));
  const { sweeps, dt_ms } = recordCurrents(currents, 1000, { cell: {}, modelId: MODEL });
  const values = Float64Array.from(sweeps.flatMap(({ v_mV, i_pA }) => [...v_mV, ...i_pA]));
  return { values, sweeps: sweeps.length, dt_ms };
}

/** The scenario in this machine's Chromium, with onnxruntime-web on one thread. */
export async function answerInChromium(
  shipped: Shipped,
  recording: FlatRecording,
  runs: number,
): Promise<Answer> {
  const scenario = await bundled();
  const { card, sha256 } = shipped;
  const { sweeps, dt_ms } = recording;
  const script = `(async () => {
    const ort = await import("/ort/ort.wasm.min.mjs");
    ort.env.wasm.wasmPaths = "/ort/";
    ort.env.wasm.numThreads = 1;
    const { answer } = await import("/scenario.js");
    const bytes = async (path) => (await fetch(path)).arrayBuffer();
    const shipped = { ...${JSON.stringify({ card, sha256 })}, onnx: new Uint8Array(await bytes("/model.onnx")) };
    const values = new Float64Array(await bytes("/recording"));
    return answer(ort, shipped, { ...${JSON.stringify({ sweeps, dt_ms })}, values }, ${runs});
  })()`;
  const files: Record<string, string | Uint8Array> = {
    "/scenario.js": scenario,
    "/model.onnx": shipped.onnx,
    "/recording": new Uint8Array(recording.values.buffer),
  };
  return withServer(files, (url) => withPage(url, (page) => page.evaluate<Answer>(script)));
}

async function bundled(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "patchtwin-posterior-"));
  try {
    await build({
      config: false,
      entry: { scenario: fileURLToPath(new URL("./posteriorScenario.ts", import.meta.url)) },
      format: "esm",
      platform: "browser",
      deps: { alwaysBundle: [/./], onlyBundle: false },
      outDir: folder,
      dts: false,
      logLevel: "silent",
    });
    return readFileSync(join(folder, "scenario.js"), "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** Serves these files, those of onnxruntime-web below /ort/, and an empty page for all else. */
async function withServer<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const ort = dirname(fileURLToPath(import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm")));
  const server = createServer(({ url = "/" }, response) => {
    const content = url.startsWith("/ort/") ? readFileSync(join(ort, url.slice(5))) : files[url];
    response.setHeader("content-type", TYPES[extname(url)] ?? "text/html");
    response.end(content ?? "<!doctype html><title>posterior</title>");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}
