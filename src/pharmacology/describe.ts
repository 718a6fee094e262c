import { concentrationText, micromolar } from "./concentrationText.ts";
import type { ModelledAction, NotModelledAction, ResolvedDrug } from "./effect.ts";
import type { Drug, DrugAction, DrugLibrary, DrugSource } from "./schema.ts";

export interface TherapeuticRange {
  /** Free plasma concentration, uM; null where the library has none. */
  readonly freeLow_uM: number | null;
  readonly freeHigh_uM: number | null;
  readonly text: string;
}

/** The texts that go with every result about a drug. */
export interface DrugDescription {
  readonly id: string;
  readonly name: string;
  readonly class: string;
  /** One line a modelled action: target, parameter, potency, Hill coefficient, verified or recalled, source. */
  readonly actions: readonly string[];
  /** One line an action that changes nothing in this cell, with the reason. */
  readonly notModelled: readonly string[];
  /** What a reader must know before believing the result. */
  readonly warnings: readonly string[];
  readonly therapeutic: TherapeuticRange | null;
}

/** Describes what is modelled of a drug in one cell, what is not, and how far the numbers can be trusted. */
export function describeDrug(
  resolved: ResolvedDrug,
  { sources }: Pick<DrugLibrary, "sources">,
): DrugDescription {
  const { drug, modelled, notModelled } = resolved;
  return {
    id: drug.id,
    name: drug.name,
    class: drug.class,
    actions: modelled.map((action) => actionText(action, sources)),
    notModelled: notModelled.map(notModelledText),
    warnings: warningsFor(resolved),
    therapeutic: therapeuticRange(drug, sources),
  };
}

type Sources = Readonly<Record<string, DrugSource>>;

const unique = (words: readonly string[]) => [...new Set(words)];
const listText = (words: readonly string[]) => unique(words).join(", ");

function actionText(action: ModelledAction, sources: Sources): string {
  const { entry, evidence } = action;
  const notes = unique(evidence.flatMap(({ note }) => note ?? []));
  return [
    `${parameterText(action)}: ${effectText(action)}`,
    potencyText(action),
    entry.hillAssumed ? "Hill 1 (assumed)" : `Hill ${entry.hill}`,
    entry.bindingOnly ? "binding, not function" : null,
    `${entry.provenance}: ${evidenceText(evidence, sources)}`,
    ...notes.map((note) => `note: ${note}`),
  ]
    .filter((part) => part !== null)
    .join("; ");
}

function parameterText({ drugTarget, substitutedFor, parameters }: ModelledAction): string {
  const names = parameters.join(", ");
  const own = names === drugTarget ? names : `${names} (${drugTarget})`;
  return substitutedFor === null ? own : `${own}, in place of ${substitutedFor}`;
}

function effectText({ effect, entry }: ModelledAction): string {
  const targets = listText(entry.fromTargets);
  if (effect.kind === "shift")
    return `half-voltage of ${targets} shifted by ${effect.shift_mV} mV at ${concentrationText(effect.at_uM)}`;
  const percent = Number((100 * effect.maxEffect).toPrecision(3));
  const size = effect.maxEffect === 1 && effect.direction === "decrease" ? "complete" : `${percent} %`;
  const verb = effect.direction === "increase" ? "increase" : "block";
  return `${entry.kind === verb ? verb : `${verb} (${entry.kind})`} of ${targets}, ${size} at saturation`;
}

function potencyText({ effect, entry, evidence }: ModelledAction): string {
  const measure = unique(evidence.flatMap((action) => action.measure ?? [])).join(" / ") || "half effect";
  const mean = evidence.length > 1 ? ", geometric mean" : "";
  const [low, high] = entry.span_M.map((end) => concentrationText(micromolar(end)));
  const span = low === high ? "" : ` (${low} to ${high} over sources${mean})`;
  return `${measure} ${concentrationText(effect.halfEffect_uM)}${span}`;
}

/** Each source once, with the papers behind all its rows. */
function evidenceText(evidence: readonly DrugAction[], sources: Sources): string {
  return unique(evidence.map(({ source }) => source ?? ""))
    .map((source) => {
      if (source === "") return "from memory, no source";
      const rows = evidence.filter((action) => action.source === source);
      const pmids = unique(rows.flatMap(({ originalPmids }) => originalPmids ?? []));
      return `${sourceText(source, sources)}${pmids.length > 0 ? `, original PMID ${pmids.join(", ")}` : ""}`;
    })
    .join(" | ");
}

function sourceText(id: string, sources: Sources): string {
  const { citation, doi, pmid } = sources[id];
  const link = doi ? `, doi:${doi}` : pmid ? `, PMID ${pmid}` : "";
  return `${citation}${link}`;
}

function notModelledText({ parameter, receptors, recalled, code, reason }: NotModelledAction): string {
  const where = `${parameter} (${listText(receptors)}${recalled ? "; recalled from memory" : ""})`;
  return code === "no-effect" || code === "excluded" ? `${where}: ${reason}` : `acts on ${where}; ${reason}`;
}

/** Potencies further apart than this factor are no longer one number with scatter. */
const WIDE_SPAN = 10;

function warningsFor(resolved: ResolvedDrug): string[] {
  const { drug, modelled } = resolved;
  return [
    nothingModelled(resolved),
    primaryMissing(resolved),
    stateDependence(resolved),
    ...(drug.contested ?? []).map((claim) => `Contested: ${claim}.`),
    ...modelled.flatMap(warningsOfAction),
    recalledNumbers(modelled),
    assumedHill(modelled),
    drug.notes && `Note: ${drug.notes}`,
  ].filter((warning) => typeof warning === "string" && warning !== "") as string[];
}

function nothingModelled({ drug, modelled }: ResolvedDrug): string | null {
  return modelled.length > 0
    ? null
    : `No action of ${drug.name} is modelled in this cell, so nothing changes; the list of what is not modelled says why. That is no evidence that the drug is inert elsewhere.`;
}

/** A verdict that rests on side actions alone looks like a verdict on the drug. */
function primaryMissing({ drug, modelled }: ResolvedDrug): string | null {
  if (modelled.length === 0) return null;
  const shown = new Set(modelled.map(({ entry }) => entry.parameter));
  const missing = unique(
    drug.actions
      .filter(({ use, direction }) => use === "primary" && direction !== "none")
      .map(({ parameter }) => parameter)
      .filter((parameter) => !shown.has(parameter)),
  );
  const noun = missing.length === 1 ? "Primary action" : "Primary actions";
  return missing.length === 0 ? null : `${noun} not modelled in this cell: ${missing.join(", ")}.`;
}

const SODIUM = /^gNa[TP]$/;

function stateDependence({ drug, modelled }: ResolvedDrug): string | null {
  if (!drug.stateDependent || modelled.length === 0) return null;
  const sodium = modelled.some(({ drugTarget }) => SODIUM.test(drugTarget))
    ? " On sodium channels it acts on the first spike of a train too, which these drugs spare."
    : "";
  return `State-dependent: ${drug.name} binds better to some states of the channel than to others, so a fixed scale misleads.${sodium}`;
}

function warningsOfAction(action: ModelledAction): string[] {
  const { drugTarget, effect, entry, evidence, ceiling } = action;
  const [low, high] = entry.span_M;
  const carriesShift = effect.kind === "shift" && !entry.parameter.startsWith("vhalf.");
  const elsewhere = unique(evidence.filter(isMuscle).map(({ target }) => target));
  return [
    high / low > WIDE_SPAN &&
      `${drugTarget}: potencies span ${concentrationText(micromolar(low))} to ${concentrationText(micromolar(high))}, ${Math.round(high / low)}-fold; the dose axis is no better than that.`,
    entry.bindingOnly && `${drugTarget}: the number is a binding affinity and not a functional potency.`,
    evidence.some(({ confidence }) => confidence === "low") &&
      `${drugTarget}: the potency is of low confidence in the library.`,
    elsewhere.length > 0 &&
      `${drugTarget}: ${elsewhere.join(", ")} was measured as a cardiac or muscle channel; take it as a rank and not as a potency in neurons.`,
    ceiling &&
      effect.kind === "scale" &&
      `${drugTarget}: the maximum of ${Math.round(100 * effect.maxEffect)} % is from ${ceiling.target} (${ceiling.source ?? "recalled"}), another action than the potency.`,
    entry.kind === "open-channel-block" &&
      `${drugTarget}: open-channel block builds up with use; the equilibrium block is shown.`,
    carriesShift &&
      `${drugTarget}: the shift was measured at ${concentrationText(effect.at_uM)} only; its dose dependence is taken from the block of ${entry.parameter}, and the two may overlap.`,
  ].filter((warning) => typeof warning === "string");
}

/** Cardiac and skeletal-muscle subtypes, and cardiac preparations (block measured at 0.1 Hz). */
const isMuscle = ({ target, preparation }: DrugAction) =>
  /Nav1\.[45]|Cav1\.1\b|cardiac/.test(`${target} ${preparation ?? ""}`);

function recalledNumbers(modelled: readonly ModelledAction[]): string | null {
  const recalled = modelled.filter(({ entry }) => entry.provenance === "recalled");
  return recalled.length === 0
    ? null
    : `Recalled from memory and not checked in a source: the potency on ${listText(recalled.map(({ drugTarget }) => drugTarget))}.`;
}

function assumedHill(modelled: readonly ModelledAction[]): string | null {
  const assumed = modelled.filter(({ entry }) => entry.hillAssumed);
  return assumed.length === 0
    ? null
    : `Hill coefficient not known, 1 assumed: ${listText(assumed.map(({ drugTarget }) => drugTarget))}.`;
}

function therapeuticRange({ therapeutic }: Drug, sources: Sources): TherapeuticRange | null {
  if (therapeutic === null) return null;
  const [freeLow_uM, freeHigh_uM] = [therapeutic.freeLow_M, therapeutic.freeHigh_M].map((end) =>
    end === null ? null : micromolar(end),
  );
  const parts = [
    freeText(freeLow_uM, freeHigh_uM),
    `reported: ${therapeutic.reported ?? "no range"}, ${therapeutic.kind}`,
    therapeutic.freeFraction !== null &&
      `free fraction ${therapeutic.freeFraction} (${therapeutic.freeFractionSource ?? "source not stated"})`,
    therapeutic.note,
    `${therapeutic.provenance}: ${therapeutic.source ? sourceText(therapeutic.source, sources) : "from memory, no source"}`,
  ];
  return { freeLow_uM, freeHigh_uM, text: parts.filter(Boolean).join("; ") };
}

function freeText(low_uM: number | null, high_uM: number | null): string {
  if (low_uM === null || high_uM === null) return "free plasma concentration not known";
  return `free plasma ${concentrationText(low_uM)} to ${concentrationText(high_uM)}`;
}

/**
 * The dose as a multiple of the upper end of the free therapeutic plasma range; null where the library has none.
 * For ethanol that range is the intoxicating one: the range's text says which kind it is.
 */
export function timesFreeCmax({ therapeutic }: Drug, dose_uM: number): number | null {
  const high_M = therapeutic?.freeHigh_M ?? null;
  return high_M === null ? null : dose_uM / micromolar(high_M);
}
