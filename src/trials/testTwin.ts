import type { Twin } from "../cloning/index.ts";
import { defaultParameters, findModel, parameterIndex, toRecord } from "../engine/index.ts";

/** A twin for tests: the model's defaults with some parameters varied by a few per cent, as a small population. */
export function testTwin(
  modelId: string,
  changes: Readonly<Record<string, number>> = {},
  clones = 3,
  strongest_pA = 600,
): Twin {
  const model = findModel(modelId);
  const samples = Array.from({ length: clones }, (_, clone) => {
    const params = defaultParameters(model);
    for (const [name, value] of Object.entries(changes)) params[parameterIndex(model, name)] = value;
    return Array.from(params, (value, k) =>
      model.parameters[k].role === "conductance" ? value * (1 + 0.02 * clone) : value,
    );
  });
  return {
    kind: "patchtwin-twin/1",
    model: model.id,
    posterior: {
      kind: "acceptable-population",
      names: model.parameters.map(({ name }) => name),
      units: model.parameters.map(({ unit }) => unit),
      samples,
      loss: samples.map(() => 0),
    },
    map: toRecord(model, samples[0]),
    parameters: [],
    fit: {
      vRmse_mV: 0,
      spikeTimeCoincidence: null,
      trained: { sweeps: 1, withinRule: 1, countError: 0 },
      heldOut: {
        sweeps: 0,
        withinRule: null,
        countError: null,
        interpolation: { sweeps: 0, withinRule: null, countError: null },
        indices: [],
      },
      sweeps: [],
      traces: [],
    },
    range: {
      inRange: true,
      score: 1,
      reasons: [],
      current_pA: { low: -100, high: strongest_pA },
      blockAbove_pA: null,
    },
    measured: {
      restingPotential_mV: -70,
      inputResistance_MOhm: 300,
      tau_ms: 30,
      capacitance_pF: 118,
      rheobase_pA: strongest_pA / 2,
      spikeThreshold_mV: -50,
      spikeAmplitude_mV: 80,
      spikeHalfWidth_ms: 1,
      holding_pA: 0,
      step_ms: 500,
    },
    provenance: {
      patchtwin: "test",
      file: "made for a test",
      sha256: "",
      format: "none",
      currentSource: "none",
      currentDescription: "none",
      seed: 1,
      dt_ms: 0.05,
      solver: "staggered",
      simulations: 0,
      createdAt: "2000-01-01T00:00:00.000Z",
      wall_s: 0,
      notes: [],
    },
  };
}
