/** Test only: a made-up cell and drug that look like real ones. Nothing here is a measurement. */
import type { FitScore, SweepFit, SweepRole, Twin, TwinTrace } from "../../cloning/twin.ts";
import {
  type DoseResult,
  type FeatureChange,
  type Trial,
  type TrialTrace,
  VERDICT_LABELS,
  type Verdict,
  type VerdictLabel,
} from "../../trials/trial.ts";

const STEP = { start_ms: 100, end_ms: 600, total_ms: 750 };
const REST_mV = -68.4;
const RIN_GOhm = 0.162;
const TAU_ms = 19;

export interface TwinOptions {
  readonly sweeps?: number;
  readonly file?: string;
  /** Every how manieth sweep is held out; 0 for none. */
  readonly holdOutEvery?: number;
  readonly blockAbove_pA?: number | null;
  readonly samples?: number;
  readonly inRange?: boolean;
  /** A cell that never spiked: features of spikes are null. */
  readonly silent?: boolean;
}

/** Spikes of the made-up cell in a step of `i_pA`, with a rheobase of 60 pA and saturation. */
function spikesAt(i_pA: number, gain = 1, rheobase_pA = 60): number {
  return i_pA <= rheobase_pA ? 0 : Math.round(gain * 34 * (1 - Math.exp(-(i_pA - rheobase_pA) / 170)));
}

/** Passive charging with spikes at even intervals pasted in; no physics, only the look of it. */
function voltage(
  t_ms: readonly number[],
  i_pA: number,
  spikes: number,
  offset_ms: number,
  wiggle_mV: number,
): number[] {
  const plateau = Math.min(i_pA * RIN_GOhm, spikes > 0 ? 24 : 26);
  const interval = (STEP.end_ms - STEP.start_ms) / Math.max(1, spikes);
  return t_ms.map((t, k) => {
    const on = t < STEP.start_ms ? 0 : 1 - Math.exp(-(Math.min(t, STEP.end_ms) - STEP.start_ms) / TAU_ms);
    const off = t > STEP.end_ms ? Math.exp(-(t - STEP.end_ms) / TAU_ms) : 1;
    const noise = wiggle_mV * Math.sin(k * 12.9898) * Math.cos(k * 4.1414);
    const inStep = t > STEP.start_ms + offset_ms && t < STEP.end_ms;
    const phase = inStep && spikes > 0 ? (t - STEP.start_ms - offset_ms) % interval : Number.NaN;
    const spike =
      phase < 1.5 ? 78 * Math.exp(-(((phase - 0.7) / 0.4) ** 2)) : phase < 25 ? -9 * Math.exp(-phase / 9) : 0;
    return REST_mV + plateau * on * off + (Number.isFinite(spike) ? spike : 0) + noise;
  });
}

function trace(index: number, role: SweepRole, i_pA: number, cloned: number, samples: number): TwinTrace {
  const t_ms = Array.from({ length: samples }, (_, k) => (k * STEP.total_ms) / samples);
  const recorded = spikesAt(i_pA);
  return {
    index,
    role,
    amplitude_pA: i_pA,
    t_ms,
    i_pA: t_ms.map((t) => (t >= STEP.start_ms && t < STEP.end_ms ? i_pA : 0)),
    recorded_mV: voltage(t_ms, i_pA, recorded, 4, 0.5),
    cloned_mV: voltage(t_ms, i_pA * 1.04, cloned, 7, 0),
  };
}

function score(sweeps: readonly SweepFit[], predicted: (s: SweepFit) => number | null): FitScore {
  const scored = sweeps.filter((s) => predicted(s) !== null);
  if (scored.length === 0) return { sweeps: 0, withinRule: null, countError: null };
  const off = (s: SweepFit) => Math.abs(predicted(s)! - s.recordedSpikes);
  const total = scored.reduce((sum, s) => sum + s.recordedSpikes, 0);
  return {
    sweeps: scored.length,
    withinRule: scored.filter((s) => off(s) <= Math.max(2, 0.1 * s.recordedSpikes)).length / scored.length,
    countError: total > 0 ? scored.reduce((sum, s) => sum + off(s), 0) / total : null,
  };
}

/** A regular-spiking cell cloned from `sweeps` current steps of −100 pA upward. */
export function makeTwin(options: TwinOptions = {}): Twin {
  const {
    sweeps: n = 15,
    holdOutEvery = 3,
    blockAbove_pA = null,
    samples = 1500,
    inRange = true,
    silent = false,
  } = options;
  const step_pA = silent ? 8 : 30;
  const fits = Array.from({ length: n }, (_, index): SweepFit => {
    const amplitude_pA = -100 + step_pA * index;
    const recordedSpikes = spikesAt(amplitude_pA);
    const clonedSpikes = recordedSpikes === 0 ? 0 : recordedSpikes + [0, 1, -1, 2, 0, 3][index % 6];
    const heldOut = holdOutEvery > 0 && index > 0 && index < n - 1 && index % holdOutEvery === 1;
    const role =
      blockAbove_pA !== null && amplitude_pA > blockAbove_pA
        ? "beyond-range"
        : heldOut
          ? "held-out"
          : "trained";
    const neighbours = (spikesAt(amplitude_pA - step_pA) + spikesAt(amplitude_pA + step_pA)) / 2;
    return {
      index,
      role,
      amplitude_pA,
      recordedSpikes,
      clonedSpikes,
      clonedSpikesLow: Math.max(0, clonedSpikes - (recordedSpikes > 0 ? 2 : 0)),
      clonedSpikesHigh: clonedSpikes + (recordedSpikes > 0 ? 2 : 0),
      interpolatedSpikes: index === 0 || index === n - 1 ? null : neighbours,
      withinRule: Math.abs(clonedSpikes - recordedSpikes) <= Math.max(2, 0.1 * recordedSpikes),
      vRmse_mV: 1.2 + 0.11 * index,
    };
  });
  const trained = fits.filter((f) => f.role === "trained");
  const heldOut = fits.filter((f) => f.role === "held-out");
  const spikeFeature = (value: number) => (silent ? null : value);
  return {
    kind: "patchtwin-twin/1",
    model: "cortical",
    posterior: {
      kind: "acceptable-population",
      names: ["gNaT_nS", "gKdr_nS"],
      units: ["nS", "nS"],
      samples: Array.from({ length: 32 }, (_, k) => [3000 + 10 * k, 800 + 7 * k]),
      loss: Array.from({ length: 32 }, (_, k) => 1 + 0.01 * k),
    },
    map: { gNaT_nS: 3000, gKdr_nS: 800 },
    parameters: [
      {
        name: "C_pF",
        unit: "pF",
        best: 117.23,
        low: 109.1,
        median: 116.6,
        high: 124.9,
        relativeSpread: 0.09,
      },
      {
        name: "gNaT_nS",
        unit: "nS",
        best: 3042.7,
        low: 2210,
        median: 2987,
        high: 4105,
        relativeSpread: 0.34,
      },
      { name: "gKdr_nS", unit: "nS", best: 812.4, low: 610, median: 790, high: 1011, relativeSpread: 0.29 },
      { name: "gM_nS", unit: "nS", best: 2.104, low: 0.41, median: 1.97, high: 3.88, relativeSpread: 0.47 },
      {
        name: "gCaL_nS",
        unit: "nS",
        best: 0.0312,
        low: 0.00051,
        median: 0.0094,
        high: 0.88,
        relativeSpread: 0.97,
      },
      { name: "gLeak_nS", unit: "nS", best: 5.81, low: 5.6, median: 5.83, high: 6.08, relativeSpread: 0.03 },
      {
        name: "vShift_mV",
        unit: "mV",
        best: -3.42,
        low: -5.1,
        median: -3.3,
        high: -1.2,
        relativeSpread: 0.2,
      },
      { name: "tauScale", unit: "", best: 1.02, low: 0.88, median: 1.01, high: 1.2, relativeSpread: 0.31 },
    ],
    fit: {
      vRmse_mV: 1.63,
      spikeTimeCoincidence: 0.04,
      trained: score(trained, (s) => s.clonedSpikes),
      heldOut: {
        ...score(heldOut, (s) => s.clonedSpikes),
        interpolation: score(heldOut, (s) => s.interpolatedSpikes),
        indices: heldOut.map((s) => s.index),
      },
      sweeps: fits,
      traces: fits.map((f) => trace(f.index, f.role, f.amplitude_pA, f.clonedSpikes, samples)),
    },
    range: {
      inRange,
      score: inRange ? 0.93 : 0.41,
      reasons: inRange
        ? ["Input resistance drifts by 6 % over the recording; the clone is fitted to the mean."]
        : [
            "Only 41 % of the fitted sweeps keep the rule; 80 % are needed",
            "Spikes get smaller than 30 mV within a step.",
          ],
      current_pA: {
        low: -100,
        high: fits.filter((f) => f.role !== "beyond-range").at(-1)?.amplitude_pA ?? 0,
      },
      blockAbove_pA,
    },
    measured: {
      restingPotential_mV: REST_mV,
      inputResistance_MOhm: 162,
      tau_ms: TAU_ms,
      capacitance_pF: 117.3,
      rheobase_pA: spikeFeature(80),
      spikeThreshold_mV: spikeFeature(-43.27),
      spikeAmplitude_mV: spikeFeature(77.94),
      spikeHalfWidth_ms: spikeFeature(0.923),
      holding_pA: -12.5,
      step_ms: 500,
    },
    provenance: {
      patchtwin: "0.1.0",
      file: options.file ?? "recordings/171116sh_0018.abf",
      sha256: "9f2c5b1e0a7d4c3388d1f6a2b4c7e9d05a1b2c3d4e5f60718293a4b5c6d7e8f9",
      format: "ABF 2",
      currentSource: "epoch-table",
      currentDescription: "rebuilt from the protocol's epochs; command scaled to pA",
      seed: 7,
      dt_ms: 0.025,
      solver: "staggered",
      simulations: 61440,
      createdAt: "2025-01-15T10:22:31Z",
      wall_s: 38.214,
      notes: [
        "Bridge balance not recorded; a series resistance error of up to 3 mV stays in the thresholds.",
      ],
    },
  };
}

export interface TrialOptions {
  readonly doses_uM?: readonly number[];
  readonly therapeutic?: boolean;
  readonly name?: string;
}

/** Share of the sodium conductance left by a made-up blocker with an IC50 of 30 µM. */
function left(dose_uM: number): number {
  return 1 / (1 + dose_uM / 30);
}

function fiCurve(dose_uM: number) {
  const gain = Math.max(0, (left(dose_uM) - 0.35) / 0.65);
  return Array.from({ length: 12 }, (_, k) => {
    const i_pA = 30 * k;
    const rate_Hz = 2 * spikesAt(i_pA, gain, 60 + 40 * (1 - left(dose_uM)));
    return {
      i_pA,
      rate_Hz,
      low_Hz: Math.max(0, rate_Hz * 0.82 - 1),
      high_Hz: rate_Hz * 1.15 + (rate_Hz > 0 ? 1 : 0),
    };
  });
}

function change(unit: string, before: number, after: number | null, spread: number): FeatureChange {
  return {
    before,
    beforeLow: before - spread,
    beforeHigh: before + spread,
    after,
    low: after === null ? null : after - spread,
    high: after === null ? null : after + spread * 1.2,
    unit,
  };
}

function features(dose_uM: number): Record<string, FeatureChange> {
  const block = 1 - left(dose_uM);
  const silenced = left(dose_uM) < 0.35;
  const spiking = (value: number) => (silenced ? null : value);
  return {
    restingPotential_mV: change("mV", -68.4, -68.4 - 0.2 * block, 0.4),
    rate_Hz: change("Hz", 36.2, silenced ? 0 : 36.2 * Math.max(0, 1 - 1.4 * block), silenced ? 0 : 4),
    spikeThreshold_mV: change("mV", -43.3, spiking(-43.3 + 7 * block), 1.1),
    spikeAmplitude_mV: change("mV", 77.9, spiking(77.9 - 38 * block), 3.2),
    spikeHalfWidth_ms: change("ms", 0.92, spiking(0.92 + 0.4 * block), 0.05),
    rheobase_pA: change("pA", 80, spiking(80 + 90 * block), 8),
    inputResistance_MOhm: change("MOhm", 162, 162 + 4 * block, 5),
    adaptationIndex: change("", 0.06, spiking(0.06 + 0.1 * block), 0.02),
  };
}

function verdict(dose_uM: number): Verdict {
  const block = 1 - left(dose_uM);
  const raw: Record<VerdictLabel, number> = {
    "no-effect": Math.max(0, 1 - 6 * block),
    excited: block < 0.1 ? 0.03 : 0,
    inhibited: Math.max(0, 1 - Math.abs(block - 0.4) * 2.6),
    silenced: Math.max(0, (block - 0.45) * 3),
    "depolarisation-block": block > 0.5 ? 0.06 : 0,
    mixed: block > 0.1 && block < 0.6 ? 0.08 : 0,
  };
  const sum = VERDICT_LABELS.reduce((total, label) => total + raw[label], 0);
  const all = Object.fromEntries(VERDICT_LABELS.map((l) => [l, raw[l] / sum])) as Record<
    VerdictLabel,
    number
  >;
  const label = VERDICT_LABELS.reduce((best, l) => (all[l] > all[best] ? l : best));
  return {
    label,
    probability: all[label],
    all,
    sentence: `At ${dose_uM} µM the clone is ${label === "no-effect" ? "unchanged" : label} in ${Math.round(100 * all[label])} % of clones.`,
  };
}

/** A dose sweep with a made-up sodium-channel blocker. */
export function makeTrial(options: TrialOptions = {}): Trial {
  const { doses_uM = [0.3, 1, 3, 10, 30, 100], therapeutic = true, name = "Lamotrigine" } = options;
  return {
    kind: "patchtwin-trial/1",
    twin: "171116sh_0018.abf",
    model: "cortical",
    clones: 32,
    drug: {
      id: "lamotrigine",
      name,
      class: "sodium-channel blocker",
      actions: [
        "Nav (fast) -> gNaT: IC50 30 µM at rest, Hill 1.0 (made up for tests), verified",
        "HCN -> gH: EC50 40 µM, Hill 1.0 (made up for tests), recalled",
      ],
      notModelled: [
        "Cav2.3: this cell has no counterpart.",
        "Glutamate release: a single cell has no synapses.",
      ],
      warnings: therapeutic
        ? ["Use dependence is not in this model: block at rest stands for all states."]
        : [],
      therapeutic: therapeutic
        ? { freeLow_uM: 4.4, freeHigh_uM: 27, text: "3–15 mg/L in plasma, about 55 % bound." }
        : null,
    },
    protocol: {
      name: "F-I family",
      description: "Twelve steps of 500 ms from 0 to 330 pA; features at 300 pA.",
      holding_pA: 0,
      steps_pA: Array.from({ length: 12 }, (_, k) => 30 * k),
      step_ms: 500,
    },
    baseline: { fi: fiCurve(0) },
    doses: doses_uM.map(
      (dose_uM): DoseResult => ({
        dose_uM,
        timesFreeCmax: therapeutic ? dose_uM / 27 : null,
        parameters: [
          { parameter: "gNaT_nS", target: "Nav (fast)", scale: left(dose_uM), shift_mV: null },
          { parameter: "vHalfNaT_mV", target: "Nav (fast)", scale: null, shift_mV: -4 * (1 - left(dose_uM)) },
        ],
        features: features(dose_uM),
        fi: fiCurve(dose_uM),
        verdict: verdict(dose_uM),
      }),
    ),
    traces: [0, ...doses_uM].map((dose_uM) => trialTrace(dose_uM)),
    summary: `${name} inhibits this cell from 10 µM and silences it at 100 µM, through block of the fast sodium current.`,
    provenance: {
      patchtwin: "0.1.0",
      librarySchema: "patchtwin-drugs/1",
      seed: 7,
      dt_ms: 0.025,
      solver: "staggered",
      simulations: 2688,
      createdAt: "2025-01-15T10:24:02Z",
      wall_s: 4.02,
      failures: [],
    },
  };
}

function trialTrace(dose_uM: number): TrialTrace {
  const t_ms = Array.from({ length: 1500 }, (_, k) => k / 2);
  const spikes = Math.round((fiCurve(dose_uM)[10].rate_Hz ?? 0) / 2);
  return {
    label: dose_uM === 0 ? "before" : `${dose_uM} µM`,
    dose_uM,
    i_pA: 300,
    t_ms,
    v_mV: voltage(t_ms, 200, spikes, 4, 0),
  };
}

/** Every case that has to come out readable, by name. */
export const AWKWARD_CASES: Readonly<Record<string, { twin: Twin; trial?: Trial }>> = {
  "no trial": { twin: makeTwin() },
  "30 sweeps, past the block": { twin: makeTwin({ sweeps: 30, blockAbove_pA: 560 }), trial: makeTrial() },
  "no held-out sweeps": { twin: makeTwin({ holdOutEvery: 0 }), trial: makeTrial() },
  "silent cell, null features": {
    twin: makeTwin({ silent: true }),
    trial: makeTrial({ doses_uM: [300, 1000] }),
  },
  "hostile file and drug names": {
    twin: makeTwin({ file: `C:\\data\\<script>alert("x")&'${"very_long_name_".repeat(12)}.abf` }),
    trial: makeTrial({ name: '</script><img src=x onerror="alert(1)">' }),
  },
  "no therapeutic range, single dose": {
    twin: makeTwin({ inRange: false }),
    trial: makeTrial({ doses_uM: [0.03], therapeutic: false }),
  },
  "twelve doses from nM to mM": {
    twin: makeTwin(),
    trial: makeTrial({ doses_uM: [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000] }),
  },
  "one sweep, one dose of 0": { twin: makeTwin({ sweeps: 1 }), trial: makeTrial({ doses_uM: [0] }) },
  "no doses, no sweeps": { twin: makeTwin({ sweeps: 0 }), trial: makeTrial({ doses_uM: [] }) },
  "numbers lost in JSON": lostNumbers(),
};

/** NaN becomes null in JSON: every number of the measured features and of the first dose is missing. */
function lostNumbers(): { twin: Twin; trial: Trial } {
  const twin = makeTwin();
  const trial = makeTrial();
  const lost = (_key: string, value: unknown) => (typeof value === "number" ? Number.NaN : value);
  const strip = <T>(value: T): T => JSON.parse(JSON.stringify(value, lost)) as T;
  const [first, ...rest] = trial.doses;
  return {
    twin: { ...twin, measured: strip(twin.measured), fit: { ...twin.fit, vRmse_mV: Number.NaN } },
    trial: { ...trial, doses: [{ ...first, features: strip(first.features), fi: [] }, ...rest] },
  };
}
