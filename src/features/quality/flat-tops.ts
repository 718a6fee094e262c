import type { Spike } from "../spikes.ts";
import { medianOf } from "../statistics.ts";
import { defineCheck, measured, type SeenSweep } from "./check.ts";

const LEAST_SPIKES = 3;

/**
 * Width of the spikes at 95 % of their height (from threshold to peak) over the width at 50 %; median. A Gaussian has
 * sqrt(ln 0.95 / ln 0.5) = 0.27, a triangle 0.1, a top cut at four fifths of a Gaussian 0.55. Finds the saturation of an amplifier
 * in front of the digitiser, where noise or a slope hides that the samples are all but equal.
 */
export const flatTops = defineCheck({
  name: "flat spike tops",
  unit: "of half-width",
  limits: { maxTop_fraction: 0.45 },
  why: "Our choice, between a Gaussian (0.27) and one cut at four fifths (0.55).",
  accepted: ({ maxTop_fraction }) => ({ high: maxTop_fraction }),
  look: ({ v_mV, spikes }: SeenSweep) => spikes.map((spike) => topWidth(v_mV, spike)),
  conclude: (seen) => {
    const widths = seen.flat().filter((width) => width !== null);
    const reason = `fewer than ${LEAST_SPIKES} spikes`;
    return measured(widths.length < LEAST_SPIKES ? null : medianOf(widths), reason);
  },
});

function topWidth(v: Float64Array, spike: Spike): number | null {
  const top = widthAt(v, spike, 0.95);
  const half = widthAt(v, spike, 0.5);
  return top === null || half === null ? null : top / half;
}

/** In samples, interpolated; null if the trace ends first. */
function widthAt(v: Float64Array, { peakIndex, peak_mV, threshold_mV }: Spike, part: number): number | null {
  const level = threshold_mV + part * (peak_mV - threshold_mV);
  const left = crossing(v, peakIndex, -1, level);
  const right = crossing(v, peakIndex, 1, level);
  return left === null || right === null ? null : right - left;
}

function crossing(v: Float64Array, from: number, step: 1 | -1, level: number): number | null {
  for (let k = from; k + step >= 0 && k + step < v.length; k += step)
    if (v[k + step] < level) return k + (step * (v[k] - level)) / (v[k] - v[k + step]);
  return null;
}
