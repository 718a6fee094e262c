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
  const step = (level_pA: number) => (t_ms: number) => (t_ms >= 100 && t_ms < 400 ? level_pA : 0);
  return recordCurrents(currents_pA.map(step), 500, { cell, modelId });
}

/**
 * A recording of a model cell under any current of time. For tests.
 * @param every keeps one of so many samples: a recording sampled more coarsely than it was simulated
 */
export function recordCurrents(
  currents_pA: readonly ((t_ms: number) => number)[],
  duration_ms: number,
  { cell = TEST_CELL, modelId = "cortical", every = 1, name = "model cell" } = {},
): Recording {
  const model = findModel(modelId);
  const step_ms = model.kind === "reset" ? 0.1 : 0.05;
  const params = defaultParameters(model);
  for (const [key, value] of Object.entries(cell)) params[parameterIndex(model, key)] = value;
  const kernel = compile(model, { dt_ms: step_ms });
  const dt_ms = every * step_ms;
  const sampled = (values: Float64Array) => values.filter((_, k) => k % every === 0);
  const sweeps = currents_pA.map((current_pA, k) => {
    const current = Float64Array.from({ length: Math.round(duration_ms / step_ms) }, (_, n) =>
      current_pA(n * step_ms + 1e-9),
    );
    const [[{ v_mV }]] = runSweeps(kernel, [params], [current]);
    const i_pA = sampled(current);
    return {
      index: k + 1,
      v_mV: sampled(v_mV.slice(0, current.length)),
      i_pA,
      stimulus: describeStimulus(i_pA, dt_ms),
    };
  });
  return {
    name,
    format: "text",
    dt_ms,
    sweeps,
    currentSource: "supplied",
    currentDescription: "made for a test",
    tags: [],
    notes: [],
  };
}
