import {
  CATALOGUE,
  CATALOGUE_SETTINGS,
  type Description,
  EFEL_SETTINGS,
  FAMILY_FEATURES,
  type Group,
  TRACE_FEATURES,
} from "../../src/features/catalogue/index.ts";
import { table } from "./markdown.ts";

const TITLES: Readonly<Record<Group, string>> = {
  subthreshold: "Below threshold",
  spike: "Spike",
  afterpotential: "After the spike",
  phase: "Phase plot",
  train: "Train",
  burst: "Bursts",
  family: "Family of sweeps",
};

/** The page of all features of the catalogue. */
export function featuresCataloguePage(): string {
  const shared = CATALOGUE.filter(({ efel }) => efel).length;
  const groups = Object.entries(TITLES) as [Group, string][];
  return [
    "# Catalogue of features",
    "",
    "Made by `npx tsx docs/tools/featuresCatalogue.ts` from `src/features/catalogue`; nothing here is written by hand.",
    "",
    `${CATALOGUE.length} features: ${TRACE_FEATURES.length} of a sweep and ${FAMILY_FEATURES.length} of a family of sweeps. ${shared} carry the ` +
      "name and the definition of eFEL; `docs/features-efel.md` shows how far the values agree. Names of IPFX (Allen Institute) stand where a " +
      "definition is theirs; these are measured on the interpolated trace and without IPFX's filter.",
    "",
    "A result is a list of values with its unit, or null with the reason in words. Counts and flags are 0 where nothing was found; " +
      "everything else that is undefined is null, never 0.",
    "",
    "`measureCatalogue(recording, settings?)` measures every sweep and the family, `measureTrace(input, settings?)` one trace. The stimulus " +
      "is the main step of the recording, else the sweep's own stimulus, else the whole sweep.",
    "",
    "## Settings",
    "",
    "The default finds spikes by the shape of the trace (`detectSpikes`) and only within the stimulus. With `EFEL_SETTINGS` a spike is " +
      "what crosses -20 mV, anywhere in the sweep. Indices count the samples of the interpolated trace from 0.",
    "",
    table(
      ["setting", "default", "`EFEL_SETTINGS`"],
      Object.entries(CATALOGUE_SETTINGS).map(([name, value]) => [
        name,
        String(value),
        String(EFEL_SETTINGS[name as keyof typeof EFEL_SETTINGS]),
      ]),
    ),
    "",
    ...groups.flatMap(([group, title]) => [
      `## ${title}`,
      "",
      table(
        ["feature", "unit", "definition", "eFEL", "IPFX", "source"],
        CATALOGUE.filter((feature) => feature.group === group).map(row),
      ),
      "",
    ]),
  ].join("\n");
}

function row({ name, unit, definition, efel, ipfx, source }: Description): string[] {
  return [name, unit, definition, efel ?? "", ipfx ?? "", source];
}
