import { amplitude, fitSines } from "../../recordings/prepare/sines.ts";
import { mean } from "../statistics.ts";
import { defineCheck, measured, type SeenSweep } from "./check.ts";

const LINES_Hz = [50, 60] as const;
const HARMONICS = [1, 2, 3] as const;
/** Neighbours that tell how much noise there is at the frequency of a line anyway: resolved in 200 ms, orthogonal to it. */
const NEIGHBOUR_Hz = 5;
const UNIT_ms = 200;
/** Longest piece that is fitted as one: the line wanders by some hundredths of a Hz. */
const LONGEST_ms = 1000;
const MEAN_ms = 0.5;
const MOST_OF_SAMPLING = 0.45;
const SETTLE_ms = 100;
const AFTER_SPIKE_ms = 50;

const ALL_Hz = [
  ...new Set(
    LINES_Hz.flatMap((line) =>
      HARMONICS.flatMap((n) => [line * n - NEIGHBOUR_Hz, line * n, line * n + NEIGHBOUR_Hz]),
    ),
  ),
];

/** Power (amplitude squared) at each frequency of `ALL_Hz`, weighted by the length of the stretches. */
interface Spectrum {
  readonly length_ms: number;
  readonly power: readonly number[];
}

/**
 * Amplitude of hum at 50 or 60 Hz, whichever is stronger: the root of the summed squares of the fundamental and the second
 * and third harmonic. Each is a least-squares fit to the longest piece of constant current (200 to 1000 ms) of each sweep
 * without spikes, 100 ms after an edge and 50 ms after a spike; the mean power at 5 Hz above and below, which noise has there too, is taken off.
 */
export const lineNoise = defineCheck({
  name: "line noise",
  unit: "mV",
  limits: { maxLine_mV: 0.25 },
  why: "Our choice: a quarter of the accepted noise. More can be removed (preparation step line-noise).",
  accepted: ({ maxLine_mV }) => ({ high: maxLine_mV }),
  look: spectrum,
  conclude: (seen) => {
    const lines = LINES_Hz.map((line) => HARMONICS.map((n) => lineAmplitude(seen, line * n)));
    const sizes = lines.map((harmonics) => Math.hypot(...harmonics));
    const strongest = sizes[1] > sizes[0] ? 1 : 0;
    const parts = lines[strongest].map(
      (size, k) => `${size.toFixed(3)} at ${LINES_Hz[strongest] * HARMONICS[k]} Hz`,
    );
    const any = seen.some(({ length_ms }) => length_ms > 0);
    const reason = "no stretch of 200 ms with constant current and without spikes";
    return measured(any ? sizes[strongest] : null, reason, parts.join(", "));
  },
});

/** All frequencies at once: 5 Hz apart, they are told apart in 200 ms. */
function spectrum(sweep: SeenSweep): Spectrum {
  const { values, size, dt_ms } = quietTrace(sweep);
  const length_ms = values.length * dt_ms;
  const sampled_Hz = ALL_Hz.filter((frequency) => frequency < MOST_OF_SAMPLING * (1000 / dt_ms));
  const fit = fitSines(values, dt_ms, [{ from: 0, to: values.length }], sampled_Hz);
  const power = ALL_Hz.map((frequency) => {
    const sine = fit?.sines.find(({ frequency_Hz }) => frequency_Hz === frequency);
    return sine ? length_ms * (amplitude(sine) / gainOfMeans(frequency, size, dt_ms)) ** 2 : 0;
  });
  return { length_ms: fit ? length_ms : 0, power };
}

/** How much of a sine is left in means of `size` samples that span `dt_ms`. */
function gainOfMeans(frequency_Hz: number, size: number, dt_ms: number): number {
  const turn = (Math.PI * frequency_Hz * dt_ms) / 1000;
  return Math.sin(turn) / (size * Math.sin(turn / size));
}

function lineAmplitude(seen: readonly Spectrum[], frequency_Hz: number): number {
  const length = seen.reduce((sum, one) => sum + one.length_ms, 0);
  const at = (f: number) => seen.reduce((sum, { power }) => sum + power[ALL_Hz.indexOf(f)], 0) / length;
  const background = (at(frequency_Hz - NEIGHBOUR_Hz) + at(frequency_Hz + NEIGHBOUR_Hz)) / 2;
  return Math.sqrt(Math.max(0, at(frequency_Hz) - background));
}

interface Gap {
  readonly from_ms: number;
  readonly to_ms: number;
}

/** The longest piece of constant current without spikes. */
function longestQuiet({ stimulus, dt_ms, spikes, v_mV }: SeenSweep): Gap {
  const gaps = stimulus.segments.flatMap(({ start_ms, end_ms, from_pA, to_pA }, k) => {
    if (from_pA !== to_pA) return [];
    const from_ms = start_ms + (k === 0 ? 0 : SETTLE_ms);
    const to_ms = Math.min(end_ms, v_mV.length * dt_ms);
    const inside = spikes.filter(({ peak_ms }) => peak_ms + AFTER_SPIKE_ms > from_ms && peak_ms < to_ms);
    const bounds = [
      from_ms,
      ...inside.flatMap(({ threshold_ms, peak_ms }) => [threshold_ms - 2, peak_ms + AFTER_SPIKE_ms]),
      to_ms,
    ];
    return bounds.flatMap((from, n) => (n % 2 === 0 ? [{ from_ms: from, to_ms: bounds[n + 1] }] : []));
  });
  const none = { from_ms: 0, to_ms: 0 };
  return gaps.reduce((a, b) => (b.to_ms - b.from_ms > a.to_ms - a.from_ms ? b : a), none);
}

/** Means of `size` samples. */
interface Means {
  readonly values: Float64Array;
  readonly size: number;
  readonly dt_ms: number;
}

/** Its last 200, 400, ... 1000 ms as means of up to 0.5 ms. */
function quietTrace(sweep: SeenSweep): Means {
  const { from_ms, to_ms } = longestQuiet(sweep);
  const { v_mV } = sweep;
  const units = Math.floor(Math.min(to_ms - from_ms, LONGEST_ms) / UNIT_ms);
  const size = Math.max(1, Math.floor(MEAN_ms / sweep.dt_ms));
  const dt_ms = size * sweep.dt_ms;
  const count = units >= 1 ? Math.round((units * UNIT_ms) / dt_ms) : 0;
  const first = Math.floor(to_ms / sweep.dt_ms) - count * size;
  const values = Float64Array.from({ length: first >= 0 ? count : 0 }, (_, k) => {
    return mean(v_mV.subarray(first + k * size, first + (k + 1) * size))!;
  });
  return { values, size, dt_ms };
}
