/** The card that lies beside trained weights: what they are, what they were trained on, how well they do. */
import * as z from "zod";
import { InputError } from "../../errors.ts";
import type { OrtRuntime } from "../../nn/index.ts";
import { familiarity } from "../calibration/index.ts";
import { CELL_SCALARS, FRAME_CHANNELS, FRAMES, MAX_SWEEPS, SWEEP_SCALARS } from "../inputs/index.ts";
import { openSampler, type Posterior } from "./amortised.ts";
import { familiarOfText, familiarSchema } from "./familiarText.ts";

const numbers = z.array(z.number());
const standards = z.object({ centre: numbers, scale: numbers });
const positive = z.number().int().positive();

const cardSchema = z.object({
  kind: z.literal("patchtwin-posterior/1"),
  model: z.enum(["izhikevich", "hodgkin-huxley", "cortical"]),
  prior: z.object({
    model: z.enum(["izhikevich", "hodgkin-huxley", "cortical"]),
    parameters: z.array(
      z.object({
        name: z.string(),
        unit: z.string(),
        low: z.number(),
        high: z.number(),
        scale: z.enum(["linear", "log"]),
        per: z.string().optional(),
      }),
    ),
  }),
  /** What the simulated recordings were. */
  world: z.record(z.string(), z.unknown()),
  inputs: z.object({
    frames: positive,
    slots: positive,
    channels: z.array(z.string()),
    sweepScalars: z.array(z.string()),
    cellScalars: z.array(z.string()),
  }),
  size: z.object({
    parameters: positive,
    slots: positive,
    filters: positive,
    lstm: positive,
    sweepUnits: positive,
    context: positive,
    couplings: positive,
    couplingUnits: positive,
  }),
  standards: z.object({ sweep: standards, cell: standards }),
  /** Where the embeddings of its world lie. */
  familiar: familiarSchema,
  plan: z.record(z.string(), z.number()),
  seed: z.number(),
  /** Different cells simulated, and times that a gradient saw one of them. */
  samplesSeen: z.number(),
  presentations: z.number(),
  updates: z.number(),
  wall_s: z.number(),
  trainingLoss: z.number().nullable(),
  heldOut: z.object({
    seed: z.number(),
    cells: z.number(),
    r2: z.record(z.string(), z.number()),
    r2Mean: z.number(),
    coverage: z.record(z.string(), z.number()),
  }),
  command: z.string(),
  versions: z.record(z.string(), z.string()),
  notes: z.array(z.string()),
  /** Of the ONNX file beside the card. */
  sha256: z.string(),
});

export type PosteriorCard = z.infer<typeof cardSchema>;

/** What the inputs are now; weights that want one that is gone are refused. */
export const inputDescription = (): PosteriorCard["inputs"] => ({
  frames: FRAMES,
  slots: MAX_SWEEPS,
  channels: [...FRAME_CHANNELS],
  sweepScalars: [...SWEEP_SCALARS],
  cellScalars: [...CELL_SCALARS],
});

/**
 * Opens trained weights after checking them.
 *
 * @param card the parsed card; `sha256` the hash of `onnx`, worked out by the caller, who has a hash function.
 *
 * Throws InputError `bad-card` (not a card), `damaged-weights` (another hash) or `outdated-weights` (trained on other inputs).
 */
export async function openPosterior(
  runtime: OrtRuntime,
  card: unknown,
  onnx: Uint8Array,
  sha256: string,
): Promise<Posterior> {
  const checked = checkCard(card);
  if (checked.sha256 !== sha256)
    throw new InputError({
      code: "damaged-weights",
      where: `${checked.model}.onnx`,
      what: "these are not the weights that the card describes",
      got: sha256,
      expected: checked.sha256,
      next: "Fetch both files again, or train anew.",
    });
  const columns = columnsOf(checked.inputs);
  if (!columns)
    throw new InputError({
      code: "outdated-weights",
      where: `${checked.model}.json`,
      what: "these weights were trained on other measures of a recording than this version takes",
      got: `version ${checked.versions.patchtwin}`,
      expected: "weights of this version",
      next: "Run `patchtwin train`, or use the weights that came with this version.",
    });
  const { prior, size, standards: fitted, familiar } = checked;
  return openSampler(runtime, onnx, {
    prior: priorOf(prior),
    size: {
      ...size,
      sweepScalars: checked.inputs.sweepScalars.length,
      cellScalars: checked.inputs.cellScalars.length,
    },
    standards: {
      sweep: { ...fitted.sweep, columns: columns.sweep },
      cell: { ...fitted.cell, columns: columns.cell },
    },
    familiarity: familiarity(familiarOfText(familiar)),
  });
}

/** Where the scalars of the weights stand among those of this version; null where one is gone, or the frames are others. */
function columnsOf({ sweepScalars, cellScalars, ...frames }: PosteriorCard["inputs"]) {
  const { sweepScalars: sweepNow, cellScalars: cellNow, ...framesNow } = inputDescription();
  const sweep = sweepScalars.map((name) => sweepNow.indexOf(name));
  const cell = cellScalars.map((name) => cellNow.indexOf(name));
  const same = JSON.stringify(frames) === JSON.stringify(framesNow);
  return same && ![...sweep, ...cell].includes(-1) ? { sweep, cell } : null;
}

/** Throws InputError `bad-card` with the first place that is wrong. */
function checkCard(card: unknown): PosteriorCard {
  const result = cardSchema.safeParse(card);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new InputError({
    code: "bad-card",
    where: issue.path.join(".") || "model card",
    what: "this is no card of trained weights",
    got: issue.message,
    expected: "a file written by `patchtwin train`",
    next: "Check that this is the file you mean.",
  });
}

function priorOf({ model, parameters }: PosteriorCard["prior"]): Posterior["prior"] {
  return {
    model,
    parameters: parameters.map(({ per, ...side }) => (per === undefined ? side : { ...side, per })),
  };
}
