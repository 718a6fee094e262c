import { InputError } from "../../errors.ts";
import {
  lengthOf,
  type NwbAbout,
  type Recording,
  sessionFromRecording,
  writeAtf,
  writeCsv,
  writeNwb,
} from "../../recordings/index.ts";
import type { Exportable } from "./formats.ts";

/** More would not fit into one JSON document. */
const LONGEST_JSON_SAMPLES = 5_000_000;

/** @param about asked only where the format has a place for it. */
export function recordingExport(recording: Recording, about: () => Promise<NwbAbout>): Exportable {
  return {
    what: "a recording",
    formats: {
      nwb: async () => await writeNwb(sessionFromRecording(recording, await about())),
      atf: () => writeAtf(recording),
      csv: () => writeCsv(recording),
      json: () => asJson(recording),
    },
  };
}

function asJson(recording: Recording): string {
  const samples = recording.sweeps.reduce((sum, sweep) => sum + lengthOf(sweep), 0);
  if (samples > LONGEST_JSON_SAMPLES) {
    throw new InputError({
      code: "too-long",
      where: recording.name,
      what: "the recording is too long for one JSON document",
      got: `${samples} samples`,
      expected: `at most ${LONGEST_JSON_SAMPLES}`,
      next: "Choose --format nwb, or a part of it with --window.",
    });
  }
  const { sweeps, ...facts } = recording;
  const listed = sweeps.map(({ index, stimulus, v_mV, i_pA }) => ({
    index,
    stimulus,
    v_mV: Array.from(v_mV),
    i_pA: Array.from(i_pA),
  }));
  return `${JSON.stringify({ kind: "patchtwin-recording/1", ...facts, sweeps: listed })}\n`;
}
