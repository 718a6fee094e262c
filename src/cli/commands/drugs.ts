import type { Command } from "commander";
import { findModel } from "../../engine/index.ts";
import {
  type Drug,
  type DrugLibrary,
  describeDrug,
  findDrug,
  resolveDrug,
} from "../../pharmacology/index.ts";
import { loadLibrary } from "../library.ts";
import { type Output, textTable } from "../output.ts";

export function addDrugs(program: Command, output: () => Output): void {
  program
    .command("drugs [name]")
    .description("the drug library, with the source of every number")
    .action(async (name: string | undefined) => {
      const library = await loadLibrary();
      const drugs = name === undefined ? library.compounds : [findDrug(library, name)];
      const document = { schema: library.schema, drugs, sources: sourcesOf(library, drugs) };
      await output().result(document, () => (name === undefined ? list(drugs) : describe(drugs[0], library)));
    });
}

/** The sources that these drugs refer to. */
function sourcesOf(library: DrugLibrary, drugs: readonly Drug[]) {
  const text = JSON.stringify(drugs);
  return Object.fromEntries(Object.entries(library.sources).filter(([id]) => text.includes(id)));
}

function list(drugs: readonly Drug[]): string {
  const rows = drugs.map((drug) => [drug.id, drug.name, drug.class, drug.expectedNetEffect.label]);
  return `${textTable([["id", "name", "class", "expected"], ...rows])}\n\n${drugs.length} compounds. \`patchtwin drugs NAME\` shows the numbers and their sources. Research and teaching library, not dosing advice.`;
}

function describe(drug: Drug, library: DrugLibrary): string {
  const cortical = findModel("cortical");
  const described = describeDrug(resolveDrug(drug, cortical.parameters), library);
  const section = (title: string, lines: readonly string[]) =>
    lines.length ? [`${title}:`, ...lines.map((line) => `  - ${line}`)] : [];
  return [
    `${drug.name} (${drug.id}): ${drug.class}`,
    drug.synonyms.length ? `also: ${drug.synonyms.join(", ")}` : "",
    described.therapeutic ? described.therapeutic.text : "no therapeutic range in the library",
    ...section("acts on the cortical cell", described.actions),
    ...section("not modelled in the cortical cell", described.notModelled),
    ...section("warnings", described.warnings),
  ]
    .filter((line) => line !== "")
    .join("\n");
}
