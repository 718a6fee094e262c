/** A few cells of one row of the table: drawn, recorded, answered, and compared with the truth. */
import { RandomStream } from "../../random.ts";
import { rankFractions, tarpCredibility } from "../calibration/index.ts";
import { type NetworkInput, networkInput } from "../inputs/index.ts";
import { identifiability, matchedPosterior } from "../matched/index.ts";
import { type Posterior, posteriorOfInput, strangenessOf } from "../posterior/index.ts";
import { trajectoryPosterior } from "../trajectory/index.ts";
import { admitted, type DrawnCell, drawCells, type Prior, toUnit, worldModel } from "../world/index.ts";
import { type CellRow, type Columns, columnsOf, joined } from "./columns.ts";
import { drawStrange, type Judge } from "./outOfRange.ts";
import { evaluationWorld } from "./rows.ts";

/** `amortised`: the network alone; `refined`: on the engine; `strange`: recordings that should be out of range. */
export type Method = "amortised" | "refined" | "strange";

/** Cells `first` to `first + count` of a row; of a kind of strange recordings. Plain data, for a worker thread. */
export interface Chunk {
  readonly row: string;
  readonly method: Method;
  readonly first: number;
  readonly count: number;
}

export interface ChunkResult extends Chunk {
  /** Of the cells that have an answer. */
  readonly columns: Columns;
  /** Why others have none. */
  readonly failures: readonly { readonly cell: number; readonly reason: string }[];
}

/** The columns of a row's chunks as one, in the order of their cells. */
export function columnsOfAll(parts: readonly ChunkResult[]): Columns {
  const answered = parts.filter(({ columns }) => columns.truth);
  return joined(answered.toSorted((a, b) => a.first - b.first).map(({ columns }) => columns));
}

export interface ChunkSetup {
  readonly posterior: Posterior;
  /** Test cells' seed. */
  readonly seed: number;
  /** Posterior draws a cell. */
  readonly samples: number;
  readonly strangeness: Judge;
  /** Of the caller's clock, ms. */
  readonly now: () => number;
}

/** Cells at once: their recordings are held in memory together. */
const AT_ONCE = 20;
/** Parts of a cell's own stream that drawing does not use. */
const [RANKS, TARP, REFINED] = [100, 101, 102];

/** What is found depends on the setup and the chunk alone, but for the times. A cell without an answer is a result with a reason. */
export async function evaluateChunk(setup: ChunkSetup, chunk: Chunk): Promise<ChunkResult> {
  const rows: CellRow[] = [];
  const failures: { cell: number; reason: string }[] = [];
  for (let done = 0; done < chunk.count; done += AT_ONCE)
    for (const cell of drawn(setup, chunk, done))
      try {
        rows.push(await METHODS[chunk.method](setup, cell));
      } catch (error) {
        failures.push({ cell: cell.index, reason: error instanceof Error ? error.message : String(error) });
      }
  return { ...chunk, columns: columnsOf(rows), failures };
}

function drawn({ posterior, seed }: ChunkSetup, chunk: Chunk, done: number): DrawnCell[] {
  const { model } = posterior.prior;
  const request = { seed, count: Math.min(AT_ONCE, chunk.count - done), first: chunk.first + done };
  if (chunk.method === "strange") return drawStrange(model, chunk.row, request);
  return drawCells(evaluationWorld(model, chunk.row), seed, request.count, request.first);
}

type Evaluate = (setup: ChunkSetup, cell: DrawnCell) => Promise<CellRow>;

const METHODS: Readonly<Record<Method, Evaluate>> = {
  amortised,
  refined,
  strange: async ({ strangeness }, cell) => ({ strangeness: [await strangeness(cell)] }),
};

async function amortised(setup: ChunkSetup, cell: DrawnCell): Promise<CellRow> {
  const { posterior, samples: count, now } = setup;
  const start = now();
  const input: NetworkInput = networkInput(cell.sweeps, cell.dt_ms);
  const answer = await posteriorOfInput(posterior, input, { samples: count, seed: cell.index });
  const { unit, samples, familiarity } = answer;
  const ms = now() - start;
  return {
    ...compared(setup, cell, unit, samples),
    ms: [ms],
    ...(familiarity && { strangeness: [strangenessOf(familiarity, cell.sweeps, cell.dt_ms).score] }),
  };
}

/** What refinement gives of a cell. */
interface Refined {
  readonly mode: { readonly values: Float64Array; readonly converged: boolean };
  readonly samples: readonly Float64Array[];
  readonly effectiveSampleSize: number;
}

interface RefineOptions {
  readonly samples: number;
  readonly accepts: (values: readonly Float64Array[]) => readonly boolean[];
}

type Refine = (setup: ChunkSetup, cell: DrawnCell, options: RefineOptions) => Promise<Refined>;

const REFINERS: Partial<Readonly<Record<Prior["model"], Refine>>> = {
  izhikevich: async (setup, cell, options) =>
    matchedPosterior(cell.sweeps, cell.dt_ms, setup.posterior.prior, refining(setup, cell), options),
  "hodgkin-huxley": async (setup, cell, options) => {
    const { sweeps, dt_ms, index } = cell;
    const { prior } = setup.posterior;
    const input = networkInput(sweeps, dt_ms);
    const amortised = await posteriorOfInput(setup.posterior, input, { samples: setup.samples, seed: index });
    const known = { ...options, amortised, precision: "f32" } as const;
    return trajectoryPosterior(sweeps, dt_ms, prior, refining(setup, cell), known);
  },
};

/** Models that refinement knows. */
export const REFINABLE = new Set(Object.keys(REFINERS)) as ReadonlySet<Prior["model"]>;

/** Mode and weighted draws under the very prior of the world: its box and its rule. */
async function refined(setup: ChunkSetup, cell: DrawnCell): Promise<CellRow> {
  const { prior } = setup.posterior;
  const refine = REFINERS[prior.model];
  if (!refine) throw new Error(`internal: no refinement for ${prior.model}`);
  const model = worldModel(prior);
  const start = setup.now();
  const { mode, samples, effectiveSampleSize } = await refine(setup, cell, {
    samples: setup.samples,
    accepts: (values) => admitted(model, values),
  });
  const ms = setup.now() - start;
  const unit = samples.map((values) => toUnit(prior, values));
  const modeUnit = toUnit(prior, mode.values);
  return {
    ...compared(setup, cell, unit, samples),
    ...(effectiveSampleSize === 0 && { mean: modeUnit }),
    mode: modeUnit,
    effective: [effectiveSampleSize],
    converged: [mode.converged ? 1 : 0],
    ms: [ms],
  };
}

const refining = (setup: ChunkSetup, cell: DrawnCell) => streamOf(setup, cell).split(REFINED);

const streamOf = ({ seed }: ChunkSetup, { index }: DrawnCell) => RandomStream.fromSeed(seed).split(index);

/** Draws against the truth, all in the coordinates of the prior's box. */
function compared(
  setup: ChunkSetup,
  cell: DrawnCell,
  unit: readonly Float64Array[],
  samples: readonly Float64Array[],
): CellRow {
  const { prior } = setup.posterior;
  const stream = streamOf(setup, cell);
  const draws = { truth: toUnit(prior, cell.parameters), samples: flat(unit) };
  const names = prior.parameters.map(({ name }) => name);
  const { spreadRatio, unknown } = identifiability(samples, prior);
  return {
    truth: draws.truth,
    mean: meanOf(unit),
    rank: rankFractions(draws, stream.split(RANKS)),
    spread: names.map((name) => spreadRatio[name]),
    unknown: names.map((name) => (unknown.includes(name) ? 1 : 0)),
    tarp: [tarpCredibility(draws, stream.split(TARP))],
  };
}

function flat(rows: readonly Float64Array[]): Float64Array {
  const width = rows[0].length;
  const all = new Float64Array(rows.length * width);
  rows.forEach((row, k) => {
    all.set(row, k * width);
  });
  return all;
}

function meanOf(rows: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(rows[0].length);
  for (const row of rows) for (let k = 0; k < sum.length; k++) sum[k] += row[k];
  return sum.map((value) => value / rows.length);
}
