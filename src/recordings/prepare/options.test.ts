import { describe, expect, test } from "vitest";
import { InputError } from "../../errors.ts";
import { PREPARATION_OPTIONS, type PreparationOptions, parsePreparation } from "./options.ts";

function refusal(options: PreparationOptions) {
  try {
    parsePreparation(options);
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  }
  return null;
}

test("all options at once: units are converted, the order is fixed", () => {
  const steps = parsePreparation({
    crop: "0ms, 0.9s",
    resample: "20kHz",
    lowPass: "3000 Hz",
    lowPassFilter: "butterworth",
    lowPassOrder: "2",
    lowPassDirection: "causal",
    lineNoise: "50Hz",
    lineHarmonics: "5",
    ljp: "14 mV",
    bridge: "0.012GOhm",
    bridgeTau: "100us",
    currentScale: "-1",
    currentOffset: "-0.005nA",
    sweeps: "1-3, 8",
  });
  expect(steps).toEqual([
    { step: "select", sweeps: [1, 2, 3, 8] },
    { step: "current", scale: -1, offset_pA: -5 },
    { step: "bridge", resistance_MOhm: 12, electrodeTau_ms: 0.1 },
    { step: "liquid-junction-potential", ljp_mV: 14 },
    { step: "line-noise", frequency_Hz: 50, harmonics: 5 },
    { step: "low-pass", corner_kHz: 3, filter: "butterworth", order: 2, direction: "causal" },
    { step: "resample", rate_kHz: 20 },
    { step: "crop", start_ms: 0, end_ms: 900 },
  ]);
});

test("nothing given, nothing made; what is not given is left to the defaults", () => {
  expect(parsePreparation({})).toEqual([]);
  expect(parsePreparation({ currentOffset: "5pA", lowPass: "3kHz" })).toEqual([
    { step: "current", offset_pA: 5 },
    { step: "low-pass", corner_kHz: 3 },
  ]);
  expect(parsePreparation({ bridge: "-3MΩ", ljp: "-.5mV" })).toEqual([
    { step: "bridge", resistance_MOhm: -3 },
    { step: "liquid-junction-potential", ljp_mV: -0.5 },
  ]);
});

describe("refused, with the flag and what was expected", () => {
  test.each<[PreparationOptions, string, string]>([
    [{ bridge: "12" }, "--bridge", "MOhm"],
    [{ bridge: "12mOhm" }, "--bridge", "MOhm"],
    [{ ljp: "mV" }, "--ljp", "mV"],
    [{ ljp: "1..5mV" }, "--ljp", "mV"],
    [{ lowPass: "3" }, "--low-pass", "kHz"],
    [{ resample: "constructor" }, "--resample", "kHz"],
    [{ resample: "3 constructor" }, "--resample", "kHz"],
    [{ currentOffset: "5mV" }, "--current-offset", "pA"],
    [{ currentScale: "2x" }, "--current-scale", "number"],
    [{ crop: "5ms" }, "--crop", "two times"],
    [{ crop: "5ms,7" }, "--crop", "ms"],
    [{ sweeps: "3-1" }, "--sweeps", "1-5,8"],
    [{ sweeps: "1,,2" }, "--sweeps", "1-5,8"],
    [{ sweeps: "1-999999999" }, "--sweeps", "1-5,8"],
    [{ bridgeTau: "1ms" }, "--bridge-tau", "series resistance"],
    [{ lowPassOrder: "4" }, "--low-pass-order", "filter"],
  ])("%j", (options, where, expected) => {
    const problem = refusal(options);
    expect(problem).toMatchObject({ code: "bad-option", where });
    expect(problem?.expected).toContain(expected);
  });
});

test("every option has a flag of its own name, with a value", () => {
  for (const [name, [flags]] of Object.entries(PREPARATION_OPTIONS)) {
    const kebab = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    expect(flags).toMatch(new RegExp(`^--${kebab} <.+>$`));
  }
});
