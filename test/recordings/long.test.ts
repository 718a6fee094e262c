/** A recording of hours: what is said of it, and in how much memory. */
import { expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { detectSpikes, inspectRecording } from "../../src/features/index.ts";
import { readRecording } from "../../src/recordings/index.ts";
import { fixture } from "./fixture.ts";
import { longRecording } from "./longRecording.ts";

const NAME = "171116sh_0018.abf";
/** `npm run bench -- --only long-recording` does this with 1 GB. */
const BYTES = 24 * 2 ** 20;

it("[L1] is inspected in pieces: every spike found, whatever piece it lies in, and memory bounded", async () => {
  const sweep = readRecording(fixture(NAME), NAME).sweeps[12];
  const inTile = detectSpikes(sweep.v_mV, 0.05).length;
  const { source, repeats, asked } = longRecording(BYTES, NAME, 12);
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const watched = {
    size: source.size,
    bytes: (start: number, length: number) => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      return source.bytes(start, length);
    },
  };
  const recording = readRecording(watched, "hours.abf");
  const { sweeps, qc, notes } = inspectRecording(recording);
  expect(sweeps).toHaveLength(1);
  expect(sweeps[0].samples).toBe(repeats * sweep.v_mV.length);
  expect(sweeps[0].stimulus.kind).toBe("none");
  expect(inTile).toBeGreaterThan(5);
  expect(sweeps[0].spikes).toBe(inTile * repeats);
  expect(Math.abs(sweeps[0].vBaseline_mV! + 70)).toBeLessThan(15);
  expect(qc.find(({ check }) => check === "sampling rate")!.ok).toBe(true);
  expect(notes.join()).toMatch(/The recording is long: its quality was judged by 40 pieces of 6.6 s/);
  // Pieces of 1 MiB; eightfold in memory for voltage and current, and what the collector has not yet taken.
  expect(asked.mostAtOnce).toBeLessThan(2 * 2 ** 20);
  expect(most).toBeLessThan(300 * 2 ** 20);
});

it("[L2] as a whole is refused with the way out, and a window of it is read", async () => {
  const { source } = longRecording(300 * 2 ** 20, NAME, 12);
  const recording = readRecording(source, "hours.abf");
  expect(() => recording.sweeps[0].v_mV).toThrow(InputError);
  expect(() => recording.sweeps[0].stimulus).toThrow(/--window 0s,60s/);
  const minute = readRecording(source, "hours.abf", { window_ms: [600_000, 660_000] });
  expect(minute.sweeps[0].v_mV).toHaveLength(60_000 / 0.05);
});
