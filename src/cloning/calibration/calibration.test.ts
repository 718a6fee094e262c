import { describe, expect, it } from "vitest";
import { RandomStream } from "../../random.ts";
import { contraction } from "./contraction.ts";
import { centralCoverage, densityCoverage, densityLevel } from "./coverage.ts";
import type { CellDraws } from "./draws.ts";
import { rankCalibration, rankFractions, uniformity } from "./ranks.ts";
import { tarpCredibility, tarpCurve } from "./tarp.ts";

/**
 * A model whose posterior is known: two parameters N(0.5, 0.2²) each, observed with noise of the same size and a correlation
 * of the noise rho. Posterior of a Gaussian model: covariance (P + R)^-1 of prior and noise precisions, mean
 * covariance (P mu + R x). Spoilt on demand.
 */
const MU = 0.5;
const SD = 0.2;
const RHO = 0.95;
// Prior precision 1/SD², noise precision of covariance SD² [1 rho; rho 1]; both in units of 1/SD².
const NOISE = [1 / (1 - RHO ** 2), -RHO / (1 - RHO ** 2)];
const DETERMINANT = (1 + NOISE[0]) ** 2 - NOISE[1] ** 2;
const COVARIANCE = [((1 + NOISE[0]) / DETERMINANT) * SD ** 2, (-NOISE[1] / DETERMINANT) * SD ** 2];

interface Spoilt {
  /** Factor on the posterior's standard deviation. */
  readonly width?: number;
  /** Shift of the first parameter, in posterior standard deviations. */
  readonly bias?: number;
  /** Drops the correlation. */
  readonly independent?: boolean;
}

interface TestCell extends CellDraws {
  readonly level: number;
}

function drawCell(stream: RandomStream, { width = 1, bias = 0, independent }: Spoilt, count = 99): TestCell {
  const correlated = (rho: number, sd: number): [number, number] => {
    const first = stream.normal();
    return [sd * first, sd * (rho * first + Math.sqrt(1 - rho * rho) * stream.normal())];
  };
  const truth = correlated(0, SD).map((value) => MU + value);
  const noise = correlated(RHO, SD);
  const off = truth.map((value, k) => value + noise[k] - MU);
  const pull = [NOISE[0] * off[0] + NOISE[1] * off[1], NOISE[1] * off[0] + NOISE[0] * off[1]];
  const [variance, shared] = COVARIANCE.map((value) => value / SD ** 2);
  const sd = Math.sqrt(COVARIANCE[0]) * width;
  const rho = independent ? 0 : shared / variance;
  const mean = [
    MU + variance * pull[0] + shared * pull[1] + bias * sd,
    MU + shared * pull[0] + variance * pull[1],
  ];
  const samples = new Float64Array(2 * count);
  for (let k = 0; k < count; k++)
    samples.set(
      correlated(rho, sd).map((value, p) => mean[p] + value),
      2 * k,
    );
  const logDensity = (x: number, y: number) => {
    const [a, b] = [(x - mean[0]) / sd, (y - mean[1]) / sd];
    return -(a * a - 2 * rho * a * b + b * b) / (2 * (1 - rho * rho));
  };
  const densities = Float64Array.from({ length: count }, (_, k) =>
    logDensity(samples[2 * k], samples[2 * k + 1]),
  );
  return { truth, samples, level: densityLevel(logDensity(truth[0], truth[1]), densities) };
}

function drawCells(seed: number, spoilt: Spoilt, cells: number, samples = 99) {
  const root = RandomStream.fromSeed(seed);
  const drawn = Array.from({ length: cells }, (_, k) => drawCell(root.split(k), spoilt, samples));
  return {
    drawn,
    ranks: drawn.map((cell, k) => rankFractions(cell, root.split(cells + k))),
    credibilities: drawn.map((cell, k) => tarpCredibility(cell, root.split(2 * cells + k))),
    levels: drawn.map(({ level }) => level),
  };
}

/** How many of 40 studies with 300 cells each reject at 0.01. */
function rejections(spoilt: Spoilt, p: (study: ReturnType<typeof drawCells>) => number): number {
  const studies = Array.from({ length: 40 }, (_, seed) => drawCells(1000 + seed, spoilt, 300));
  return studies.filter((study) => p(study) < 0.01).length;
}

const sbc = ({ ranks }: ReturnType<typeof drawCells>) => Math.min(...rankCalibration(ranks).p);
const tarp = ({ credibilities }: ReturnType<typeof drawCells>) => uniformity(credibilities).pDistance;

describe("the known posterior", () => {
  const study = drawCells(1, {}, 4000);

  it("passes rank tests, TARP and both coverages", () => {
    expect(sbc(study)).toBeGreaterThan(0.05);
    const curve = tarpCurve(study.credibilities, RandomStream.fromSeed(2), { resamples: 100 });
    expect(curve.test.pDistance).toBeGreaterThan(0.05);
    expect(Math.abs(curve.areaToDiagonal)).toBeLessThan(0.015);
    const inBand = curve.level.filter((level, k) => curve.low[k] <= level && level <= curve.high[k]);
    expect(inBand.length).toBeGreaterThanOrEqual(17);
    const central = [0, 1].flatMap((k) => centralCoverage(study.ranks.map((ranks) => ranks[k])));
    for (const { level, covered, low, high } of [...central, ...densityCoverage(study.levels)]) {
      expect(Math.abs(covered - level)).toBeLessThan(0.025);
      expect(low < covered && covered < high).toBe(true);
    }
  });

  it("is rejected at 0.01 in few of 40 studies: at most 3 where 0.4 are expected", () => {
    expect(rejections({}, sbc)).toBeLessThanOrEqual(3);
    expect(rejections({}, tarp)).toBeLessThanOrEqual(3);
  });

  it("contracts by the closed form: 1 - posterior over prior variance, z-scores standard normal", () => {
    const moments = study.drawn.slice(0, 1000).map((cell) => contraction(cell, [SD ** 2, SD ** 2]));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(moments.map((of) => of.contraction[0]))).toBeCloseTo(1 - COVARIANCE[0] / SD ** 2, 1.7);
    const z = moments.map((of) => of.zScore[1]);
    expect(mean(z)).toBeCloseTo(0, 1);
    expect(mean(z.map((value) => value * value))).toBeCloseTo(1, 0.7);
  });
});

// Power at 300 cells, in 40 studies each.
describe("a spoilt posterior", () => {
  it("0.7 times as wide: rejected by ranks and by TARP in at least 36 of 40", () => {
    expect(rejections({ width: 0.7 }, sbc)).toBeGreaterThanOrEqual(36);
    expect(rejections({ width: 0.7 }, tarp)).toBeGreaterThanOrEqual(36);
  });

  it("biased by 0.4 of its standard deviation: rejected by ranks in at least 36 of 40", () => {
    expect(rejections({ bias: 0.4 }, sbc)).toBeGreaterThanOrEqual(36);
  });

  it("without its correlation: ranks of single parameters pass, highest-density sets see it", () => {
    expect(rejections({ independent: true }, sbc)).toBeLessThanOrEqual(3);
    const study = drawCells(3, { independent: true }, 4000);
    expect(uniformity(study.levels).pChiSquare).toBeLessThan(1e-6);
    expect(densityCoverage(study.levels)[2].covered).toBeLessThan(0.935);
  });

  it("0.7 times as wide covers as much as the normal distribution says: 50 % sets hold 36.3 %", () => {
    const { ranks } = drawCells(4, { width: 0.7 }, 4000, 299);
    // P(|z| < 0.7 * 0.6745) = 0.3632, P(|z| < 0.7 * 1.2816) = 0.6303, P(|z| < 0.7 * 1.96) = 0.8300
    const covered = centralCoverage(ranks.map(([first]) => first)).map((of) => of.covered);
    for (const [k, expected] of [0.3632, 0.6303, 0.83].entries()) {
      expect(Math.abs(covered[k] - expected)).toBeLessThan(0.02);
    }
  });

  it("over-confident lies below the diagonal of TARP, too wide above", () => {
    const area = (width: number) =>
      tarpCurve(drawCells(5, { width }, 1000).credibilities, RandomStream.fromSeed(6), { resamples: 1 })
        .areaToDiagonal;
    expect(area(0.6)).toBeLessThan(-0.02);
    expect(area(1.6)).toBeGreaterThan(0.02);
  });
});

describe("ranks", () => {
  it("count samples below; ties and the rank's own width are spread evenly", () => {
    const draws = { truth: [2, 0], samples: [1, 5, 2, 6, 2, 7, 3, 8] };
    const first = Array.from({ length: 2000 }, (_, k) => rankFractions(draws, RandomStream.fromSeed(k)));
    const values = first.map((ranks) => ranks[0]);
    expect(Math.min(...values)).toBeCloseTo(1 / 5, 2);
    expect(Math.max(...values)).toBeCloseTo(4 / 5, 2);
    expect(first.every((ranks) => ranks[1] > 0 && ranks[1] < 1 / 5)).toBe(true);
  });

  it("samples that are not whole rows are refused", () => {
    expect(() => rankFractions({ truth: [1, 2], samples: [1, 2, 3] }, RandomStream.fromSeed(1))).toThrow(
      /whole rows/,
    );
  });
});
