import { knownOf, type NwbAbout, provenance, takenFrom } from "./about.ts";
import type { NwbColumn, NwbSession, NwbSweep } from "./session.ts";

/** A drug at a dose; none: the control. */
export interface SimulatedCondition {
  readonly drug: string;
  readonly dose_uM: number;
}

/** Voltage that a model gave, evenly sampled. */
export interface SimulatedTrace {
  /** Which of the conditions, from 0. */
  readonly condition: number;
  readonly dt_ms: number;
  readonly v_mV: ArrayLike<number>;
  /** Injected current, sample by sample, where it is known. */
  readonly i_pA?: ArrayLike<number>;
  /** Its level in the step, where it is known. */
  readonly amplitude_pA?: number;
  readonly stimulusType: string;
  /** What the trace is, as a sentence. */
  readonly description: string;
}

export interface Simulation {
  /** e.g. `cortical`. */
  readonly model: string;
  /** What was simulated, in one sentence. */
  readonly description: string;
  /** Parameters, seed, solver, precision: one sentence each. */
  readonly notes: readonly string[];
  readonly traces: readonly SimulatedTrace[];
  /** Empty where no drug is spoken of. */
  readonly conditions: readonly SimulatedCondition[];
}

const NO_SUCH_THING = "None: the data are simulated.";

/**
 * The session of simulated traces: of one run, or of a trial with its drug and doses as columns of the table of experimental
 * conditions. Description, keywords, device and every series say that nothing was measured.
 */
export function sessionFromSimulation(simulation: Simulation, about: NwbAbout): NwbSession {
  const { model, description, traces, conditions } = simulation;
  return {
    ...takenFrom(about),
    subject: knownOf({ subject_id: `model ${model}`, description: NO_SUCH_THING, ...about.subject }),
    description: `Simulated, not measured. ${description}`,
    dataCollection: `Simulated by ${about.software.join(" ")} with the model ${model}; no cell was recorded.`,
    keywords: ["simulation", "current clamp", model],
    notes: [...provenance(about), ...simulation.notes],
    ...(conditions.length > 0 && { pharmacology: pharmacology(conditions) }),
    device: { name: "simulator", description: `${about.software.join(" ")}. ${NO_SUCH_THING}` },
    electrodes: [
      { name: "electrode_0", description: NO_SUCH_THING, cellId: about.cellId ?? `model ${model}` },
    ],
    sweeps: sweepsOf(traces),
    sweepColumns: sweepColumns(traces),
    conditions: Math.max(1, conditions.length),
    conditionColumns: conditionColumns(conditions),
  };
}

function sweepsOf(traces: readonly SimulatedTrace[]): NwbSweep[] {
  let start_s = 0;
  return traces.map((trace, k) => {
    const { condition, stimulusType, description, dt_ms, v_mV, i_pA } = trace;
    const from_s = start_s;
    start_s += (v_mV.length * dt_ms) / 1000;
    return {
      number: k + 1,
      electrode: 0,
      condition,
      stimulusType,
      description: `Simulated. ${description}`,
      start_s: from_s,
      dt_ms,
      v_mV: () => v_mV,
      ...(i_pA && { i_pA: () => i_pA }),
    };
  });
}

function sweepColumns(traces: readonly SimulatedTrace[]): NwbColumn[] {
  const numbers: NwbColumn = {
    name: "sweep",
    description: "Number of the simulated sweep.",
    values: traces.map((_, k) => k + 1),
    whole: true,
  };
  const levels_pA = traces.flatMap(({ amplitude_pA }) => amplitude_pA ?? []);
  if (levels_pA.length < traces.length) return [numbers];
  const description = "Level of the current step, in pA.";
  return [numbers, { name: "stimulus_amplitude_pA", description, values: levels_pA }];
}

function conditionColumns(conditions: readonly SimulatedCondition[]): NwbColumn[] {
  if (conditions.length === 0) return [];
  return [
    {
      name: "drug",
      description: "The simulated drug; `none` in the control.",
      values: conditions.map(({ drug }) => drug),
    },
    {
      name: "dose_uM",
      description: "Its concentration at the channels, in uM; 0 in the control.",
      values: conditions.map(({ dose_uM }) => dose_uM),
    },
  ];
}

function pharmacology(conditions: readonly SimulatedCondition[]): string {
  const texts = conditions.map(({ drug, dose_uM }) => (dose_uM === 0 ? "no drug" : `${drug} ${dose_uM} uM`));
  return `Simulated: ${texts.join(", ")}.`;
}
