import { InputError } from "../errors.ts";
import { editDistance } from "./editDistance.ts";
import type { Drug, DrugLibrary } from "./schema.ts";

const GREEK: Record<string, string> = {
  α: "alpha",
  β: "beta",
  γ: "gamma",
  δ: "delta",
  ε: "epsilon",
  κ: "kappa",
  λ: "lambda",
  μ: "mu",
  µ: "mu",
  σ: "sigma",
  ς: "sigma",
  ω: "omega",
};

/** A name without what people write differently: case, hyphens and dashes, spaces, Greek letters, accents. */
function normaliseName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[αβγδεκλμµσςω]/g, (letter) => GREEK[letter])
    .normalize("NFKD")
    .replace(/[\s\p{Dash_Punctuation}\p{Mn}−]/gu, "");
}

const namesOf = (drug: Drug) => [drug.id, drug.name, ...drug.synonyms];

/**
 * The compound with this identifier, name or synonym; case, hyphens, spaces and Greek letters do not matter.
 *
 * @throws InputError `unknown-drug` with up to three similar names; `ambiguous-drug` when two compounds share the name
 */
export function findDrug(library: DrugLibrary, nameOrSynonym: string): Drug {
  const wanted = normaliseName(nameOrSynonym);
  const found = library.compounds.filter((drug) =>
    namesOf(drug).some((name) => normaliseName(name) === wanted),
  );
  // An identifier is unique and wins over another compound's synonym.
  const byId = found.find((drug) => normaliseName(drug.id) === wanted);
  if (byId) return byId;
  if (found.length === 1) return found[0];
  if (found.length > 1)
    throw new InputError({
      code: "ambiguous-drug",
      what: "this name belongs to more than one compound of the library",
      where: "drug",
      got: `"${nameOrSynonym}"`,
      expected: `one of ${found.map(({ id }) => id).join(", ")}`,
      next: "Use the identifier instead.",
    });
  const similar = similarNames(library, wanted);
  throw new InputError({
    code: "unknown-drug",
    what: "the library has no compound of this name",
    where: "drug",
    got: `"${nameOrSynonym}"`,
    next: `${similar.length > 0 ? `Did you mean ${similar.join(", ")}? ` : ""}\`patchtwin drugs\` lists all ${library.compounds.length}.`,
  });
}

/** Share of a name's letters that may be wrong before it is no longer offered as what was meant. */
const TYPING_ERRORS = 0.4;

function similarNames(library: DrugLibrary, wanted: string): string[] {
  if (wanted.length < 2) return [];
  return library.compounds
    .map((drug) => nearestName(drug, wanted))
    .filter(({ distance, length }) => distance <= Math.ceil(TYPING_ERRORS * Math.min(length, wanted.length)))
    .sort((a, b) => a.distance - b.distance || a.text.localeCompare(b.text))
    .slice(0, 3)
    .map(({ text }) => text);
}

function nearestName(drug: Drug, wanted: string) {
  const scored = namesOf(drug).map((name) => {
    const normal = normaliseName(name);
    return { name, length: normal.length, distance: nameDistance(normal, wanted) };
  });
  const best = scored.reduce((a, b) => (b.distance < a.distance ? b : a));
  const isSynonym = drug.synonyms.includes(best.name) && best.name !== drug.id;
  return { ...best, text: isSynonym ? `${drug.id} (${best.name})` : drug.id };
}

/** Half an edit when one name holds the other ("valproic", "phenytoin sodium"): nearer than any typing error. */
function nameDistance(name: string, wanted: string): number {
  const held = name.length >= 4 && wanted.length >= 4 && (name.includes(wanted) || wanted.includes(name));
  return held ? 0.5 : editDistance(name, wanted);
}
