import { RandomStream } from "../../random.ts";
import type { DrawnCell, DrawnSweep } from "./drawnCell.ts";
import { GaussianSource } from "./gaussian.ts";
import { between, logBetween, wholeBetween } from "./protocol.ts";

/** What a network must not be sure about: recordings that no cell of the world can give. */
export const ARTEFACTS = [
  "line-noise",
  "clipping",
  "lost-seal",
  "swapped-channels",
  "wrong-units",
  "constant",
  "dead",
] as const;

export type Artefact = (typeof ARTEFACTS)[number];

type Spoil = (sweeps: readonly DrawnSweep[], dt_ms: number, stream: RandomStream) => DrawnSweep[];

/**
 * A drawn cell whose recording is spoilt in one way; everything else about it stays.
 *
 * `line-noise`: mains hum of 4 to 20 mV with two harmonics. `clipping`: saturated at a level within the lower three quarters of its
 * range, or at the top and the bottom. `lost-seal`: from some moment on the voltage runs towards 0 mV and the spikes with it, in all later sweeps too.
 * `swapped-channels`: voltage and current exchanged. `wrong-units`: voltage in V or with a gain of 10 or 100 too much, or current in nA. `constant`: one
 * value a sweep. `dead`: an electrode without a cell, noise and its resistance times the current.
 *
 * @param seed with the cell's index it makes the random numbers.
 */
export function withArtefact(cell: DrawnCell, artefact: Artefact, seed: number): DrawnCell {
  const stream = RandomStream.fromSeed(seed).split(cell.index);
  return { ...cell, sweeps: SPOILERS[artefact](cell.sweeps, cell.dt_ms, stream) };
}

const SPOILERS: Readonly<Record<Artefact, Spoil>> = {
  "line-noise": lineNoise,
  clipping,
  "lost-seal": lostSeal,
  "swapped-channels": (sweeps) => sweeps.map(({ v_mV, i_pA }) => ({ v_mV: i_pA, i_pA: v_mV })),
  "wrong-units": wrongUnits,
  constant: (sweeps, _, stream) => {
    const level_mV = stream.uniform() < 0.3 ? 0 : between(stream, -90, 20);
    return withVoltage(sweeps, ({ v_mV }) => v_mV.map(() => level_mV));
  },
  dead,
};

function withVoltage(
  sweeps: readonly DrawnSweep[],
  voltage: (sweep: DrawnSweep, index: number) => Float64Array,
): DrawnSweep[] {
  return sweeps.map((sweep, index) => ({ ...sweep, v_mV: voltage(sweep, index) }));
}

function lineNoise(sweeps: readonly DrawnSweep[], dt_ms: number, stream: RandomStream): DrawnSweep[] {
  const frequency_Hz = stream.uniform() < 0.5 ? 50 : 60;
  const amplitude_mV = logBetween(stream, 4, 20);
  const harmonics = [1, between(stream, 0, 0.3), between(stream, 0, 0.3)];
  const turn = (2 * Math.PI * frequency_Hz * dt_ms) / 1000;
  return withVoltage(sweeps, ({ v_mV }) => {
    const phase = 2 * Math.PI * stream.uniform();
    const hum = (angle: number) =>
      harmonics.reduce((sum, part, k) => sum + part * Math.sin((k + 1) * angle), 0);
    return v_mV.map((v, n) => v + amplitude_mV * hum(phase + turn * n));
  });
}

function clipping(sweeps: readonly DrawnSweep[], _: number, stream: RandomStream): DrawnSweep[] {
  const { low, high } = rangeOf(sweeps);
  const top = low + (high - low) * between(stream, 0.15, 0.75);
  const bottom = stream.uniform() < 0.5 ? low + (top - low) * between(stream, 0.3, 0.7) : low;
  return withVoltage(sweeps, ({ v_mV }) => v_mV.map((v) => Math.min(top, Math.max(bottom, v))));
}

/** What is left of the cell's voltage once the seal is gone. */
const RESIDUE = 0.05;

/** From rest towards 0 mV with a time constant of 20 to 300 ms, in one of the first sweeps. */
function lostSeal(sweeps: readonly DrawnSweep[], dt_ms: number, stream: RandomStream): DrawnSweep[] {
  const lost = Math.floor(sweeps.length * between(stream, 0, 0.5));
  const moment = Math.floor(sweeps[lost].v_mV.length * between(stream, 0.05, 0.7));
  const decay = dt_ms / logBetween(stream, 20, 300);
  return withVoltage(sweeps, ({ v_mV }, index) => {
    if (index < lost) return v_mV;
    const from = index === lost ? moment : Number.NEGATIVE_INFINITY;
    return v_mV.map((v, n) =>
      n <= from ? v : v * (RESIDUE + (1 - RESIDUE) * Math.exp(-decay * (n - from))),
    );
  });
}

function wrongUnits(sweeps: readonly DrawnSweep[], _: number, stream: RandomStream): DrawnSweep[] {
  const [voltage, current] = [
    [0.001, 1],
    [10, 1],
    [100, 1],
    [1, 0.001],
  ][wholeBetween(stream, 0, 3)];
  return sweeps.map(({ v_mV, i_pA }) => ({
    v_mV: v_mV.map((v) => voltage * v),
    i_pA: i_pA.map((i) => current * i),
  }));
}

function dead(sweeps: readonly DrawnSweep[], _: number, stream: RandomStream): DrawnSweep[] {
  const offset_mV = between(stream, -10, 10);
  const noise_mV = logBetween(stream, 0.05, 2);
  const resistance_mV_per_pA = logBetween(stream, 0.003, 0.02);
  const gauss = new GaussianSource(stream);
  return withVoltage(sweeps, ({ i_pA }) => {
    const v_mV = new Float64Array(i_pA.length);
    gauss.fill(v_mV, v_mV.length);
    return v_mV.map((deviate, n) => offset_mV + noise_mV * deviate + resistance_mV_per_pA * i_pA[n]);
  });
}

function rangeOf(sweeps: readonly DrawnSweep[]) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { v_mV } of sweeps)
    for (const v of v_mV) {
      if (v < low) low = v;
      if (v > high) high = v;
    }
  return { low, high };
}
