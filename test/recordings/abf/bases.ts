/** Small whole files to damage in tests: both versions, every acquisition mode, epochs of every shape, user lists. */
import type { AbfToWrite } from "./file.ts";
import { writeAbf } from "./write.ts";

const SAMPLES = 128;

const VOLTAGE = { name: "Vm", unit: "mV", number: 0, volts: 0.01 } as const;
const CURRENT = { name: "Im", unit: "pA", number: 2, volts: 0.005 } as const;
const EPOCHS = [
  { type: 1, level: 50, levelStep: 10, duration: 20, on: 4 },
  { type: 2, level: -20, duration: 16, durationStep: 2 },
  { type: 3, level: 30, duration: 20, period: 8, width: 3, pulsing: 1 },
  { type: 4, level: 10, duration: 16, period: 8, width: 4 },
  { type: 5, level: 20, duration: 12, period: 6 },
  { type: 7, level: 20, duration: 12, period: 6, width: 4 },
];
const DAC = { number: 0, name: "Cmd 0", unit: "pA", holding: -5, epochs: EPOCHS } as const;

/** A few hundred counts that go up and down, other ones in each sweep and channel. */
function counts(sweep: number, channel: number, samples = SAMPLES): number[] {
  return Array.from({ length: samples }, (_, k) =>
    Math.round(-21000 + 300 * Math.sin((k + 7 * sweep + 31 * channel) / 9)),
  );
}

const sweeps = (channels: number, lengths: readonly number[]) =>
  lengths.map((samples, sweep) =>
    Array.from({ length: channels }, (_, channel) => counts(sweep, channel, samples)),
  );

const episodes: AbfToWrite = {
  version: 2,
  dt_us: 50,
  channels: [VOLTAGE],
  sweeps: sweeps(1, [SAMPLES, SAMPLES, SAMPLES]),
  dacs: [DAC],
  starts: [0, 2560, 5120],
  tick_us: 12.5,
  tags: [{ ticks: 3000, text: "+drug" }],
  comment: "cell 7",
  protocol: "C:\\protocols\\steps.pro",
};

const FILES: Record<string, AbfToWrite> = {
  "abf2 episodes": episodes,
  "abf2 user list": {
    ...episodes,
    lists: [{ dac: 0, parameter: 31, values: "20,10,30", repeats: true }],
    digitalDac: 0,
  },
  "abf2 two channels": {
    ...episodes,
    channels: [VOLTAGE, CURRENT],
    sweeps: sweeps(2, [SAMPLES, SAMPLES, SAMPLES]),
    alternates: true,
    dacs: [DAC, { ...DAC, number: 1, name: "Cmd 1", unit: "mV" }],
  },
  "abf2 floats, gap-free": {
    ...episodes,
    mode: 3,
    isFloat: true,
    sweeps: [[counts(0, 0, 300).map((count) => count / 300)]],
    starts: [],
  },
  "abf2 events": { ...episodes, mode: 1, sweeps: sweeps(1, [40, 90, 60]) },
  "abf1 episodes": {
    ...episodes,
    version: 1,
    lists: [{ dac: 0, parameter: 22, values: "5, 6" }],
    digitalDac: 0,
  },
  "abf1 short header": { ...episodes, version: 1.5, starts: [], tags: [] },
};

export function abfBases(): { name: string; bytes: Uint8Array; header: number }[] {
  return Object.entries(FILES).map(([name, file]) => {
    const bytes = writeAbf(file);
    return { name, bytes, header: bytes.length };
  });
}
