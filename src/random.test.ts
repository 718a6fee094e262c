import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { philox4x32, RandomStream } from "./random.ts";

/** From the Random123 distribution, `kat_vectors`, lines `philox4x32 10`: counter, key, answer. */
const KNOWN_ANSWERS = [
  ["00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
  ["ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"],
  ["243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"],
] as const;

const words = (hex: string) => hex.split(" ").map((word) => Number.parseInt(word, 16));
const uniforms = (stream: RandomStream, count: number) =>
  Array.from({ length: count }, () => stream.uniform());

it.each(KNOWN_ANSWERS)("Philox4x32-10 of counter %s, key %s is %s", (counter, key, answer) => {
  const block = philox4x32(
    words(counter) as [number, number, number, number],
    words(key) as [number, number],
  );
  expect(block).toEqual(words(answer));
});

describe("one stream", () => {
  it("is its seed alone", () => {
    expect(uniforms(RandomStream.fromSeed(7), 50)).toEqual(uniforms(RandomStream.fromSeed(7), 50));
  });

  it("differs for seeds that differ in any of 53 bits", () => {
    const firsts = [0, 1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 52, Number.MAX_SAFE_INTEGER].map((seed) =>
      RandomStream.fromSeed(seed).uniform(),
    );
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it("never repeats a number within 100,000 (53 bits; 2^-53 x 5e9 pairs)", () => {
    expect(new Set(uniforms(RandomStream.fromSeed(3), 100_000)).size).toBe(100_000);
  });

  it("is uniform on (0, 1): mean, variance, neighbours, 20 bins", () => {
    const count = 200_000;
    const values = uniforms(RandomStream.fromSeed(1), count);
    const centred = values.map((value) => value - 0.5);
    const mean = centred.reduce((sum, c) => sum + c, 0) / count;
    const variance = centred.reduce((sum, c) => sum + c * c, 0) / count;
    const neighbours = centred.reduce((sum, c, k) => sum + c * (centred[k + 1] ?? 0), 0) / count;
    // Four standard errors each.
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(1 / 12 / count));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / count));
    expect(Math.abs(neighbours)).toBeLessThan(4 * Math.sqrt(1 / 144 / count));
    expect(Math.min(...values.slice(0, 1000))).toBeGreaterThan(0);
    const bins = new Array(20).fill(0);
    for (const value of values) bins[Math.floor(value * 20)]++;
    const chiSquare = bins.reduce((sum, n) => sum + (n - count / 20) ** 2 / (count / 20), 0);
    // 0.999 quantile of chi-square with 19 degrees of freedom.
    expect(chiSquare).toBeLessThan(43.8);
  });

  it("is normal: moments to the fourth, the tail, no correlation of the two of a pair", () => {
    const stream = RandomStream.fromSeed(2);
    const count = 200_000;
    const values = Array.from({ length: count }, () => stream.normal());
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / count;
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / count));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / count));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / count));
    const beyond = values.filter((value) => Math.abs(value) > 1.959964).length / count;
    expect(Math.abs(beyond - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / count));
    let product = 0;
    for (let k = 0; k < count; k += 2) product += values[k] * values[k + 1];
    expect(Math.abs(product / (count / 2))).toBeLessThan(4 * Math.sqrt(2 / count));
  });
});

describe("split streams", () => {
  it("do not depend on what the parent or a sibling has drawn, nor on the order of splitting", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(1e6), fc.nat(50), (seed, index, drawn) => {
        const fresh = uniforms(RandomStream.fromSeed(seed).split(index), 8);
        const parent = RandomStream.fromSeed(seed);
        uniforms(parent, drawn);
        uniforms(parent.split(index + 1), drawn);
        expect(uniforms(parent.split(index), 8)).toEqual(fresh);
      }),
      { seed: 5 },
    );
  });

  it("leave the parent where it was", () => {
    const parent = RandomStream.fromSeed(9);
    const first = parent.uniform();
    parent.split(0);
    expect([first, parent.uniform()]).toEqual(uniforms(RandomStream.fromSeed(9), 2));
  });

  it("differ from each other, from their parent and from their own parts", () => {
    const root = RandomStream.fromSeed(4);
    const parts = Array.from({ length: 200 }, (_, index) => root.split(index));
    const all = [root, ...parts, ...parts.flatMap((part) => [part.split(0), part.split(1)])];
    const firsts = all.map((stream) => stream.uniform());
    expect(new Set(firsts).size).toBe(all.length);
  });

  it("are uncorrelated with each other", () => {
    const root = RandomStream.fromSeed(6);
    const count = 20_000;
    const [a, b] = [root.split(0), root.split(1)];
    let product = 0;
    for (let k = 0; k < count; k++) product += (a.uniform() - 0.5) * (b.uniform() - 0.5);
    expect(Math.abs(product / count)).toBeLessThan(4 * Math.sqrt(1 / 144 / count));
  });
});
