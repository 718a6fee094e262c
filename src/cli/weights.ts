import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  type AskNetwork,
  amortisedPosterior,
  openPosterior,
  type Posterior,
  type PosteriorCard,
  type Prior,
  TRAINABLE,
  trainingWorld,
} from "../cloning/index.ts";
import { InputError } from "../errors.ts";
import { readInput, readJson, sha256 } from "./files.ts";
import { packageRoot } from "./place.ts";
import { loadRuntime } from "./runtime.ts";

export const SHIPPED_WEIGHTS = join(packageRoot, "weights");

/** Trained weights that are ready to answer. */
export interface Weights {
  readonly card: PosteriorCard;
  readonly onnx: Uint8Array;
  readonly sha256: string;
  readonly posterior: Posterior;
}

/** Weights and card of a model. Throws what `openPosterior` throws, and InputError `other-prior` for those of another version. */
export async function openWeights(folder: string, model: Prior["model"]): Promise<Weights> {
  const [cardFile, onnxFile] = [join(folder, `${model}.json`), join(folder, `${model}.onnx`)];
  const card = (await readJson(cardFile)) as PosteriorCard;
  const onnx = await readInput(onnxFile);
  const hash = sha256(onnx);
  const posterior = await openPosterior(await loadRuntime(), card, onnx, hash);
  if (JSON.stringify(posterior.prior) !== JSON.stringify(trainingWorld(model).prior))
    throw new InputError({
      code: "other-prior",
      where: cardFile,
      what: "these weights were trained on another prior than this version draws cells from",
      got: `version ${card.versions.patchtwin}`,
      expected: "weights of this version",
      next: "Run `patchtwin train`, or use the weights that came with this version.",
    });
  return { card, onnx, sha256: hash, posterior };
}

/** The network that came with this version for a model, to be asked about recordings; undefined where there is none. */
export async function shippedNetwork(model: string): Promise<AskNetwork | undefined> {
  const trained = TRAINABLE.find((one) => one === model);
  if (!trained || !existsSync(join(SHIPPED_WEIGHTS, `${trained}.json`))) return undefined;
  const { posterior } = await openWeights(SHIPPED_WEIGHTS, trained);
  return (recording) => amortisedPosterior(posterior, recording);
}
