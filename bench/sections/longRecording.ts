import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { longRecording as repeated } from "../../test/recordings/longRecording.ts";
import { askProcess } from "../lib/measurement.ts";
import { table } from "../lib/table.ts";
import { digits, type Section, type Settings } from "./section.ts";

interface Answer {
  readonly wall_s: number;
  readonly samples: number;
  readonly spikes: number;
  readonly most_MB: number;
}

const SIZES_MB = [64, 1024];
const PIECE_BYTES = 2 ** 24;

/** `inspect` on gap-free recordings: its memory must not grow with the file. */
export async function longRecording({ length, tell }: Settings): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), "patchtwin-long-"));
  try {
    const answers: Answer[] = [];
    for (const size_MB of SIZES_MB) {
      const path = join(folder, `${size_MB}.abf`);
      write(path, Math.max(32, size_MB * length) * 2 ** 20);
      tell(`  ${size_MB} MB`);
      answers.push(
        await askProcess<Answer>(process.execPath, ["--import", "tsx", "bench/recordings/long.ts", path]),
      );
    }
    return {
      title: "Inspecting a recording of hours",
      text: `Gap-free ABF2 of one channel of 16-bit samples at 20 kHz, a real sweep again and again. Every spike is counted; the quality is judged by 40 pieces. One run each; files up to 256 MiB are read whole. Node alone takes about 90 MB with the sources.

${table(
  ["file ", "million samples", "seconds", "largest memory of the process (MB)", "spikes"],
  answers.map(({ samples, wall_s, most_MB, spikes }, n) => [
    `${SIZES_MB[n]} MB`,
    digits(samples / 1e6),
    digits(wall_s),
    digits(most_MB),
    String(spikes),
  ]),
)}`,
      data: answers,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function write(path: string, bytes: number): void {
  const { source } = repeated(bytes, "171116sh_0018.abf", 12);
  const file = openSync(path, "w");
  for (let at = 0; at < source.size; at += PIECE_BYTES)
    writeSync(file, source.bytes(at, Math.min(PIECE_BYTES, source.size - at)));
  closeSync(file);
}
