/** The voltage jump at the edges of current steps: what a series resistance leaves that the bridge does not balance. */
import type { Stimulus } from "../../recordings/recording.ts";
import type { SeenSweep } from "./check.ts";

/** The answer to one edge: voltage change per current, mV/pA, of each sample from the edge on. */
export interface Edge {
  readonly delta_pA: number;
  readonly dt_ms: number;
  readonly unit: Float64Array;
}

export interface SeriesResistance {
  /** What the bridge leaves, MOhm; negative: it takes off too much. */
  readonly resistance_MOhm: number;
  /** Standard error over the edges (of a single one: from its residual), and half a sample of the rise, MOhm. */
  readonly error_MOhm: number;
  readonly tau_ms: number;
  readonly edges: number;
}

const LEAST_EDGE_pA = 2;
const BEFORE_ms = 5;
/** Electrode capacitance and amplifier filter settle in less. */
const SETTLED_ms = 0.3;
/** Short, so that one exponential is enough: the charging of dendrites bends the first milliseconds. */
const AFTER_ms = 2.5;
const LEVEL_ms = 5;
const AFTER_SPIKE_ms = 20;
const TAUS_ms = { from: 1, to: 300, steps: 60 };

/** Edges between two constant levels of which the voltage was followed for 2.5 ms without a spike. */
export function quietEdges({ v_mV, dt_ms, stimulus, spikes }: SeenSweep): Edge[] {
  const isQuiet = (t_ms: number) =>
    spikes.every(
      (spike) =>
        spike.peak_ms + AFTER_SPIKE_ms < t_ms - BEFORE_ms || spike.threshold_ms - 1 > t_ms + AFTER_ms,
    );
  return flatEdges(stimulus)
    .filter(({ t_ms }) => isQuiet(t_ms))
    .map(({ t_ms, delta_pA }) => edgeAt(v_mV, dt_ms, t_ms, delta_pA))
    .filter((edge) => edge !== null);
}

function flatEdges({ segments }: Stimulus): { t_ms: number; delta_pA: number }[] {
  const isLong = (k: number, least_ms: number) => segments[k].end_ms - segments[k].start_ms >= least_ms;
  const isFlat = (k: number) => segments[k].from_pA === segments[k].to_pA;
  const edges: { t_ms: number; delta_pA: number }[] = [];
  for (let k = 1; k < segments.length; k++) {
    const delta_pA = segments[k].from_pA - segments[k - 1].to_pA;
    const usable = isFlat(k - 1) && isFlat(k) && isLong(k - 1, BEFORE_ms) && isLong(k, LEVEL_ms);
    if (usable && Math.abs(delta_pA) >= LEAST_EDGE_pA) edges.push({ t_ms: segments[k].start_ms, delta_pA });
  }
  return edges;
}

function edgeAt(v_mV: Float64Array, dt_ms: number, t_ms: number, delta_pA: number): Edge | null {
  const at = Math.round(t_ms / dt_ms);
  const before = Math.round(BEFORE_ms / dt_ms);
  const after = Math.round(AFTER_ms / dt_ms);
  if (!(before >= 3) || at - before < 0 || at + after > v_mV.length) return null;
  const start_mV = lineEnd(v_mV.subarray(at - before, at));
  return { delta_pA, dt_ms, unit: v_mV.slice(at, at + after).map((v) => (v - start_mV) / delta_pA) };
}

/** The least-squares line through the values, one sample past their end. */
function lineEnd(values: Float64Array): number {
  const n = values.length;
  const centre = (n - 1) / 2;
  let sum = 0;
  let product = 0;
  values.forEach((value, k) => {
    sum += value;
    product += (k - centre) * value;
  });
  return sum / n + ((n - centre) * product * 12) / (n * (n * n - 1));
}

/**
 * Series resistance that is left in the trace: a + b exp(-t / tau) is fitted to the mean answer from 0.3 to 2.5 ms after
 * the edge (least squares, tau by search, edges weighted by the square of their height) and extrapolated to the edge.
 * Membrane capacitance lets no voltage jump, so that all of a jump lies before the membrane. The method is that of
 * balancing a bridge by eye (The Axon Guide, Molecular Devices, chapter 3), made with a fit.
 *
 * Not to be trusted in cells with large dendrites: they charge the soma within about 1 ms, which looks like a jump of
 * some MOhm (Wilson & Park 1989, J Neurosci Methods 27:51).
 *
 * @returns null without edges of a common sampling interval or with fewer than 8 samples to fit.
 */
export function seriesResistance(edges: readonly Edge[]): SeriesResistance | null {
  if (edges.length === 0) return null;
  const { dt_ms } = edges[0];
  const first = Math.ceil(SETTLED_ms / dt_ms);
  const times_ms = Float64Array.from({ length: edges[0].unit.length - first }, (_, k) => (first + k) * dt_ms);
  if (times_ms.length < 8) return null;
  const weight = edges.reduce((sum, { delta_pA }) => sum + delta_pA ** 2, 0);
  const mean = times_ms.map((_, k) =>
    edges.reduce((sum, { delta_pA, unit }) => sum + (delta_pA ** 2 / weight) * unit[first + k], 0),
  );
  const tau_ms = bestTau(times_ms, mean);
  const fit = fitOnset(times_ms, mean, tau_ms);
  const singles = edges.map(({ unit }) => fitOnset(times_ms, unit.subarray(first), tau_ms).jump);
  const noise = edges.length > 1 ? spread(edges, singles, fit.jump) : fit.jumpError;
  // The edge itself is known to half a sample.
  const error = Math.hypot(noise, (fit.slope * dt_ms) / 2);
  return { resistance_MOhm: fit.jump * 1000, error_MOhm: error * 1000, tau_ms, edges: edges.length };
}

/** Standard error of the weighted mean. */
function spread(edges: readonly Edge[], jumps: readonly number[], mean: number): number {
  const weight = edges.reduce((sum, { delta_pA }) => sum + delta_pA ** 2, 0);
  const variance = edges.reduce((sum, { delta_pA }, k) => {
    return sum + ((delta_pA ** 2 / weight) * (jumps[k] - mean)) ** 2;
  }, 0);
  return Math.sqrt((variance * edges.length) / (edges.length - 1));
}

/** Best tau on a logarithmic grid, 10 % apart: the jump hardly depends on it. */
function bestTau(times_ms: Float64Array, unit: Float64Array): number {
  let best = { tau_ms: TAUS_ms.from, error: Number.POSITIVE_INFINITY };
  for (let k = 0; k <= TAUS_ms.steps; k++) {
    const tau_ms = TAUS_ms.from * (TAUS_ms.to / TAUS_ms.from) ** (k / TAUS_ms.steps);
    const { error } = fitOnset(times_ms, unit, tau_ms);
    if (error < best.error) best = { tau_ms, error };
  }
  return best.tau_ms;
}

/** Least squares of jump + rise (1 - exp(-t / tau)). */
function fitOnset(times_ms: Float64Array, unit: Float64Array, tau_ms: number) {
  const n = times_ms.length;
  let [x, y, xx, xy, yy] = [0, 0, 0, 0, 0];
  for (let k = 0; k < n; k++) {
    const risen = -Math.expm1(-times_ms[k] / tau_ms);
    x += risen;
    y += unit[k];
    xx += risen * risen;
    xy += risen * unit[k];
    yy += unit[k] * unit[k];
  }
  const spread = xx - (x * x) / n;
  const slope = spread > 0 ? (xy - (x * y) / n) / spread : 0;
  const error = Math.max(0, yy - (y * y) / n - slope * (xy - (x * y) / n));
  // Of a single edge: the residual as white noise, carried to t = 0.
  const jumpError = Math.sqrt((error / (n - 2)) * (1 / n + (spread > 0 ? (x / n) ** 2 / spread : 0)));
  return { jump: (y - slope * x) / n, slope: slope / tau_ms, error, jumpError };
}
