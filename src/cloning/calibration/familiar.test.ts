import { describe, expect, it } from "vitest";
import { RandomStream } from "../../random.ts";
import { auroc } from "./auroc.ts";
import { familiarity, fitFamiliar } from "./familiar.ts";
import { shrunkCovariance } from "./shrinkage.ts";

/** Correlated Gaussian embeddings of unlike scales, one coordinate dead. */
function cloud(seed: number, count: number, dimensions = 12, shift = 0): Float64Array[] {
  const stream = RandomStream.fromSeed(seed);
  return Array.from({ length: count }, () => {
    const shared = stream.normal();
    return Float64Array.from({ length: dimensions }, (_, j) =>
      j === dimensions - 1 ? 0 : 10 ** (j % 3) * (shared + stream.normal() + shift),
    );
  });
}

it("shrinks and measures as the formulas do in NumPy", () => {
  // Frozen from NumPy 2: Ledoit and Wolf's sums written out, |x|² by numpy.linalg.solve.
  const rows = Array.from({ length: 40 }, (_, i) =>
    Float64Array.from({ length: 4 }, (_, j) => {
      const more = j === 1 ? 0.5 * Math.sin(1 + i) : 0;
      return (j + 1) * Math.sin(1 + i * (j + 1)) + Math.cos(i * i * (j + 2)) + more;
    }),
  );
  const column = (j: number) => rows.map((row) => row[j]);
  const mean = [0, 1, 2, 3].map((j) => column(j).reduce((a, b) => a + b) / 40);
  const sd = mean.map((m, j) => Math.sqrt(column(j).reduce((sum, x) => sum + (x - m) ** 2, 0) / 40));
  const { shrinkage, covariance } = shrunkCovariance(
    rows.map((row) => row.map((x, j) => (x - mean[j]) / sd[j])),
  );
  expect(shrinkage).toBeCloseTo(0.6363639309568253, 9);
  expect(covariance[0] + covariance[5] + covariance[10] + covariance[15]).toBeCloseTo(4, 9);
  // The same rows as what is fitted on: every fifth, left for the limits, is a row that is not looked at.
  const padded = rows.flatMap((row, k) => (k % 4 === 0 ? [row, row] : [row]));
  const score = familiarity(fitFamiliar(padded));
  expect(score([3, -1, 2, 5]).mahalanobis ** 2 * 4).toBeCloseTo(12.198111708960225, 4);
});

describe("familiar embeddings", () => {
  const familiar = fitFamiliar(cloud(1, 3000));
  const score = familiarity(familiar);

  it("fresh ones exceed the limit of each measure about once in a hundred, both together at most twice", () => {
    const fresh = cloud(2, 4000).map(score);
    const { mahalanobisLimit, neighbourLimit } = familiar.header;
    for (const above of [
      fresh.filter((of) => of.mahalanobis > mahalanobisLimit).length,
      fresh.filter((of) => of.neighbours > neighbourLimit).length,
    ]) {
      expect(above / 4000).toBeGreaterThan(0.003);
      expect(above / 4000).toBeLessThan(0.025);
    }
    expect(fresh.filter((of) => of.score > 1).length / 4000).toBeLessThan(0.03);
  });

  it("quantiles of fresh ones are uniform as far as they are stored", () => {
    const quantiles = cloud(3, 2000).map((embedding) => score(embedding).quantile);
    for (const level of [0.25, 0.5, 0.9]) {
      const below = quantiles.filter((quantile) => quantile <= level).length / 2000;
      expect(Math.abs(below - level)).toBeLessThan(0.06);
    }
  });

  it("what lies apart, against the correlation, or wakes a dead coordinate is told apart", () => {
    const near = cloud(4, 300).map((embedding) => score(embedding).score);
    const apart = cloud(5, 300, 12, 8).map((embedding) => score(embedding).score);
    expect(auroc(apart, near).auroc).toBeGreaterThan(0.99);
    const against = cloud(6, 1)[0].map((_, j) => (j % 2 === 0 ? 2 : -2) * 10 ** (j % 3) * (j < 11 ? 1 : 0));
    expect(score(against).score).toBeGreaterThan(1);
    const awake = cloud(7, 1)[0];
    awake[11] = 5;
    expect(score(awake).score).toBeGreaterThan(5);
  });

  it("the neighbours see a gap inside a cloud that Mahalanobis distance calls its centre", () => {
    const stream = RandomStream.fromSeed(8);
    const ring = Array.from({ length: 1000 }, () => {
      const angle = 2 * Math.PI * stream.uniform();
      return [Math.cos(angle), Math.sin(angle)].map((value) => 10 * value + 0.3 * stream.normal());
    });
    const centre = familiarity(fitFamiliar(ring))([0, 0]);
    expect(centre.mahalanobis).toBeLessThan(0.1);
    expect(centre.score).toBeGreaterThan(3);
  });

  it("survives JSON and bytes", () => {
    const header = JSON.parse(JSON.stringify(familiar.header));
    const bytes = new Uint8Array(familiar.values.buffer.slice(0));
    const again = familiarity({ header, values: new Float32Array(bytes.buffer) });
    const embedding = cloud(9, 1)[0];
    expect(again(embedding)).toEqual(score(embedding));
    expect(familiar.values.length).toBe(12 + 12 + 78 + 1000 * 12);
  });

  it("an embedding that is not finite is infinitely strange, of another length is refused", () => {
    expect(score(new Float64Array(12).fill(Number.NaN))).toMatchObject({ score: Infinity, quantile: 1 });
    expect(() => score([1, 2])).toThrow(/12 numbers/);
    expect(() => fitFamiliar(cloud(1, 20))).toThrow(/50 or more/);
    expect(() => fitFamiliar(new Array(100).fill([1, 2]))).toThrow(/all the same/);
  });
});
