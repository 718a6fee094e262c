import { z } from "zod";
import { InputError } from "../errors.ts";
import { evidenceFor, meanPotency_M } from "./evidence.ts";

const DIRECTIONS = ["decrease", "depolarising", "hyperpolarising", "increase", "none"] as const;
const KINDS = [
  "NAM",
  "PAM",
  "activation",
  "agonist",
  "block",
  "competitive-antagonist",
  "enzyme-inhibition",
  "gating-shift",
  "open-channel-block",
  "other",
  "presynaptic",
  "uptake-inhibition",
] as const;
const USES = ["do-not-model", "off-target", "primary", "secondary"] as const;
const ASSAYS = ["binding", "enzyme", "flux", "functional", "uptake"] as const;
const PROVENANCES = ["recalled", "verified"] as const;
const MEASURES = [
  "IC50",
  "EC50",
  "Ki",
  "Kd",
  "pA2",
  "IC50 or Ki (pairing lost in the join)",
  "IC50 or Kd (pairing lost in the join)",
] as const;

/** Rounding in the library is to three figures: anything further off is a typing error or a wrong unit. */
const ROUNDING = 0.01;
const agree = (a: number, b: number) => Math.abs(a - b) <= ROUNDING * Math.abs(b);

const text = z.string().min(1);
/** mol/L. No drug here is used above 1 M; a number beyond it was typed in another unit. */
const molar = z.number().positive().max(1);
const ascendingMolar = z
  .tuple([molar, molar])
  .refine(([low, high]) => low <= high, { error: "the lower end comes first" });
const hill = z.number().min(0.2).max(10);

const shiftSchema = z.strictObject({
  parameter: text.startsWith("vhalf."),
  mV: z.number().min(-100).max(100),
  at_M: molar,
  text: text.nullable(),
});

const MOLAR_PREFIX: Record<string, number> = { n: 1e-9, u: 1e-6, m: 1e-3 };

/** The printed number in mol/L: `4.7` as pIC50, `7` in uM. */
function reported_M({ value, unit }: { value: number; unit: string }): number {
  return unit.startsWith("p") ? 10 ** -value : value * MOLAR_PREFIX[unit[0]];
}

const actionSchema = z
  .strictObject({
    target: text,
    parameter: text,
    direction: z.enum(DIRECTIONS),
    kind: z.enum(KINDS),
    use: z.enum(USES),
    measure: z.enum(MEASURES).nullable(),
    value_M: molar.nullable(),
    value_range_M: ascendingMolar.nullable(),
    value_reported: z
      .strictObject({
        value: z.number(),
        unit: z
          .string()
          .regex(
            /^(p(IC50|EC50|Ki|Kd|A2)(\/p(Ki|Kd))?( \(-log10 M\))?|[num]M( \(median of .+\))?)$/,
            "a molar unit (nM, uM, mM) or a negative decadic logarithm (pIC50, pEC50, pKi, pKd, pA2)",
          ),
      })
      .nullable(),
    hill: hill.nullable(),
    maxEffect: z.number().positive().max(20).nullable(),
    shift: shiftSchema.nullable(),
    stateDependence: z
      .strictObject({
        resting_M: molar.nullable(),
        inactivated_M: molar.nullable(),
        restingOverInactivated: z.number().positive().nullable(),
        text: text.nullable(),
      })
      .nullable(),
    effectAtConcentration: z.array(z.strictObject({ conc_M: molar.nullable(), effect: text })).nullable(),
    assay: z.enum(ASSAYS),
    species: text.nullable(),
    preparation: text.nullable(),
    temperature_C: z.number().min(0).max(45).nullable(),
    provenance: z.enum(PROVENANCES),
    confidence: z.enum(["high", "medium", "low"]),
    source: text.nullable(),
    originalPmids: z.array(z.string().regex(/^\d+$/, "a PubMed id is digits")).nullable(),
    note: text.nullable(),
    datasetKey: text.optional(),
    derivation: z.enum(["read", "memory", "fitted here from raw points", "inferred"]),
  })
  .superRefine((action, context) => {
    const problem = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    const { value_M, value_reported } = action;
    if (value_M !== null && value_reported === null)
      problem("value_reported", "a number needs the printed value that it came from");
    if (value_reported !== null && (value_M === null || !agree(value_M, reported_M(value_reported))))
      problem("value_M", `does not agree with the printed ${value_reported.value} ${value_reported.unit}`);
    if ((value_M === null) !== (action.measure === null))
      problem("measure", "a measure and a number come together");
    if (action.direction === "decrease" && (action.maxEffect ?? 0) > 1)
      problem("maxEffect", "a decrease removes at most the whole (1)");
    if ((action.provenance === "verified") !== (action.source !== null))
      problem("source", "a verified value names its source and a recalled one has none");
  });

const modelDefaultSchema = z
  .strictObject({
    parameter: text,
    direction: z.enum(DIRECTIONS),
    kind: z.enum(KINDS),
    value_M: molar,
    span_M: ascendingMolar,
    hill,
    hillAssumed: z.boolean(),
    maxEffect: z.number().positive().max(20).nullable(),
    shift: shiftSchema.nullable(),
    provenance: z.enum(PROVENANCES),
    bindingOnly: z.boolean(),
    fromTargets: z.array(text).min(1),
  })
  .superRefine((entry, context) => {
    const [low, high] = entry.span_M;
    const problem = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (entry.value_M < low * (1 - ROUNDING) || entry.value_M > high * (1 + ROUNDING))
      problem("value_M", `lies outside its own span ${low} to ${high} M`);
    if (entry.hillAssumed && entry.hill !== 1) problem("hill", "an assumed Hill coefficient is 1");
    if (entry.direction === "decrease" && (entry.maxEffect ?? 0) > 1)
      problem("maxEffect", "a decrease removes at most the whole (1)");
  });

const therapeuticSchema = z
  .strictObject({
    kind: text,
    low_M: molar.nullable(),
    high_M: molar.nullable(),
    reported: text.nullable(),
    freeFraction: z.number().positive().max(1).nullable(),
    freeLow_M: molar.nullable(),
    freeHigh_M: molar.nullable(),
    freeIsComputed: z.boolean().nullable(),
    provenance: z.enum(PROVENANCES),
    source: text.nullable(),
    freeFractionSource: text.nullable(),
    note: text.nullable(),
  })
  .superRefine((range, context) => {
    const ends = [
      ["low_M", range.low_M, "freeLow_M", range.freeLow_M],
      ["high_M", range.high_M, "freeHigh_M", range.freeHigh_M],
    ] as const;
    for (const [name, total, freeName, free] of ends) {
      const fraction = range.freeIsComputed ? (range.freeFraction ?? Number.NaN) : 1;
      if (range.freeIsComputed !== null && !agree(free ?? Number.NaN, (total ?? Number.NaN) * fraction))
        context.addIssue({
          code: "custom",
          path: [freeName],
          message: `is not ${name} x ${fraction}`,
        });
    }
    if ((range.low_M ?? 0) > (range.high_M ?? 0))
      context.addIssue({ code: "custom", path: ["low_M"], message: "lies above high_M" });
  });

const compoundSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "lower case, digits and single hyphens"),
  name: text,
  synonyms: z.array(text),
  ids: z.strictObject({
    cas: z
      .string()
      .regex(/^\d{2,7}-\d{2}-\d$/, "a CAS number")
      .nullable(),
    chembl: z
      .string()
      .regex(/^CHEMBL\d+$/, "a ChEMBL id")
      .nullable(),
    pubchemCid: z.string().regex(/^\d+$/, "digits").nullable(),
    gtopdbLigandId: z.string().regex(/^\d+$/, "digits").nullable(),
    drugbank: z
      .string()
      .regex(/^DB\d{5}$/, "a DrugBank id")
      .nullable(),
    provenance: z.enum([...PROVENANCES, "none"]),
    source: text.nullable(),
    casProvenance: z.enum(PROVENANCES).optional(),
  }),
  class: text,
  indication: text,
  expectedNetEffect: z.strictObject({ label: text, provenance: text }),
  actions: z.array(actionSchema).min(1),
  therapeutic: therapeuticSchema.nullable(),
  contested: z.array(text).nullable(),
  notes: text.nullable(),
  stateDependent: z.boolean(),
  modelDefaults: z.array(modelDefaultSchema),
});

const sourceSchema = z.strictObject({
  type: z.enum(["dataset", "page"]),
  citation: text,
  doi: z.string().startsWith("10.").nullable(),
  pmid: z.string().regex(/^\d+$/, "digits").nullable(),
  pmcid: z
    .string()
    .regex(/^PMC\d+$/, "a PubMed Central id")
    .nullable(),
  url: text.nullable(),
  repo: text.nullable(),
  commit: text.nullable(),
  path: text.nullable(),
  licence: text.nullable(),
  whatWasRead: text,
  note: text.nullable(),
});

/** The file repeats its vocabulary: a word that we do not know would be one that we silently ignore. */
const vocabulary = (words: readonly string[]) =>
  z.array(z.string()).refine((listed) => [...listed].sort().join() === [...words].sort().join(), {
    error: `expected exactly ${words.join(", ")}`,
  });

const count = z.int().nonnegative();

const librarySchema = z
  .strictObject({
    schema: z.literal("drug-library/1"),
    set: text,
    units: z.literal(
      "molar (mol/L) for *_M fields; mV for shifts; fractions 0-1 for maxEffect; temperatures in C",
    ),
    provenanceRule: text,
    parameters: z.record(text, text),
    enums: z.strictObject({
      direction: vocabulary(DIRECTIONS),
      kind: vocabulary(KINDS),
      use: vocabulary(USES),
      assay: vocabulary(ASSAYS),
      provenance: vocabulary(PROVENANCES),
    }),
    counts: z.strictObject({
      compounds: count,
      compoundsWithVerifiedPrimaryAction: count,
      compoundsOnlyRecalled: count,
      actions: count,
      actionsVerified: count,
      actionsRecalled: count,
      numericActions: count,
      numericVerified: count,
      numericRecalled: count,
      therapeuticRanges: count,
      therapeuticVerified: count,
    }),
    sources: z.record(text, sourceSchema),
    compounds: z.array(compoundSchema).min(1),
  })
  .superRefine((library, context) => {
    const problem = (path: (string | number)[], message: string) =>
      context.addIssue({ code: "custom", path, message });
    library.compounds.forEach((compound, index) => {
      if (library.compounds.findIndex(({ id }) => id === compound.id) !== index)
        problem(["compounds", index, "id"], `${compound.id} is listed twice`);
      checkReferences(library, compound, (path, message) => problem(["compounds", index, ...path], message));
      checkDefaults(compound, (path, message) => problem(["compounds", index, ...path], message));
    });
    checkCounts(library, problem);
  });

export type DrugLibrary = z.infer<typeof librarySchema>;
export type Drug = z.infer<typeof compoundSchema>;
export type DrugAction = z.infer<typeof actionSchema>;
export type ModelDefault = z.infer<typeof modelDefaultSchema>;
export type DrugSource = z.infer<typeof sourceSchema>;

type Problem = (path: (string | number)[], message: string) => void;

function checkCounts({ counts, compounds }: DrugLibrary, problem: Problem): void {
  const actions = compounds.flatMap((compound) => compound.actions);
  const found = {
    compounds: compounds.length,
    actions: actions.length,
    actionsVerified: actions.filter(({ provenance }) => provenance === "verified").length,
    therapeuticRanges: compounds.filter(({ therapeutic }) => therapeutic !== null).length,
  };
  for (const [name, number] of Object.entries(found)) {
    const stated = counts[name as keyof typeof found];
    if (stated !== number) problem(["counts", name], `says ${stated}, the file holds ${number}`);
  }
}

/** Every parameter is in the glossary and every source in the list; `gCaL+gCaN` names two parameters. */
function checkReferences(library: DrugLibrary, compound: Drug, problem: Problem): void {
  const known = (parameter: string) =>
    parameter.split("+").every((name) => Object.hasOwn(library.parameters, name));
  const sourced = (source: string | null) => source === null || Object.hasOwn(library.sources, source);
  for (const list of ["actions", "modelDefaults"] as const)
    compound[list].forEach((entry, index) => {
      if (!known(entry.parameter))
        problem([list, index, "parameter"], `${entry.parameter} is not in the glossary`);
      if (entry.shift && !known(entry.shift.parameter))
        problem([list, index, "shift", "parameter"], `${entry.shift.parameter} is not in the glossary`);
    });
  compound.actions.forEach((action, index) => {
    if (!sourced(action.source))
      problem(["actions", index, "source"], `${action.source} is not in the sources`);
  });
  if (!sourced(compound.ids.source))
    problem(["ids", "source"], `${compound.ids.source} is not in the sources`);
  if (!sourced(compound.therapeutic?.source ?? null))
    problem(["therapeutic", "source"], `${compound.therapeutic?.source} is not in the sources`);
}

/** A model default is a computed field: it must follow from the actions by the library's own rule. */
function checkDefaults(compound: Drug, problem: Problem): void {
  compound.modelDefaults.forEach((entry, index) => {
    const evidence = evidenceFor(compound.actions, entry.parameter);
    const path = ["modelDefaults", index];
    if (compound.modelDefaults.findIndex(({ parameter }) => parameter === entry.parameter) !== index)
      problem([...path, "parameter"], `${entry.parameter} has two defaults; alternatives are never combined`);
    if (evidence.length === 0) problem(path, `no action of ${compound.id} gives a number for it`);
    else if (!agree(entry.value_M, meanPotency_M(evidence)))
      problem(
        [...path, "value_M"],
        `is ${entry.value_M} M, its actions give ${meanPotency_M(evidence).toPrecision(3)} M`,
      );
  });
}

/**
 * Checks a parsed `drugs.json`: names, units (each number against its printed form), ranges, references, and that
 * every model default follows from the actions.
 *
 * @param json the parsed file, of schema `drug-library/1`
 * @returns the library, unchanged; concentrations stay in mol/L as their names say (`*_M`)
 * @throws InputError `bad-library` with the path of the first problem and the number of the others
 */
export function parseLibrary(json: unknown): DrugLibrary {
  const parsed = librarySchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [first, ...others] = parsed.error.issues;
  throw new InputError({
    code: "bad-library",
    what: others.length > 0 ? `${first.message}; ${others.length} more problems` : first.message,
    where: `drug library, ${locate(json, first.path)}`,
    next: "Compare the entry with its source, or take library/drugs.json of this version.",
  });
}

/** `compounds.3.actions.0.value_M (retigabine)`: the number alone would send the reader counting. */
function locate(json: unknown, path: readonly PropertyKey[]): string {
  const dotted = path.map(String).join(".") || "top level";
  if (path[0] !== "compounds" || typeof path[1] !== "number") return dotted;
  const id = (json as { compounds?: { id?: unknown }[] }).compounds?.[path[1]]?.id;
  return typeof id === "string" ? `${dotted} (${id})` : dotted;
}
