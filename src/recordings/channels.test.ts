/** Claims about the choice among channels, on contents made by hand. */
import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import type { Channel, Content } from "./content.ts";
import { recordingFromContent } from "./from-content.ts";
import type { ReadOptions } from "./options.ts";

function channel(name: string, unit: string, value: number): Channel {
  return { name, unit, number: 0, samples: (_, from, to) => new Float64Array(to - from).fill(value) };
}

const PAIR = [
  channel("Amp1", "mV", -70),
  channel("Amp2", "pA", 30),
  channel("Amp3", "nA", 0.5),
  channel("Amp4", "mV", -60),
];

function content(channels: readonly Channel[], more: Partial<Content> = {}): Content {
  const common = { format: "stimfit", fileName: "pair.h5", protocol: "", dt_ms: 0.1, lengths: [50] } as const;
  return { ...common, channels, commands: [], tags: [], notes: [], ...more };
}

const read = (options: ReadOptions, one = content(PAIR)) => recordingFromContent(one, options);

function problemOf(run: () => unknown): InputError["problem"] {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  }
  throw new Error("internal: nothing was refused");
}

describe("the user names channels", () => {
  it("[N1] by name or place, and what was said is in the notes", () => {
    const { sweeps, currentDescription, notes } = read({ columns: { voltage: "4", current: "amp3" } });
    expect(sweeps[0].v_mV[0]).toBe(-60);
    expect(sweeps[0].i_pA[0]).toBe(500);
    expect(currentDescription).toBe('recorded channel "Amp3" (nA)');
    expect(notes.join()).toContain('"Amp4" (mV) as the membrane voltage, as you said');
  });

  it("[N2] that do not exist, or measure something else: refused with those that are there", () => {
    expect(problemOf(() => read({ columns: { voltage: "Vm" } }))).toMatchObject({
      code: "columns",
      got: '"Amp1" (mV), "Amp2" (pA), "Amp3" (nA), "Amp4" (mV)',
    });
    const wrong = problemOf(() => read({ columns: { current: "Amp1" } }));
    expect(wrong.what).toBe('channel "Amp1" (mV) records no current');
    expect(wrong.next).toContain("--current-column");
  });
});

it("[N3] of several recorded currents without a command none is guessed to be this cell's", () => {
  expect(problemOf(() => read({}))).toMatchObject({ code: "no-current", got: '"Amp2" (pA), "Amp3" (nA)' });
  expect(read({}, content(PAIR.slice(0, 2))).notes.join()).toContain("See that it belongs to this cell");
});
