import type { Command } from "commander";
import { checkQuality, findMainStep, medianOf } from "../../features/index.ts";
import type { Recording } from "../../recordings/index.ts";
import { number, type Output, textTable } from "../output.ts";
import { loadRecording, type RecordingOptions, withRecordingOptions } from "../recordingInput.ts";

export function addInspect(program: Command, output: () => Output): void {
  withRecordingOptions(program.command("inspect <files...>"))
    .description("what is in a recording, how the current was recovered, quality control")
    .action(async (files: string[], options: RecordingOptions) => {
      const documents: ReturnType<typeof describe>[] = [];
      for (const file of files) {
        const { recording, sha256 } = await loadRecording(file, options);
        documents.push(describe(recording, sha256));
      }
      const document = documents.length === 1 ? documents[0] : { files: documents };
      output().result(document, () => documents.map(toText).join("\n\n"));
    });
}

function describe(recording: Recording, sha256: string) {
  const quality = checkQuality(recording);
  const mainStep = findMainStep(recording);
  return {
    file: recording.name,
    sha256,
    format: recording.format,
    protocol: recording.protocol ?? null,
    currentDescription: recording.currentDescription,
    sweeps: recording.sweeps.map(({ index, v_mV, stimulus }, position) => ({
      index,
      dt_ms: recording.dt_ms,
      samples: v_mV.length,
      stimulus: {
        kind: stimulus.kind,
        amplitude_pA: mainStep?.level_pA[position] ?? stimulus.amplitude_pA,
        start_ms: mainStep?.start_ms ?? stimulus.start_ms,
        end_ms: mainStep?.end_ms ?? stimulus.end_ms,
        holding_pA: stimulus.holding_pA,
      },
      currentSource: recording.currentSource,
      vBaseline_mV: baseline(v_mV, recording.dt_ms, stimulus.start_ms),
    })),
    tags: recording.tags,
    qc: quality,
    notes: recording.notes,
  };
}

/** Median voltage before the stimulus, or of the whole sweep where none comes before it. */
function baseline(v_mV: Float64Array, dt_ms: number, start_ms: number): number | null {
  const before = v_mV.subarray(0, Math.floor(start_ms / dt_ms));
  return medianOf([...(before.length > 0 ? before : v_mV)]);
}

function toText(document: ReturnType<typeof describe>): string {
  const { sweeps, qc } = document;
  const rows = sweeps.map(({ index, stimulus, samples, dt_ms, vBaseline_mV }) => [
    String(index),
    stimulus.kind,
    number(stimulus.amplitude_pA),
    `${number(stimulus.start_ms)} to ${number(stimulus.end_ms)}`,
    number(samples * dt_ms),
    number(vBaseline_mV, 3),
  ]);
  return [
    `${document.file}: ${document.format}, ${sweeps.length} sweep(s) at ${number(1 / sweeps[0].dt_ms)} kHz`,
    document.protocol ? `protocol: ${document.protocol}` : "",
    `current: ${document.currentDescription}`,
    ...document.notes.map((note) => `note: ${note}`),
    ...document.tags.map(({ t_s, text }) => `tag at ${number(t_s)} s: ${text}`),
    "",
    textTable(
      [["sweep", "kind", "pA", "from-to ms", "length ms", "baseline mV"], ...rows],
      [true, false, true, true, true, true],
    ),
    "",
    textTable(
      [
        ["quality", "", "value", "limit"],
        ...qc.map(({ check, ok, value, unit, limit }) => [
          check,
          ok === null ? "unknown" : ok ? "ok" : "FAILS",
          value === null ? "-" : `${number(value, 3)} ${unit}`,
          `${limit} ${unit}`,
        ]),
      ],
      [false, false, true, true],
    ),
  ]
    .filter((line, k, lines) => line !== "" || lines[k - 1] !== "")
    .join("\n");
}
