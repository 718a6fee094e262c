import { RESET_LIMIT_MV } from "../kernel.ts";
import type { Step } from "./schemes.ts";
import type { VectorShape } from "./vectorShape.ts";

/**
 * How an input reaches the loop. `constant`: a value a cell. `shared`: one waveform for all. `each`: a waveform of its own for
 * each lane, found by pointers. `stream`: values of all cells side by side, step after step. The last three may be `scaled`:
 * offset + scale * waveform, both a value a cell.
 */
export interface InputCode {
  readonly kind: "constant" | "shared" | "each" | "stream";
  readonly scaled?: boolean;
  /** Values are used up: 0 is written back. */
  readonly clear?: boolean;
}

export interface LoopFeatures {
  readonly inputs: Readonly<Record<string, InputCode>>;
  readonly spikeTimes: boolean;
  readonly statistics: boolean;
  readonly plateau: boolean;
  readonly record: boolean;
  /** Vectors side by side. */
  readonly interleave: number;
}

/** A block is `interleave` vectors of cells; slots follow each other, `interleave` vectors each. */
export interface BlockLayout {
  readonly cells: number;
  readonly lanes: number;
  readonly vectorBytes: 16;
  readonly slotBytes: number;
  readonly blockBytes: number;
  /** A voltage below this that the loop has not noticed yet has to be noticed after a stretch. */
  readonly lowest_mV: number | undefined;
  /** First slot of each part. */
  readonly slots: {
    readonly states: number;
    readonly invariants: number;
    readonly inputs: ReadonlyMap<string, InputSlots>;
    readonly count: number;
    readonly failedAt: number;
    /** States of a lane when it failed. */
    readonly dump: number;
    /** vMin, vMax, sum of v. */
    readonly statistics: number;
    /** Steps above the level until now, longest such time, crossings. */
    readonly plateau: number;
  };
}

export interface InputSlots {
  /** The value of a constant input, or the offset of a scaled one, followed by the scale. */
  readonly value: number;
  /** Addresses of a lane's waveform. */
  readonly pointers: number;
}

/** Where everything of a block lies. */
export function blockLayout(
  step: Step,
  shape: VectorShape,
  features: LoopFeatures,
  invariants: number,
): BlockLayout {
  let next = 0;
  const take = (slots: number) => {
    const first = next;
    next += slots;
    return first;
  };
  const states = take(step.states.length);
  const invariantsAt = take(invariants);
  const inputs = new Map(
    step.inputs.map((name): [string, InputSlots] => {
      const code = inputCode(features, name);
      const values = code.kind === "constant" ? 1 : code.scaled ? 2 : 0;
      // A pointer takes 4 bytes a lane: one slot holds those of every lane.
      return [name, { value: take(values), pointers: take(code.kind === "each" ? 1 : 0) }];
    }),
  );
  const slots = {
    states,
    invariants: invariantsAt,
    inputs,
    count: take(1),
    failedAt: take(1),
    dump: take(step.states.length),
    statistics: take(features.statistics ? 3 : 0),
    plateau: take(features.plateau ? 3 : 0),
  };
  const slotBytes = 16 * features.interleave;
  return {
    cells: shape.lanes * features.interleave,
    lanes: shape.lanes,
    vectorBytes: 16,
    slotBytes,
    blockBytes: next * slotBytes,
    lowest_mV: step.spike.kind === "reset" ? -RESET_LIMIT_MV : undefined,
    slots,
  };
}

/** How an input of the step is given. Throws an internal error for one that is not. */
export function inputCode(features: LoopFeatures, name: string): InputCode {
  const code = features.inputs[name];
  if (!code) throw new Error(`internal: input "${name}" was not given`);
  return code;
}
