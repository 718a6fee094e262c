import { z } from "zod";
import type { Twin } from "../../cloning/index.ts";
import { InputError } from "../../errors.ts";
import {
  type NwbAbout,
  type SimulatedTrace,
  type Simulation,
  sessionFromSimulation,
  writeNwb,
} from "../../recordings/index.ts";
import type { Trial, TrialTrace } from "../../trials/index.ts";
import { csvOf } from "../csv.ts";
import type { Exportable } from "./formats.ts";
import { sweepsOfTrial } from "./trialSweeps.ts";

const texts = z.array(z.string());
const orNull = z.number().nullable();

/** The parts of a trial file that are exported. */
const trialSchema = z.looseObject({
  twin: z.string(),
  model: z.string(),
  clones: z.number(),
  drug: z.looseObject({
    id: z.string(),
    name: z.string(),
    actions: texts,
    notModelled: texts,
    warnings: texts,
  }),
  protocol: z.looseObject({ holding_pA: z.number(), step_ms: z.number() }),
  doses: z.array(
    z.looseObject({
      dose_uM: z.number(),
      features: z.record(z.string(), z.looseObject({ before: orNull, after: orNull, unit: z.string() })),
      verdict: z.looseObject({ label: z.string(), probability: z.number() }),
    }),
  ),
  traces: z.array(
    z
      .looseObject({
        label: z.string(),
        dose_uM: z.number(),
        i_pA: z.number(),
        t_ms: z.array(z.number()).min(2),
        v_mV: z.array(z.number()),
      })
      .refine(({ t_ms, v_mV }) => t_ms.length === v_mV.length, "t_ms and v_mV are not of one length"),
  ),
  provenance: z.looseObject({
    patchtwin: z.string(),
    seed: z.number(),
    dt_ms: z.number(),
    solver: z.string(),
    createdAt: z.iso.datetime({ offset: true }),
  }),
});

/** Throws InputError `not-a-trial` with the place of the first fault. */
export function checkedTrial(document: unknown, where: string): Trial {
  const parsed = trialSchema.safeParse(document);
  if (parsed.success) return document as Trial;
  const [issue] = parsed.error.issues;
  throw new InputError({
    code: "not-a-trial",
    where,
    what: "the file is not a trial",
    got: `${issue.path.join(".") || "the document"}: ${issue.message}`,
    expected: "a file written by `patchtwin trial --out trial.json`",
    next: "Run the trial again with --out.",
  });
}

/**
 * @param twin that the trial was made on, if it is at hand: its best clone is then simulated again, sample by sample.
 * @param about asked only where the format has a place for it.
 */
export function trialExport(
  trial: Trial,
  twin: Twin | undefined,
  where: string,
  about: () => Promise<NwbAbout>,
): Exportable {
  const simulation = () => (twin ? simulatedAgain(trial, twin, where) : drawings(trial));
  const nwb = async () => await writeNwb(sessionFromSimulation(simulation(), await about()));
  return {
    what: "a trial",
    formats: {
      ...((twin || trial.traces.length > 0) && { nwb }),
      csv: () => csvOf(featureRows(trial)),
      json: () => `${JSON.stringify(trial)}\n`,
    },
    otherwise: {
      why: "it holds features and a few drawn traces, not sweeps of samples",
      next: "Take one of these; nwb with --twin holds every sweep, sample by sample.",
    },
  };
}

/** One row a dose and feature; empty cells where a feature is undefined. */
function featureRows({ twin, drug, doses }: Trial): (string | number | null)[][] {
  const header = "twin,drug,dose_uM,feature,unit,before,before_low,before_high,after,after_low,after_high";
  const rows = doses.flatMap(({ dose_uM, features, verdict }) =>
    Object.entries(features).map(([name, { unit, before, beforeLow, beforeHigh, after, low, high }]) => [
      ...[twin, drug.id, dose_uM, name, unit, before, beforeLow, beforeHigh, after, low, high],
      ...[verdict.label, verdict.probability],
    ]),
  );
  return [[...header.split(","), "verdict", "verdict_probability"], ...rows];
}

function simulatedAgain(trial: Trial, twin: Twin, where: string): Simulation {
  const { name, id } = trial.drug;
  return {
    model: trial.model,
    description: `Trial of ${name} on the best clone of ${trial.twin}: current steps without the drug and at every dose.`,
    notes: ["Simulated again for this file with the parameters of the trial.", ...notesOf(trial)],
    conditions: [0, ...trial.doses.map(({ dose_uM }) => dose_uM)].map((dose_uM, k) => ({
      drug: k === 0 ? "none" : id,
      dose_uM,
    })),
    traces: sweepsOfTrial(trial, twin, where),
  };
}

function drawings(trial: Trial): Simulation {
  const { model, twin, drug, protocol, traces } = trial;
  return {
    model,
    description: `Trial of ${drug.name} on the best clone of ${twin}: one current step without the drug and at some doses.`,
    notes: [
      "The series are drawings: of every stretch of time the lowest and the highest voltage, in the order in which they " +
        "come; a shorter stretch at the end is left out. Spikes keep their height; widths and slopes cannot be measured on them.",
      `The injected current is not in the trial: a step of ${protocol.step_ms} ms from ${protocol.holding_pA} pA.`,
      ...notesOf(trial),
    ],
    conditions: traces.map(({ dose_uM }, k) => ({ drug: k === 0 ? "none" : drug.id, dose_uM })),
    traces: traces.map(drawn),
  };
}

function notesOf({ drug, provenance, clones }: Trial): string[] {
  return [
    `Simulated by patchtwin ${provenance.patchtwin}: seed ${provenance.seed}, solver ${provenance.solver}, time step ` +
      `${provenance.dt_ms} ms, precision ${provenance.precision ?? "f64"}; ${clones} clones in the trial.`,
    ...drug.actions.map((action) => `Drug action: ${action}`),
    ...drug.notModelled.map((action) => `Not modelled: ${action}`),
    ...drug.warnings.map((warning) => `Warning: ${warning}`),
  ];
}

/** The stretches are equal but for the last, which may be cut short: without it the samples are even. */
function drawn({ t_ms, v_mV, i_pA, label }: TrialTrace, condition: number): SimulatedTrace {
  const dt_ms = Number((t_ms[1] - t_ms[0]).toPrecision(9));
  const uneven = t_ms.findIndex((t, k) => Math.abs(t - t_ms[0] - k * dt_ms) > 1e-6 * dt_ms * (k + 1));
  return {
    condition,
    dt_ms,
    v_mV: v_mV.slice(0, uneven < 0 ? v_mV.length : uneven),
    amplitude_pA: i_pA,
    stimulusType: "step",
    description: `Lowest and highest voltage of every ${Number((2 * dt_ms).toPrecision(6))} ms, ${label}.`,
  };
}
