import { createHash } from "node:crypto";
import * as onnxruntime from "onnxruntime-node";
import { beforeAll, describe, expect, it } from "vitest";
import { InputError } from "../../errors.ts";
import type { OrtRuntime } from "../../nn/index.ts";
import { fitFamiliar } from "../calibration/index.ts";
import { amortisedPosterior, openSampler, type Posterior, samplerBytes } from "./amortised.ts";
import { toDensitySpace, toUnitInterval } from "./box.ts";
import { inputDescription, openPosterior, type PosteriorCard } from "./card.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { familiarText } from "./familiarText.ts";
import { judgeHeldOut } from "./heldOut.ts";
import {
  TOY_DT_MS,
  TOY_ERROR_mV,
  TOY_PLAN,
  TOY_PRIOR,
  TOY_SIZE,
  toyCells,
  toySweep,
  trainToy,
} from "./toyWorld.ts";
import { Trainer, type TrainingState } from "./trainer.ts";

const runtime = onnxruntime as unknown as OrtRuntime;
const ROUNDS = 6;
const FRESH_SEED = 1000;

let bytes: Uint8Array;
let state: TrainingState;
let posterior: Posterior;
const embeddings: Float32Array[] = [];

beforeAll(async () => {
  const trainer = await trainToy(runtime, ROUNDS);
  state = trainer.state;
  bytes = samplerBytes(TOY_SIZE, trainer.weights);
  await trainer.release();
  posterior = await openSampler(runtime, bytes, {
    prior: TOY_PRIOR,
    size: TOY_SIZE,
    standards: state.standards!,
  });
});

const toyRecording = (before_mV: number, after_mV: number) => ({
  sweeps: [toySweep(before_mV, after_mV)],
  dt_ms: TOY_DT_MS,
});

const column = (samples: readonly Float64Array[], k: number) => samples.map((sample) => sample[k]);
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]) =>
  Math.sqrt(meanOf(values.map((value) => (value - meanOf(values)) ** 2)));

describe("[P1] a posterior that is known is found", () => {
  it("away from the edges: mean at the observation, width that of its error", async () => {
    const { samples } = await amortisedPosterior(posterior, toyRecording(-66, -63));
    expect(Math.abs(meanOf(column(samples, 0)) + 66)).toBeLessThan(0.7);
    expect(Math.abs(meanOf(column(samples, 1)) + 63)).toBeLessThan(0.7);
    for (const k of [0, 1]) {
      expect(deviation(column(samples, k)) / TOY_ERROR_mV).toBeGreaterThan(0.8);
      expect(deviation(column(samples, k)) / TOY_ERROR_mV).toBeLessThan(1.2);
    }
  });

  it("an observation beyond the box: all samples within it, against its edge", async () => {
    const { samples, unit } = await amortisedPosterior(posterior, toyRecording(-82, -48));
    expect(unit.every((place) => place.every((u) => u >= 0 && u <= 1))).toBe(true);
    // Mean of a normal at 2 mV beyond the edge, cut off at the edge: 3 (pdf / cdf)(-2 / 3) - 2 = 1.8 mV inside.
    expect(meanOf(column(samples, 0))).toBeGreaterThan(-80 + 1);
    expect(meanOf(column(samples, 0))).toBeLessThan(-80 + 2.8);
    expect(meanOf(column(samples, 1))).toBeLessThan(-50 - 1);
    expect(meanOf(column(samples, 1))).toBeGreaterThan(-50 - 2.8);
  });

  it("is calibrated on fresh cells, and knows as much as can be known", async () => {
    const heldOut = await judgeHeldOut(posterior, toyCells(FRESH_SEED, 300), (_, embedding) => {
      embeddings.push(embedding);
    });
    // Variance of the truth 75 mV2; of what the error leaves 9 mV2, less what the box cuts off.
    expect(heldOut.r2Mean).toBeGreaterThan(0.86);
    expect(heldOut.r2Mean).toBeLessThan(0.93);
    expect(Math.abs(heldOut.coverage["50"] - 0.5)).toBeLessThan(0.06);
    expect(Math.abs(heldOut.coverage["80"] - 0.8)).toBeLessThan(0.05);
    expect(Math.abs(heldOut.coverage["95"] - 0.95)).toBeLessThan(0.03);
  });

  it("log densities are those of the normal that is known", async () => {
    const { unit, logDensity } = await amortisedPosterior(posterior, toyRecording(-66, -63));
    const sigma = TOY_ERROR_mV / 30;
    const truth = unit.map(([u, w]) => {
      const squares = ((u - 14 / 30) / sigma) ** 2 + ((w - 17 / 30) / sigma) ** 2;
      return -squares / 2 - Math.log(2 * Math.PI * sigma ** 2);
    });
    const differences = truth.map((value, k) => logDensity[k] - value);
    expect(Math.abs(meanOf(differences))).toBeLessThan(0.15);
    expect(deviation(differences)).toBeLessThan(0.4);
  });

  it("the same seed gives the same samples, another seed others; more than one run's number comes", async () => {
    const one = await amortisedPosterior(posterior, toyRecording(-66, -63), { seed: 3, samples: 1200 });
    const same = await amortisedPosterior(posterior, toyRecording(-66, -63), { seed: 3, samples: 1200 });
    const other = await amortisedPosterior(posterior, toyRecording(-66, -63), { seed: 4, samples: 10 });
    expect(one.samples.length).toBe(1200);
    expect(same).toEqual(one);
    expect(one.samples[1000]).not.toEqual(one.samples[0]);
    expect(other.samples[0]).not.toEqual(one.samples[0]);
  });
});

it("[P2] the density's space and the unit interval are each other's inverse", () => {
  for (const u of [1e-5, 0.1, 0.5, 0.93, 1 - 1e-5])
    expect(toUnitInterval(toDensitySpace(u))).toBeCloseTo(u, 12);
});

describe("[P3] a run that was interrupted", () => {
  const plan = { ...TOY_PLAN, roundCells: 64, windowRounds: 2, updatesPerRound: 5 };
  const cells = (round: number) => toyCells(round + 1, plan.roundCells);

  it("goes on from its checkpoint to the same bits", async () => {
    const whole = await trainToy(runtime, 4, plan);
    const first = await Trainer.create(runtime, plan, TOY_SIZE);
    for (let round = 0; round < 3; round++) await first.round(cells(round), round / 4);
    const saved = writeCheckpoint({ model: "toy", plan, spent_s: 12.5, state: first.state });
    // As files are read: a Buffer that starts somewhere within its memory, and whose slice is a view.
    const file = Buffer.concat([Buffer.alloc(3), saved]).subarray(3);
    const { state: read, ...header } = readCheckpoint(file, "toy.checkpoint");
    expect(header).toEqual({ model: "toy", plan, spent_s: 12.5 });
    const second = await Trainer.create(runtime, plan, TOY_SIZE, read);
    for (const round of [1, 2]) second.recall(cells(round));
    await second.round(cells(3), 3 / 4);
    expect(second.state).toEqual(whole.state);
    expect(second.state.weights).not.toEqual(first.state.weights);
  });

  it("refuses what is no checkpoint, and one that is cut off", async () => {
    const trainer = await Trainer.create(runtime, plan, TOY_SIZE);
    const saved = writeCheckpoint({ model: "toy", plan, spent_s: 0, state: trainer.state });
    for (const broken of [saved.subarray(0, saved.length - 4), saved.subarray(0, 40), new Uint8Array(40)])
      expect(() => readCheckpoint(broken, "toy.checkpoint")).toThrow(InputError);
  });
});

describe("[P4] weights are checked before they answer", () => {
  const card = (): PosteriorCard => ({
    kind: "patchtwin-posterior/1",
    model: "izhikevich",
    prior: {
      model: "izhikevich",
      parameters: [...TOY_PRIOR.parameters] as PosteriorCard["prior"]["parameters"],
    },
    world: {},
    inputs: inputDescription(),
    size: TOY_SIZE,
    standards: state.standards as PosteriorCard["standards"],
    familiar: familiarText(fitFamiliar(embeddings)),
    plan: { ...TOY_PLAN },
    seed: 1,
    samplesSeen: 1,
    presentations: 1,
    updates: 1,
    wall_s: 1,
    trainingLoss: null,
    heldOut: { seed: 2, cells: 2, r2: {}, r2Mean: 0, coverage: {} },
    command: "",
    versions: { patchtwin: "0" },
    notes: [],
    sha256: hash(bytes),
  });
  const hash = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");
  const codeOf = async (attempt: Promise<unknown>) => {
    const error = await attempt.catch((reason: unknown) => reason);
    return error instanceof InputError ? error.problem.code : error;
  };

  it("a card and its weights answer as the trained network did", async () => {
    const written = JSON.parse(JSON.stringify(card()));
    const opened = await openPosterior(runtime, written, bytes, hash(bytes));
    const answer = await amortisedPosterior(opened, toyRecording(-60, -70), { samples: 5 });
    const trained = await amortisedPosterior(posterior, toyRecording(-60, -70), { samples: 5 });
    expect(answer).toEqual({ ...trained, familiarity: answer.familiarity });
  });

  it("say which recordings are like those they were trained on", async () => {
    const opened = await openPosterior(runtime, card(), bytes, hash(bytes));
    const scoreOf = async (before_mV: number, after_mV: number) =>
      (await amortisedPosterior(opened, toyRecording(before_mV, after_mV), { samples: 1 })).familiarity!
        .score;
    for (const usual of [-75, -65, -55]) expect(await scoreOf(usual, usual)).toBeLessThan(1);
    expect(await scoreOf(-65, -180)).toBeGreaterThan(1);
  });

  it("other bytes, other inputs, another file", async () => {
    const other = bytes.slice();
    other[200] ^= 1;
    expect(await codeOf(openPosterior(runtime, card(), other, hash(other)))).toBe("damaged-weights");
    const inputs = { ...inputDescription(), cellScalars: ["something"] };
    expect(await codeOf(openPosterior(runtime, { ...card(), inputs }, bytes, hash(bytes)))).toBe(
      "outdated-weights",
    );
    expect(await codeOf(openPosterior(runtime, { hello: 1 }, bytes, hash(bytes)))).toBe("bad-card");
  });
});
