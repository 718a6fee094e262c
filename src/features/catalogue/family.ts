/** Features that take the whole family of sweeps: rheobase, f-I curve, block, rectification, refractory period. */
import type { Recording, Sweep } from "../../recordings/recording.ts";
import { measureRecording, type RecordingFeatures } from "../family.ts";
import { stepOfSweep } from "../main-step.ts";
import { detectSpikes } from "../spikes.ts";
import { type StepResponse, stepResponse } from "../subthreshold.ts";
import type { Description, Values } from "./feature.ts";
import { lineThrough } from "./fits.ts";

/** What a family feature is measured from. */
export interface Family {
  readonly recording: Recording;
  readonly measured: RecordingFeatures;
}

export interface FamilyFeature extends Description {
  readonly measure: (family: Family) => Values;
}

const OURS = "Patchtwin, docs/features.md";
const ALLEN = "Allen Cell Types Database, Electrophysiology white paper (2018); IPFX documentation";
const NO_STEP = "the recording has no main step whose current differs between sweeps";

function feature(
  name: string,
  unit: string,
  definition: string,
  measure: FamilyFeature["measure"],
  ipfx?: string,
): FamilyFeature {
  const source = ipfx ? ALLEN : OURS;
  return { name, unit, group: "family", definition, source, measure, ...(ipfx ? { ipfx } : {}) };
}

const rheobase = feature(
  "rheobase",
  "pA",
  "Smallest current of the main step with a spike; of ramps, the median current at the first threshold.",
  ({ measured }) => {
    const { rheobase_pA } = measured.cell;
    return rheobase_pA === null ? "no sweep fires, or the cell also fires without current" : [rheobase_pA];
  },
  "rheobase_i",
);

/** The f-I curve from the last silent current up to its maximum. */
function risingPart({ fi }: RecordingFeatures) {
  const top = fi.findIndex(({ rate_Hz }) => rate_Hz === Math.max(...fi.map((point) => point.rate_Hz)));
  const first = fi.findIndex(({ rate_Hz }) => rate_Hz > 0);
  return first < 0 ? [] : fi.slice(first, top + 1);
}

const gain = feature(
  "fi_gain",
  "Hz/pA",
  "Slope of the f-I curve from rheobase to its maximum, least squares.",
  ({ measured }) => {
    const points = risingPart(measured);
    if (measured.fi.length === 0) return NO_STEP;
    if (points.length < 2) return "fewer than two currents between rheobase and the largest rate";
    return [
      lineThrough(
        points.map(({ i_pA }) => i_pA),
        points.map(({ rate_Hz }) => rate_Hz),
      ).slope,
    ];
  },
  "fi_fit_slope",
);

const maximum = feature("max_rate", "Hz", "Largest mean rate of the f-I curve.", ({ measured: { fi } }) =>
  fi.length ? [Math.max(...fi.map(({ rate_Hz }) => rate_Hz))] : NO_STEP,
);

const maximumCurrent = feature(
  "max_rate_current",
  "pA",
  "Smallest current at which the f-I curve has its largest rate.",
  ({ measured }) => {
    const top = risingPart(measured).at(-1);
    return top ? [top.i_pA] : "no sweep fires in the main step";
  },
);

const blockOnset = feature(
  "depolarisation_block_current",
  "pA",
  "Smallest current from which on every sweep ends in depolarisation block.",
  ({ measured }) => {
    const { blockAbove_pA, sweeps } = measured;
    if (blockAbove_pA === null) return "no depolarisation block at the largest currents";
    const above = sweeps.flatMap(({ i_pA }) => (i_pA !== null && i_pA > blockAbove_pA ? [i_pA] : []));
    return above.length ? [Math.min(...above)] : "no depolarisation block at the largest currents";
  },
);

function cellValue(
  name: string,
  unit: string,
  key: "inputResistance_MOhm" | "tau_ms" | "capacitance_pF" | "sag" | "restingPotential_mV",
  definition: string,
  missing: string,
  ipfx?: string,
): FamilyFeature {
  return feature(
    name,
    unit,
    definition,
    ({ measured: { cell } }) => {
      const value = cell[key];
      return value === null ? missing : [value];
    },
    ipfx,
  );
}

const NO_STEPS = "no small step without spikes";

/** Steady responses to the hyperpolarising main steps, from the smallest current to the largest. */
function downwardSteps({ recording, measured }: Family): StepResponse[] {
  const { mainStep } = measured;
  if (!mainStep) return [];
  const responses = recording.sweeps.map(({ v_mV }, k) =>
    stepResponse(v_mV, recording.dt_ms, stepOfSweep(mainStep, k), detectSpikes(v_mV, recording.dt_ms)),
  );
  return responses
    .filter((one) => one !== null)
    .filter(({ delta_pA, baseline_mV, steady_mV }) => delta_pA < 0 && baseline_mV - steady_mV > 1)
    .sort((a, b) => b.delta_pA - a.delta_pA);
}

const rectification = feature(
  "rectification_ratio",
  "1",
  "Steady voltage change per pA of the largest hyperpolarising main step over that of the smallest: below 1 for inward rectification.",
  (family) => {
    const steps = downwardSteps(family);
    const perCurrent = ({ baseline_mV, steady_mV, delta_pA }: StepResponse) =>
      (steady_mV - baseline_mV) / delta_pA;
    const [smallest, largest] = [steps[0], steps.at(-1)];
    if (!smallest || !largest || largest.delta_pA >= smallest.delta_pA - 2)
      return "fewer than two hyperpolarising steps without spikes";
    return [perCurrent(largest) / perCurrent(smallest)];
  },
);

interface Pulse {
  readonly start_ms: number;
  readonly end_ms: number;
}

/** Longer ones are steps, in which a cell fires more than once. */
const MAX_PULSE_ms = 20;

/** The two equal depolarising pulses of a sweep, if that is its stimulus. */
function pulsePair({ stimulus }: Sweep): readonly [Pulse, Pulse] | undefined {
  const { segments, holding_pA } = stimulus;
  const up = segments.filter(({ from_pA, to_pA }) => from_pA === to_pA && from_pA > holding_pA + 2);
  const [first, second] = up;
  const equal =
    up.length === 2 && Math.abs(first.from_pA - second.from_pA) < 0.05 * (first.from_pA - holding_pA);
  const brief = up.every(({ start_ms, end_ms }) => end_ms - start_ms <= MAX_PULSE_ms);
  return equal && brief ? [first, second] : undefined;
}

/** A spike comes within this time after the end of a brief pulse, if it comes. */
const RESPONSE_ms = 5;

function answersBoth(sweep: Sweep, dt_ms: number, [first, second]: readonly [Pulse, Pulse]): boolean[] {
  const spikes = detectSpikes(sweep.v_mV, dt_ms);
  const answers = ({ start_ms, end_ms }: Pulse, until_ms: number) =>
    spikes.some(({ peak_ms }) => peak_ms >= start_ms && peak_ms < Math.min(end_ms + RESPONSE_ms, until_ms));
  return [answers(first, second.start_ms), answers(second, Number.POSITIVE_INFINITY)];
}

const refractory = feature(
  "refractory_period",
  "ms",
  "Of sweeps with two equal pulses: the shortest time between their starts at which both evoke a spike, if at a shorter one the second fails.",
  ({ recording: { sweeps, dt_ms } }) => {
    const answered: number[] = [];
    const failed: number[] = [];
    for (const sweep of sweeps) {
      const pair = pulsePair(sweep);
      if (!pair) continue;
      const [first, second] = answersBoth(sweep, dt_ms, pair);
      if (first) (second ? answered : failed).push(pair[1].start_ms - pair[0].start_ms);
    }
    if (answered.length + failed.length === 0)
      return "no sweep with two equal pulses of which the first evokes a spike";
    const shortest = Math.min(...answered);
    return failed.some((interval) => interval < shortest) && answered.length > 0
      ? [shortest]
      : "the second pulse never fails, or always";
  },
);

export const FAMILY_FEATURES: readonly FamilyFeature[] = [
  rheobase,
  gain,
  maximum,
  maximumCurrent,
  blockOnset,
  cellValue(
    "cell_resting_potential",
    "mV",
    "restingPotential_mV",
    "Median of the sweeps' resting_potential.",
    "no sweep with a quiet baseline",
    "vrest",
  ),
  cellValue(
    "cell_input_resistance",
    "MOhm",
    "inputResistance_MOhm",
    "Slope of the steady voltage change against the current of all small steps without spikes, through the origin.",
    NO_STEPS,
    "ri",
  ),
  cellValue(
    "cell_time_constant",
    "ms",
    "tau_ms",
    "Time constant of the mean response of all small steps per pA.",
    "no small step without spikes, or its onset is not exponential",
    "tau",
  ),
  cellValue(
    "cell_capacitance",
    "pF",
    "capacitance_pF",
    "cell_time_constant over cell_input_resistance.",
    NO_STEPS,
  ),
  cellValue(
    "cell_sag",
    "1",
    "sag",
    "sag of the hyperpolarising step whose trough is nearest to -100 mV.",
    "no step hyperpolarises by 5 mV",
    "sag",
  ),
  rectification,
  refractory,
];

export function measureFamily(recording: Recording): Family {
  return { recording, measured: measureRecording(recording) };
}
