import { compile, defaultParameters, findModel } from "../../src/engine/index.ts";
import type { ConductanceModel } from "../../src/engine/model.ts";
import type { Precision } from "../../src/engine/population.ts";
import { rungeKutta } from "../../test/engine/truth.ts";
import { AS_INSTALLED, type NeuronPeer, type NeuronScheme, nameOf } from "../lib/peers.ts";
import { powerInterpolation } from "../lib/statistics.ts";

/** A squid axon under 10 uA/cm2 from -65 mV: how far is the last spike within 400 ms from where it belongs? */
const model = findModel("hodgkin-huxley") as ConductanceModel;
const DURATION_MS = 400;
const CURRENT = 10;
const V0_MV = -65;

/** What is allowed in this comparison. */
export const ERROR_MS = 0.25;

/** Errors at several steps from coarse to fine, and the largest step that has the allowed error. */
export interface ErrorCurve {
  readonly tool: string;
  readonly scheme?: NeuronScheme;
  readonly dt_ms: readonly number[];
  readonly error_ms: readonly number[];
  readonly allowed_dt_ms: number;
}

/** Spike times that no scheme in this comparison has a part in. */
function convergedSpikes(): readonly number[] {
  const dt = 0.002;
  const current = new Float64Array(Math.round(DURATION_MS / dt)).fill(CURRENT);
  return rungeKutta(model, defaultParameters(model), current, dt, V0_MV).spikeTimes_ms;
}

function ourSpikes(precision: Precision, dt_ms: number): ArrayLike<number> {
  const steps = Math.round(DURATION_MS / dt_ms);
  const run = compile(model, { dt_ms, precision }).run(defaultParameters(model), {
    steps,
    i: { kind: "constant", value: CURRENT },
    v0_mV: V0_MV,
    spikeTimes: true,
  });
  return run.spikes.times_ms;
}

async function curve(
  steps: readonly number[],
  spikesAt: (dt_ms: number) => Promise<ArrayLike<number>> | ArrayLike<number>,
): Promise<Omit<ErrorCurve, "tool">> {
  const converged = convergedSpikes();
  const points: { dt: number; error: number }[] = [];
  const measure = async (dt: number) => {
    const spikes = await spikesAt(dt);
    // The same spike in both, also where a slow solution has not reached the last one within the time.
    const last = Math.min(spikes.length, converged.length) - 1;
    points.push({ dt, error: Math.abs(spikes[last] - converged[last]) });
    points.sort((a, b) => b.dt - a.dt);
  };
  const allowed = () =>
    powerInterpolation(
      points.map(({ dt }) => dt),
      points.map(({ error }) => error),
      ERROR_MS,
    );
  for (const dt of steps) await measure(dt);
  // Errors are no pure powers of the step where two of them cancel: look there again.
  for (let again = 0; again < 3 && Number.isFinite(allowed()); again++) await measure(allowed());
  return {
    dt_ms: points.map(({ dt }) => dt),
    error_ms: points.map(({ error }) => error),
    allowed_dt_ms: allowed(),
  };
}

/** NEURON's table of rates has an error of its own, which no step makes smaller: with and without it. */
const SCHEMES: readonly NeuronScheme[] = [
  AS_INSTALLED,
  { secondOrder: false, table: false },
  { secondOrder: true, table: true },
  { secondOrder: true, table: false },
];

export async function errorCurves(neurons: readonly NeuronPeer[]): Promise<ErrorCurve[]> {
  const curves: ErrorCurve[] = [];
  for (const precision of ["f64", "f32"] as const)
    curves.push({
      tool: `Patchtwin ${precision}`,
      ...(await curve([0.1, 0.05, 0.025, 0.0125], (dt) => ourSpikes(precision, dt))),
    });
  const [neuron] = neurons; // they differ in speed, not in what they compute
  if (!neuron) return curves;
  for (const scheme of SCHEMES)
    curves.push({
      tool: `NEURON${nameOf(scheme)}`,
      scheme,
      ...(await curve(scheme.secondOrder ? [0.1, 0.05, 0.025] : [0.025, 0.0125, 0.005, 0.0025], (dt) =>
        neuron.spikeTimes_ms(dt, DURATION_MS, scheme),
      )),
    });
  return curves;
}
