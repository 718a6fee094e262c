/** Times of the shipped posterior on ten sweeps, in this Node and in Chromium where there is one, ms, as JSON. usage: tsx answer.ts RUNS */
import * as onnxruntime from "onnxruntime-node";
import { answerInChromium, shippedWeights, tenSweeps } from "../../test/e2e/posteriorPage.ts";
import { answer } from "../../test/e2e/posteriorScenario.ts";
import { findChromium } from "../../test/setup/chromium.ts";

const runs = Number(process.argv[2] ?? 20);
const [shipped, recording] = [shippedWeights(), tenSweeps()];
const node = await answer(onnxruntime, shipped, recording, runs);
const chromium = findChromium() ? await answerInChromium(shipped, recording, runs) : undefined;
console.log(JSON.stringify({ node_ms: node.times_ms, chromium_ms: chromium?.times_ms ?? null }));
