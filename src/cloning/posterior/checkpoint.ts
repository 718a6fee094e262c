/** A training run on disk: magic and length of the header, a JSON header, then float32 weights and the two moments of Adam. */
import { InputError } from "../../errors.ts";
import type { TrainingPlan } from "./plan.ts";
import type { TrainingState } from "./trainer.ts";

const MAGIC = "PTTRAIN1";

/** What the run was asked for and has used; a resumed run must be asked for the same. */
export interface CheckpointHeader {
  readonly model: string;
  readonly plan: TrainingPlan;
  /** Budget used so far, s. */
  readonly spent_s: number;
}

export interface Checkpoint extends CheckpointHeader {
  readonly state: TrainingState;
}

export function writeCheckpoint({ state, ...header }: Checkpoint): Uint8Array {
  const { weights, adam, ...rest } = state;
  const json = JSON.stringify({ ...header, ...rest, length: weights.length, adamSteps: adam.step });
  // Padded with spaces, so that the floats lie on multiples of four.
  const text = new TextEncoder().encode(
    json + " ".repeat((4 - (new TextEncoder().encode(json).length % 4)) % 4),
  );
  const bytes = new Uint8Array(12 + text.length + 12 * weights.length);
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(8, text.length, true);
  bytes.set(text, 12);
  [weights, adam.first, adam.second].forEach((values, k) => {
    bytes.set(
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      12 + text.length + 4 * k * weights.length,
    );
  });
  return bytes;
}

/** Throws InputError `bad-checkpoint` where the bytes are no checkpoint or are cut off. */
export function readCheckpoint(bytes: Uint8Array, where: string): Checkpoint {
  const refuse = (got: string) =>
    new InputError({
      code: "bad-checkpoint",
      where,
      what: "this is no checkpoint of a training run",
      got,
      expected: "a whole file written by `patchtwin train`",
      next: "Remove it to start again.",
    });
  if (new TextDecoder().decode(bytes.subarray(0, 8)) !== MAGIC || bytes.length < 12)
    throw refuse("other bytes");
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);
  if (bytes.length < 12 + size) throw refuse("a file that is cut off");
  const { length, adamSteps, round, updates, loss, standards, parameters, ...header } = JSON.parse(
    new TextDecoder().decode(bytes.subarray(12, 12 + size)),
  );
  if (bytes.length !== 12 + size + 12 * length) throw refuse("a file that is cut off");
  const part = (k: number) => {
    const from = 12 + size + 4 * k * length;
    // Copied: the bytes of a Buffer start anywhere in memory, and its slice is a view.
    return new Float32Array(Uint8Array.from(bytes.subarray(from, from + 4 * length)).buffer);
  };
  const adam = { step: adamSteps, first: part(1), second: part(2) };
  return { ...header, state: { round, updates, loss, standards, parameters, weights: part(0), adam } };
}
