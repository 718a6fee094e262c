import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../random.ts";
import { Flow } from "./flow.ts";
import { apply, multiply, solve } from "./matrix.ts";

const ones = (n: number) => new Float64Array(n).fill(1);

function phiOf(A: Float64Array, b: Float64Array, h = 1) {
  const flow = new Flow(b.length);
  expect(flow.set(A, h, ones(b.length))).toBe(true);
  const [phi1, phi3] = [new Float64Array(b.length), new Float64Array(b.length)];
  flow.phi1(b, phi1);
  flow.phi3(b, phi3);
  return { phi1, phi3 };
}

/** phi_1 and phi_3 of a number, by series near 0. */
const scalar1 = (z: number) => (z === 0 ? 1 : Math.expm1(z) / z);
function scalar3(z: number): number {
  if (Math.abs(z) > 1) return (Math.expm1(z) - z - (z * z) / 2) / z ** 3;
  let [term, sum] = [1 / 6, 0];
  for (let k = 0; k < 25; k++) {
    sum += term;
    term *= z / (k + 4);
  }
  return sum;
}

describe("phi functions", () => {
  it.each([-1e6, -3000, -30, -1, -0.01, -1e-9, 0, 1e-5, 0.2, 3, 20])("of the number %d", (z) => {
    const { phi1, phi3 } = phiOf(Float64Array.of(z), Float64Array.of(1));
    expect(Math.abs(phi1[0] / scalar1(z) - 1)).toBeLessThan(1e-12);
    expect(Math.abs(phi3[0] / scalar3(z) - 1)).toBeLessThan(1e-12);
  });

  it("of a rotation: the integrals of sine and cosine", () => {
    const w = 7;
    const { phi1 } = phiOf(Float64Array.of(0, -w, w, 0), Float64Array.of(1, 0));
    expect(phi1[0]).toBeCloseTo(Math.sin(w) / w, 12);
    expect(phi1[1]).toBeCloseTo((1 - Math.cos(w)) / w, 12);
  });

  it("of matrices of known eigenvectors, stiff ones too", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 7 }), (seed, n) => {
        const stream = RandomStream.fromSeed(seed);
        const V = Float64Array.from(
          { length: n * n },
          (_, k) => stream.normal() / 4 + (k % (n + 1) === 0 ? 1.5 : 0),
        );
        const eigenvalues = Float64Array.from({ length: n }, () => -(10 ** (4 * stream.uniform() - 2)));
        const b = Float64Array.from({ length: n }, () => stream.normal());
        const c = b.slice();
        if (!solve(V.slice(), c, n)) return;
        // A = V diag V^-1, column by column of V^-1.
        const inverse = new Float64Array(n * n);
        for (let column = 0; column < n; column++) {
          const unit = Float64Array.from({ length: n }, (_, k) => (k === column ? 1 : 0));
          solve(V.slice(), unit, n);
          for (let row = 0; row < n; row++) inverse[row * n + column] = unit[row];
        }
        const scaled = V.map((value, k) => value * eigenvalues[k % n]);
        const A = new Float64Array(n * n);
        multiply(scaled, inverse, n, A);
        const { phi1, phi3 } = phiOf(
          A.map((value) => value * 2),
          b,
          0.5,
        );
        const expected = new Float64Array(n);
        for (const [got, f] of [
          [phi1, scalar1],
          [phi3, scalar3],
        ] as const) {
          apply(
            V,
            c.map((value, k) => f(eigenvalues[k]) * value),
            n,
            expected,
          );
          const size = Math.max(1, ...c.map(Math.abs));
          for (let k = 0; k < n; k++) expect(Math.abs(got[k] - expected[k])).toBeLessThan(1e-8 * size);
        }
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it("of what is not finite there are none", () => {
    const flow = new Flow(2);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 1e300])
      expect(flow.set(Float64Array.of(1, bad, 0, 1), 1e10, ones(2))).toBe(false);
  });
});

describe("solve", () => {
  it("finds x from A x, with rows that need an exchange", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 12 }), (seed, n) => {
        const stream = RandomStream.fromSeed(seed);
        const A = Float64Array.from({ length: n * n }, (_, k) =>
          k % (n + 1) === 0 && n > 1 ? 0 : stream.normal(),
        );
        const x = Float64Array.from({ length: n }, () => stream.normal());
        const b = new Float64Array(n);
        apply(A, x, n, b);
        const kept = b.slice();
        if (!solve(A.slice(), b, n)) return;
        const back = new Float64Array(n);
        apply(A, b, n, back);
        const size = Math.max(1, ...b.map(Math.abs));
        for (let k = 0; k < n; k++) expect(Math.abs(back[k] - kept[k])).toBeLessThan(1e-11 * size);
      }),
      { seed: 4, numRuns: 100 },
    );
  });

  it("a singular or infinite matrix has no solution", () => {
    expect(solve(Float64Array.of(1, 2, 2, 4), Float64Array.of(1, 1), 2)).toBe(false);
    expect(solve(Float64Array.of(Number.NaN, 2, 2, 4), Float64Array.of(1, 1), 2)).toBe(false);
  });
});
