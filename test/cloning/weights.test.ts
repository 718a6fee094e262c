import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as onnxruntime from "onnxruntime-node";
import { beforeAll, describe, expect, it } from "vitest";
import {
  amortisedPosterior,
  auroc,
  drawInputs,
  judgeHeldOut,
  openPosterior,
  type Posterior,
  type PosteriorCard,
  posteriorOfInput,
} from "../../src/cloning/index.ts";
import { syntheticRecording } from "../../src/cloning/testRecording.ts";
import type { OrtRuntime } from "../../src/nn/index.ts";

const FOLDER = join(import.meta.dirname, "../../weights");
const LARGEST_BYTES = 5 * 2 ** 20;
const MODELS = ["izhikevich", "hodgkin-huxley", "cortical"] as const;

interface Shipped {
  readonly onnx: Buffer;
  readonly card: PosteriorCard;
  readonly posterior: Posterior;
}

async function shipped(model: string): Promise<Shipped> {
  const onnx = readFileSync(join(FOLDER, `${model}.onnx`));
  const card: PosteriorCard = JSON.parse(readFileSync(join(FOLDER, `${model}.json`), "utf8"));
  const sha256 = createHash("sha256").update(onnx).digest("hex");
  return {
    onnx,
    card,
    posterior: await openPosterior(onnxruntime as unknown as OrtRuntime, card, onnx, sha256),
  };
}

describe.each(MODELS)("[W1] the shipped weights of %s", (model) => {
  let onnx: Buffer;
  let card: PosteriorCard;
  let posterior: Posterior;

  beforeAll(async () => {
    ({ onnx, card, posterior } = await shipped(model));
  });

  it("are small, belong to their card and fit the inputs of this version", () => {
    expect(onnx.length).toBeLessThan(LARGEST_BYTES);
    expect(card.heldOut.cells).toBeGreaterThanOrEqual(1000);
    expect(card.heldOut.seed).not.toBe(card.seed);
  });

  it("do on cells of a third seed about what the card says", async () => {
    const fresh = drawInputs({ model, seed: 31_415, first: 0, count: 96 });
    const { r2Mean, coverage } = await judgeHeldOut(posterior, fresh);
    expect(Math.abs(r2Mean - card.heldOut.r2Mean)).toBeLessThan(0.15);
    expect(Math.abs(coverage["80"] - card.heldOut.coverage["80"])).toBeLessThan(0.1);
  });

  it("find a cell of another model strange more often than one of their own", async () => {
    const other = model === "izhikevich" ? "cortical" : "izhikevich";
    const strange = async (of: PosteriorCard["model"]) => {
      const scores = [];
      for (const { input } of drawInputs({ model: of, seed: 27_182, first: 0, count: 32 }))
        scores.push((await posteriorOfInput(posterior, input, { samples: 1 })).familiarity!.score);
      return scores;
    };
    const own = await strange(model);
    const others = await strange(other);
    expect(auroc(others, own).auroc).toBeGreaterThan(0.8);
  });
});

describe("[W2] the weights of izhikevich", () => {
  it("know the rest and the peak of a cell that the engine recorded by another way", async () => {
    const { posterior } = await shipped("izhikevich");
    const recording = syntheticRecording([-60, 60, 100, 150, 250], { vpeak_mV: 30 }, "izhikevich");
    const { names, mean, samples } = await amortisedPosterior(posterior, recording);
    expect(samples.length).toBe(1000);
    expect(Math.abs(mean[names.indexOf("vr_mV")] + 60)).toBeLessThan(5);
    expect(Math.abs(mean[names.indexOf("vpeak_mV")] - 30)).toBeLessThan(8);
  });
});
