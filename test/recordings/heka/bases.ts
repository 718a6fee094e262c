/** Small whole bundles to damage in tests: both byte orders, every format of samples, steps, ramps, squares. */
import { type BundleToWrite, type TraceToWrite, writeBundle } from "./write.ts";

const SAMPLES = 100;

const trace = (sweep: number, part: Partial<TraceToWrite> = {}): TraceToWrite => ({
  label: "Vmon-1",
  unit: "V",
  adc: 5,
  mode: 4,
  scale: 1e-5,
  samples: Array.from({ length: SAMPLES }, (_, k) => Math.round(-6500 + 200 * Math.sin((k + 9 * sweep) / 7))),
  ...part,
});

const steps: BundleToWrite = {
  groups: [
    {
      label: "E-1",
      series: [{ label: "FI", junction_V: 0.01, sweeps: [0, 1, 2].map((sweep) => [trace(sweep)]) }],
    },
  ],
  stimuli: [
    {
      label: "FI",
      sweeps: 3,
      outputs: [
        {
          dac: 3,
          unit: "A",
          holding: -0.02,
          uses: 3,
          segments: [
            { levelSource: 1, duration_s: 0.002 },
            { level: 0.05, levelStep: 0.05, duration_s: 0.004 },
            { kind: 1, level: 0, duration_s: 0.002 },
          ],
        },
      ],
    },
  ],
};

const formats: BundleToWrite = {
  ...steps,
  bigEndian: true,
  groups: [
    {
      label: "E-1",
      series: [1, 2, 3].map((format) => ({
        label: `format ${format}`,
        sweeps: [[trace(0, { format, block: format === 1 ? 16 : 0 })], [trace(1, { format })]],
      })),
    },
  ],
};

const clamped: BundleToWrite = {
  ...steps,
  groups: [
    {
      label: "E-1",
      series: [
        {
          label: "IV",
          sweeps: [[trace(0, { label: "Imon-1", unit: "A", mode: 3, scale: 1e-14 })]],
        },
      ],
    },
    { label: "E-2", series: [{ label: "FI", sweeps: [[trace(1)]] }] },
  ],
};

export function hekaBases(): { name: string; bytes: Uint8Array; header: number }[] {
  return Object.entries({ steps, formats, clamped, old: { ...steps, traceBytes: 128 } }).map(
    ([name, file]) => {
      const bytes = writeBundle(file);
      // The descriptions come after the samples: all of the file is header.
      return { name, bytes, header: bytes.length };
    },
  );
}
