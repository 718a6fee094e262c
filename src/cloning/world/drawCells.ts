import { RandomStream } from "../../random.ts";
import type { DrawnCell, DrawnSweep } from "./drawnCell.ts";
import { gaussianSource } from "./gaussian.ts";
import { drawParameters } from "./prior.ts";
import type { Protocol } from "./protocol.ts";
import { drawHolding, drawProtocol, drawRate } from "./protocols.ts";
import { recordSweep } from "./record.ts";
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
    const voltages = simulateCells(
      model,
      plans.map(({ parameters, protocol, dt_ms }) => ({ parameters, i_pA: protocol.i_pA, dt_ms })),
    );
    wanted = [];
    plans.forEach((plan, k) => {
      const v_mV = voltages[k];
      if (v_mV) cells.push(recordCell(model, plan, v_mV));
      else wanted.push({ index: plan.index, stream: plan.stream, next: plan.rejected + 1 });
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

function recordCell(model: WorldModel, plan: Plan, voltages: readonly Float64Array[]): DrawnCell {
  const { index, parameters, rheobase_pA, rejected, dt_ms, hold_pA, protocol, rig } = plan;
  const noise = plan.stream.split(NOISE);
  const length = protocol.i_pA[0].length;
  const sweeps = voltages.map((v_mV, sweep): DrawnSweep => {
    const stream = noise.split(sweep);
    const place = { samplesBefore: sweep * length, samplesInAll: voltages.length * length };
    const oversampling = oversamplingOf(model, dt_ms);
    const humPhase_rad = 2 * Math.PI * stream.uniform();
    const i_pA = protocol.i_pA[sweep];
    const through = { v_mV, i_pA, dt_ms, oversampling, humPhase_rad, ...place };
    return { v_mV: recordSweep(through, rig, gaussianSource(stream)), i_pA };
  });
  return {
    index,
    parameters,
    sweeps,
    dt_ms,
    protocol: protocol.name,
    hold_pA,
    rheobase_pA,
    rejected,
    rig,
  };
}
