/** Milliseconds from a model's description to its first step, in a process that has compiled nothing yet, as one JSON line. */
import { absentChannels, compile, defaultParameters, findModel } from "../../src/engine/index.ts";
import type { Precision } from "../../src/engine/population.ts";

const [id, precision] = process.argv.slice(2);
const model = findModel(id === "pospischil" ? "cortical" : id);
const fixed = id === "pospischil" ? absentChannels(model, [defaultParameters(model)]) : {};
const began = performance.now();
compile(model, { dt_ms: 0.025, precision: precision as Precision, fixed }).run(defaultParameters(model), {
  steps: 1,
  i: { kind: "constant", value: 0 },
});
console.log(JSON.stringify({ compile_ms: performance.now() - began }));
