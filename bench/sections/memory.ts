import { askProcess } from "../lib/measurement.ts";
import { table } from "../lib/table.ts";
import { digits, ourProgram, type Section, type Settings } from "./section.ts";

interface Peak {
  readonly model: string;
  readonly n: number;
  readonly t_ms: number;
  readonly peak_MB: number;
  readonly cpu_s: number;
  readonly rate_hz: number;
}

/** The largest memory of a process with 100,000 cortical cells: minutes of computing, so once. */
export async function memory({ length, tell }: Settings): Promise<Section> {
  const runs: (Peak & { precision: string })[] = [];
  for (const precision of ["f32"]) {
    tell(`  ${precision}`);
    const [command, args] = ourProgram("memory", precision, 1000 * length);
    runs.push({ ...(await askProcess<Peak>(command, [...args])), precision });
  }
  return {
    title: "Memory",
    text: `Largest resident memory of the whole process, Node and the TypeScript loader included; every channel present, no voltage stored.
Cells pass through the same few kilobytes one block after the other, so that precision and time hardly matter: what grows is the list of spikes.

${table(
  ["precision ", "model ", "cells", "time (ms)", "spikes/s", "memory (MB)", "CPU (s)"],
  runs.map((run) => [
    run.precision,
    run.model,
    String(run.n),
    String(run.t_ms),
    digits(run.rate_hz),
    digits(run.peak_MB),
    digits(run.cpu_s),
  ]),
)}`,
    data: runs,
  };
}
