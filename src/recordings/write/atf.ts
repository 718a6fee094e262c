import { InputError } from "../../errors.ts";
import { instant, joined, linesAsBytes, sample } from "./textPieces.ts";
import { columnsOf, type Traces } from "./traces.ts";

const SIGNALS = { v_mV: { name: "Vm", unit: "mV" }, i_pA: { name: "Im", unit: "pA" } } as const;

/**
 * Writes sweeps as Axon Text File 1.0: time in s, then voltage (mV) and injected current (pA, where it is known) of each
 * sweep, side by side as episodic stimulation. The sweeps are laid end to end, as it is not known when each began.
 *
 * @param traces Sweeps of one length.
 * @returns ASCII with the line ends of Windows, as the format has them; samples to nine significant digits.
 * @throws InputError `sweep-lengths` where the sweeps do not fit side by side.
 */
export function writeAtf(traces: Traces): Uint8Array {
  const names = columnsOf(traces);
  const columns = traces.sweeps.flatMap((sweep) => names.map((name) => sweep[name] ?? []));
  const samples = commonLength(traces.name, columns);
  const head = headerLines(traces, samples);
  const row = (k: number) =>
    [instant((k * traces.dt_ms) / 1000), ...columns.map((values) => sample(values[k]))].join("\t");
  return joined([
    ...linesAsBytes(head.length, (k) => head[k], "\r\n"),
    ...linesAsBytes(samples, row, "\r\n"),
  ]);
}

function headerLines(traces: Traces, samples: number): string[] {
  const { sweeps, dt_ms, name } = traces;
  const signals = columnsOf(traces).map((column) => SIGNALS[column]);
  const starts = sweeps.map((_, k) => (k * samples * dt_ms).toFixed(3));
  const optional = [
    quoted("AcquisitionMode=Episodic Stimulation"),
    quoted(`Comment=${plain(name)}`),
    quoted(`SweepStartTimesMS=${starts.join(",")}`),
    quoted(`SignalsExported=${signals.map((signal) => signal.name).join(",")}`),
    [quoted("Signals="), ...sweeps.flatMap(() => signals.map((signal) => quoted(signal.name)))].join("\t"),
  ];
  const titles = sweeps.flatMap((_, k) => signals.map(({ unit }) => quoted(`Trace #${k + 1} (${unit})`)));
  return [
    "ATF\t1.0",
    `${optional.length}\t${titles.length + 1}`,
    ...optional,
    [quoted("Time (s)"), ...titles].join("\t"),
  ];
}

const quoted = (text: string) => `"${text}"`;

/** Readers cut the header at these signs, and take what has a comma for a list of numbers. */
const plain = (text: string) => text.replace(/[^ -~]|["=,]/g, " ");

function commonLength(name: string, columns: readonly ArrayLike<number>[]): number {
  const lengths = [...new Set(columns.map(({ length }) => length))];
  const [length] = lengths;
  if (length !== undefined && lengths.length === 1) return length;
  throw new InputError({
    code: "sweep-lengths",
    where: name,
    what: "ATF holds sweeps side by side, so they must be of one length",
    got: `${lengths.join(", ") || "no"} samples`,
    expected: "one length",
    next: "Choose another format: csv and nwb hold sweeps of any length.",
  });
}
