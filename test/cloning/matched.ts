/**
 * Recovery and coverage of the matched objective on fresh cells: npx tsx test/cloning/matched.ts [cells, default 1000] [rich | single-step]
 * [noise in mV]. Without the last two all six conditions are run one after the other: hours on two cores at 1000 cells.
 */
import { matchedPosterior, type ProtocolKind, toUnit, trainingWorld } from "../../src/cloning/index.ts";
import { drawCells } from "../../src/cloning/world/index.ts";
import { plausibleIzhikevich } from "../../src/cloning/world/izhikevichPrior.ts";
import { RandomStream } from "../../src/random.ts";

/** Not a seed that anything was tuned on. */
const SEED = 4711;
const LEVELS = [0.5, 0.8, 0.95];

function main(count: number, protocols: readonly ProtocolKind[], noises_mV: readonly number[]): void {
  for (const protocol of protocols) for (const noise_mV of noises_mV) report(count, protocol, noise_mV);
}

function report(count: number, protocol: ProtocolKind, noise_mV: number): void {
  const rig = noise_mV > 0 ? "noisy" : "ideal";
  const world = trainingWorld("izhikevich", { protocol, rig, noise_mV });
  const truth: Float64Array[] = [];
  const modes: Float64Array[] = [];
  const ranks: number[][] = [];
  const sizes: number[] = [];
  const times_ms: number[] = [];
  let unsettled = 0;
  for (let n = 0; n < count; n++) {
    const [cell] = drawCells(world, SEED, 1, n);
    const start = performance.now();
    const { mode, samples, effectiveSampleSize } = matchedPosterior(
      cell.sweeps,
      cell.dt_ms,
      world.prior,
      RandomStream.fromSeed(n),
      { accepts: plausibleIzhikevich },
    );
    times_ms.push(performance.now() - start);
    sizes.push(effectiveSampleSize);
    if (!mode.converged) unsettled++;
    const unit = toUnit(world.prior, cell.parameters);
    truth.push(unit);
    modes.push(toUnit(world.prior, mode.values));
    ranks.push(
      [...cell.parameters].map(
        (value, j) => samples.filter((sample) => sample[j] < value).length / samples.length,
      ),
    );
  }
  console.log(`${protocol}, ${noise_mV} mV, ${count} cells, ${unsettled} not converged`);
  console.log(
    `  median ${middle(times_ms).toFixed(0)} ms a cell, effective sample size ${middle(sizes).toFixed(0)}`,
  );
  console.log(`  ${world.prior.parameters.map(({ name }) => name).join(" ")}`);
  console.log(
    `  R2 ${recovery(truth, modes)
      .map((x) => x.toFixed(3))
      .join(" ")}`,
  );
  for (const level of LEVELS) console.log(`  covered ${level}: ${coverage(ranks, level).join(" ")}`);
}

const middle = (values: readonly number[]) => [...values].sort((x, y) => x - y)[values.length >> 1];

function recovery(truth: readonly Float64Array[], estimate: readonly Float64Array[]): number[] {
  return [...truth[0].keys()].map((j) => {
    const mean = truth.reduce((sum, x) => sum + x[j], 0) / truth.length;
    const total = truth.reduce((sum, x) => sum + (x[j] - mean) ** 2, 0);
    return 1 - truth.reduce((sum, x, i) => sum + (x[j] - estimate[i][j]) ** 2, 0) / total;
  });
}

function coverage(ranks: readonly number[][], level: number): string[] {
  return [...ranks[0].keys()].map((j) => {
    const inside = ranks.filter((rank) => Math.abs(rank[j] - 0.5) <= level / 2).length;
    return (inside / ranks.length).toFixed(2);
  });
}

const [count, protocol, noise] = process.argv.slice(2);
main(
  Number(count ?? 1000),
  protocol ? [protocol as ProtocolKind] : ["rich", "single-step"],
  noise ? [Number(noise)] : [0, 0.5, 1],
);
