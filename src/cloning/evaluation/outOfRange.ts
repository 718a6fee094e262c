/** Recordings that no cell of a network's world gives, and how well a score tells them from those it knows. */
import { InputError } from "../../errors.ts";
import { type Auroc, auroc } from "../calibration/index.ts";
import { amortisedPosterior, type Posterior, strangenessOf } from "../posterior/index.ts";
import {
  ARTEFACTS,
  type Artefact,
  type DrawnCell,
  drawCells,
  type Prior,
  TRAINABLE,
  trainingWorld,
  withArtefact,
} from "../world/index.ts";

/** Kinds of recordings to be refused: cells of the other models, and every artefact. */
export function strangeKinds(model: Prior["model"]): string[] {
  return [...TRAINABLE.filter((other) => other !== model), ...ARTEFACTS];
}

interface StrangeRequest {
  readonly seed: number;
  readonly count: number;
  readonly first: number;
}

/** Recordings of one of the {@link strangeKinds}, with the protocols and the rig of the training world. */
export function drawStrange(
  model: Prior["model"],
  kind: string,
  { seed, count, first }: StrangeRequest,
): DrawnCell[] {
  const other = TRAINABLE.find((one) => one === kind);
  const cells = drawCells(trainingWorld(other ?? model), seed, count, first);
  if (other) return cells;
  if (!ARTEFACTS.some((one) => one === kind)) throw new Error(`internal: no strange kind ${kind}`);
  return cells.map((cell) => withArtefact(cell, kind as Artefact, seed));
}

/** How unlike training a recording is; larger is stranger. */
export type Judge = (recording: Recorded) => Promise<number>;
type Recorded = Pick<DrawnCell, "sweeps" | "dt_ms">;

/** A recording that cannot even be turned into an input is as strange as can be. */
export async function strangenessBy(posterior: Posterior, { sweeps, dt_ms }: Recorded): Promise<number> {
  try {
    const { familiarity } = await amortisedPosterior(posterior, { sweeps, dt_ms });
    if (!familiarity) throw new Error("internal: these weights do not say what is familiar");
    return strangenessOf(familiarity, sweeps, dt_ms).score;
  } catch (error) {
    if (error instanceof InputError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

export interface OutOfRange {
  /** By kind of strange recording. */
  readonly kinds: Readonly<Record<string, Auroc>>;
  /** All kinds as one, each with its number of recordings. */
  readonly all: Auroc;
}

/**
 * How well strangeness tells recordings to be refused from cells of the training world: area under the ROC curve with its 95 %
 * interval, for each kind and for all.
 *
 * @param known strangeness of cells of the training world
 * @param strange the same of each kind; larger is stranger
 * @throws InputError `no-scores` where a list is empty or holds NaN
 */
export function outOfRange(
  known: ArrayLike<number>,
  strange: Readonly<Record<string, ArrayLike<number>>>,
): OutOfRange {
  return {
    kinds: Object.fromEntries(Object.entries(strange).map(([kind, scores]) => [kind, auroc(scores, known)])),
    all: auroc(
      Object.values(strange).flatMap((scores) => Array.from(scores)),
      known,
    ),
  };
}
