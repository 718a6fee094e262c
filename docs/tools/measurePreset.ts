import {
  compile,
  defaultParameters,
  fromRecord,
  type PopulationKernel,
  type Precision,
  toRecord,
} from "../../src/engine/index.ts";
import { cortical } from "../../src/engine/models/cortical.ts";
import type { FeatureName, Preset, Protocol } from "../../src/engine/models/presets/preset.ts";
import {
  detectSpikes,
  inputResistance,
  interspikeIntervals,
  isiCv,
  restingPotential,
  type Spike,
  type SpikeShape,
  sagRatio,
  spikeShapes,
  stepResponse,
  timeConstant,
} from "../../src/features/index.ts";

const DT_MS = 0.025;
type Parameters = Readonly<Record<string, number>>;

interface Sweep {
  readonly v: Float64Array;
  readonly spikes: readonly Spike[];
}

const kernels = new Map<string, PopulationKernel>();

/** A kernel in which the channels that none of the cells has are left out. */
function kernelFor(cells: readonly Parameters[], precision: Precision): PopulationKernel {
  const absent = cortical.currents
    .map(({ conductance }) => conductance)
    .filter((name) => cells.every((cell) => cell[name] === 0));
  const key = [precision, ...absent].join(" ");
  const fixed = Object.fromEntries(absent.map((name) => [name, 0]));
  const kernel = kernels.get(key) ?? compile(cortical, { dt_ms: DT_MS, precision, fixed });
  kernels.set(key, kernel);
  return kernel;
}

/** Parameter sets under one protocol, simulated together; each sweep once. */
export class MeasuredPopulation {
  readonly cells: readonly MeasuredCell[];
  readonly #kernel: PopulationKernel;
  readonly #parameters: Float64Array;
  readonly #v0_mV: number;
  readonly #traces = new Map<string, readonly Sweep[]>();

  constructor(cells: readonly Parameters[], protocol: Protocol, precision: Precision = "f64") {
    const complete = cells.map((cell) => ({ ...toRecord(cortical, DEFAULTS), ...cell }));
    this.#kernel = kernelFor(complete, precision);
    this.#parameters = Float64Array.from(complete.flatMap((cell) => [...fromRecord(cortical, cell)]));
    this.#v0_mV = protocol.v0_mV;
    this.cells = cells.map((_, index) => new MeasuredCell(this, index, protocol));
  }

  inject(key: string, current: () => Float64Array): readonly Sweep[] {
    const known = this.#traces.get(key);
    if (known) return known;
    const waveform = current();
    const { v_mV, samples } = this.#kernel.run(this.#parameters, {
      steps: waveform.length,
      i: { kind: "waveforms", waveforms: [waveform] },
      v0_mV: this.#v0_mV,
      recordEvery: 1,
    });
    const sweeps = this.cells.map((_, k): Sweep => {
      const v = Float64Array.from(v_mV!.subarray(k * samples, (k + 1) * samples));
      return { v, spikes: Number.isNaN(v[samples - 1]) ? [] : detectSpikes(v, DT_MS, { noise_mV: 0 }) };
    });
    this.#traces.set(key, sweeps);
    return sweeps;
  }
}

const DEFAULTS = defaultParameters(cortical);

const measured = new WeakMap<Preset, MeasuredPopulation>();

/** The preset and, in the order of its causal checks, the same cell with channels blocked. */
export function measuredPreset(preset: Preset): MeasuredPopulation {
  const { parameters, protocol, causes } = preset;
  const cells = [parameters, ...causes.map(({ scale }) => scaled(parameters, scale))];
  const population = measured.get(preset) ?? new MeasuredPopulation(cells, protocol);
  measured.set(preset, population);
  return population;
}

function scaled(parameters: Parameters, scale: Parameters): Parameters {
  const changed = Object.entries(scale).map(([name, factor]) => [name, (parameters[name] ?? 0) * factor]);
  return { ...parameters, ...Object.fromEntries(changed) };
}

/** A cell with its protocol. */
export class MeasuredCell {
  readonly protocol: Protocol;
  readonly #population: MeasuredPopulation;
  readonly #index: number;
  readonly #values = new Map<FeatureName, number | null>();

  constructor(population: MeasuredPopulation, index: number, protocol: Protocol) {
    this.#population = population;
    this.#index = index;
    this.protocol = protocol;
  }

  /** The feature's value; null where the cell has none (no spike, no sag). */
  measure(name: FeatureName): number | null {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const value = MEASURES[name](this);
    this.#values.set(name, value);
    return value;
  }

  /** One sweep of `[start_ms, end_ms, amplitude_pA]` steps on the base current. */
  sweep(
    duration_ms: number,
    pulses: readonly (readonly [number, number, number])[],
    base_pA = this.protocol.hold_pA ?? 0,
  ): Sweep {
    return this.inject(JSON.stringify([duration_ms, pulses, base_pA]), () =>
      steps(duration_ms, pulses, base_pA),
    );
  }

  inject(key: string, current: () => Float64Array): Sweep {
    return this.#population.inject(key, current)[this.#index];
  }
}

function steps(
  duration_ms: number,
  pulses: readonly (readonly [number, number, number])[],
  base_pA: number,
): Float64Array {
  const current = new Float64Array(Math.round(duration_ms / DT_MS)).fill(base_pA);
  for (const [start, end, amplitude] of pulses)
    current.fill(base_pA + amplitude, Math.round(start / DT_MS), Math.round(end / DT_MS));
  return current;
}

const SETTLE_MS = 400;
const between = ({ spikes }: Sweep, start: number, end: number): number[] =>
  spikes.map(({ peak_ms }) => peak_ms).filter((t) => t >= start && t < end);

/** A step after the settling time, and what follows it. */
function step(cell: MeasuredCell, amplitude: number, length: number): Sweep {
  return cell.sweep(SETTLE_MS + length + 100, [[SETTLE_MS, SETTLE_MS + length, amplitude]]);
}

function passive(cell: MeasuredCell, delta_pA: number, length = 800) {
  const { v, spikes } = step(cell, delta_pA, length);
  return stepResponse(v, DT_MS, { start_ms: SETTLE_MS, end_ms: SETTLE_MS + length, delta_pA }, spikes);
}

/** The second-long sweep at the drive: times of its spikes from the start of the step, and their shapes. */
function train(cell: MeasuredCell, factor = 1): { times: number[]; shapes: SpikeShape[]; sweep: Sweep } {
  const sweep = step(cell, cell.protocol.drive_pA * factor, 1000);
  const inside = sweep.spikes.filter(({ peak_ms }) => peak_ms >= SETTLE_MS && peak_ms < SETTLE_MS + 1000);
  return {
    times: inside.map(({ peak_ms }) => peak_ms - SETTLE_MS),
    shapes: spikeShapes(sweep.v, DT_MS, inside, SETTLE_MS + 1000),
    sweep,
  };
}

const first = (cell: MeasuredCell, key: keyof SpikeShape): number | null =>
  train(cell).shapes[0]?.[key] ?? null;

function middle(values: readonly (number | null)[]): number | null {
  const known = values.filter((value): value is number => value !== null).sort((a, b) => a - b);
  return known.length === 0 ? null : known[known.length >> 1];
}

/** The smallest of steps that grow by 7 % each, from a tenth of the drive. */
function rheobase(cell: MeasuredCell): number | null {
  for (let amplitude = cell.protocol.drive_pA / 10; amplitude < 2 * cell.protocol.drive_pA; amplitude *= 1.07)
    if (between(step(cell, amplitude, 500), SETTLE_MS, SETTLE_MS + 500).length > 0) return amplitude;
  return null;
}

function fastAhp(cell: MeasuredCell): number | null {
  const { sweep, shapes } = train(cell);
  const spike = sweep.spikes.find(({ peak_ms }) => peak_ms >= SETTLE_MS);
  if (!spike || shapes.length === 0) return null;
  const after = sweep.v.subarray(spike.peakIndex, spike.peakIndex + Math.round(5 / DT_MS));
  return shapes[0].threshold_mV - after.reduce((a, b) => Math.min(a, b));
}

/** Five pulses of 2 ms and ten times the drive (at least 1 nA) at 100 Hz. */
function mediumAhp(cell: MeasuredCell): number | null {
  const amplitude = Math.max(1000, 6 * cell.protocol.drive_pA);
  const start = 600;
  const pulses = Array.from(
    { length: 5 },
    (_, k) => [start + 10 * k, start + 10 * k + 2, amplitude] as const,
  );
  const sweep = cell.sweep(start + 300, pulses, cell.protocol.ahpHold_pA ?? cell.protocol.hold_pA ?? 0);
  if (between(sweep, start, start + 60).length < 5) return null;
  const before = sweep.v[Math.round((start - 1) / DT_MS)];
  const after = sweep.v.subarray(Math.round((start + 62) / DT_MS), Math.round((start + 192) / DT_MS));
  return before - after.reduce((a, b) => Math.min(a, b));
}

const rateOver = (times: readonly number[], from: number, to: number): number =>
  (1000 * times.filter((t) => t >= from && t < to).length) / (to - from);

function adaptation(cell: MeasuredCell): number | null {
  const isis = interspikeIntervals(train(cell).times);
  if (isis.length < 4) return null;
  return 100 * (1 - isis[2] / isis[isis.length - 1]);
}

/** Rate of a step without block: spikes must last to its end. */
function sustainedRate(cell: MeasuredCell, factor: number): number {
  const { times } = train(cell, factor);
  const late = times.filter((t) => t >= 800).length;
  return late === 0 ? 0 : rateOver(times, 0, 1000);
}

function spontaneous(cell: MeasuredCell): number[] {
  return between(cell.sweep(3000, [], 0), 1000, 3000);
}

function rebound(cell: MeasuredCell): number[] {
  const { rebound: protocol } = cell.protocol;
  if (!protocol) return [];
  const sweep = cell.sweep(1500, [[500, 1000, protocol.step_pA]], protocol.hold_pA);
  return between(sweep, 1000, 1200);
}

const FREQUENCIES_HZ = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20];

/** Impedance by a small sine each: amplitude of the response at its frequency over the last whole periods. */
function impedances(cell: MeasuredCell): number[] {
  const amplitude = Math.abs(cell.protocol.small_pA) / 2;
  const base = cell.protocol.resonanceHold_pA ?? cell.protocol.hold_pA ?? 0;
  return FREQUENCIES_HZ.map((frequency) => {
    const omega = (2 * Math.PI * frequency) / 1000;
    const duration = 1000 + 1000 * Math.max(1, Math.round(frequency) / frequency);
    const { v } = cell.inject(`sine ${frequency} ${base}`, () =>
      Float64Array.from(
        { length: Math.round(duration / DT_MS) },
        (_, n) => base + amplitude * Math.sin(omega * n * DT_MS),
      ),
    );
    let [re, im] = [0, 0];
    const from = Math.round(1000 / DT_MS);
    for (let n = from; n < v.length - 1; n++) {
      re += v[n] * Math.cos(omega * n * DT_MS);
      im += v[n] * Math.sin(omega * n * DT_MS);
    }
    return (2 * Math.hypot(re, im)) / (v.length - 1 - from) / amplitude;
  });
}

const largest = (values: readonly number[]): number => values.indexOf(Math.max(...values));

/** Currents of the first and the last spike on a ramp up and down. */
function onRamp(cell: MeasuredCell): { first: number; last: number } | null {
  const { ramp } = cell.protocol;
  if (!ramp) return null;
  const half = 3000;
  const currentAt = (t: number) => ramp.peak_pA * (1 - Math.abs(t - half) / half);
  const { spikes } = cell.inject("ramp", () =>
    Float64Array.from({ length: Math.round((2 * half) / DT_MS) }, (_, n) => currentAt(n * DT_MS)),
  );
  if (spikes.length < 4) return null;
  return { first: currentAt(spikes[0].peak_ms), last: currentAt(spikes[spikes.length - 1].peak_ms) };
}

function sustained(cell: MeasuredCell): Sweep | null {
  const { ramp } = cell.protocol;
  if (!ramp) return null;
  return cell.sweep(
    4500,
    [
      [500, 1500, ramp.pulse_pA],
      [2500, 3500, -ramp.pulse_pA],
    ],
    ramp.bias_pA,
  );
}

const MEASURES: Readonly<Record<FeatureName, (cell: MeasuredCell) => number | null>> = {
  restingPotential_mV(cell) {
    const { v, spikes } = cell.sweep(2000, [], 0);
    return restingPotential(v, DT_MS, { start_ms: 1500, end_ms: 2000 }, spikes);
  },
  inputResistance_MOhm(cell) {
    const response = passive(cell, cell.protocol.small_pA);
    return response && inputResistance([response]);
  },
  timeConstant_ms(cell) {
    const response = passive(cell, cell.protocol.small_pA);
    return response && timeConstant([response]);
  },
  sagRatio(cell) {
    const response = passive(cell, cell.protocol.sag_pA);
    return response && sagRatio(response);
  },
  rheobase_pA: rheobase,
  threshold_mV: (cell) => first(cell, "threshold_mV"),
  amplitude_mV: (cell) => first(cell, "amplitude_mV"),
  laterAmplitude_mV: (cell) => middle(train(cell).shapes.map(({ amplitude_mV }) => amplitude_mV)),
  peak_mV: (cell) => first(cell, "peak_mV"),
  halfWidth_ms: (cell) => first(cell, "halfWidth_ms"),
  upstroke_mV_per_ms: (cell) => first(cell, "upstroke_mV_per_ms"),
  downstroke_mV_per_ms: (cell) => first(cell, "downstroke_mV_per_ms"),
  fastAhp_mV: fastAhp,
  ahpDepth_mV: (cell) => middle(train(cell).shapes.map(({ ahpDepth_mV }) => ahpDepth_mV)),
  mediumAhp_mV: mediumAhp,
  rate_Hz: (cell) => rateOver(train(cell).times, 500, 1000),
  fISlope_Hz_per_nA(cell) {
    const [low, high] = [sustainedRate(cell, 1), sustainedRate(cell, 1.5)];
    return (high - low) / (0.0005 * cell.protocol.drive_pA);
  },
  adaptation_percent: adaptation,
  firstToNinthInterval(cell) {
    const isis = interspikeIntervals(train(cell).times);
    return isis.length < 9 ? null : isis[0] / isis[8];
  },
  maximalRate_Hz: (cell) => Math.max(...[1, 2, 3, 4, 6, 8, 12].map((factor) => sustainedRate(cell, factor))),
  spontaneousRate_Hz: (cell) => spontaneous(cell).length / 2,
  spontaneousCv: (cell) => isiCv(interspikeIntervals(spontaneous(cell))),
  reboundSpikes: (cell) => rebound(cell).length,
  reboundRate_Hz(cell) {
    const times = rebound(cell);
    return times.length < 2 ? null : 1000 / (times[1] - times[0]);
  },
  resonance_Hz: (cell) => FREQUENCIES_HZ[largest(impedances(cell))],
  resonanceQ(cell) {
    const z = impedances(cell);
    return z[largest(z)] / z[0];
  },
  recruitment_pA: (cell) => onRamp(cell)?.first ?? null,
  derecruitment_pA(cell) {
    const ramp = onRamp(cell);
    return ramp && ramp.last - ramp.first;
  },
  selfSustainedSpikes(cell) {
    const sweep = sustained(cell);
    return sweep && between(sweep, 1600, 2500).length;
  },
  spikesAfterInhibition(cell) {
    const sweep = sustained(cell);
    return sweep && between(sweep, 3600, 4500).length;
  },
};
