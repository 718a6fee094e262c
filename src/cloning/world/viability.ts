import { packCells, stepCurrent } from "../../engine/index.ts";
import { kernelOf } from "./simulate.ts";
import { engineParameters, type WorldModel } from "./world.ts";

const PROBE_MS = 400;
/** Each fires or does not; the first that does brackets rheobase. */
const COARSE_PA = [8, 32, 128, 512, 2048];
const FINE = [2 ** -1.5, 2 ** -1, 2 ** -0.5];
const NUDGE_PA = -5;
/** A voltage that passes 0 mV and stays above -10 mV was pushed there by the current: not a spike. */
const PLATEAU_MV = -10;
const LONGEST_PLATEAU_MS = 40;

/**
 * The rule of the world, the same for training and test: a cell is let in if it rests (no spike in the last 300 ms after a nudge
 * of -5 pA and 50 ms, without current) and fires (at least one spike at some step of 400 ms up to 2 nA), as what a laboratory
 * keeps does. Cells that fail in integration are sent away too.
 *
 * Returns, for each parameter set, the smallest step that was seen to fire (pA; rheobase to a factor of 1.5), or null.
 */
export function probeRheobase(model: WorldModel, cells: readonly Float64Array[]): (number | null)[] {
  const full = cells.map((values) => engineParameters(model, values));
  const quiet = restQuietly(model, full);
  const coarse = firstFiring(
    model,
    full,
    cells.map(() => COARSE_PA),
  );
  const refined = cells.flatMap((_, k) => (quiet[k] && coarse[k] !== null ? [k] : []));
  const fine = firstFiring(
    model,
    refined.map((k) => full[k]),
    refined.map((k) => FINE.map((part) => part * Number(coarse[k]))),
  );
  const result: (number | null)[] = cells.map(() => null);
  refined.forEach((k, n) => {
    result[k] = fine[n] ?? coarse[k];
  });
  return result;
}

function restQuietly(model: WorldModel, full: readonly Float64Array[]): boolean[] {
  const kernel = kernelOf(model, model.longestStep_ms);
  const dt_ms = model.longestStep_ms;
  const nudge = stepCurrent({ duration_ms: PROBE_MS, dt_ms, start_ms: 0, stop_ms: 50, amplitude: NUDGE_PA });
  const run = kernel.run(packCells(model.engine, full), {
    steps: nudge.length,
    settle_steps: Math.round(100 / dt_ms),
    i: { kind: "waveforms", waveforms: [nudge], scale: 1 / model.pA_per_unit },
  });
  const failed = new Set(run.failures.map(({ cell }) => cell));
  return full.map((_, k) => run.spikeCounts[k] === 0 && !failed.has(k));
}

/** The smallest of each cell's steps that fires; null where none does or the integration fails. */
function firstFiring(
  model: WorldModel,
  full: readonly Float64Array[],
  steps_pA: readonly (readonly number[])[],
): (number | null)[] {
  if (full.length === 0) return [];
  const kernel = kernelOf(model, model.longestStep_ms);
  const value = steps_pA.flat().map((step) => step / model.pA_per_unit);
  const run = kernel.run(
    packCells(
      model.engine,
      full.flatMap((cell, k) => steps_pA[k].map(() => cell)),
    ),
    {
      steps: Math.round(PROBE_MS / model.longestStep_ms),
      i: { kind: "constant", value },
      plateauLevel_mV: PLATEAU_MV,
    },
  );
  const failed = new Set(run.failures.map(({ cell }) => cell));
  const plateaus = run.plateau_ms ?? [];
  let lane = 0;
  return steps_pA.map((levels) => {
    const fires = levels.filter(
      (_, k) => run.spikeCounts[lane + k] > 0 && plateaus[lane + k] < LONGEST_PLATEAU_MS,
    );
    const fails = levels.some((_, k) => failed.has(lane + k));
    lane += levels.length;
    return fires.length === 0 || fails ? null : fires[0];
  });
}
