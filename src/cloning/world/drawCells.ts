import { RandomStream } from "../../random.ts";
import type { DrawnCell, DrawnSweep } from "./drawnCell.ts";
import { GaussianSource } from "./gaussian.ts";
import { drawParameters } from "./prior.ts";
import type { Protocol } from "./protocol.ts";
import { drawHolding, drawProtocol, drawRate } from "./protocols.ts";
import { recorder } from "./record.ts";
import { drawRig, type Rig } from "./rig.ts";
import { oversamplingOf, simulateCells } from "./simulate.ts";
import { probeRheobase } from "./viability.ts";
import { type World, type WorldModel, worldModel } from "./world.ts";

/** Parts of a cell's own stream. */
const [CANDIDATES, PROTOCOL, RIG, NOISE] = [0, 1, 2, 3];

/** A cell that was let in, with what was drawn for it, before its sweeps are run. */
interface Plan {
  readonly index: number;
  readonly stream: RandomStream;
  readonly parameters: Float64Array;
  readonly rheobase_pA: number;
  readonly rejected: number;
  readonly dt_ms: number;
  readonly hold_pA: number;
  readonly protocol: Protocol;
  readonly rig: Rig;
}

/**
 * Cells `first` to `first + count` (not included) of the sequence that a world and a seed define. Each cell has a random stream of
 * its own, so that it is the same in whatever batch or on whatever thread it is drawn.
 *
 * @param seed whole number from 0 to 2^53 - 1. Test cells come from another seed than training cells.
 */
export function drawCells(world: World, seed: number, count: number, first = 0): DrawnCell[] {
  const root = RandomStream.fromSeed(seed);
  const model = worldModel(world.prior);
  let wanted = Array.from({ length: count }, (_, k): Search => {
    const stream = root.split(first + k);
    return { index: first + k, stream, next: 0 };
  });
  const cells: DrawnCell[] = [];
  while (wanted.length > 0) {
    const plans = planCells(world, model, wanted);
    const recorders = plans.map((plan) => sweepRecorder(model, plan));
    const failed = simulateCells(
      model,
      plans.map(({ parameters, protocol, dt_ms }) => ({ parameters, i_pA: protocol.i_pA, dt_ms })),
      (plan, sweep, v_mV) => recorders[plan].take(sweep, v_mV),
    );
    wanted = [];
    plans.forEach((plan, k) => {
      if (failed.has(k)) wanted.push({ index: plan.index, stream: plan.stream, next: plan.rejected + 1 });
      else cells.push(drawnCell(plan, recorders[k].sweeps));
    });
  }
  return cells.sort((a, b) => a.index - b.index);
}

/** Batch after batch without end, from cell `first` of the sequence; see {@link drawCells}. */
export function* cellBatches(
  world: World,
  seed: number,
  batchSize: number,
  first = 0,
): Generator<DrawnCell[], never> {
  for (let index = first; ; index += batchSize) yield drawCells(world, seed, batchSize, index);
}

/** A cell that is looked for: its candidates before `next` were sent away. */
interface Search {
  readonly index: number;
  readonly stream: RandomStream;
  readonly next: number;
}

function planCells(world: World, model: WorldModel, wanted: readonly Search[]): Plan[] {
  const plans: Plan[] = [];
  let searches = wanted;
  while (searches.length > 0) {
    const candidates = searches.map((search) => nextPlausible(world, model, search));
    const rheobases = probeRheobase(
      model,
      candidates.map(({ parameters }) => parameters),
    );
    searches = candidates.flatMap(({ index, stream, attempt, parameters }, k) => {
      const rheobase_pA = rheobases[k];
      if (rheobase_pA === null) return [{ index, stream, next: attempt + 1 }];
      plans.push(planCell(world, { index, stream, parameters, rheobase_pA, rejected: attempt }));
      return [];
    });
  }
  return plans;
}

function nextPlausible(world: World, model: WorldModel, { index, stream, next }: Search) {
  const candidates = stream.split(CANDIDATES);
  for (let attempt = next; ; attempt++) {
    const parameters = drawParameters(world.prior, candidates.split(attempt));
    if (model.plausible(parameters)) return { index, stream, attempt, parameters };
  }
}

type Found = Pick<Plan, "index" | "stream" | "parameters" | "rheobase_pA" | "rejected">;

function planCell(world: World, found: Found): Plan {
  const { stream, rheobase_pA } = found;
  const choices = stream.split(PROTOCOL);
  const rate_Hz = drawRate(world.protocol, choices);
  const dt_ms = 1000 / rate_Hz;
  const hold_pA = drawHolding(world, rheobase_pA, choices);
  const protocol = drawProtocol(world.protocol, { rheobase_pA, dt_ms, hold_pA }, choices);
  const rig = drawRig(world.rig, world.noise_mV, rate_Hz, stream.split(RIG));
  return { ...found, dt_ms, hold_pA, protocol, rig };
}

function sweepRecorder(model: WorldModel, { stream, rig, dt_ms, protocol }: Plan) {
  const noise = stream.split(NOISE);
  const record = recorder(rig, dt_ms, oversamplingOf(model, dt_ms));
  const part = 1 / protocol.i_pA.length;
  const sweeps: DrawnSweep[] = [];
  const take = (sweep: number, v_mV: Float64Array) => {
    const own = noise.split(sweep);
    const humPhase_rad = 2 * Math.PI * own.uniform();
    const i_pA = protocol.i_pA[sweep];
    const through = { v_mV, i_pA, before: sweep * part, part, humPhase_rad };
    sweeps[sweep] = { v_mV: record(through, new GaussianSource(own)), i_pA };
  };
  return { sweeps, take };
}

function drawnCell(plan: Plan, sweeps: readonly DrawnSweep[]): DrawnCell {
  const { index, parameters, rheobase_pA, rejected, dt_ms, hold_pA, protocol, rig } = plan;
  return { index, parameters, sweeps, dt_ms, protocol: protocol.name, hold_pA, rheobase_pA, rejected, rig };
}
