import { InputError } from "../../errors.ts";
import { lengthOf } from "../lazy-sweep.ts";
import type { Recording } from "../recording.ts";
import { instant, joined, linesAsBytes, sample } from "./textPieces.ts";

/**
 * Writes a recording as Axon Text File 1.0: time in s, then voltage (mV) and injected current (pA) of each sweep, side by
 * side as episodic stimulation. The sweeps are laid end to end, as the recording does not say when each began.
 *
 * @param recording Sweeps of one length.
 * @returns ASCII with the line ends of Windows, as the format has them; samples to nine significant digits.
 * @throws InputError `sweep-lengths` where the sweeps do not fit side by side.
 */
export function writeAtf(recording: Recording): Uint8Array {
  const samples = commonLength(recording);
  const columns = recording.sweeps.flatMap(({ v_mV, i_pA }) => [v_mV, i_pA]);
  const { dt_ms } = recording;
  const head = headerLines(recording, samples, columns.length + 1);
  const row = (k: number) =>
    [instant((k * dt_ms) / 1000), ...columns.map((values) => sample(values[k]))].join("\t");
  return joined([
    ...linesAsBytes(head.length, (k) => head[k], "\r\n"),
    ...linesAsBytes(samples, row, "\r\n"),
  ]);
}

function headerLines({ sweeps, dt_ms, name }: Recording, samples: number, columns: number): string[] {
  const starts = sweeps.map((_, k) => (k * samples * dt_ms).toFixed(3));
  const optional = [
    quoted("AcquisitionMode=Episodic Stimulation"),
    quoted(`Comment=${plain(name)}`),
    quoted(`SweepStartTimesMS=${starts.join(",")}`),
    quoted("SignalsExported=Vm,Im"),
    [quoted("Signals="), ...sweeps.flatMap(() => [quoted("Vm"), quoted("Im")])].join("\t"),
  ];
  const titles = sweeps.flatMap((_, k) => [quoted(`Trace #${k + 1} (mV)`), quoted(`Trace #${k + 1} (pA)`)]);
  return [
    "ATF\t1.0",
    `${optional.length}\t${columns}`,
    ...optional,
    [quoted("Time (s)"), ...titles].join("\t"),
  ];
}

const quoted = (text: string) => `"${text}"`;

/** Readers cut the header at these signs, and take what has a comma for a list of numbers. */
const plain = (text: string) => text.replace(/[^ -~]|["=,]/g, " ");

function commonLength({ sweeps, name }: Recording): number {
  const lengths = new Set(sweeps.map(lengthOf));
  const [length, ...others] = lengths;
  if (length !== undefined && others.length === 0) return length;
  throw new InputError({
    code: "sweep-lengths",
    where: name,
    what: "ATF holds sweeps side by side, so they must be of one length",
    got: `${[...lengths].join(", ") || "no"} samples`,
    expected: "one length",
    next: "Choose another format: csv and nwb hold sweeps of any length.",
  });
}
