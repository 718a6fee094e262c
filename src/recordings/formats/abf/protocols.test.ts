/** Claims about protocols, on files written for the purpose, so that what was played is known exactly. */
import { describe, expect, it } from "vitest";
import type {
  AbfToWrite,
  ChannelToWrite,
  DacToWrite,
  EpochToWrite,
} from "../../../../test/recordings/abf/file.ts";
import { writeAbf } from "../../../../test/recordings/abf/write.ts";
import { InputError } from "../../../errors.ts";
import type { Content } from "../../content.ts";
import { readRecording } from "../../index.ts";
import { sourceOf } from "../../source.ts";
import { readAbf1 } from "./abf1.ts";
import { readAbf2 } from "./abf2.ts";
import { contentOfAbf } from "./contents.ts";

const SAMPLES = 192;
/** First sample of the first epoch. */
const START = SAMPLES / 64;
const HOLDING = -5;

const VOLTAGE: ChannelToWrite = { name: "Vm", unit: "mV", number: 0, volts: 0.01 };

const STEPS = [
  { type: 1, level: 1, duration: 2 },
  { type: 1, level: 7, duration: 6 },
];

const zeros = (sweeps: number): number[][][] =>
  Array.from({ length: sweeps }, () => [Array.from({ length: SAMPLES }, () => 0)]);

const dac = (epochs: readonly EpochToWrite[], part: Partial<DacToWrite> = {}): DacToWrite => ({
  number: 0,
  name: "Cmd 0",
  unit: "pA",
  holding: HOLDING,
  epochs,
  ...part,
});

const file = (dacs: readonly DacToWrite[], part: Partial<AbfToWrite> = {}): AbfToWrite => ({
  version: 2,
  dt_us: 50,
  channels: [VOLTAGE],
  sweeps: zeros(4),
  dacs,
  ...part,
});

function contentOf(abf: AbfToWrite): Content {
  const bytes = writeAbf(abf);
  return contentOfAbf((abf.version === 2 ? readAbf2 : readAbf1)(sourceOf(bytes), "made.abf"));
}

/** The command of a sweep, from its first epoch on. */
function played(content: Content, sweep: number, count: number, number = 0): number[] {
  const command = content.commands.find((one) => one.number === number)!;
  return [...command.samples(sweep, START, START + count)];
}

function refusal(run: () => unknown): InputError["problem"] {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  }
  throw new Error("internal: nothing was refused");
}

const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k);

describe.each([1, 2] as const)("ABF%i", (version) => {
  const LEVEL = 20;
  const RISE = LEVEL - HOLDING;
  /** 4 whole periods of 8 samples and 5 samples more; pulses of 4 fit into these, of 6 do not. */
  const [LENGTH, PERIOD] = [37, 8];
  const whole = (k: number): boolean => k < 32;

  it.each<[string, number, number, (k: number) => number]>([
    ["step", 1, 0, () => LEVEL],
    ["ramp, both levels reached", 2, 0, (k) => HOLDING + (RISE * k) / (LENGTH - 1)],
    ["pulse train, last pulse fits", 3, 4, (k) => (k % PERIOD < 4 ? LEVEL : HOLDING)],
    ["pulse train, last pulse does not fit", 3, 6, (k) => (whole(k) && k % PERIOD < 6 ? LEVEL : HOLDING)],
    [
      "triangle train",
      4,
      2,
      (k) => (whole(k) ? HOLDING + RISE * Math.min((k % PERIOD) / 2, (PERIOD - (k % PERIOD)) / 6) : HOLDING),
    ],
    [
      "cosine train",
      5,
      0,
      (k) => (whole(k) ? HOLDING + RISE * Math.sin((Math.PI * k) / PERIOD) ** 2 : HOLDING),
    ],
    ["biphasic train", 7, 4, (k) => HOLDING + RISE * ([1, 1, -1, -1][k % PERIOD] ?? 0)],
  ])("[A1] plays a %s as its formula says", (_, type, width, formula) => {
    const epoch = { type, level: LEVEL, duration: LENGTH, period: PERIOD, width };
    const got = played(contentOf(file([dac([epoch])], { version })), 0, LENGTH + 3);
    const wanted = [...range(LENGTH).map(formula), HOLDING, HOLDING, HOLDING];
    got.forEach((value, k) => {
      expect(value).toBeCloseTo(wanted[k], 9);
    });
  });

  const lists = (parameter: number, values: string, repeats = false) =>
    ({ version, lists: [{ dac: 0, parameter, values, repeats }] }) as const;
  const two = [
    { type: 1, level: 1, duration: 2 },
    { type: 3, level: 7, levelStep: 3, duration: 6, durationStep: 1, period: 6, width: 1 },
  ];
  const runs = (content: Content, sweep: number): string => played(content, sweep, 10).join(" ");

  it("[A2] a user list replaces level, duration, period or width; its last value stays, or it starts again", () => {
    const levels = contentOf(file([dac(two)], lists(22, "10,20")));
    expect([0, 1, 2].map((sweep) => played(levels, sweep, 3)[2])).toEqual([10, 20, 20]);
    const again = contentOf(file([dac(two)], lists(22, "10, 20,", true)));
    expect([0, 1, 2, 3].map((sweep) => played(again, sweep, 3)[2])).toEqual([10, 20, 10, 20]);
    const durations = contentOf(file([dac(two)], lists(31, "1 3")));
    expect([0, 1].map((sweep) => runs(durations, sweep))).toEqual([
      "1 7 1 1 1 1 1 -5 -5 -5",
      "1 1 1 10 1 1 1 1 1 10",
    ]);
    expect(runs(contentOf(file([dac(two)], lists(42, "3"))), 0)).toBe("1 1 7 1 1 7 1 1 -5 -5");
    expect(runs(contentOf(file([dac(two)], lists(52, "4"))), 0)).toBe("1 1 7 7 7 7 1 1 -5 -5");
    expect(levels.notes.join()).toContain("A user list varied the level of epoch B");
  });

  it("[A3] a list of what leaves no trace changes nothing; one that cannot be read is refused with the way out", () => {
    const plain = played(contentOf(file([dac(two)], { version })), 1, 20);
    for (const parameter of [0, 3, 7, 9, 10, 12])
      expect(played(contentOf(file([dac(two)], lists(parameter, "01*1"))), 1, 20)).toEqual(plain);
    for (const [parameter, values] of [
      [22, "10,x"],
      [22, ""],
      [999, "1"],
    ] as const) {
      const bytes = writeAbf(file([dac(two)], lists(parameter, values)));
      expect(refusal(() => readRecording(bytes, "made.abf"))).toMatchObject({
        code: "unsupported",
        what: expect.stringContaining("user list"),
        next: expect.stringContaining("--current"),
      });
    }
  });

  it("[A4] a list can hold the other of the first two outputs", () => {
    const other = dac(two, { number: 1, name: "Cmd 1" });
    const content = contentOf(file([dac(two), other], lists(8, "1,2")));
    expect([0, 1, 2].map((sweep) => content.commands[1].samples(sweep, 0, 1)[0])).toEqual([1, 2, 2]);
    expect(content.commands[0].samples(1, 0, 1)[0]).toBe(HOLDING);
  });

  it("[A5] after a conditioning train a sweep starts at the level that the train leaves, and ends at holding", () => {
    const conditioned = (postDuration: number, part: Partial<AbfToWrite> = {}) =>
      contentOf(
        file([dac([{ type: 2, level: 8, duration: 3 }], { conditioning: { postDuration, postLevel: 4 } })], {
          version,
          ...part,
        }),
      );
    expect([...conditioned(2).commands[0].samples(0, 0, 8)]).toEqual([4, 4, 4, 4, 6, 8, -5, -5]);
    expect(conditioned(0).commands[0].samples(0, 0, 1)[0]).toBe(HOLDING);
    const listed = conditioned(2, lists(6, "1,2"));
    expect([0, 1].map((sweep) => listed.commands[0].samples(sweep, 0, 1)[0])).toEqual([1, 2]);
    expect(conditioned(2).notes.join()).toContain("conditioning train");
  });

  it("[A6] outputs that take turns: DAC 0 in the first sweep, DAC 1 in the second", () => {
    const step = [{ type: 1, level: 9, duration: 4 }];
    const content = contentOf(
      file([dac(step), dac(step, { number: 1, name: "Cmd 1" })], { version, alternates: true }),
    );
    const at = (number: number) => range(4).map((sweep) => played(content, sweep, 1, number)[0]);
    expect([at(0), at(1)]).toEqual([
      [9, HOLDING, 9, HOLDING],
      [HOLDING, 9, HOLDING, 9],
    ]);
  });

  it("[A7] digital outputs of the active output's epochs are said", () => {
    const epochs = two.map((epoch, n) => ({ ...epoch, on: n ? 0b1001 : 0b1000, pulsing: n ? 1 << 2 : 0 }));
    const notes = (part: Partial<AbfToWrite>) => contentOf(file([dac(epochs)], { version, ...part })).notes;
    expect(notes({ digitalDac: 0 })).toEqual([
      "Digital output 0 was on in epoch B of DAC 0.",
      "Digital output 2 pulsed in epoch B of DAC 0.",
      "Digital output 3 was on in epochs A and B of DAC 0.",
    ]);
    expect(notes({})).toEqual([]);
  });

  it("[A8] a MultiClamp's mode settles what was clamped where it fits the channel's unit", () => {
    const clamp = (unit: string, mode: number, instrument = 24) =>
      contentOf(
        file([dac(two)], {
          version,
          channels: [{ ...VOLTAGE, unit, telegraph: { instrument, gain: 1, mode, capacitance_pF: 33 } }],
        }),
      ).clamp;
    expect([clamp("mV", 1), clamp("mV", 2), clamp("pA", 0)]).toEqual(["current", "current", "voltage"]);
    expect([clamp("mV", 0), clamp("pA", 1), clamp("mV", 1, 15), clamp("V_s", 1)]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("[A9] the gain that was telegraphed, the resolution and units are applied; floats are values already", () => {
    const sweeps = [[range(SAMPLES).map((k) => k - 90)]];
    const samples = (part: Partial<AbfToWrite>): Float64Array => {
      const content = contentOf(file([dac(two)], { version, sweeps, ...part }));
      return content.channels[0].samples(0, 0, SAMPLES);
    };
    const perCount = (10 / 2048 / 0.01) * 1;
    samples({ resolution: 2048 }).forEach((value, k) => {
      expect(value).toBeCloseTo((k - 90) * perCount, 3);
    });
    const telegraph = { instrument: 24, gain: 5, mode: 1 };
    const gained = samples({ channels: [{ ...VOLTAGE, telegraph }] });
    expect(gained[191]).toBeCloseTo((101 * 10) / 32768 / 0.01 / 5, 6);
    expect([...samples({ isFloat: true })]).toEqual(sweeps[0][0]);
    const nanoamperes = readRecording(
      writeAbf(
        file([dac(two, { unit: "nA" })], {
          version,
          sweeps,
          channels: [{ ...VOLTAGE, unit: "V", volts: 10 }],
        }),
      ),
      "made.abf",
    ).sweeps[0];
    expect(nanoamperes.i_pA[START]).toBe(1000);
    expect(nanoamperes.v_mV[0]).toBeCloseTo((-90 * 10000) / 32768 / 10, 4);
  });

  it("[A10] events are as long as their entries say, gap-free files are one sweep; nothing is played in either", () => {
    const lengths = [40, 90, 61];
    const sweeps = lengths.map((length) => [range(length)]);
    for (const mode of [1, 2, 4]) {
      const events = contentOf(
        file([dac(two)], { version, mode, sweeps, starts: [0, 1000, 5000], tick_us: 10 }),
      );
      expect(events.lengths).toEqual(lengths);
      expect(events.channels[0].samples(2, 60, 61)[0]).toBeCloseTo((60 * 10) / 32768 / 0.01, 6);
      expect(new Set(events.commands[0].samples(1, 0, 90))).toEqual(new Set([HOLDING]));
    }
    const equal = contentOf(file([dac(two)], { version, mode: 4 }));
    expect(equal.lengths).toEqual([SAMPLES, SAMPLES, SAMPLES, SAMPLES]);
    expect(contentOf(file([dac(two)], { version, mode: 3 })).lengths).toEqual([4 * SAMPLES]);
    expect(refusal(() => contentOf(file([dac(two)], { version, mode: 1 }))).code).toBe("unsupported");
  });

  it("[A11] sweeps and tags have their times from the unit in the header", () => {
    const abf = file([dac(two)], {
      version,
      starts: [0, 40_000, 90_000, 140_000],
      tick_us: 12.5,
      tags: [{ ticks: 40_000, text: "+TTX" }],
    });
    const read = (version === 2 ? readAbf2 : readAbf1)(sourceOf(writeAbf(abf)), "made.abf");
    expect(read.sweepStarts_s).toEqual([0, 0.5, 1.125, 1.75]);
    expect(read.tags).toEqual([{ t_s: 0.5, text: "+TTX" }]);
  });

  it("[A12] a stimulus file is named without its folders, a protocol too; leak subtraction and comments are said", () => {
    const lost = dac(two, { source: 2, stimulusFile: "C:\\Users\\someone\\sine sweep.atf" });
    const bytes = writeAbf(file([lost], { version }));
    expect(refusal(() => readRecording(bytes, "made.abf"))).toMatchObject({
      code: "stimulus-file",
      what: expect.stringMatching(/the stimulus file "sine sweep\.atf"/),
    });
    const content = contentOf(
      file([dac(two, { leakPulses: 4 })], { version, comment: "cell 7", protocol: "D:\\lab\\IV.pro" }),
    );
    expect(content.protocol).toBe("IV.pro");
    expect(content.notes).toEqual([
      'Comment in the file: "cell 7".',
      expect.stringContaining("Leak subtraction with 4 pulses"),
    ]);
  });
});

describe("ABF2 alone", () => {
  it("[A13] eight outputs, each with its own epochs, more than the ten of old", () => {
    const many = Array.from({ length: 30 }, (_, n) => ({ type: 1, level: n, duration: 2 }));
    const content = contentOf(file([dac(STEPS, { unit: "mV" }), dac(many, { number: 7, name: "out 7" })]));
    expect(content.commands).toHaveLength(8);
    expect(played(content, 0, 60, 7)).toEqual(range(60).map((k) => Math.floor(k / 2)));
  });

  it("[A14] user lists are numbered by 50 epochs since version 11 of the program, by 10 before", () => {
    const level = (parameter: number, program: number): number =>
      played(
        contentOf(file([dac(STEPS)], { program, lists: [{ dac: 0, parameter, values: "99" }] })),
        0,
        3,
      )[2];
    expect([level(22, 10), level(62, 11), level(62, 10), level(22, 11)]).toEqual([99, 99, 99, 7]);
  });

  it("[A15] samples that the program thinned out are refused", () => {
    const bytes = writeAbf(file([dac(STEPS)]));
    const view = new DataView(bytes.buffer);
    const protocol = view.getUint32(76, true) * 512;
    view.setUint8(protocol + 6, 1);
    view.setInt32(protocol + 10, 4, true);
    expect(refusal(() => readRecording(bytes, "made.abf")).code).toBe("unsupported");
  });
});

describe("ABF1 alone", () => {
  it("[A16] the short header of version 1.5: one table, its user list, the comment", () => {
    const epochs = [{ type: 1, level: 3, levelStep: 2, duration: 4 }];
    const short = file([dac(epochs, { number: 1, keepsLastLevel: true })], {
      version: 1.5,
      comment: "cell 7",
    });
    const content = contentOf(short);
    expect(played(content, 2, 6, 1)).toEqual([7, 7, 7, 7, 7, 7]);
    expect(content.commands[1].samples(2, 0, 1)[0]).toBe(5);
    expect(content.notes).toEqual(['Comment in the file: "cell 7".']);
    const listed = contentOf({ ...short, lists: [{ dac: 1, parameter: 21, values: "30,40" }] });
    expect([0, 1, 2].map((sweep) => played(listed, sweep, 1, 1)[0])).toEqual([30, 40, 40]);
  });

  it("[A17] the resistance epoch: half at holding, half at its level", () => {
    const content = contentOf(file([dac([{ type: 6, level: 9, duration: 5 }])], { version: 1 }));
    expect(played(content, 0, 6)).toEqual([-5, -5, 9, 9, 9, -5]);
  });

  it("[A18] a clock that changes within the sweep is refused", () => {
    const bytes = writeAbf(file([dac(STEPS)], { version: 1 }));
    const view = new DataView(bytes.buffer);
    view.setFloat32(126, 500, true);
    view.setInt32(194, 64, true);
    expect(refusal(() => readRecording(bytes, "made.abf")).code).toBe("unsupported");
  });
});
