/** What a network sees of a trace: a fixed number of frames whose length follows that of the sweep. */

/** Frames a sweep. */
export const FRAMES = 64;

/** One frame: extremes at the full sampling rate, so that no spike is lost between frames. Spikes are added by the caller. */
export const FRAME_CHANNELS = ["vMax", "vMin", "vMean", "vEnd", "iMean", "iMax", "iMin", "spikes"] as const;

const CHANNELS = FRAME_CHANNELS.length;

/** Currents of a few pA and of several nA on one scale, as large voltages are on theirs. */
const scaledCurrent = (i_pA: number): number => Math.asinh(i_pA / 50);

const scaledVoltage = (v_mV: number): number => (v_mV + 60) / 30;

/**
 * Fills the frames of one sweep: frame k covers the samples of the k-th of `FRAMES` equal stretches of time. `vEnd` is the
 * mean of the frame's last quarter less that of the whole frame, a slope that noise spares.
 *
 * @param frames where to write, [FRAMES, FRAME_CHANNELS.length], voltages as (v + 60 mV) / 30 mV, currents as asinh(i / 50 pA).
 * @param peaks sample numbers of the spikes; a frame counts its own as ln(1 + n).
 */
export function fillFrames(
  v_mV: Float64Array,
  i_pA: Float64Array,
  peaks: readonly number[],
  frames: Float32Array,
): void {
  for (let frame = 0; frame < FRAMES; frame++) {
    const from = Math.round((frame * v_mV.length) / FRAMES);
    const to = Math.max(from + 1, Math.round(((frame + 1) * v_mV.length) / FRAMES));
    const v = extremes(v_mV, from, to);
    const i = extremes(i_pA, from, to);
    const end_mV = meanOf(v_mV, to - Math.ceil((to - from) / 4), to);
    frames.set(
      [
        scaledVoltage(v.max),
        scaledVoltage(v.min),
        scaledVoltage(v.mean),
        (end_mV - v.mean) / 10,
        scaledCurrent(i.mean),
        scaledCurrent(i.max),
        scaledCurrent(i.min),
        0,
      ],
      frame * CHANNELS,
    );
  }
  countSpikes(peaks, v_mV.length, frames);
}

function countSpikes(peaks: readonly number[], samples: number, frames: Float32Array): void {
  const counts = new Int32Array(FRAMES);
  for (const peak of peaks) counts[Math.min(FRAMES - 1, Math.floor((peak * FRAMES) / samples))]++;
  counts.forEach((count, frame) => {
    frames[frame * CHANNELS + CHANNELS - 1] = Math.log1p(count);
  });
}

function extremes(values: Float64Array, from: number, to: number) {
  let [max, min, sum] = [values[from], values[from], 0];
  for (let k = from; k < to; k++) {
    const value = values[k];
    if (value > max) max = value;
    if (value < min) min = value;
    sum += value;
  }
  return { max, min, mean: sum / (to - from) };
}

/** Mean of the samples [from, to), cut at the ends of the trace; NaN where nothing is left. */
export function meanOf(values: Float64Array, from: number, to: number): number {
  const first = Math.max(0, from);
  const last = Math.min(values.length, to);
  let sum = 0;
  for (let k = first; k < last; k++) sum += values[k];
  return last > first ? sum / (last - first) : Number.NaN;
}
