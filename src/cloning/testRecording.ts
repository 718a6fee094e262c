import { compile, defaultParameters, findModel, parameterIndex, runSweeps } from "../engine/index.ts";
import { describeStimulus, type Recording } from "../recordings/index.ts";

/** A cortical cell for tests: the default with a moderate M-current. */
export const TEST_CELL: Readonly<Record<string, number>> = { gM_nS: 12, VT_mV: -52 };

/** A recording of a model cell: 100 ms rest, a 300 ms step, 100 ms rest, one sweep a current. For tests. */
export function syntheticRecording(
  currents_pA: readonly number[],
  cell: Readonly<Record<string, number>> = TEST_CELL,
  modelId = "cortical",
): Recording {
  const model = findModel(modelId);
  const dt_ms = model.kind === "reset" ? 0.1 : 0.05;
  const params = defaultParameters(model);
  for (const [name, value] of Object.entries(cell)) params[parameterIndex(model, name)] = value;
  const kernel = compile(model, { dt_ms });
  const sweeps = currents_pA.map((level, k) => {
    const current = new Float64Array(Math.round(500 / dt_ms));
    current.fill(level, Math.round(100 / dt_ms), Math.round(400 / dt_ms));
    const [[{ v_mV }]] = runSweeps(kernel, [params], [current]);
    return {
      index: k + 1,
      v_mV: v_mV.slice(0, current.length),
      i_pA: current,
      stimulus: describeStimulus(current, dt_ms),
    };
  });
  return {
    name: "model cell",
    format: "text",
    dt_ms,
    sweeps,
    currentSource: "supplied",
    currentDescription: "made for a test",
    tags: [],
    notes: [],
  };
}
