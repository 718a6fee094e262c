/**
 * MATLAB files: the arrays of voltage and current and their sampling interval, by the names, shapes and values of the
 * variables, never by the program that wrote them. `ReadOptions` corrects every choice.
 */
import { InputError } from "../../../errors.ts";
import { latin1 } from "../../bytes.ts";
import type { Channel, Command, Content } from "../../content.ts";
import type { ReadOptions } from "../../options.ts";
import type { ByteSource } from "../../source.ts";
import { findInterval, isScalar } from "./clock.ts";
import { findSignals, type Signal, type Signals } from "./signals.ts";
import { tracesOf } from "./traces.ts";
import type { Numbers, Text, Variables } from "./variables.ts";
import { isVersion4, readVersion4 } from "./version4.ts";
import { isVersion5, readVersion5 } from "./version5.ts";

export function looksLikeMat(head: Uint8Array): boolean {
  return isVersion5(head) || isVersion73(head) || isVersion4(head);
}

const isVersion73 = (head: Uint8Array): boolean => latin1(head.subarray(0, 10)) === "MATLAB 7.3";

/**
 * Reads a MATLAB file of level 4 or 5 (`save -v4`, `-v6`, `-v7`).
 *
 * @param options `columns` takes names of variables: `{ voltage: "inputData", time: "Pars.sampleRate" }`; `units` and
 *   `dt_ms` win over what names and values say.
 * @throws InputError `unsupported` (version 7.3), `truncated`, `damaged-header`, `too-large`, `columns`, `time-unit`,
 *   `voltage-unit`, `current-unit`.
 */
export function readMat(source: ByteSource, fileName: string, options: ReadOptions): Content {
  const { list } = variablesIn(source, fileName);
  const arrays = list.filter((one): one is Numbers => one.kind === "numbers");
  const texts = list.filter((one): one is Text => one.kind === "text");
  const scalars = arrays.filter(isScalar);
  const traces = tracesOf(arrays);
  const signals = findSignals(traces, texts, options, fileName);
  const { lengths } = signals.voltages[0] ?? signals.current!;
  const interval = findInterval({ scalars, traces }, lengths[0], options, fileName);
  return {
    format: "mat",
    fileName,
    protocol: "",
    dt_ms: interval.dt_ms,
    lengths,
    channels: signals.voltages.map(channelOf),
    commands: signals.current ? [commandOf(signals.current)] : [],
    tags: [],
    notes: [taken(signals, interval.from), ...signals.notes, ...interval.notes],
    ...clampIn(texts),
    columnsChosen: true,
  };
}

function variablesIn(source: ByteSource, fileName: string): Variables {
  const head = source.bytes(0, Math.min(4096, source.size));
  if (isVersion73(head)) throw hdf5(fileName);
  return isVersion5(head) ? readVersion5(source, fileName) : readVersion4(source, fileName);
}

function channelOf({ label, samples, alwaysFinite }: Signal, number: number): Channel {
  return { name: label, unit: "mV", number, samples, alwaysFinite };
}

function commandOf({ label, samples, unit }: Signal): Command {
  const title = `"${label}" of the file (${unit})`;
  return {
    title,
    description: title,
    unit: "pA",
    number: 0,
    source: "file-column",
    plays: true,
    holding: 0,
    samples,
  };
}

function taken({ voltages: [voltage], current }: Signals, interval: string): string {
  const named = (signal: Signal, role: string) =>
    `"${signal.label}" (${signal.shape}, ${signal.unit}) as ${role}`;
  const parts = [
    ...(voltage ? [named(voltage, "voltage")] : []),
    ...(current ? [named(current, "current")] : []),
    `the sampling interval of ${interval}`,
  ];
  return `Took ${parts.join(", ")}.`;
}

/** The amplifier's mode, where a text says nothing but that. */
function clampIn(texts: readonly Text[]): { clamp?: "current" | "voltage" } {
  const says = (mode: string) =>
    texts.some(({ text }) => new RegExp(`^${mode}[ _-]?clamp$`, "i").test(text.trim()));
  if (says("current")) return { clamp: "current" };
  return says("voltage") ? { clamp: "voltage" } : {};
}

function hdf5(fileName: string): InputError {
  return new InputError({
    code: "unsupported",
    what: "this is a MATLAB file of version 7.3",
    where: fileName,
    expected: "version 7 or older",
    next: "Load it in MATLAB and save it again with -v7: save('cell.mat', '-v7').",
  });
}
