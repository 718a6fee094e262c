import { packCells, stepCurrent } from "../../engine/index.ts";
import { kernelOf } from "./simulate.ts";
import { engineParameters, type WorldModel } from "./world.ts";

const PROBE_MS = 400;
/** Whether a cell fires does not need the precision of its recording. */
const PROBE_STEP_MS = 0.1;
/** Each fires or does not; the first that does brackets rheobase. */
const COARSE_PA = [8, 32, 128, 512, 2048];
const FINE = [2 ** -1.5, 2 ** -1, 2 ** -0.5];
const NUDGE_PA = -5;
/** A voltage that passes 0 mV and stays above -10 mV was pushed there by the current: not a spike. */
const PLATEAU_MV = -10;
const LONGEST_PLATEAU_MS = 40;

/** Spikes of a cell that fires repetitively, in 400 ms. */
const REPETITIVE = 3;

/**
 * The rule of the world, the same for training and test: a cell is let in if it rests (no spike in the last 300 ms after a nudge
 * of -5 pA and 50 ms, without current), fires at some step of 400 ms up to 2 nA, and fires repetitively (three spikes) at one of
 * the steps that were tried: what a laboratory keeps. Cells that fail in integration are sent away too.
 *
 * Returns, for each parameter set, the smallest step that was seen to fire (pA; rheobase to a factor of 1.5), or null.
 */
export function probeRheobase(model: WorldModel, cells: readonly Float64Array[]): (number | null)[] {
  const full = cells.map((values) => engineParameters(model, values));
  const quiet = restQuietly(model, full);
  const rested = cells.flatMap((_, k) => (quiet[k] ? [k] : []));
  const coarse = respond(
    model,
    rested.map((k) => ({ parameters: full[k], levels_pA: COARSE_PA })),
  );
  const firing = rested.flatMap((cell, n) => {
    const { lowest_pA, most } = coarse[n];
    return lowest_pA === null ? [] : [{ cell, lowest_pA, most }];
  });
  const fine = respond(
    model,
    firing.map(({ cell, lowest_pA }) => ({
      parameters: full[cell],
      levels_pA: FINE.map((part) => part * lowest_pA),
    })),
  );
  const result: (number | null)[] = cells.map(() => null);
  firing.forEach(({ cell, lowest_pA, most }, n) => {
    if (Math.max(most, fine[n].most) >= REPETITIVE) result[cell] = fine[n].lowest_pA ?? lowest_pA;
  });
  return result;
}

/**
 * Whether each parameter set is one that the world can give: plausible by its equations and let in by the rule of
 * {@link probeRheobase}. The prior's density is that of its cube where this is true and 0 elsewhere, up to a constant.
 */
export function admitted(model: WorldModel, cells: readonly Float64Array[]): boolean[] {
  const plausible = cells.flatMap((cell, k) => (model.plausible(cell) ? [k] : []));
  const rheobases = probeRheobase(
    model,
    plausible.map((k) => cells[k]),
  );
  const inside = new Set(plausible.filter((_, n) => rheobases[n] !== null));
  return cells.map((_, k) => inside.has(k));
}

function restQuietly(model: WorldModel, full: readonly Float64Array[]): boolean[] {
  const kernel = kernelOf(model, PROBE_STEP_MS);
  const dt_ms = PROBE_STEP_MS;
  const nudge = stepCurrent({ duration_ms: PROBE_MS, dt_ms, start_ms: 0, stop_ms: 50, amplitude: NUDGE_PA });
  const run = kernel.run(packCells(model.engine, full), {
    steps: nudge.length,
    settle_steps: Math.round(100 / dt_ms),
    i: { kind: "waveforms", waveforms: [nudge], scale: 1 / model.pA_per_unit },
  });
  const failed = new Set(run.failures.map(({ cell }) => cell));
  return full.map((_, k) => run.spikeCounts[k] === 0 && !failed.has(k));
}

interface Tried {
  readonly parameters: Float64Array;
  /** Ascending. */
  readonly levels_pA: readonly number[];
}

interface Response {
  /** The lowest level that fires; null where none does or the integration fails. */
  readonly lowest_pA: number | null;
  /** Largest number of spikes. */
  readonly most: number;
}

/** What steps of 400 ms from rest do to cells. */
function respond(model: WorldModel, cells: readonly Tried[]): Response[] {
  if (cells.length === 0) return [];
  const lanes = cells.flatMap(({ parameters, levels_pA }) =>
    levels_pA.map((level) => ({ parameters, level })),
  );
  const run = kernelOf(model, PROBE_STEP_MS).run(
    packCells(
      model.engine,
      lanes.map(({ parameters }) => parameters),
    ),
    {
      steps: Math.round(PROBE_MS / PROBE_STEP_MS),
      i: { kind: "constant", value: lanes.map(({ level }) => level / model.pA_per_unit) },
      plateauLevel_mV: PLATEAU_MV,
    },
  );
  const plateaus = run.plateau_ms ?? [];
  const failed = new Set(run.failures.map(({ cell }) => cell));
  let first = 0;
  return cells.map(({ levels_pA }) => {
    const own = levels_pA.map((level, k) => ({ level, lane: first + k }));
    first += levels_pA.length;
    if (own.some(({ lane }) => failed.has(lane))) return { lowest_pA: null, most: 0 };
    const firing = own.filter(({ lane }) => run.spikeCounts[lane] > 0 && plateaus[lane] < LONGEST_PLATEAU_MS);
    const most = Math.max(0, ...firing.map(({ lane }) => run.spikeCounts[lane]));
    return { lowest_pA: firing[0]?.level ?? null, most };
  });
}
