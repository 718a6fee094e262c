import { findModel } from "../engine/index.ts";
import { measureRecording } from "../features/index.ts";
import type { Recording } from "../recordings/recording.ts";
import { balanced, isBalanced } from "./balance.ts";
import { describeSweeps } from "./family.ts";
import { judgeClones } from "./judge.ts";
import type { RoledSweep } from "./roles.ts";
import { clipVoltage } from "./target.ts";
import type { SweepFit, Twin } from "./twin.ts";

/** Currents beyond this many times the strongest trained one are not asked for. */
const FURTHEST = 2;

/**
 * The third way of holding out: a twin predicts another recording of the same cell. All its sweeps are held out, up to twice the
 * strongest trained current and to its own depolarisation block; the others are `beyond-range`.
 *
 * @param recorded of the same cell, prepared alike (the drop that the bridge left is taken off where it was for the twin); another
 * protocol is the harder and the better test
 * @returns one fit a sweep
 *
 * A cell drifts from one recording to the next, and the twin is not told: part of an error can be the cell's.
 */
export function predictRecording(twin: Twin, recorded: Recording): SweepFit[] {
  const model = findModel(twin.model);
  const recording = isBalanced(twin.provenance) ? balanced(recorded) : recorded;
  const features = measureRecording(recording);
  const strongest_pA = Math.min(
    FURTHEST * twin.range.current_pA.high,
    features.blockAbove_pA ?? Number.POSITIVE_INFINITY,
  );
  const roled = describeSweeps({ recording, features }).map(
    (sweep): RoledSweep => ({
      ...sweep,
      role: sweep.amplitude_pA > strongest_pA ? "beyond-range" : "held-out",
    }),
  );
  const options = { dt_ms: twin.provenance.dt_ms, clip_mV: clipVoltage(twin.measured) };
  const clones = twin.posterior.samples.map((sample) => Float64Array.from(sample));
  return [...judgeClones(model, clones, roled, options).sweeps];
}
