import { describe, expect, it } from "vitest";
import { RandomStream } from "../random.ts";
import { describeStimulus } from "../recordings/index.ts";
import { isIdentifiable } from "./identifiable.ts";
import { quantile } from "./quantile.ts";
import type { ShownSweep } from "./settlingProtocols.ts";
import { findTradeOffs } from "./tradeOffs.ts";
import type { TwinParameter } from "./twin.ts";

/** Places of 24 clones in the unit box, one row a clone. */
type Draw = (random: RandomStream, clone: number) => number[];

const NAMES = ["gM_nS", "gleak_nS", "gH_nS", "VT_mV", "gNaT_nS", "C_pF"];

function population(draw: Draw, seed: number, size = 24) {
  const random = RandomStream.fromSeed(seed);
  const clones = Array.from({ length: size }, (_, k) => draw(random, k));
  const parameters = clones[0].map((_, j) => {
    const sorted = clones.map((clone) => clone[j]).sort((a, b) => a - b);
    const low = quantile(sorted, 0.05);
    const high = quantile(sorted, 0.95);
    const median = quantile(sorted, 0.5);
    const summary = { name: NAMES[j], unit: "", best: clones[0][j], low, median, high };
    const parameter: TwinParameter = { ...summary, relativeSpread: high - low };
    return { ...parameter, identifiable: isIdentifiable(parameter, size) };
  });
  return { model: "cortical", parameters, clones, recorded: [] as ShownSweep[] };
}

const uniform = (random: RandomStream) => random.uniform();
const independent: Draw = (random) => NAMES.map(() => uniform(random));

/** gM and gleak on a falling line, the others anywhere. */
const falling: Draw = (random) => {
  const along = uniform(random);
  const off = () => 0.03 * (uniform(random) - 0.5);
  return [along + off(), 0.9 - 0.6 * along + off(), ...NAMES.slice(2).map(() => uniform(random))];
};

const SEEDS = Array.from({ length: 40 }, (_, k) => k + 1);

describe("trade-offs of a population", () => {
  it("a line of two parameters is found, named alone, and in the direction in which it runs", () => {
    for (const seed of SEEDS) {
      const { directions } = findTradeOffs(population(falling, seed));
      expect(directions.map(({ parameters }) => parameters)).toEqual([["gM_nS", "gleak_nS"]]);
      expect(directions[0].text).toMatch(/higher gM .*lower gleak/);
    }
    const rising: Draw = (random, k) => falling(random, k).map((x, j) => (j === 1 ? 1 - x : x));
    expect(findTradeOffs(population(rising, 1)).directions[0].text).toMatch(/higher gM .*higher gleak/);
  });

  it("three parameters of which only the sum is known are found although no two of them are on a line", () => {
    const plane: Draw = (random) => {
      const [a, b] = [uniform(random), uniform(random)];
      const rest = NAMES.slice(3).map(() => uniform(random));
      return [a, b, 1 - (a + b) / 2 + 0.02 * uniform(random), ...rest];
    };
    for (const seed of SEEDS) {
      const { directions } = findTradeOffs(population(plane, seed));
      expect(directions.map(({ parameters }) => parameters)).toEqual([["gM_nS", "gleak_nS", "gH_nS"]]);
      expect(directions[0].text).toMatch(/higher gM .*lower gleak .*lower gH/);
    }
  });

  it("independent parameters trade off with none, in nearly every population", () => {
    const found = SEEDS.filter((seed) => findTradeOffs(population(independent, seed)).directions.length > 0);
    expect(found.length).toBeLessThanOrEqual(2);
  });

  it("two separate optima are no line, and a narrow line is no trade-off worth a sentence", () => {
    const optima: Draw = (random, k) =>
      NAMES.map((_, j) => (k % 2 === 0 ? 0.2 : 0.8 - 0.02 * j) + 0.05 * uniform(random));
    expect(findTradeOffs(population(optima, 1)).directions).toEqual([]);
    const narrow: Draw = (random, k) => falling(random, k).map((x) => 0.5 + 0.1 * x);
    expect(findTradeOffs(population(narrow, 1)).directions).toEqual([]);
  });
});

describe("parameters that are not identified", () => {
  it("are those as wide as half of their prior, and no other", () => {
    const draw: Draw = (random) => NAMES.map((_, j) => 0.5 + (j < 2 ? 0.8 : 0.2) * (uniform(random) - 0.5));
    for (const seed of SEEDS) {
      expect(findTradeOffs(population(draw, seed)).notIdentified).toEqual(["gM_nS", "gleak_nS"]);
    }
  });

  it("are all of them where there are too few clones to tell", () => {
    const draw: Draw = (random) => NAMES.map(() => 0.5 + 0.01 * uniform(random));
    expect(findTradeOffs(population(draw, 1, 7)).notIdentified).toEqual(NAMES);
    expect(findTradeOffs(population(draw, 1, 8)).notIdentified).toEqual([]);
  });

  it("are found in twins that were written before they said so", () => {
    const old = { name: "gM_nS", unit: "nS", best: 1, low: 1, median: 1, high: 1 };
    expect(isIdentifiable({ ...old, relativeSpread: 0.97 })).toBe(false);
    expect(isIdentifiable({ ...old, relativeSpread: 0.1 })).toBe(true);
    expect(isIdentifiable({ ...old, relativeSpread: Number.NaN })).toBe(false);
  });
});

/** A sweep of these levels (pA), each for so many ms. */
function recorded(recordedSpikes: number, ...levels: [level_pA: number, length_ms: number][]): ShownSweep {
  const dt_ms = 0.1;
  const i_pA = Float64Array.from(
    levels.flatMap(([level_pA, length_ms]) => Array<number>(length_ms / dt_ms).fill(level_pA)),
  );
  const stimulus = describeStimulus(i_pA, dt_ms);
  return { dt_ms, recordedSpikes, sweep: { index: 1, v_mV: new Float64Array(i_pA.length), i_pA, stimulus } };
}

describe("protocols that would settle what is open", () => {
  const advised = (sweeps: ShownSweep[]) =>
    findTradeOffs({ ...population(falling, 1), recorded: sweeps }).protocols.find(({ parameters }) =>
      parameters.includes("gleak_nS"),
    );

  it("are named as long as the recording lacks them", () => {
    const up = recorded(8, [0, 100], [200, 500], [0, 100]);
    expect(advised([up])?.text).toMatch(/^a hyperpolarising step/);
    expect(advised([up, recorded(0, [0, 100], [-50, 500], [0, 100])])).toBeUndefined();
  });

  it("a step too short for the sag does not count, and a step down from a holding current does", () => {
    expect(advised([recorded(0, [0, 100], [-50, 50], [0, 100])])).toBeDefined();
    expect(advised([recorded(0, [120, 100], [60, 500], [120, 100])])).toBeUndefined();
  });

  it("each says which parameters it shows, in words for them", () => {
    const { protocols } = findTradeOffs(population(falling, 1));
    for (const { parameters, text } of protocols) {
      expect(parameters.length).toBeGreaterThan(0);
      expect(text).toMatch(/\w+ .*: \w+/);
    }
  });
});
