import { z } from "zod";
import { InputError } from "../../errors.ts";
import type { Recording } from "../recording.ts";
import { bridge } from "./bridge.ts";
import { crop } from "./crop.ts";
import { current } from "./current.ts";
import { junctionPotential } from "./junction-potential.ts";
import { lineNoise } from "./line-noise.ts";
import { lowPass } from "./low-pass.ts";
import type { Method } from "./method.ts";
import { resample } from "./resample.ts";
import { select } from "./select.ts";

const METHODS = [select, current, bridge, junctionPotential, lineNoise, lowPass, resample, crop] as const;

/** A step as plain data, for instance `{ step: "low-pass", corner_kHz: 3 }`. */
export type PreparationRequest = z.input<(typeof METHODS)[number]["schema"]>;

/** Names of the steps, in the order in which the command line makes them. */
export const PREPARATION_STEPS: readonly PreparationRequest["step"][] = METHODS.map(({ step }) => step);

/**
 * Prepares a recording: makes the steps in the order given, from plain data. Samples are computed when they are asked
 * for, as the readers do; nothing of the recording that is given changes.
 *
 * @param steps Checked before the first is made. Units stand in the names; what is left out has the default that is
 *   recorded.
 * @returns A new recording. Each step adds one entry to `preparation`, with all its parameters and what it found, and its sentence to
 *   `notes`. A step that changes nothing (0 MOhm) is recorded too and leaves every bit as it is.
 * @throws InputError `unknown-step`, `bad-step` for steps that make no sense, `corner`, `rate`, `window`, `unknown-sweep`,
 *   `corrected-twice`, `not-quiet` for those that this recording cannot take.
 */
export function prepareRecording(
  recording: Recording,
  steps: readonly PreparationRequest[] | readonly unknown[],
): Recording {
  const checked = steps.map(checkStep);
  return checked.reduce((prepared, one) => made(prepared, one), recording);
}

interface CheckedStep {
  readonly method: Method;
  readonly data: unknown;
  readonly where: string;
}

function made(recording: Recording, { method, data, where }: CheckedStep): Recording {
  const { recording: changed, description, parameters } = method.apply(recording, data, where);
  return {
    ...changed,
    notes: [...changed.notes, description],
    preparation: [...(changed.preparation ?? []), { step: method.step, description, parameters }],
  };
}

const namedStep = z.looseObject({ step: z.string() });

function checkStep(step: unknown, position: number): CheckedStep {
  const name = namedStep.safeParse(step).data?.step;
  const method: Method | undefined = METHODS.find((one) => one.step === name);
  if (!method) throw unknownStep(name, position);
  const where = `step ${position + 1} (${method.step})`;
  const parsed = method.schema.safeParse(step);
  if (!parsed.success) throw badStep(parsed.error.issues[0], step, where);
  return { method, data: parsed.data, where };
}

function unknownStep(name: string | undefined, position: number): InputError {
  return new InputError({
    code: "unknown-step",
    what: "this is no step of preparation",
    where: `step ${position + 1}`,
    got: name ?? "no field `step`",
    expected: PREPARATION_STEPS.join(", "),
    next: "docs/preparation.md describes each step.",
  });
}

function badStep(issue: z.core.$ZodIssue, step: unknown, where: string): InputError {
  const path = issue.path.map(String).join(".");
  const got = issue.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown>)?.[key],
    step,
  );
  return new InputError({
    code: "bad-step",
    what: `${path ? `${path}: ` : ""}${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`,
    where,
    ...(path && { got: got === undefined ? "nothing" : JSON.stringify(got) }),
    next: "docs/preparation.md describes each step and its fields.",
  });
}
