import { defineCheck, measured, type SeenSweep } from "./check.ts";

const CLIP_RUN = 3;
const CLIP_SLOPE_mV_per_ms = 10;

/**
 * Samples held at the highest or lowest value of the whole recording in runs of three or more that are entered at
 * 10 mV/ms or faster: a real extreme is approached slowly, one that the amplifier or digitiser clipped is cut off.
 */
export const clippedSamples = defineCheck({
  name: "clipped samples",
  unit: "samples",
  limits: { maxClipped: 0 },
  why: "By definition: behind a clipped sample the voltage is unknown.",
  accepted: ({ maxClipped }) => ({ high: maxClipped }),
  look: extremes,
  conclude: (seen) => {
    const low = seen.reduce((least, one) => Math.min(least, one.low), Number.POSITIVE_INFINITY);
    const high = seen.reduce((most, one) => Math.max(most, one.high), Number.NEGATIVE_INFINITY);
    const count = seen.reduce((sum, one) => {
      return sum + (one.low === low ? one.clippedLow : 0) + (one.high === high ? one.clippedHigh : 0);
    }, 0);
    return measured(seen.length > 0 ? count : null, "there is no sweep");
  },
});

/** Runs at the extremes of one sweep; they count if they are those of all sweeps. */
function extremes({ v_mV, dt_ms }: SeenSweep) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of v_mV) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  const least_mV = CLIP_SLOPE_mV_per_ms * dt_ms;
  return {
    low,
    high,
    clippedLow: clippedAt(low, v_mV, least_mV),
    clippedHigh: low === high ? 0 : clippedAt(high, v_mV, least_mV),
  };
}

function clippedAt(level: number, v: Float64Array, least_mV: number): number {
  let clipped = 0;
  for (let k = 1; k < v.length; k++) {
    if (v[k] !== level || Math.abs(v[k] - v[k - 1]) < least_mV) continue;
    let end = k;
    while (end + 1 < v.length && v[end + 1] === v[k]) end++;
    if (end - k + 1 >= CLIP_RUN) clipped += end - k + 1;
    k = end;
  }
  return clipped;
}
