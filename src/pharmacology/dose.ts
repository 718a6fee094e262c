import { InputError } from "../errors.ts";
import { parseConcentration } from "../units.ts";

/** More doses than this in one range are a typing error rather than a wish. */
const MAX_DOSES_IN_RANGE = 1000;

/**
 * Doses as people write them: `10uM`, `1uM,3uM`, and ranges `10nM..100uM:7` (that many doses, evenly spaced on a
 * logarithmic scale, both ends included). Zero is allowed as a plain dose: the vehicle control.
 *
 * @param text one text or several, each with its own commas; every number carries a unit (pM, nM, uM, mM, M)
 * @returns doses in uM, ascending, each once, rounded to 12 digits so that `0.003uM` and `3nM` are the same dose
 * @throws InputError `dose-without-unit`, `negative-dose` or `bad-dose`
 */
export function parseDoses(text: string | readonly string[]): number[] {
  const items = [text].flat().flatMap((part) => part.split(","));
  const doses_uM = items.flatMap((item) =>
    item.includes("..") ? parseRange(item) : [parseDose(item, item)],
  );
  return [...new Set(doses_uM)].sort((a, b) => a - b);
}

function parseDose(text: string, item: string): number {
  const parsed = parseConcentration(text);
  if (parsed.kind === "ok" && Number.isFinite(parsed.value)) return tidy(parsed.value);
  throw doseError(parsed.kind, text.trim(), item);
}

/** Drops the last digits, which are binary noise (3 x 1e-3 is 0.003 and not 0.0030000000000000001), and the sign of zero. */
function tidy(dose_uM: number): number {
  return Number(dose_uM.toPrecision(12)) + 0;
}

function doseError(
  kind: ReturnType<typeof parseConcentration>["kind"],
  got: string,
  item: string,
): InputError {
  const where = item.trim() === got ? "dose" : `dose range "${item.trim()}"`;
  const example = "a number with a unit, such as 10uM, 300nM or 1mM";
  switch (kind) {
    case "no-unit":
      return new InputError({
        code: "dose-without-unit",
        what: "the dose has no unit",
        where,
        got: `"${got}"`,
        expected: example,
        next: "Add the unit: nM and uM are a thousandfold apart.",
      });
    case "negative":
      return new InputError({
        code: "negative-dose",
        what: "a concentration cannot be negative",
        where,
        got: `"${got}"`,
        expected: "0uM or more",
      });
    case "no-number":
    case "unknown-unit":
    case "ok":
      return badDose("this is not a concentration", where, `"${got}"`, example, molarHint(got));
    default:
      return kind satisfies never;
  }
}

const molarHint = (got: string) =>
  /g\s*\/|%/.test(got)
    ? "Convert mass to molar concentration with the molar mass of the drug."
    : "Units are pM, nM, uM, mM and M.";

function badDose(what: string, where: string, got: string, expected: string, next: string): InputError {
  return new InputError({ code: "bad-dose", what, where, got, expected, next });
}

function parseRange(item: string): number[] {
  const where = `dose range "${item.trim()}"`;
  const form = "LOW..HIGH:N, such as 10nM..100uM:7";
  const match = /^([^:]*?)\.\.([^:]*?)(?::([^:]*))?$/.exec(item);
  if (!match || match[2].includes(".."))
    throw badDose("the range cannot be read", where, item.trim(), form, "Write LOW..HIGH:N.");
  const low_uM = parseDose(match[1], item);
  const high_uM = parseDose(match[2], item);
  if (low_uM === 0 || high_uM === 0)
    throw badDose(
      "a range on a logarithmic scale cannot start or end at zero",
      where,
      "0",
      form,
      "Add the control as a plain dose: 0uM,10nM..100uM:7.",
    );
  if (low_uM >= high_uM)
    throw badDose("the lower dose must come first", where, item.trim(), form, "Swap the ends.");
  const steps = parseCount(match[3], where, form);
  return Array.from({ length: steps }, (_, step) =>
    // The ends are taken as written, not as powers of a rounded ratio.
    step === 0
      ? low_uM
      : step === steps - 1
        ? high_uM
        : tidy(low_uM * (high_uM / low_uM) ** (step / (steps - 1))),
  );
}

function parseCount(text: string | undefined, where: string, form: string): number {
  const steps = /^\s*\d+\s*$/.test(text ?? "") ? Number(text) : Number.NaN;
  if (steps >= 2 && steps <= MAX_DOSES_IN_RANGE) return steps;
  throw badDose(
    "the range needs its number of doses",
    where,
    text === undefined ? "none" : `"${text.trim()}"`,
    `a whole number from 2 to ${MAX_DOSES_IN_RANGE}, as in ${form}`,
    "Add :N to the range.",
  );
}
