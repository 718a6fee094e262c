import {
  conductanceScale,
  halfVoltageShift_mV,
  type ScaleResponse,
  type ShiftResponse,
} from "./concentrationResponse.ts";
import { concentrationText, micromolar } from "./concentrationText.ts";
import { ceilingFor, evidenceFor, potency_M } from "./evidence.ts";
import type { Drug, DrugAction, ModelDefault } from "./schema.ts";

/** What pharmacology needs to know about a parameter of a cell model. */
export interface ModelParameter {
  readonly name: string;
  readonly unit: string;
  /** Name of the library's glossary that this parameter answers to: `gNaT`, `vhalf.M.act`. */
  readonly drugTarget?: string | undefined;
}

/** What a drug does to one parameter of the model at one dose. */
export interface ParameterChange {
  /** The model's own name of the parameter. */
  readonly parameter: string;
  /** Channel subtypes or native currents behind the number, as the library names them. */
  readonly target: string;
  /** Factor on a conductance, or null for a shift. */
  readonly scale: number | null;
  /** Added to a half-voltage, mV, or null for a scale. */
  readonly shift_mV: number | null;
}

export type Effect =
  | ({ readonly kind: "scale" } & ScaleResponse)
  | ({ readonly kind: "shift" } & ShiftResponse);

/** One action of the drug that this cell has a counterpart for and that the library gives numbers for. */
export interface ModelledAction {
  /** Parameters of the model that change, by their own names. */
  readonly parameters: readonly string[];
  /** Glossary name that these parameters answer to. */
  readonly drugTarget: string;
  /** Glossary name of the action itself where the cell has only the library's substitute for it. */
  readonly substitutedFor: string | null;
  readonly effect: Effect;
  readonly entry: ModelDefault;
  /** The actions whose potencies were averaged into the entry. */
  readonly evidence: readonly DrugAction[];
  /** The action that states how far the effect goes, where the entry itself does not. */
  readonly ceiling: DrugAction | null;
}

export type NotModelledCode =
  | "absent-from-cell"
  | "already-acted-upon"
  | "excluded"
  | "indirect"
  | "needs-agonist"
  | "no-effect"
  | "no-potency"
  | "no-size"
  | "off-target";

/** An action that changes nothing in this cell, and why. */
export interface NotModelledAction {
  /** Glossary name. */
  readonly parameter: string;
  readonly receptors: readonly string[];
  /** From memory: the library has no source for it. */
  readonly recalled: boolean;
  readonly code: NotModelledCode;
  /** The reason as a clause. */
  readonly reason: string;
}

export interface ResolvedDrug {
  readonly drug: Drug;
  readonly modelled: readonly ModelledAction[];
  readonly notModelled: readonly NotModelledAction[];
}

/**
 * Where the library's glossary says "map to ..." for a cell that lacks the current. Nothing else is substituted.
 * `gleak.K` is the potassium part of the leak: a cell with one mixed leak has no such parameter, and a blocked
 * potassium current must not take the sodium leak with it.
 */
export const SUBSTITUTES: Readonly<Record<string, string>> = {
  gKD: "gA",
  gGIRK: "gleak.K",
  gCaPQ: "gCaN",
  gKainate: "gAMPA",
};

const INDIRECT_PARAMETERS = new Set([
  "serotonin",
  "dopamine",
  "adenosine",
  "muscarinic",
  "pRelease",
  "CaStore",
]);
const INDIRECT_KINDS = new Set(["presynaptic", "uptake-inhibition", "enzyme-inhibition", "other"]);
/** Their size depends on the agonist's concentration (Schild's curve), which a scale of the conductance cannot say. */
const AGONIST_KINDS = new Set(["agonist", "competitive-antagonist"]);

type Reason = Pick<NotModelledAction, "code" | "reason">;
type Cell = ReadonlyMap<string, readonly string[]>;

/**
 * Sorts the actions of a drug into those that act on this cell and those that do not, each with its reason.
 *
 * The numbers are the library's `modelDefaults`: one entry a parameter, subtypes already averaged, so that
 * alternatives for one parameter are never multiplied. Rules: a block without a stated maximum is complete; an
 * increase without one is left out, because no size is invented; a maximum stated by an equally good or better action on
 * the same parameter is used; agonists and competitive antagonists are left out, because a fixed scale is wrong for
 * them; a substituted action never joins a parameter that has an action of its own.
 *
 * @param drug a compound of a checked library
 * @param modelParameters the parameters of the cell model, with the glossary name that each answers to
 * @returns both lists; an action of the library that is in neither is an alternative number for one that is
 * @throws Error `internal:` when a model declares a half-voltage in another unit than mV
 */
export function resolveDrug(drug: Drug, modelParameters: readonly ModelParameter[]): ResolvedDrug {
  const cell = parametersByTarget(modelParameters);
  const modelled: ModelledAction[] = [];
  const notModelled: NotModelledAction[] = [];
  const taken = new Set(drug.modelDefaults.map(({ parameter }) => parameter));
  for (const { entry, parameter } of partsOf(drug)) {
    const outcome = resolvePart(drug, entry, parameter, cell, taken);
    if ("reason" in outcome)
      notModelled.push({
        parameter,
        receptors: entry.fromTargets,
        recalled: entry.provenance === "recalled",
        ...outcome,
      });
    else modelled.push(outcome);
  }
  return { drug, modelled, notModelled: [...notModelled, ...actionsWithoutDefault(drug, cell)] };
}

/**
 * The parameters through which a drug can act on cells that lack some channels: without the absent conductances and without the
 * half-voltages of their channels.
 *
 * @param absent names of conductances that are 0 in every cell
 */
export function presentParameters<P extends ModelParameter>(
  modelParameters: readonly P[],
  absent: ReadonlySet<string>,
): P[] {
  const targets = (present: boolean) =>
    new Set(
      modelParameters
        .filter(({ name, drugTarget }) => drugTarget !== undefined && absent.has(name) !== present)
        .map(({ drugTarget }) => drugTarget),
    );
  const [there, gone] = [targets(true), targets(false)];
  const channelGone = (drugTarget = "") => {
    const conductance = `g${drugTarget.split(".")[1]}`;
    return isHalfVoltage(drugTarget) && gone.has(conductance) && !there.has(conductance);
  };
  return modelParameters.filter(({ name, drugTarget }) => !absent.has(name) && !channelGone(drugTarget));
}

function parametersByTarget(modelParameters: readonly ModelParameter[]): Cell {
  const cell = new Map<string, string[]>();
  for (const { name, unit, drugTarget } of modelParameters) {
    if (drugTarget === undefined) continue;
    if (isHalfVoltage(drugTarget) !== (unit === "mV"))
      throw new Error(`internal: parameter ${name} in ${unit} cannot answer to ${drugTarget}`);
    cell.set(drugTarget, [...(cell.get(drugTarget) ?? []), name]);
  }
  return cell;
}

const isHalfVoltage = (target: string) => target.startsWith("vhalf.");

interface Part {
  readonly entry: ModelDefault;
  /** Glossary name of what this part of the entry changes. */
  readonly parameter: string;
}

/** An entry is one part, or two where a block carries a shift of the same channel with it (isoflurane on Na). */
function partsOf({ modelDefaults }: Drug): Part[] {
  return modelDefaults.flatMap((entry) => {
    const shifted = entry.shift?.parameter ?? entry.parameter;
    const own = { entry, parameter: entry.parameter };
    return shifted === entry.parameter ? [own] : [own, { entry, parameter: shifted }];
  });
}

function resolvePart(
  drug: Drug,
  entry: ModelDefault,
  parameter: string,
  cell: Cell,
  taken: Set<string>,
): ModelledAction | Reason {
  const unsuitable = unsuitableKind(entry.kind, entry.direction, parameter);
  if (unsuitable?.code === "indirect" || unsuitable?.code === "no-effect") return unsuitable;
  const drugTarget = targetIn(cell, parameter);
  if (drugTarget === null) return absent(parameter);
  if (unsuitable) return unsuitable;
  if (drugTarget !== entry.parameter) {
    if (taken.has(drugTarget))
      return {
        code: "already-acted-upon",
        reason: `${drugTarget} has an action of its own, and alternatives are never multiplied`,
      };
    taken.add(drugTarget);
  }
  const ceiling =
    entry.maxEffect === null ? ceilingFor(drug.actions, entry.parameter, entry.direction) : null;
  const effect = effectOf(entry, parameter, ceiling?.maxEffect ?? entry.maxEffect);
  if ("reason" in effect) return effect;
  return {
    parameters: cell.get(drugTarget) ?? [],
    drugTarget,
    substitutedFor: drugTarget === parameter ? null : parameter,
    effect,
    entry,
    evidence: evidenceFor(drug.actions, entry.parameter),
    ceiling: effect.kind === "scale" ? ceiling : null,
  };
}

function unsuitableKind(kind: string, direction: string, parameter: string): Reason | null {
  if (direction === "none") return { code: "no-effect", reason: "it changes nothing there by itself" };
  if (INDIRECT_KINDS.has(kind) || parameter.split("+").every((name) => INDIRECT_PARAMETERS.has(name)))
    return {
      code: "indirect",
      reason:
        kind === "presynaptic" || parameter === "pRelease"
          ? "it is presynaptic; a single cell has no transmitter release"
          : "it is indirect; no channel of the cell is acted upon",
    };
  if (AGONIST_KINDS.has(kind))
    return {
      code: "needs-agonist",
      reason: `as ${kind} it needs the concentration of the transmitter; a fixed scale would be wrong`,
    };
  return null;
}

/** The glossary name under which the cell has this current, or null. */
function targetIn(cell: Cell, parameter: string): string | null {
  const names = parameter.split("+").flatMap((name) => [name, SUBSTITUTES[name] ?? name]);
  return names.find((name) => cell.has(name)) ?? null;
}

function absent(parameter: string): Reason {
  const substitute = SUBSTITUTES[parameter];
  const either = substitute ? `, nor the library's substitute ${substitute}` : "";
  return { code: "absent-from-cell", reason: `this cell has none${either}` };
}

function effectOf(entry: ModelDefault, parameter: string, maxEffect: number | null): Effect | Reason {
  const response = { halfEffect_uM: micromolar(entry.value_M), hill: entry.hill };
  const potency = `half effect at ${concentrationText(response.halfEffect_uM)}`;
  if (isHalfVoltage(parameter)) {
    if (entry.shift === null)
      return {
        code: "no-size",
        reason: `the library gives the ${potency} but no size of the shift, and none is invented`,
      };
    const { mV, at_M } = entry.shift;
    return { kind: "shift", ...response, shift_mV: mV, at_uM: micromolar(at_M) };
  }
  const { direction } = entry;
  if (direction !== "decrease" && direction !== "increase")
    return { code: "no-size", reason: "the library gives no size of the change, and none is invented" };
  if (direction === "increase" && maxEffect === null)
    return {
      code: "no-size",
      reason: `the library gives the ${potency} but no size of the increase, and none is invented`,
    };
  return { kind: "scale", ...response, direction, maxEffect: maxEffect ?? 1 };
}

/** Actions on parameters that have no model default: grouped by parameter and reason, so that none is passed over silently. */
function actionsWithoutDefault(drug: Drug, cell: Cell): NotModelledAction[] {
  const handled = new Set(partsOf(drug).map(({ parameter }) => parameter));
  const grouped = new Map<string, NotModelledAction>();
  for (const action of drug.actions) {
    if (handled.has(action.parameter) && action.use !== "do-not-model") continue;
    const why = whyWithoutDefault(action, cell);
    const recalled = action.provenance === "recalled";
    const key = `${action.parameter} ${recalled} ${why.reason}`;
    const receptors = [...(grouped.get(key)?.receptors ?? []), action.target];
    grouped.set(key, { parameter: action.parameter, receptors, recalled, ...why });
  }
  return [...grouped.values()];
}

function whyWithoutDefault(action: DrugAction, cell: Cell): Reason {
  const { parameter, kind, direction, use } = action;
  if (use === "do-not-model")
    return { code: "excluded", reason: "the library marks it as not to be modelled" };
  const unsuitable = unsuitableKind(kind, direction, parameter);
  if (unsuitable?.code === "indirect" || unsuitable?.code === "no-effect") return unsuitable;
  if (targetIn(cell, parameter) === null) return absent(parameter);
  const halfEffect_M = potency_M(action);
  if (halfEffect_M === null) return withoutNumber(action);
  const potency = `half effect at ${concentrationText(micromolar(halfEffect_M))}`;
  return { code: "off-target", reason: `off-target (${potency}); the library's defaults leave it out` };
}

/** Single-dose facts are repeated in the reason: they are what a reader can compare the verdict with. */
function withoutNumber({ shift, effectAtConcentration }: DrugAction): Reason {
  const facts = (effectAtConcentration ?? []).map(({ conc_M, effect }) =>
    conc_M === null ? effect : `${effect} at ${concentrationText(micromolar(conc_M))}`,
  );
  if (shift && shift.mV !== 0)
    facts.unshift(`a shift of ${shift.mV} mV at ${concentrationText(micromolar(shift.at_M))}`);
  const known = facts.length > 0 ? `; known only: ${facts.join("; ")}` : "";
  return { code: "no-potency", reason: `the library gives no half-effect concentration${known}` };
}

/**
 * The changes of the model's parameters at one dose. Actions on different parameters are independent.
 *
 * @param dose_uM free concentration at the cell, uM, 0 or more; at 0 every scale is 1 and every shift 0
 * @throws RangeError when the dose is negative or not finite
 */
export function parameterChanges(resolved: ResolvedDrug, dose_uM: number): ParameterChange[] {
  return resolved.modelled.flatMap(({ parameters, effect, entry }) => {
    const change =
      effect.kind === "scale"
        ? { scale: conductanceScale(dose_uM, effect), shift_mV: null }
        : { scale: null, shift_mV: halfVoltageShift_mV(dose_uM, effect) };
    const target = [...new Set(entry.fromTargets)].join(", ");
    return parameters.map((parameter) => ({ parameter, target, ...change }));
  });
}

/**
 * A new parameter set with the changes applied: scales multiply, shifts add; the one given stays as it is.
 *
 * @throws Error `internal:` when a change names a parameter that the set lacks
 */
export function applyChanges(
  params: Readonly<Record<string, number>>,
  changes: readonly ParameterChange[],
): Record<string, number> {
  const changed = { ...params };
  for (const { parameter, scale, shift_mV } of changes) {
    if (!Object.hasOwn(changed, parameter))
      throw new Error(`internal: the parameter set has no ${parameter} that a drug could change`);
    changed[parameter] = changed[parameter] * (scale ?? 1) + (shift_mV ?? 0);
  }
  return changed;
}
