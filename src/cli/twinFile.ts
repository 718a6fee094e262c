import { z } from "zod";
import type { Twin } from "../cloning/index.ts";
import { findModel } from "../engine/index.ts";
import { InputError } from "../errors.ts";
import { readJson } from "./files.ts";
import { count } from "./output.ts";

const nullableNumber = z.number().nullable();

/** The parts of a twin file that a trial computes with; the rest is carried along. */
const twinSchema = z.looseObject({
  kind: z.literal("patchtwin-twin/1"),
  model: z.string(),
  posterior: z.looseObject({
    names: z.array(z.string()),
    samples: z.array(z.array(z.number())).min(1),
  }),
  fit: z.looseObject({ sweeps: z.array(z.looseObject({})), traces: z.array(z.looseObject({})) }),
  range: z.looseObject({ current_pA: z.looseObject({ low: z.number(), high: z.number() }) }),
  measured: z.looseObject({
    rheobase_pA: nullableNumber,
    spikeThreshold_mV: nullableNumber,
    holding_pA: z.number(),
  }),
  provenance: z.looseObject({ file: z.string(), dt_ms: z.number().positive() }),
});

/** Reads a twin that `clone` wrote. Throws InputError `not-a-twin` with the place of the first fault. */
export async function loadTwin(path: string): Promise<Twin> {
  return checkTwin(await readJson(path), path);
}

export function checkTwin(value: unknown, where: string): Twin {
  const parsed = twinSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputError({
      code: "not-a-twin",
      where,
      what: "the file is not a twin",
      got: `${issue.path.join(".") || "the document"}: ${issue.message}`,
      expected: "a file written by `patchtwin clone --out twin.json`",
      next: "Clone a recording, or check that this is the file you mean.",
    });
  }
  const model = findModel(parsed.data.model);
  const names = model.parameters.map(({ name }) => name);
  const wrong = names.findIndex((name, index) => parsed.data.posterior.names[index] !== name);
  if (wrong >= 0 || parsed.data.posterior.samples.some((sample) => sample.length !== names.length)) {
    throw new InputError({
      code: "twin-of-another-version",
      where,
      what: `the parameters in the file are not those of the model ${model.id}`,
      got: wrong >= 0 ? (parsed.data.posterior.names[wrong] ?? "fewer") : "samples of another length",
      expected: wrong >= 0 ? names[wrong] : count(names.length, "value"),
      next: "Clone the recording again with this version.",
    });
  }
  return value as Twin;
}
