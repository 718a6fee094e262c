import { z } from "zod";
import { lazySweep, lengthOf } from "../lazy-sweep.ts";
import type { Recording, Sweep } from "../recording.ts";
import { cannot, defineMethod, partOf } from "./method.ts";
import { alongSegments, lengthAfter, type Ratio, ratioOf, resampled } from "./resample-kernel.ts";

/**
 * Brings the recording to another sampling rate, up or down. The voltage is interpolated with a windowed sinc that passes
 * 80 % of the band of the lower rate and stops what lies outside by 80 dB (see `resampled`). The current keeps its edges:
 * it is interpolated along straight lines within the segments of its stimulus and held up to each edge; only a waveform without
 * segments (`arbitrary`: noise, most sines) is interpolated as the voltage is. The first sample stays where it is; the stimulus is described anew.
 *
 * Not to be trusted: artefacts of one sample and jumps of the voltage ring; spikes lose their peaks at a low rate; a higher rate
 * adds no information.
 */
export const resample = defineMethod({
  step: "resample",
  schema: z.strictObject({ step: z.literal("resample"), rate_kHz: z.number().min(0.1).max(1000) }),
  apply(recording, { rate_kHz }, where) {
    const ratio = ratioOf(rate_kHz * recording.dt_ms);
    if (!ratio) throw noRatio(recording, rate_kHz, where);
    const same = ratio.up === ratio.down;
    const from_kHz = Number((1 / recording.dt_ms).toPrecision(6));
    const interpolated = recording.sweeps.filter(({ stimulus }) => stimulus.kind === "arbitrary").length;
    return {
      recording: same ? recording : atRatio(recording, ratio),
      description: `Resampled from ${from_kHz} to ${rate_kHz} kHz; the current of ${interpolated} of ${recording.sweeps.length} sweeps was interpolated, that of the others keeps its steps.`,
      parameters: { rate_kHz, from_kHz },
    };
  },
});

function atRatio(recording: Recording, ratio: Ratio): Recording {
  const dt_ms = (recording.dt_ms * ratio.down) / ratio.up;
  return {
    ...recording,
    dt_ms,
    sweeps: recording.sweeps.map((sweep) => sweepAt(recording, sweep, ratio, dt_ms)),
  };
}

function sweepAt(recording: Recording, source: Sweep, ratio: Ratio, dt_ms: number): Sweep {
  const current = () => {
    const { i_pA, stimulus } = source;
    if (stimulus.kind === "arbitrary") return resampled(i_pA, ratio);
    const edges = stimulus.segments.map(({ start_ms }) => Math.round(start_ms / recording.dt_ms));
    return alongSegments(i_pA, ratio, new Set(edges));
  };
  const samples = lengthAfter(lengthOf(source), ratio);
  const voltage = () => resampled(source.v_mV, ratio);
  const sweep: Sweep = lazySweep({
    index: source.index,
    samples,
    dt_ms,
    v_mV: partOf(samples, voltage, () => sweep.v_mV),
    i_pA: partOf(samples, current, () => sweep.i_pA),
    where: recording.name,
  });
  return sweep;
}

function noRatio(recording: Recording, rate_kHz: number, where: string) {
  return cannot("rate", where, "the two sampling rates have no simple ratio", {
    got: `${rate_kHz} kHz from ${1 / recording.dt_ms} kHz`,
    expected: "a fraction with terms up to 10000",
    next: "Choose a round rate.",
  });
}
