import { lengthOf } from "../../lazy-sweep.ts";
import type { PreparationStep, Recording, Sweep } from "../../recording.ts";
import { knownOf, type NwbAbout, provenance, takenFrom } from "./about.ts";
import type { NwbColumn, NwbSession } from "./session.ts";

/**
 * The session of a recording. The sweeps are laid end to end from the session's start, since a recording as it was read does
 * not say when each began; the notes say so, and what the reader assumed and the preparation did.
 *
 * @param recording Decoded sweep by sweep, while the file is written; the stimuli are looked at here.
 * @param about What the recording does not say of itself.
 */
export function sessionFromRecording(recording: Recording, about: NwbAbout): NwbSession {
  const { sweeps, dt_ms, name, protocol } = recording;
  const stem = name.replace(/\.[^.]*$/, "");
  let start_s = 0;
  const starts_s = sweeps.map((sweep) => {
    const start = start_s;
    start_s += (lengthOf(sweep) * dt_ms) / 1000;
    return start;
  });
  return {
    ...takenFrom(about),
    subject: knownOf({
      subject_id: `subject of ${stem}`,
      description: "The recording as it was read does not say what animal or person the cell is of.",
      ...about.subject,
    }),
    description: `Whole-cell current-clamp recording ${name}, ${sweeps.length} sweeps at ${1000 / dt_ms} Hz.`,
    dataCollection: `Measured. Injected current: ${recording.currentDescription}.`,
    keywords: ["patch clamp", "current clamp", "intracellular electrophysiology"],
    notes: [...provenance(about), ...notesOf(recording)],
    ...(protocol && { protocol }),
    device: {
      name: "amplifier",
      description: about.amplifier ?? "Patch-clamp amplifier; the recording as it was read does not name it.",
    },
    electrodes: [
      {
        name: "electrode_0",
        description: about.electrode ?? "Patch electrode; the recording as it was read says no more of it.",
        cellId: about.cellId ?? `cell of ${stem}`,
      },
    ],
    sweeps: sweeps.map((sweep, k) => ({
      number: sweep.index,
      electrode: 0,
      condition: 0,
      stimulusType: sweep.stimulus.kind,
      description: `Sweep ${sweep.index} of ${name}.`,
      start_s: starts_s[k],
      dt_ms,
      v_mV: () => sweep.v_mV,
      i_pA: () => sweep.i_pA,
    })),
    sweepColumns: sweepColumns(sweeps),
    conditions: 1,
    conditionColumns: [],
  };
}

function sweepColumns(sweeps: readonly Sweep[]): NwbColumn[] {
  return [
    {
      name: "sweep",
      description: "Number of the sweep as the acquisition program counts it.",
      values: sweeps.map(({ index }) => index),
      whole: true,
    },
    {
      name: "stimulus_kind",
      description: "What the injected current is, read off the waveform.",
      values: sweeps.map(({ stimulus }) => stimulus.kind),
    },
    {
      name: "stimulus_amplitude_pA",
      description: "Level of the main step, or peak of another waveform, in pA.",
      values: sweeps.map(({ stimulus }) => stimulus.amplitude_pA),
    },
    {
      name: "holding_pA",
      description: "Injected current before the stimulus, in pA.",
      values: sweeps.map(({ stimulus }) => stimulus.holding_pA),
    },
  ];
}

function notesOf({ notes, preparation = [], tags, format, currentSource }: Recording): string[] {
  return [
    `Read as ${format}; injected current from: ${currentSource}.`,
    "The sweeps are laid end to end: when each began is not known here.",
    ...notes,
    ...preparation.map(describeStep),
    ...tags.map(({ t_s, text }) => `Tag at ${t_s} s of the source file: ${text}`),
  ];
}

function describeStep({ step, description, parameters }: PreparationStep): string {
  const values = Object.entries(parameters).map(([name, value]) => `${name} = ${value}`);
  return `Preparation, ${step}: ${description}${values.length > 0 ? ` (${values.join(", ")})` : ""}`;
}
