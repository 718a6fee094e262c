import { expect, test } from "vitest";
import { RandomStream } from "../random.ts";
import {
  allToAll,
  type Connectivity,
  eachSynapse,
  fixedInDegree,
  fixedOutDegree,
  fixedProbability,
  fromPairs,
  oneToOne,
} from "./connectivity.ts";

const stream = () => RandomStream.fromSeed(7);
const row = ({ starts, targets }: Connectivity, source: number) => [
  ...targets.subarray(starts[source], starts[source + 1]),
];
const inDegrees = ({ targets, targetCells }: Connectivity) => {
  const degrees = new Array<number>(targetCells).fill(0);
  for (const target of targets) degrees[target]++;
  return degrees;
};

test("a fixed probability gives as many synapses as a binomial draw does, the same with the same seed", () => {
  const sizes = { sources: 400, targets: 500 };
  const made = fixedProbability(sizes, 0.1, stream());
  // Mean 20,000, standard deviation 134.
  expect(Math.abs(made.targets.length - 20_000)).toBeLessThan(4 * 134);
  expect(fixedProbability(sizes, 0.1, stream())).toEqual(made);
  for (let source = 0; source < sizes.sources; source++) {
    const targets = row(made, source);
    expect(new Set(targets).size).toBe(targets.length);
    expect(targets.every((target) => target < sizes.targets)).toBe(true);
  }
  const counts = inDegrees(made);
  // Every target has a mean of 40 and a standard deviation of 6.
  expect(Math.max(...counts)).toBeLessThan(40 + 5 * 6);
  expect(Math.min(...counts)).toBeGreaterThan(40 - 5 * 6);
  expect(fixedProbability(sizes, 0, stream()).targets).toHaveLength(0);
  expect(fixedProbability(sizes, 1, stream()).targets).toHaveLength(200_000);
});

test("degrees are exact, targets differ, and a cell never meets itself where that is asked for", () => {
  const sizes = { sources: 30, targets: 30, autapses: false };
  const out = fixedOutDegree(sizes, 29, stream());
  for (let source = 0; source < 30; source++) {
    expect(new Set(row(out, source)).size).toBe(29);
    expect(row(out, source)).not.toContain(source);
  }
  const into = fixedInDegree({ sources: 50, targets: 20 }, 8, stream());
  expect(inDegrees(into)).toEqual(new Array(20).fill(8));
  expect(into.starts[50]).toBe(160);
  const some = fixedProbability(sizes, 0.9, stream());
  for (let source = 0; source < 30; source++) expect(row(some, source)).not.toContain(source);
});

test("floyd's sampling draws every target alike", () => {
  const counts = inDegrees(fixedOutDegree({ sources: 5000, targets: 10 }, 3, stream()));
  // 1500 each, standard deviation 32.
  for (const count of counts) expect(Math.abs(count - 1500)).toBeLessThan(4 * 32);
});

test("one to one, all to all, given pairs", () => {
  expect([0, 1, 2].map((source) => row(oneToOne(3), source))).toEqual([[0], [1], [2]]);
  expect(row(allToAll({ sources: 2, targets: 3, autapses: false }), 1)).toEqual([0, 2]);
  const given = fromPairs({ sources: 3, targets: 4 }, [
    [2, 3],
    [0, 1],
    [2, 0],
    [2, 0],
  ]);
  expect([0, 1, 2].map((source) => row(given, source))).toEqual([[1], [], [3, 0, 0]]);
  expect([...eachSynapse(given, (source, target) => 10 * source + target)]).toEqual([1, 23, 20, 20]);
  expect(() => fromPairs({ sources: 1, targets: 1 }, [[0, 1]])).toThrow(/0 to 1, expected sources 0 to 0/);
  expect(() => fixedOutDegree({ sources: 3, targets: 3, autapses: false }, 3, stream())).toThrow(/up to 2/);
  expect(() => fixedProbability({ sources: 3, targets: 3 }, 1.2, stream())).toThrow(/expected 0 to 1/);
});
