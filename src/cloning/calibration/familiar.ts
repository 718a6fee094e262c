import { InputError } from "../../errors.ts";
import { quantile } from "../quantile.ts";
import { cholesky, forwardSolve } from "../symmetric.ts";
import { shrunkCovariance } from "./shrinkage.ts";

/** What the embeddings of the training world look like. Plain data, to be stored as JSON (header) and bytes (values). */
export interface FamiliarEmbeddings {
  readonly header: {
    readonly kind: "patchtwin-familiar/1";
    readonly dimensions: number;
    /** Nearest neighbours whose distances are averaged. */
    readonly neighbours: number;
    /** Embeddings stored to be neighbours. */
    readonly stored: number;
    /** Of the covariance towards a multiple of the unit matrix, 0 to 1. */
    readonly shrinkage: number;
    /** What 1 % of the calibration cells exceed. */
    readonly mahalanobisLimit: number;
    readonly neighbourLimit: number;
    /** Scores of the calibration cells at {@link QUANTILES}. */
    readonly scores: readonly number[];
  };
  /** mean [d], sd [d], lower Cholesky factor by rows [d (d + 1) / 2], whitened stored embeddings [stored, d]. */
  readonly values: Float32Array;
}

export interface Familiarity {
  /** Mahalanobis distance over sqrt(d). */
  readonly mahalanobis: number;
  /** Mean distance to the nearest stored embeddings, whitened, over sqrt(2 d). */
  readonly neighbours: number;
  /** The larger of the two over its limit. Above 1: less familiar than 99 % of training cells are by that measure. */
  readonly score: number;
  /** Fraction of training cells with a smaller score, 0 to 1, from the stored quantiles. */
  readonly quantile: number;
}

/** The quantiles of the score that are stored. */
const QUANTILES = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1] as const;

const LIMIT = 0.99;
/** Every fifth embedding sets the limits; the others are what it is compared with. */
const CALIBRATION = 5;

/**
 * Learns what embeddings of the training world look like, so that a recording from outside it can be told by its own: Mahalanobis
 * distance (Lee, Lee, Lee and Shin 2018, arXiv:1807.03888) under a shrunk covariance (Ledoit and Wolf 2004,
 * doi:10.1016/S0047-259X(03)00096-4), and the distance to the nearest neighbours (Sun, Ming, Zhu and Li 2022, arXiv:2204.06507), which
 * also sees gaps inside a cloud. Limits are quantiles over embeddings that neither was fitted on.
 *
 * @param embeddings [nCells][dimensions], in random order; of cells the network was not trained on where there are enough, since
 * those it was trained on can lie closer together
 * @param options `neighbours`: default 5; `stored`: most embeddings kept as neighbours, default 1,000
 * @throws InputError `bad-embeddings` for fewer than 50, unequal lengths, or embeddings that are all the same
 *
 * A strange recording whose embedding looks usual is not seen: test it on what must be refused ({@link "./auroc.ts"}).
 */
export function fitFamiliar(
  embeddings: readonly ArrayLike<number>[],
  { neighbours = 5, stored = 1000 }: { neighbours?: number; stored?: number } = {},
): FamiliarEmbeddings {
  requireEmbeddings(embeddings);
  const fitted = embeddings.filter((_, k) => k % CALIBRATION !== 0);
  const calibration = embeddings.filter((_, k) => k % CALIBRATION === 0);
  const cloud = cloudOf(fitted);
  const kept = everyNth(fitted, stored).map((embedding) => whiten(cloud, embedding));
  const distances = calibration.map((embedding) => distancesOf(cloud, kept, neighbours, embedding));
  const limitOf = (values: readonly number[]) =>
    quantile(
      values.toSorted((a, b) => a - b),
      LIMIT,
    );
  const mahalanobisLimit = limitOf(distances.map((of) => of.mahalanobis));
  const neighbourLimit = limitOf(distances.map((of) => of.neighbours));
  const scores = distances
    .map((of) => Math.max(of.mahalanobis / mahalanobisLimit, of.neighbours / neighbourLimit))
    .sort((a, b) => a - b);
  return {
    header: {
      kind: "patchtwin-familiar/1",
      dimensions: cloud.mean.length,
      neighbours,
      stored: kept.length,
      shrinkage: cloud.shrinkage,
      mahalanobisLimit,
      neighbourLimit,
      scores: QUANTILES.map((share) => quantile(scores, share)),
    },
    values: packed(cloud, kept),
  };
}

/**
 * How familiar one embedding is. Build once, score many.
 *
 * @returns a function of an embedding [dimensions]; one that is not finite scores Infinity
 * @throws InputError `bad-embeddings` for another length, there and here
 */
export function familiarity(familiar: FamiliarEmbeddings): (embedding: ArrayLike<number>) => Familiarity {
  const { header } = familiar;
  const { cloud, kept } = unpacked(familiar);
  return (embedding) => {
    requireLength(embedding, header.dimensions);
    const finite = Array.from(embedding).every(Number.isFinite);
    const of = finite
      ? distancesOf(cloud, kept, header.neighbours, embedding)
      : { mahalanobis: Number.POSITIVE_INFINITY, neighbours: Number.POSITIVE_INFINITY };
    const score = Math.max(of.mahalanobis / header.mahalanobisLimit, of.neighbours / header.neighbourLimit);
    return { ...of, score, quantile: shareBelow(header.scores, score) };
  };
}

/** A Gaussian cloud: x = mean + sd * (lower z) with z white. */
interface Cloud {
  readonly mean: Float64Array;
  readonly sd: Float64Array;
  /** Square, row by row. */
  readonly lower: Float64Array;
  readonly shrinkage: number;
}

/** A coordinate that never moved counts as if it had moved a thousandth of the most lively one: waking up is strange. */
const DEAD = 1e-3;
/** Spread over size below which embeddings are all the same. */
const ROUNDING = 1e-12;

function cloudOf(rows: readonly ArrayLike<number>[]): Cloud {
  const d = rows[0].length;
  const mean = new Float64Array(d);
  for (const row of rows) for (let j = 0; j < d; j++) mean[j] += row[j] / rows.length;
  const sd = new Float64Array(d);
  for (const row of rows) for (let j = 0; j < d; j++) sd[j] += (row[j] - mean[j]) ** 2 / rows.length;
  const floor = DEAD * Math.sqrt(sd.reduce((most, value) => Math.max(most, value), 0));
  for (let j = 0; j < d; j++) sd[j] = Math.max(floor, Math.sqrt(sd[j]));
  const standardised = rows.map((row) => mean.map((centre, j) => (row[j] - centre) / sd[j]));
  const { covariance, shrinkage } = shrunkCovariance(standardised);
  const size = mean.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const lower = floor > ROUNDING * size ? cholesky(covariance, d) : null;
  if (!lower)
    throw badEmbeddings(
      "all the same, or on fewer directions than they have numbers",
      "a cloud of embeddings",
    );
  return { mean, sd, lower, shrinkage };
}

/** Solves lower z = (x - mean) / sd. */
function whiten({ mean, sd, lower }: Cloud, embedding: ArrayLike<number>): Float64Array {
  const standardised = mean.map((centre, j) => (embedding[j] - centre) / sd[j]);
  return forwardSolve(lower, mean.length, standardised);
}

function distancesOf(
  cloud: Cloud,
  kept: readonly Float64Array[],
  neighbours: number,
  embedding: ArrayLike<number>,
): { mahalanobis: number; neighbours: number } {
  const z = whiten(cloud, embedding);
  const length = Math.sqrt(z.reduce((sum, value) => sum + value * value, 0));
  const distances = Float64Array.from(kept, (other) => distance(z, other)).sort();
  const nearest = distances.subarray(0, neighbours);
  return {
    mahalanobis: length / Math.sqrt(z.length),
    neighbours: nearest.reduce((sum, value) => sum + value, 0) / nearest.length / Math.sqrt(2 * z.length),
  };
}

function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] - b[k]) ** 2;
  return Math.sqrt(sum);
}

function packed({ mean, sd, lower }: Cloud, kept: readonly Float64Array[]): Float32Array {
  const d = mean.length;
  const rows = Array.from({ length: d }, (_, i) => lower.subarray(i * d, i * d + i + 1));
  const parts = [mean, sd, ...rows, ...kept];
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return values;
}

function unpacked({ header, values }: FamiliarEmbeddings): { cloud: Cloud; kept: Float64Array[] } {
  const d = header.dimensions;
  let at = 0;
  const next = (length: number) => {
    at += length;
    return Float64Array.from(values.subarray(at - length, at));
  };
  const mean = next(d);
  const sd = next(d);
  const lower = new Float64Array(d * d);
  for (let i = 0; i < d; i++) lower.set(next(i + 1), i * d);
  const kept = Array.from({ length: header.stored }, () => next(d));
  return { cloud: { mean, sd, lower, shrinkage: header.shrinkage }, kept };
}

function everyNth<T>(rows: readonly T[], most: number): T[] {
  const count = Math.min(most, rows.length);
  return Array.from({ length: count }, (_, k) => rows[Math.floor((k * rows.length) / count)]);
}

/** Where a score lies among ascending stored quantiles. */
function shareBelow(scores: readonly number[], score: number): number {
  const above = scores.findIndex((value) => value > score);
  if (above < 0) return 1;
  if (above === 0) return 0;
  const within = (score - scores[above - 1]) / (scores[above] - scores[above - 1]);
  return QUANTILES[above - 1] + within * (QUANTILES[above] - QUANTILES[above - 1]);
}

const FEWEST = 50;

function requireEmbeddings(embeddings: readonly ArrayLike<number>[]): void {
  if (embeddings.length < FEWEST)
    throw badEmbeddings(`${embeddings.length} embeddings`, `${FEWEST} or more, a thousand for limits at 1 %`);
  for (const embedding of embeddings) requireLength(embedding, embeddings[0].length);
}

function requireLength(embedding: ArrayLike<number>, length: number): void {
  if (embedding.length === length) return;
  throw badEmbeddings(`${embedding.length} numbers`, `${length} numbers`);
}

function badEmbeddings(got: string, expected: string): InputError {
  return new InputError({
    code: "bad-embeddings",
    where: "embeddings",
    what: "embeddings cannot be compared with those of the training world",
    got,
    expected,
  });
}
