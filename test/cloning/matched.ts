/**
 * Recovery and coverage of the matched objective on fresh cells: npx tsx test/cloning/matched.ts [cells, default 1000] [rich | single-step]
 * [noise in mV] [seed]. With cells alone all six conditions are run one after the other: hours on two cores at 1000 cells.
 */
import {
  admitted,
  type CellDraws,
  centralCoverage,
  drawCells,
  matchedPosterior,
  type ProtocolKind,
  rankCalibration,
  rankFractions,
  recovery,
  toUnit,
  trainingWorld,
  worldModel,
} from "../../src/cloning/index.ts";
import { median } from "../../src/features/statistics.ts";
import { RandomStream } from "../../src/random.ts";

/** Not a seed that anything was tuned on. */
const SEED = 4711;

function main(
  count: number,
  protocols: readonly ProtocolKind[],
  noises_mV: readonly number[],
  seed: number,
): void {
  for (const protocol of protocols) for (const noise_mV of noises_mV) report(count, protocol, noise_mV, seed);
}

function report(count: number, protocol: ProtocolKind, noise_mV: number, seed: number): void {
  const rig = noise_mV > 0 ? "noisy" : "ideal";
  const world = trainingWorld("izhikevich", { protocol, rig, noise_mV });
  const model = worldModel(world.prior);
  const truths: Float64Array[] = [];
  const means: Float64Array[] = [];
  const ranks: Float64Array[] = [];
  const sizes: number[] = [];
  const times_ms: number[] = [];
  let unsettled = 0;
  for (let n = 0; n < count; n++) {
    const [cell] = drawCells(world, seed, 1, n);
    const stream = RandomStream.fromSeed(n);
    const start = performance.now();
    const { mode, samples, effectiveSampleSize } = matchedPosterior(
      cell.sweeps,
      cell.dt_ms,
      world.prior,
      stream,
      { accepts: (values) => admitted(model, values) },
    );
    times_ms.push(performance.now() - start);
    sizes.push(effectiveSampleSize);
    if (!mode.converged) unsettled++;
    truths.push(toUnit(world.prior, cell.parameters));
    means.push(meanOf(samples.map((sample) => toUnit(world.prior, sample))));
    const draws: CellDraws = { truth: cell.parameters, samples: samples.flatMap((sample) => [...sample]) };
    ranks.push(rankFractions(draws, stream.split(2)));
  }
  console.log(`${protocol}, ${noise_mV} mV, ${count} cells, ${unsettled} not converged`);
  console.log(
    `  median ${median(times_ms)?.toFixed(0)} ms a cell, effective sample size ${median(sizes)?.toFixed(0)}`,
  );
  const names = world.prior.parameters.map(({ name }) => name);
  console.log(`  ${names.join(" ")}`);
  const coordinates = names.map((name) => ({ name, unit: "1", scale: "linear" }) as const);
  const { parameters } = recovery(coordinates, truths, means);
  console.log(`  R2 ${parameters.map(({ r2 }) => r2.toFixed(3)).join(" ")}`);
  const coverages = names.map((_, j) => centralCoverage(ranks.map((of) => of[j])));
  for (const [k, { level }] of coverages[0].entries()) {
    const covered = coverages.map((of) => of[k].covered);
    console.log(
      `  covered ${level}: ${covered.map((x) => x.toFixed(2)).join(" ")}; mean ${average(covered).toFixed(3)}`,
    );
  }
  console.log(
    `  rank tests, p: ${rankCalibration(ranks)
      .p.map((p) => p.toFixed(3))
      .join(" ")}`,
  );
}

const average = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
const meanOf = (rows: readonly Float64Array[]) => rows[0].map((_, j) => average(rows.map((row) => row[j])));

const [count, protocol, noise, seed] = process.argv.slice(2);
main(
  Number(count ?? 1000),
  protocol ? [protocol as ProtocolKind] : ["rich", "single-step"],
  noise ? [Number(noise)] : [0, 0.5, 1],
  Number(seed ?? SEED),
);
