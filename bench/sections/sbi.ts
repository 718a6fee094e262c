import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRoot } from "../../scripts/lib/root.mjs";
import { findLearners } from "../../scripts/peers.mjs";
import { askProcess } from "../lib/measurement.ts";
import { table } from "../lib/table.ts";
import { digits, type Section, type Settings } from "./section.ts";

interface Judged {
  readonly r2Mean: number;
  readonly training_s: number;
  /** Times that a gradient saw a cell. */
  readonly presentations: number;
  /** From a cell's measures to 1,000 samples, median. */
  readonly clone_ms: number;
}

type Ours = Judged & { readonly vector: number; readonly parameters: number };
type Theirs = Judged & { readonly version: string; readonly epochs: number };

/** Few, so that it ends within minutes: what is compared is what each makes of the same cells. */
const CELLS = 4000;
const FRESH = 500;
const EPOCHS = 40;

/** Amortised posteriors learned from the same simulated cells: our network, and NPE of sbi with its default flow. One run. */
export async function sbi({ length, tell }: Settings): Promise<Section> {
  const python = await findLearners();
  const cells = Math.max(200, Math.round(CELLS * length));
  const epochs = Math.max(2, Math.round(EPOCHS * length));
  const folder = mkdtempSync(join(tmpdir(), "patchtwin-sbi-"));
  try {
    tell(`  ours, ${cells} cells`);
    const program = inRoot("bench", "posterior", "cells.ts");
    const args = [folder, cells, FRESH, epochs].map(String);
    const ours = await askProcess<Ours>(process.execPath, ["--import", "tsx", program, ...args]);
    tell("  sbi");
    const script = inRoot("bench", "posterior", "sbi_npe.py");
    const numbers = [ours.vector, ours.parameters, epochs].map(String);
    const theirs = python ? await askProcess<Theirs>(python, [script, folder, ...numbers]) : undefined;
    const row = (tool: string, { r2Mean, training_s, presentations, clone_ms }: Judged) => [
      tool,
      digits(r2Mean),
      digits(presentations / cells),
      digits(training_s),
      digits(presentations / training_s),
      digits(clone_ms),
    ];
    const their = theirs
      ? row(`sbi ${theirs.version}, NPE`, theirs)
      : ["sbi: not installed (`npm run peers -- --learners`)", "", "", "", "", ""];
    return {
      title: "Amortised posteriors beside sbi",
      text: `${cells} Izhikevich cells under the rich protocol with 0.5 mV of noise, simulated once by our engine; R2 of the posterior mean over nine parameters on ${FRESH} fresh cells, 1,000 samples each. sbi gets a vector of ${ours.vector} numbers a cell (all scalar measures of all sweeps, less what is the same in all cells) and its default flow, batches of 64, at most ${epochs} epochs, a tenth kept for its early stopping; our network gets the frames too, and as many batches of 64 as ${epochs} epochs have. One thread each. Few cells: the shipped weights saw far more (\`docs/cloning.md\`).

${table(["tool ", "mean R2", "times a cell was seen", "training (s)", "cells/s while training", "ms a clone"], [row("Patchtwin", ours), their])}`,
      data: { cells, fresh: FRESH, epochs, ours, theirs: theirs ?? null },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
