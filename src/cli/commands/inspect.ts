import type { Command } from "commander";
import { checkQuality, currentJumps, detectSpikes, findMainStep, medianOf } from "../../features/index.ts";
import { FORMATS, type Recording } from "../../recordings/index.ts";
import { count, decimals, number, type Output, textTable } from "../output.ts";
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
      await output().result(document, () => documents.map(toText).join("\n\n"));
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
    sweeps: recording.sweeps.map((sweep, position) => {
      const { index, v_mV, i_pA, stimulus } = sweep;
      const { dt_ms } = recording;
      const none = stimulus.kind === "none";
      return {
        index,
        dt_ms,
        samples: v_mV.length,
        stimulus: {
          kind: stimulus.kind,
          amplitude_pA: mainStep?.level_pA[position] ?? stimulus.amplitude_pA,
          start_ms: mainStep?.start_ms ?? (none ? null : stimulus.start_ms),
          end_ms: mainStep?.end_ms ?? (none ? null : stimulus.end_ms),
          holding_pA: stimulus.holding_pA,
        },
        currentSource: recording.currentSource,
        vBaseline_mV: baseline(v_mV, dt_ms, stimulus.start_ms),
        spikes: detectSpikes(v_mV, dt_ms, { currentJumps_ms: currentJumps(i_pA, dt_ms) }).length,
      };
    }),
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
  const rows = sweeps.map(({ index, stimulus, samples, dt_ms, vBaseline_mV, spikes }) => [
    String(index),
    stimulus.kind,
    decimals(stimulus.amplitude_pA, 1),
    decimals(stimulus.start_ms, 1),
    decimals(stimulus.end_ms, 1),
    decimals(samples * dt_ms, 1),
    decimals(vBaseline_mV, 1),
    String(spikes),
  ]);
  const header = ["sweep", "kind", "current pA", "from ms", "to ms", "length ms", "baseline mV", "spikes"];
  return [
    `${document.file}: ${FORMATS[document.format]}, ${count(sweeps.length, "sweep")} at ${number(1 / sweeps[0].dt_ms)} kHz`,
    ...(document.protocol ? [`protocol: ${document.protocol}`] : []),
    `current: ${document.currentDescription}`,
    ...document.notes.map((note) => `note: ${note}`),
    ...document.tags.map(({ t_s, text }) => `tag at ${number(t_s)} s: ${text}`),
    "",
    textTable(
      [header, ...rows],
      header.map((title) => title !== "kind"),
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
      [false, false, true, false],
    ),
    "",
    conclusion(document),
  ].join("\n");
}

/** What the checks mean for what comes next. */
function conclusion({ qc, sweeps }: ReturnType<typeof describe>): string {
  const failed = qc.filter(({ ok }) => ok === false).map(({ check }) => check);
  const quality =
    failed.length === 0 ? "No quality check fails." : `Outside its limit: ${failed.join(", ")}.`;
  const advice = failed.length === 0 ? "" : " It can still be cloned; judge the twin with that in mind.";
  return sweeps.some(({ spikes }) => spikes > 0)
    ? `${quality}${advice}`
    : `${quality} No sweep has a spike: the excitability of this cell cannot be cloned.`;
}
