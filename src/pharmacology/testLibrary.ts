/** For tests only: the shipped library, and the parameters of the first cortical cell that drugs act on. */
import json from "../../library/drugs.json" with { type: "json" };
import { findDrug } from "./library.ts";
import { type DrugLibrary, parseLibrary } from "./schema.ts";

export const library: DrugLibrary = parseLibrary(json);

export const drug = (name: string) => findDrug(library, name);

/** A fresh, freely changeable copy of the file. */
export const libraryJson = () => structuredClone(json);

const target = (drugTarget: string) => ({
  name: drugTarget.startsWith("vhalf.")
    ? `${drugTarget.replaceAll(".", "_")}_mV`
    : `${drugTarget.replaceAll(".", "_")}_nS`,
  unit: drugTarget.startsWith("vhalf.") ? "mV" : "nS",
  drugTarget,
});

/** A cell that has these currents of the glossary, and a capacitance that no drug acts on. */
export const cellWith = (...drugTargets: string[]) => [
  { name: "C_pF", unit: "pF" },
  ...drugTargets.map(target),
];

export const corticalCell = cellWith(
  "gNaT",
  "gKdr",
  "gM",
  "gCaT",
  "gCaL",
  "gleak",
  "vhalf.NaT.act",
  "vhalf.NaT.inact",
  "vhalf.M.act",
  "vhalf.CaT.inact",
);
