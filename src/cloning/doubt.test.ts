import { describe, expect, it } from "vitest";
import { chooseModel } from "./chooseModel.ts";
import { predictionDoubt } from "./doubt.ts";
import type { HoldOutScore } from "./holdOut.ts";
import type { SweepFit, Twin } from "./twin.ts";

const SWEEP: SweepFit = {
  index: 1,
  role: "held-out",
  amplitude_pA: 200,
  recordedSpikes: 10,
  clonedSpikes: 10,
  clonedSpikesLow: 10,
  clonedSpikesHigh: 10,
  interpolatedSpikes: null,
  withinRule: true,
  vRmse_mV: 1,
};

function twin(score = 1) {
  return { range: { score, current_pA: { low: -100, high: 300 } } } as unknown as Twin;
}

describe("doubt of a prediction", () => {
  it("is none where the clones agree, all trained sweeps are kept, and the current was trained on", () => {
    expect(predictionDoubt(SWEEP, twin())).toBe(0);
    expect(predictionDoubt({ ...SWEEP, amplitude_pA: 300 }, twin())).toBe(0);
  });

  it("reaches 1 where clones differ by the tolerance, a tenth of the trained sweeps is missed, or half a span is added", () => {
    const apart = { ...SWEEP, clonedSpikesLow: 8, clonedSpikesHigh: 12 };
    expect(predictionDoubt(apart, twin())).toBeCloseTo(1, 12);
    expect(predictionDoubt(SWEEP, twin(0.9))).toBeCloseTo(1, 12);
    expect(predictionDoubt({ ...SWEEP, amplitude_pA: 500 }, twin())).toBeCloseTo(1, 12);
    expect(predictionDoubt({ ...apart, amplitude_pA: 500 }, twin(0.9))).toBeCloseTo(3, 12);
  });

  it("does not look at what was recorded in the sweep", () => {
    const apart = { ...SWEEP, clonedSpikesLow: 7 };
    const other = { ...apart, recordedSpikes: 40, withinRule: false };
    expect(predictionDoubt(other, twin())).toBe(predictionDoubt(apart, twin()));
  });
});

describe("the model chosen for a cell", () => {
  const of = (model: string, countError: number | null, loss: number) => ({
    model,
    loss,
    inner: countError === null ? null : ({ countError } as HoldOutScore),
  });

  it("is the one that predicts the trained sweeps it has not seen, whatever its loss", () => {
    expect(chooseModel([of("a", 0.4, 1), of("b", 0.1, 3), of("c", null, 0.5)]).model).toBe("b");
  });

  it("is the one with the lower loss where the errors are equal or nothing could be held out", () => {
    expect(chooseModel([of("a", 0.1, 2), of("b", 0.1, 1)]).model).toBe("b");
    expect(chooseModel([of("a", null, 2), of("b", null, 1)]).model).toBe("b");
  });
});
