import { expect, it } from "vitest";
import { RandomStream } from "../../random.ts";
import { auroc } from "./auroc.ts";

function bruteForce(positives: readonly number[], negatives: readonly number[]): number {
  let sum = 0;
  for (const p of positives) for (const n of negatives) sum += p > n ? 1 : p === n ? 0.5 : 0;
  return sum / (positives.length * negatives.length);
}

it("equals the count over all pairs, ties as halves", () => {
  const stream = RandomStream.fromSeed(1);
  for (let round = 0; round < 50; round++) {
    const scores = (count: number, shift: number) =>
      Array.from({ length: count }, () => Math.round(2 * (stream.normal() + shift)));
    const [positives, negatives] = [scores(1 + round, 0.5), scores(30, 0)];
    expect(auroc(positives, negatives).auroc).toBeCloseTo(bruteForce(positives, negatives), 12);
  }
});

it("negated scores turn it round, interval included", () => {
  const [positives, negatives] = [
    [1, 3, 4, 7, 2],
    [0, 2, 5, 1],
  ];
  const a = auroc(positives, negatives);
  const b = auroc(
    positives.map((x) => -x),
    negatives.map((x) => -x),
  );
  expect(b.auroc).toBeCloseTo(1 - a.auroc, 12);
  expect(b.low).toBeCloseTo(1 - a.high, 12);
});

it("its 95 % interval holds the true area in 91 to 98 % of 600 studies", () => {
  // Scores N(1, 1) and N(0, 1): the area is the normal distribution function at 1 / sqrt 2.
  const truth = 0.7602499389065233;
  const root = RandomStream.fromSeed(2);
  let held = 0;
  for (let study = 0; study < 600; study++) {
    const stream = root.split(study);
    const positives = Array.from({ length: 40 }, () => 1 + stream.normal());
    const negatives = Array.from({ length: 60 }, () => stream.normal());
    const { low, high } = auroc(positives, negatives);
    if (low <= truth && truth <= high) held++;
  }
  expect(held / 600).toBeGreaterThan(0.91);
  expect(held / 600).toBeLessThan(0.98);
});

it("without a mistake the interval still says how few cases there were", () => {
  const few = auroc([3, 4, 5], [0, 1, 2]);
  const many = auroc(
    Array.from({ length: 300 }, (_, k) => 1000 + k),
    Array.from({ length: 300 }, (_, k) => k),
  );
  expect([few.auroc, few.high, many.auroc]).toEqual([1, 1, 1]);
  expect(few.low).toBeLessThan(0.8);
  expect(many.low).toBeGreaterThan(0.98);
});

it("nothing to compare is refused", () => {
  expect(() => auroc([], [1])).toThrow(/both kinds/);
  expect(() => auroc([1], [Number.NaN])).toThrow(/NaN/);
});
