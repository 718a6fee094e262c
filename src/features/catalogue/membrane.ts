/** Passive properties and afterhyperpolarisations as the rest of Patchtwin measures them, robust against noise and spikes. */
import {
  type CurrentStep,
  capacitance,
  inputResistance,
  passiveResponses,
  restingPotential,
  type StepResponse,
  sagRatio,
  stepResponse,
  timeConstant,
  voltageNoise,
} from "../subthreshold.ts";
import type { Feature, Group, Values } from "./feature.ts";
import { indexOfMin } from "./search.ts";
import { voltageBase } from "./subthreshold.ts";
import type { Trace } from "./trace.ts";

const OURS = "Patchtwin, docs/features.md";

function feature(
  group: Group,
  name: string,
  unit: string,
  definition: string,
  measure: Feature["measure"],
  source = OURS,
): Feature {
  return { name, unit, group, definition, source, measure };
}

const before = ({ start_ms }: Trace) => ({ start_ms: 0, end_ms: start_ms });

function single(value: number | null, missing: string): Values {
  return value === null ? missing : [value];
}

const rest = feature(
  "subthreshold",
  "resting_potential",
  "mV",
  "Median voltage before the stimulus, spikes cut out, at the holding current.",
  (trace) => {
    const { v_mV, dt_ms } = trace.input;
    const value = restingPotential(v_mV, dt_ms, before(trace), trace.spikes);
    return single(value, "less than 10 ms of quiet voltage before the stimulus, or the baseline wanders");
  },
);

const noise = feature(
  "subthreshold",
  "voltage_noise",
  "mV",
  "Standard deviation of the voltage before the stimulus, its line and spikes taken out.",
  (trace) => {
    const { v_mV, dt_ms } = trace.input;
    return single(
      voltageNoise(v_mV, dt_ms, before(trace), trace.spikes),
      "less than 10 ms of quiet voltage before the stimulus",
    );
  },
);

const responses = new WeakMap<Trace, StepResponse | string>();

function response(trace: Trace): StepResponse | string {
  const known = responses.get(trace);
  if (known !== undefined) return known;
  const found = measureResponse(trace);
  responses.set(trace, found);
  return found;
}

function measureResponse(trace: Trace): StepResponse | string {
  const { v_mV, dt_ms, start_ms, end_ms, delta_pA } = trace.input;
  if (!delta_pA) return "no current step, or its height is not known";
  const step: CurrentStep = { start_ms, end_ms, delta_pA };
  return stepResponse(v_mV, dt_ms, step, trace.spikes) ?? "spikes in the step or just before it";
}

function passive(trace: Trace): StepResponse[] | string {
  const one = response(trace);
  if (typeof one === "string") return one;
  const usable = passiveResponses([one]);
  return usable.length
    ? usable
    : "the step moves the voltage by less than 1 mV or depolarises by more than 15 mV";
}

const resistance = feature(
  "subthreshold",
  "input_resistance",
  "MOhm",
  "Steady voltage change over the height of a current step without spikes.",
  (trace) => {
    const usable = passive(trace);
    if (typeof usable === "string") return usable;
    return single(inputResistance(usable), "the voltage moves against the current");
  },
);

const tau = feature(
  "subthreshold",
  "membrane_time_constant",
  "ms",
  "One exponential with free asymptote through 10 % to 95 % of the charging by a current step without spikes.",
  (trace) => {
    const usable = passive(trace);
    if (typeof usable === "string") return usable;
    return single(timeConstant(usable), "the onset is not exponential");
  },
);

const capacity = feature(
  "subthreshold",
  "membrane_capacitance",
  "pF",
  "membrane_time_constant over input_resistance.",
  (trace) => {
    const ms = trace.valuesOf(tau);
    const MOhm = trace.valuesOf(resistance);
    if (typeof ms === "string") return ms;
    return typeof MOhm === "string" ? MOhm : single(capacitance(ms[0], MOhm[0]), "no resistance");
  },
);

const sag = feature(
  "subthreshold",
  "sag",
  "1",
  "Extreme less steady voltage over extreme less baseline of a hyperpolarising step; 0 without sag.",
  (trace) => {
    const one = response(trace);
    if (typeof one === "string") return one;
    return single(sagRatio(one), "the step does not hyperpolarise by 5 mV");
  },
);

const MEDIUM_FROM_ms = 10;
const MEDIUM_TO_ms = 50;

/** Storm (1989): the medium afterhyperpolarisation peaks 10 to 50 ms after the spike. */
const mediumAhp = feature(
  "afterpotential",
  "medium_AHP",
  "mV",
  "Voltage at the begin less the lowest voltage 10 to 50 ms after the peak, of the spikes with no other spike in that time.",
  ({ begins, peaks, t, v, until }) => {
    const depths: number[] = [];
    for (const { index, peak, spike } of begins) {
      const limit = peaks[spike + 1] === undefined ? until : peaks[spike + 1];
      if (limit >= t.length || t[limit] < t[peak] + MEDIUM_TO_ms) continue;
      let from = peak;
      while (t[from] < t[peak] + MEDIUM_FROM_ms) from++;
      let to = from;
      while (t[to] < t[peak] + MEDIUM_TO_ms) to++;
      depths.push(v[index] - v[indexOfMin(v, from, to)]);
    }
    return depths.length ? depths : "no spike with 50 ms after it before the next or the end";
  },
  "Storm J F (1989), J Physiol 409: 171-190",
);

const SLOW_AFTER_ms = 50;
const SLOW_UNTIL_ms = 1000;

const trainAhp = feature(
  "afterpotential",
  "train_AHP",
  "mV",
  "voltage_base less the lowest voltage 50 to 1000 ms after a stimulus with at least three spikes (slow AHP of the train).",
  (trace) => {
    const base = trace.valuesOf(voltageBase);
    if (typeof base === "string") return base;
    const { peaks, t, start_ms, end_ms, v } = trace;
    const count = peaks.filter((peak) => t[peak] >= start_ms && t[peak] < end_ms).length;
    if (count < 3) return "fewer than three spikes in the stimulus";
    const to = Math.min(v.length, trace.indexAt(end_ms + SLOW_UNTIL_ms));
    const lowest = indexOfMin(v, trace.indexAt(end_ms + SLOW_AFTER_ms), to);
    return lowest < 0 ? "less than 50 ms follow the stimulus" : [base[0] - v[lowest]];
  },
  "Storm J F (1989), J Physiol 409: 171-190",
);

export const MEMBRANE: readonly Feature[] = [
  rest,
  noise,
  resistance,
  tau,
  capacity,
  sag,
  mediumAhp,
  trainAhp,
];
