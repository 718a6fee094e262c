import { failureAt, type Run, type RunOptions } from "../kernel.ts";
import type { ConductanceModel } from "../model.ts";
import { type GatePreparation, GRID } from "./gateTable.ts";

/** Bytes of a value. */
export const F64 = 8;
const I32 = 4;
const PAGE = 65536;
/** Room for the header: failed step and spike count of each lane, then parameters and initial gates. */
export const HEADER_BYTES = 1024;
const MOST_LANES = 2;
/** Where a lane's failed step (-1: none) and spike count stand. */
export const failedAt = (lane: number) => I32 * lane;
export const countAt = (lane: number) => I32 * (MOST_LANES + lane);

/** Offsets in the kernel's memory: header, parameters, initial gates, table, then current, voltage and spikes of each sweep. */
export function offsets(model: ConductanceModel, gates: GatePreparation) {
  const parametersAt = 2 * I32 * MOST_LANES;
  const firstGatesAt = parametersAt + F64 * model.parameters.length;
  const gateBytes = F64 * (model.gates.length + 1);
  const tableAt = HEADER_BYTES;
  const sweepsAt = tableAt + F64 * GRID.rows * gates.layout.width;
  if (firstGatesAt + MOST_LANES * gateBytes > HEADER_BYTES)
    throw new Error(`internal: ${model.id} has too many parameters`);
  return { parametersAt, gatesAt: (lane: number) => firstGatesAt + lane * gateBytes, tableAt, sweepsAt };
}

/** Current, then voltage (one more), then spike times (one a step at the most). */
const sweepBytes = (steps: number) => F64 * 3 * (steps + 1);
const voltageAt = (base: number, steps: number) => base + F64 * steps;
const spikesAt = (base: number, steps: number) => voltageAt(base, steps) + F64 * (steps + 1);

export class KernelMemory {
  readonly wasm = new WebAssembly.Memory({ initial: 16 });
  readonly #gates: GatePreparation;
  readonly #at: ReturnType<typeof offsets>;
  /** Whose table lies in the memory now. */
  #loaded: Float64Array | undefined;

  constructor(model: ConductanceModel, gates: GatePreparation) {
    this.#gates = gates;
    this.#at = offsets(model, gates);
  }

  fillTable(params: ArrayLike<number>, dt_ms: number): Float64Array {
    const table = new Float64Array(GRID.rows * this.#gates.layout.width);
    this.#gates.fill(params, table, dt_ms);
    return table;
  }

  /** Puts everything in its place; returns where each lane's sweep starts. */
  load(
    params: ArrayLike<number>,
    table: Float64Array,
    currents: readonly Float64Array[],
    initial: readonly (readonly number[])[],
  ): number[] {
    const { parametersAt, gatesAt, tableAt, sweepsAt } = this.#at;
    const bases = currents.map((current, lane) => sweepsAt + lane * sweepBytes(current.length));
    this.#ensure(sweepsAt + currents.length * sweepBytes(currents[0].length));
    const { buffer } = this.wasm;
    new Float64Array(buffer, parametersAt, params.length).set(params);
    currents.forEach((current, lane) => {
      new Int32Array(buffer, failedAt(lane), 1)[0] = -1;
      new Float64Array(buffer, gatesAt(lane), initial[lane].length).set(initial[lane]);
      new Float64Array(buffer, bases[lane], current.length).set(current);
    });
    if (this.#loaded !== table) new Float64Array(buffer, tableAt, table.length).set(table);
    this.#loaded = table;
    return bases;
  }

  read(lane: number, base: number, steps: number, dt_ms: number, options: RunOptions): Run {
    const every = options.recordEvery ?? 0;
    const slots = every > 0 ? 1 + Math.floor(steps / every) : 0;
    const { buffer } = this.wasm;
    const count = new Int32Array(buffer, countAt(lane), 1)[0];
    const v_mV = new Float64Array(buffer, voltageAt(base, steps), slots).slice();
    const spikeTimes_ms = new Float64Array(buffer, spikesAt(base, steps), count).slice();
    const failed = new Int32Array(buffer, failedAt(lane), 1)[0];
    if (failed < 0) return { spikeTimes_ms, v_mV };
    if (every > 0) v_mV.fill(Number.NaN, Math.ceil(failed / every));
    return { spikeTimes_ms, v_mV, failure: failureAt(failed, dt_ms, "v") };
  }

  #ensure(bytes: number): void {
    const missing = bytes - this.wasm.buffer.byteLength;
    if (missing <= 0) return;
    this.wasm.grow(Math.ceil(missing / PAGE));
    this.#loaded = undefined;
  }
}
