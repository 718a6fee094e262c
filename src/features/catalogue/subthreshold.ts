/** What the membrane does besides spikes: base, steady state, deflection, input resistance, sag. */
import { efelFeature, type Feature, type Values } from "./feature.ts";
import { indexOfMax, indexOfMin, meanBetween } from "./search.ts";
import type { Trace } from "./trace.ts";

const sub = (name: string, unit: string, definition: string, measure: Feature["measure"]) =>
  efelFeature("subthreshold", name, unit, definition, measure);

/** Summed times miss round ones by less than this. */
const SAME_TIME_ms = 1e-10;
const BEFORE = "the stimulus starts with the sweep: there is nothing before it";
const OUTSIDE = "the sweep does not hold the stimulus";

/** Mean of samples [from, to). */
function meanOf({ v }: Trace, from: number, to: number, missing: string): Values {
  const [first, last] = [Math.max(0, from), Math.min(v.length, to)];
  return last > first ? [meanBetween(v, first, last)] : missing;
}

/** Samples of the stimulus, [from, to), its last time included. */
function stimulusRange(trace: Trace): [number, number] {
  return [trace.indexAt(trace.start_ms), Math.min(trace.v.length, trace.indexAfter(trace.end_ms))];
}

export const voltageBase = sub(
  "voltage_base",
  "mV",
  "Mean voltage of the last tenth of the time before the stimulus (resting potential at the holding current).",
  (trace) => {
    const { baseStartFraction, baseEndFraction } = trace.settings;
    const from = trace.indexAt(baseStartFraction * trace.start_ms - SAME_TIME_ms);
    return meanOf(trace, from, trace.indexAfter(baseEndFraction * trace.start_ms + SAME_TIME_ms), BEFORE);
  },
);

const steadyStimulusEnd = sub(
  "steady_state_voltage_stimend",
  "mV",
  "Mean voltage of the last tenth of the stimulus.",
  (trace) => {
    const { start_ms, end_ms } = trace;
    const from = trace.indexAt(end_ms - 0.1 * (end_ms - start_ms));
    return meanOf(trace, from, trace.indexAt(end_ms), OUTSIDE);
  },
);

const steadyState = sub("steady_state_voltage", "mV", "Mean voltage after the stimulus.", (trace) =>
  meanOf(trace, trace.indexAfter(trace.end_ms), trace.v.length, "nothing follows the stimulus"),
);

const steadyHyper = sub(
  "steady_state_hyper",
  "mV",
  "Mean voltage of the 30 samples that end 5 samples before the end of the stimulus.",
  (trace) => {
    const end = trace.indexAt(trace.end_ms);
    return meanOf(trace, end - 35, end - 5, OUTSIDE);
  },
);

const afterStimulus = sub(
  "voltage_after_stim",
  "mV",
  "Mean voltage of the middle half of the time after the stimulus.",
  (trace) => {
    const { end_ms, t } = trace;
    const rest_ms = t[t.length - 1] - end_ms;
    const from = trace.indexAfter(end_ms + 0.25 * rest_ms);
    return meanOf(trace, from, trace.indexAt(end_ms + 0.75 * rest_ms), "nothing follows the stimulus");
  },
);

const minimumVoltage = sub("minimum_voltage", "mV", "Lowest voltage during the stimulus.", (trace) => {
  const k = indexOfMin(trace.v, ...stimulusRange(trace));
  return k < 0 ? OUTSIDE : [trace.v[k]];
});

const maximumVoltage = sub("maximum_voltage", "mV", "Highest voltage during the stimulus.", (trace) => {
  const k = indexOfMax(trace.v, ...stimulusRange(trace));
  return k < 0 ? OUTSIDE : [trace.v[k]];
});

/** One value less another, where both are there. */
function difference(name: string, from: Feature, less: Feature, definition: string): Feature {
  return sub(name, "mV", definition, (trace) => minus(trace, from, less));
}

function minus(trace: Trace, from: Feature, less: Feature): Values {
  const a = trace.valuesOf(from);
  const b = trace.valuesOf(less);
  if (typeof a === "string") return a;
  return typeof b === "string" ? b : [a[0] - b[0]];
}

const deflectionSteady = difference(
  "voltage_deflection_vb_ssse",
  steadyStimulusEnd,
  voltageBase,
  "steady_state_voltage_stimend less voltage_base.",
);

const meanBefore = (trace: Trace) => meanOf(trace, 0, trace.indexAt(trace.start_ms), BEFORE);

function lessBefore(trace: Trace, level: Values): Values {
  const before = meanBefore(trace);
  if (typeof level === "string") return level;
  return typeof before === "string" ? before : [level[0] - before[0]];
}

const deflection = sub(
  "voltage_deflection",
  "mV",
  "Mean of five samples that end five samples before the end of the stimulus, less the mean of all before the stimulus.",
  (trace) => {
    const end = trace.indexAt(trace.end_ms);
    return lessBefore(trace, meanOf(trace, end - 10, end - 5, OUTSIDE));
  },
);

const deflectionBegin = sub(
  "voltage_deflection_begin",
  "mV",
  "Mean voltage from 5 % to 15 % of the stimulus, less the mean of all before it.",
  (trace) => {
    const { start_ms, end_ms } = trace;
    const length_ms = end_ms - start_ms;
    const from = trace.indexAfter(start_ms + 0.05 * length_ms);
    return lessBefore(trace, meanOf(trace, from, trace.indexAt(start_ms + 0.15 * length_ms), OUTSIDE));
  },
);

/** mV over pA is GOhm. */
function resistance(name: string, over: Feature, definition: string): Feature {
  return sub(name, "MOhm", definition, (trace) => {
    const { delta_pA } = trace.input;
    if (!delta_pA) return "no current step, or its height is not known";
    const values = trace.valuesOf(over);
    return typeof values === "string" ? values : [(1000 * values[0]) / delta_pA];
  });
}

const sagAmplitude = sub(
  "sag_amplitude",
  "mV",
  "steady_state_voltage_stimend less minimum_voltage, where the stimulus hyperpolarises.",
  (trace) => {
    const steady = trace.valuesOf(deflectionSteady);
    if (typeof steady === "string") return steady;
    return steady[0] > 0
      ? "the stimulus does not hyperpolarise"
      : minus(trace, steadyStimulusEnd, minimumVoltage);
  },
);

/** Part of the largest deflection. */
function ofDeflection(trace: Trace, part: Values): Values {
  const whole = minus(trace, voltageBase, minimumVoltage);
  if (typeof part === "string") return part;
  if (typeof whole === "string") return whole;
  return whole[0] === 0 ? "the voltage never leaves its base" : [part[0] / whole[0]];
}

const sagRatio1 = sub(
  "sag_ratio1",
  "1",
  "sag_amplitude over voltage_base less minimum_voltage: 0 without sag, 1 for a full return.",
  (trace) => ofDeflection(trace, trace.valuesOf(sagAmplitude)),
);

const sagRatio2 = sub(
  "sag_ratio2",
  "1",
  "Steady deflection over largest: voltage_base less steady_state_voltage_stimend over voltage_base less minimum_voltage.",
  (trace) => ofDeflection(trace, minus(trace, voltageBase, steadyStimulusEnd)),
);

export { sagAmplitude, steadyStimulusEnd, stimulusRange };

export const SUBTHRESHOLD: readonly Feature[] = [
  voltageBase,
  steadyStimulusEnd,
  steadyState,
  steadyHyper,
  afterStimulus,
  minimumVoltage,
  maximumVoltage,
  difference(
    "maximum_voltage_from_voltagebase",
    maximumVoltage,
    voltageBase,
    "maximum_voltage less voltage_base.",
  ),
  deflection,
  deflectionBegin,
  deflectionSteady,
  resistance("ohmic_input_resistance", deflection, "voltage_deflection over the height of the current step."),
  resistance(
    "ohmic_input_resistance_vb_ssse",
    deflectionSteady,
    "voltage_deflection_vb_ssse over the height of the current step.",
  ),
  sagAmplitude,
  sagRatio1,
  sagRatio2,
];
