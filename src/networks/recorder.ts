import { type CurrentSum, currentSum } from "../engine/index.ts";
import type { CellMember } from "./members.ts";
import type { CellPopulation, NetworkRecord } from "./network.ts";

/** Samples of one population: sums of currents and voltages of chosen cells. */
export class Recorder {
  readonly currents: Readonly<Record<string, Float64Array>>;
  readonly v_mV: readonly Float64Array[];
  readonly #member: CellMember;
  readonly #sums: ReadonlyMap<string, CurrentSum>;
  readonly #cells: readonly number[];
  readonly #states: ReadonlyMap<string, Float64Array>;
  #sample = 0;

  constructor(population: CellPopulation, member: CellMember, record: NetworkRecord, samples: number) {
    const names = record.currents?.[population.name] ?? [];
    this.#member = member;
    this.#cells = record.voltages?.[population.name] ?? [];
    this.#sums = new Map(names.flatMap((name) => sumOf(population, name, member.stepper.states)));
    const states = new Set([...this.#sums.values()].flatMap((sum) => sum.states));
    if (this.#cells.length > 0) states.add("v");
    this.#states = new Map([...states].map((state) => [state, new Float64Array(member.count)]));
    this.currents = Object.fromEntries(names.map((name) => [name, new Float64Array(samples)]));
    this.v_mV = this.#cells.map(() => new Float64Array(samples));
  }

  take(): void {
    for (const [state, values] of this.#states) this.#member.stepper.read(state, values);
    const sample = this.#sample++;
    for (const [name, { states, sum }] of this.#sums)
      this.currents[name][sample] = sum(
        this.#member.parameters,
        states.map((state) => this.#states.get(state) as Float64Array),
      );
    const v = this.#states.get("v");
    for (const [n, cell] of this.#cells.entries()) if (v) this.v_mV[n][sample] = v[cell];
  }
}

/** A channel that was taken out by a conductance fixed at 0 has no states: its sum stays 0. */
function sumOf(
  { model, fixed = {} }: CellPopulation,
  name: string,
  states: readonly string[],
): [string, CurrentSum][] {
  if (model.kind !== "conductance") return [];
  const current = model.currents.find((candidate) => candidate.name === name);
  const sum = currentSum(model, name, (gate) => gate.tau !== undefined && states.includes(gate.name));
  return current && sum && fixed[current.conductance] !== 0 ? [[name, sum]] : [];
}
