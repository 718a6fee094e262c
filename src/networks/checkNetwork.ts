import { currentSum, type Drive, membraneOf } from "../engine/index.ts";
import { InputError, type InputProblem } from "../errors.ts";
import { delayRange, delaySteps } from "./delivery.ts";
import type { CellPopulation, Network, NetworkOptions, Population, Projection } from "./network.ts";

/**
 * Refuses a network that could not run, or would run something else than it says.
 *
 * @throws InputError naming population or projection: `range`, `duplicate-name`, `unknown-population`, `unknown-synapse`,
 *   `unknown-current`, `size`, `delay`.
 */
export function checkNetwork(network: Network, options: NetworkOptions): void {
  const { dt_ms, duration_ms, seed } = options;
  positive("dt_ms", dt_ms);
  positive("duration_ms", duration_ms);
  positive("record.every_ms", options.record?.every_ms ?? 1);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw refused({ code: "range", what: "no seed", got: String(seed), expected: "a whole number" });
  const names = network.populations.map(({ name }) => name);
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined)
    throw refused({ code: "duplicate-name", what: "two populations have the same name", got: double });
  for (const population of network.populations)
    if (population.kind === "cells") checkCells(population, options);
    else
      for (const times of population.times_ms)
        notNegative(`population ${population.name}`, "spike time", times);
  for (const projection of network.projections) checkProjection(projection, network.populations, dt_ms);
  for (const kind of ["currents", "voltages"] as const)
    for (const name of Object.keys(options.record?.[kind] ?? {}))
      findPopulation(network.populations, name, `record.${kind}`);
}

function checkCells(population: CellPopulation, { record, dt_ms, duration_ms }: NetworkOptions): void {
  const { name, count, model, parameters, poisson = [], first = {}, i } = population;
  const where = `population ${name}`;
  const steps = Math.round(duration_ms / dt_ms);
  if (!(Number.isInteger(count) && count > 0))
    throw refused({ code: "range", what: "no number of cells", where, got: String(count) });
  size(where, "parameters", parameters?.length, count * model.parameters.length);
  for (const [input, drive] of Object.entries({ ...population.inputs, ...(i && { i }) }))
    checkLength(drive, steps, `${where}, input ${input}`);
  for (const [synapse, weights] of Object.entries(first)) {
    checkSynapse(population, synapse, where);
    size(where, `first ${synapse}`, weights.length, count);
  }
  for (const { synapse, rate_Hz, weight, stream } of poisson) {
    checkSynapse(population, synapse, where);
    if (typeof rate_Hz !== "number") size(where, "Poisson rates", rate_Hz.length, count);
    size(where, "Poisson streams", stream?.length, count);
    notNegative(where, "Poisson weight", [weight]);
    const rates = typeof rate_Hz === "number" ? [rate_Hz] : rate_Hz;
    notNegative(where, "Poisson rate", rates, 1e6 / dt_ms);
  }
  for (const current of record?.currents?.[name] ?? [])
    if (model.kind !== "conductance" || !currentSum(model, current))
      throw refused({
        code: "unknown-current",
        what: "no ionic current that can be summed",
        where,
        got: `"${current}"`,
        expected: model.kind === "conductance" ? model.currents.map((each) => each.name).join(", ") : "none",
      });
  for (const cell of record?.voltages?.[name] ?? [])
    if (!(Number.isInteger(cell) && cell >= 0 && cell < count))
      throw refused({
        code: "range",
        what: "no such cell",
        where,
        got: String(cell),
        expected: `0 to ${count - 1}`,
      });
}

function checkProjection(projection: Projection, populations: readonly Population[], dt_ms: number): void {
  const { from, to, synapse, connectivity, weight, delay_ms, plasticity } = projection;
  const where = `projection ${from} to ${to} (${synapse})`;
  const source = findPopulation(populations, from, where);
  const target = findPopulation(populations, to, where);
  const sources = source.kind === "cells" ? source.count : source.times_ms.length;
  size(where, "sources of the connectivity", connectivity.sources, sources);
  if (target.kind === "spikes")
    throw refused({ code: "unknown-synapse", what: "given spike trains have no synapses", where });
  size(where, "target cells of the connectivity", connectivity.targetCells, target.count);
  checkSynapse(target, synapse, where);
  const synapses = connectivity.targets.length;
  if (typeof weight !== "number") size(where, "weights", weight.length, synapses);
  if (typeof delay_ms !== "number") size(where, "delays", delay_ms.length, synapses);
  notNegative(where, "weight", typeof weight === "number" ? [weight] : weight);
  notNegative(where, "delay", typeof delay_ms === "number" ? [delay_ms] : delay_ms);
  const { shortest, longest } = delayRange(delaySteps(projection, dt_ms));
  if (shortest < 1)
    throw refused({
      code: "delay",
      what: "a delay is shorter than the time step",
      where,
      expected: `at least ${dt_ms} ms`,
      next: "Take a longer delay or a smaller dt_ms.",
    });
  const steps = longest * target.count;
  if (steps > MOST_STEPS_UNDER_WAY)
    throw refused({
      code: "delay",
      what: "the longest delay would take too much memory",
      where,
      got: `${longest} steps for ${target.count} cells`,
      expected: `at most ${MOST_STEPS_UNDER_WAY} steps of all cells together`,
      next: "Take shorter delays or a larger dt_ms.",
    });
  if (!plasticity) return;
  const { U, tauRec_ms, tauFacil_ms } = plasticity;
  notNegative(where, "time constant of plasticity", [tauRec_ms, tauFacil_ms]);
  if (!(U > 0 && U <= 1))
    throw refused({
      code: "range",
      what: "U is no release probability",
      where,
      got: String(U),
      expected: "0 to 1",
    });
}

/** What is under way to the cells of a population, by synapse: 1 GiB. */
const MOST_STEPS_UNDER_WAY = 2 ** 27;

/** Before the run, so that it does not end in the middle. Opening the cells checks the rest of a drive. */
function checkLength(drive: Drive, steps: number, where: string): void {
  if (drive.kind !== "waveforms") return;
  for (const { length } of drive.waveforms)
    if (length < steps)
      throw refused({
        code: "size",
        what: "a waveform ends before the run does",
        where,
        got: String(length),
        expected: `${steps} steps`,
      });
}

function checkSynapse({ name, model }: CellPopulation, synapse: string, where: string): void {
  const known = (membraneOf(model).arrivals ?? []).map((arrival) => arrival.name);
  if (known.includes(synapse)) return;
  throw refused({
    code: "unknown-synapse",
    what: `the cells of ${name} have no such synapse`,
    where,
    got: `"${synapse}"`,
    expected: known.join(", ") || "a model with synapses (withSynapses)",
  });
}

function findPopulation(populations: readonly Population[], name: string, where: string): Population {
  const population = populations.find((candidate) => candidate.name === name);
  if (population) return population;
  throw refused({
    code: "unknown-population",
    what: "no such population",
    where,
    got: `"${name}"`,
    expected: populations.map((each) => each.name).join(", "),
  });
}

function positive(what: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value)))
    throw refused({ code: "range", what: `${what} is no time`, got: String(value), expected: "more than 0" });
}

function size(where: string, what: string, got: number | undefined, expected: number): void {
  if (got === undefined || got === expected) return;
  throw refused({
    code: "size",
    what: `${what}: wrong number`,
    where,
    got: String(got),
    expected: String(expected),
  });
}

function notNegative(where: string, what: string, values: ArrayLike<number>, below = 1e9): void {
  for (let n = 0; n < values.length; n++)
    if (!(values[n] >= 0 && values[n] < below))
      throw refused({
        code: "range",
        what: `no ${what}`,
        where,
        got: String(values[n]),
        expected: `from 0 to ${below.toPrecision(3)}`,
      });
}

function refused(problem: InputProblem): InputError {
  return new InputError(problem);
}
