import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CloneResponse, FeatureName } from "./response.ts";
import { VERDICT_LABELS } from "./trial.ts";
import { judgeClone, judgePopulation } from "./verdict.ts";

const SHAPE: Record<FeatureName, number | null> = {
  rate_Hz: 20,
  totalSpikes: 30,
  rheobase_pA: 100,
  restingPotential_mV: -70,
  inputResistance_MOhm: 100,
  spikeThreshold_mV: -45,
  spikeAmplitude_mV: 80,
  spikeHalfWidth_ms: 1,
  ahpDepth_mV: 10,
  latency_ms: 20,
  adaptationIndex: 0.1,
};

function response(
  counts: number[],
  features: Partial<typeof SHAPE> = {},
  blocked: boolean[] = [],
): CloneResponse {
  return {
    features: { ...SHAPE, ...features },
    counts,
    blocked: counts.map((_, step) => blocked[step] ?? false),
    simulations: 1,
  };
}

const before = response([0, 0, 5, 10, 15]);

describe("verdict on one clone", () => {
  it.each([
    ["nothing changed", response([0, 0, 5, 10, 15]), "no-effect"],
    ["one spike fewer", response([0, 0, 5, 10, 14]), "no-effect"],
    ["more spikes", response([0, 0, 8, 14, 20]), "excited"],
    ["a lower rheobase alone", response([0, 0, 5, 10, 15], { rheobase_pA: 85 }), "excited"],
    ["fewer spikes", response([0, 0, 2, 6, 10]), "inhibited"],
    ["a higher rheobase alone", response([0, 0, 5, 10, 15], { rheobase_pA: 115 }), "inhibited"],
    ["no spike in any step", response([0, 0, 0, 0, 0], { rheobase_pA: null }), "silenced"],
    ["easier to start, but fewer spikes", response([0, 0, 5, 8, 10], { rheobase_pA: 60 }), "mixed"],
    ["a wider spike alone", response([0, 0, 5, 10, 15], { spikeHalfWidth_ms: 1.3 }), "mixed"],
    [
      "a depolarised resting potential alone",
      response([0, 0, 5, 10, 15], { restingPotential_mV: -66 }),
      "mixed",
    ],
    [
      "block at the strongest step",
      response([0, 0, 7, 12, 3], {}, [false, false, false, false, true]),
      "depolarisation-block",
    ],
    [
      "silence by block",
      response([0, 0, 0, 0, 0], {}, [false, false, true, true, true]),
      "depolarisation-block",
    ],
  ])("%s", (_, after, label) => {
    expect(judgeClone(before, after)).toBe(label);
  });

  it("spikes lost mostly outside the blocked steps are inhibition, whatever the strongest step does", () => {
    const after = response([0, 0, 0, 0, 13], { rheobase_pA: 200 }, [false, false, false, false, true]);
    expect(judgeClone(before, after)).toBe("inhibited");
  });

  it("a block that was there before the drug is not the drug's", () => {
    const blockedBefore = response([0, 0, 5, 10, 3], {}, [false, false, false, false, true]);
    expect(judgeClone(blockedBefore, blockedBefore)).toBe("no-effect");
  });

  it("a failed simulation has no label and no say", () => {
    expect(judgeClone(before, { ...before, failure: "v is not finite" })).toBeNull();
    expect(judgePopulation([null, "excited", null])?.probability).toBe(1);
    expect(judgePopulation([null])).toBeNull();
  });
});

const anyResponse = fc
  .record({
    counts: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 5, maxLength: 5 }),
    blocked: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    rheobase_pA: fc.option(fc.double({ min: 1, max: 1000, noNaN: true })),
    spikeHalfWidth_ms: fc.option(fc.double({ min: 0.2, max: 5, noNaN: true })),
    restingPotential_mV: fc.option(fc.double({ min: -90, max: -40, noNaN: true })),
  })
  .map(({ counts, blocked, ...features }) => response(counts, features, blocked));

describe("verdict rules, for any responses", () => {
  it("a clone compared with itself is always no-effect", () => {
    fc.assert(fc.property(anyResponse, (one) => judgeClone(one, one) === "no-effect"));
  });

  it("silence by block is never called inhibition or silence", () => {
    fc.assert(
      fc.property(anyResponse, (from) => {
        fc.pre(sum(from) > 0);
        const block = response([0, 0, 0, 0, 0], {}, [true, true, true, true, true]);
        const unblocked = { ...from, blocked: from.blocked.map(() => false) };
        expect(judgeClone(unblocked, block)).toBe("depolarisation-block");
      }),
    );
  });

  it("silenced means: fired before, fires nowhere now", () => {
    fc.assert(
      fc.property(anyResponse, anyResponse, (from, to) => {
        if (judgeClone(from, to) === "silenced") expect(sum(from) > 0 && sum(to) === 0).toBe(true);
      }),
    );
  });

  it("exchanging before and after turns excited into inhibited and back, without block", () => {
    const unblocked = anyResponse.map((one) => ({ ...one, blocked: one.blocked.map(() => false) }));
    fc.assert(
      fc.property(unblocked, unblocked, (from, to) => {
        // A change is measured against its start, so that near the limit only one direction counts; far from it both do.
        fc.pre(sum(to) > 1.5 * sum(from) + 10 && sum(from) > 0 && judgeClone(from, to) === "excited");
        expect(["inhibited", "mixed"]).toContain(judgeClone(to, from));
      }),
    );
  });

  it("probabilities over a population sum to 1 and the label has the largest", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...VERDICT_LABELS), { minLength: 1, maxLength: 40 }), (labels) => {
        const verdict = judgePopulation(labels);
        const all = Object.values(verdict?.all ?? {});
        expect(all.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
        expect(verdict?.probability).toBe(Math.max(...all));
      }),
    );
  });
});

const sum = ({ counts }: CloneResponse) => counts.reduce((a, b) => a + b, 0);
