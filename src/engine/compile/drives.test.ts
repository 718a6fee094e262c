import { describe, expect, it } from "vitest";
import {
  COMPILED,
  drawnCells,
  largestDistance,
  spikesOf,
  together,
  voltageOf,
} from "../../../test/engine/populations.ts";
import { bits } from "../../../test/engine/runs.ts";
import { noiseCurrent } from "../../../test/engine/truth.ts";
import { RandomStream } from "../../random.ts";
import { ornsteinUhlenbeckCurrent } from "../currents.ts";
import { parseExpression } from "../expression.ts";
import { type ConductanceModel, defaultParameters } from "../model.ts";
import type { Drive, PopulationOptions } from "../population.ts";
import { restingVoltage } from "../resting.ts";
import { compile } from "./compile.ts";
import { referenceKernel } from "./reference.ts";

/** Every way to drive cells is the array of values that it stands for. */

const dt_ms = 0.025;
const steps = 2600;
const squid = COMPILED["hodgkin-huxley"] as ConductanceModel;
const RECORDED = { steps, spikeTimes: true, recordEvery: 1, v0_mV: -66 } as const;

/** Adds an input: a conductance injected by a dynamic clamp, reversal ENa. */
const clamped: ConductanceModel = {
  ...squid,
  id: "clamped-axon",
  inputs: ["gClamp"],
  parameters: [
    ...squid.parameters,
    {
      name: "gUnit_mS_per_cm2",
      unit: "mS/cm2",
      default: 1,
      prior: { low: 0.5, high: 2, scale: "log" },
      role: "conductance",
      doc: "Unit of the injected conductance.",
    },
  ],
  currents: [
    ...squid.currents,
    { name: "clamp", conductance: "gUnit_mS_per_cm2", reversal: "ENa_mV", open: parseExpression("gClamp") },
  ],
};

describe.each(["f64", "f32"] as const)("drives of a population in %s", (precision) => {
  const kernel = compile(squid, { dt_ms, precision });
  const count = 11;
  const parameters = together(drawnCells(squid, count, 61));
  const cells = Array.from({ length: count }, (_, cell) => cell);
  const run = (i: Drive) => kernel.run(parameters, { ...RECORDED, i });
  /** Values as the kernel takes them. */
  const held = (value: number) => (precision === "f64" ? value : Math.fround(value));
  const explicit = (value: (cell: number, step: number) => number) => {
    const waveforms = cells.map((cell) =>
      Float64Array.from({ length: steps }, (_, step) => value(cell, step)),
    );
    return run({ kind: "waveforms", waveforms, which: cells });
  };
  const expectSame = (a: ReturnType<typeof run>, b: ReturnType<typeof run>) => {
    for (const cell of cells) {
      expect(bits(spikesOf(a, cell))).toEqual(bits(spikesOf(b, cell)));
      expect(bits(voltageOf(a, cell))).toEqual(bits(voltageOf(b, cell)));
    }
    expect(a.spikeCounts.reduce((sum, n) => sum + n, 0)).toBeGreaterThan(10);
  };

  it("[D1] a constant, one for all and one a cell", () => {
    expectSame(
      run({ kind: "constant", value: 12 }),
      explicit(() => 12),
    );
    const value = cells.map((cell) => 3 * cell - 2);
    expectSame(
      run({ kind: "constant", value }),
      explicit((cell) => value[cell]),
    );
    expectSame(
      run({ kind: "constant", value: Float32Array.from(value) }),
      explicit((cell) => value[cell]),
    );
  });

  const shared = noiseCurrent(62, steps, 10, 14, 30);

  it("[D2] one waveform for all", () => {
    expectSame(
      run({ kind: "waveforms", waveforms: [shared] }),
      explicit((_, step) => shared[step]),
    );
  });

  it("[D3] scale and offset, for all and a cell: offset + scale * waveform", () => {
    const scale = cells.map((cell) => 0.3 + 0.17 * cell);
    const offset = cells.map((cell) => 5 - cell);
    // Rounded as the kernel rounds it.
    const scaled = (value: number, cell: number) =>
      held(held(offset[cell]) + held(held(scale[cell]) * held(value)));
    expectSame(
      run({ kind: "waveforms", waveforms: [shared], scale, offset }),
      explicit((cell, step) => scaled(shared[step], cell)),
    );
    expectSame(
      run({ kind: "waveforms", waveforms: [shared], scale: 0.5 }),
      explicit((_, step) => 0.5 * held(shared[step])),
    );
    expectSame(
      run({ kind: "waveforms", waveforms: [shared], offset: 2 }),
      explicit((_, step) => held(2 + held(shared[step]))),
    );
  });

  const several = [shared, shared.map((value) => -value), noiseCurrent(63, steps, 20, 3, 4)];
  const which = cells.map((cell) => (cell * 2) % 3);

  it("[D4] several waveforms, one chosen for each cell, with scale and offset", () => {
    expectSame(
      run({ kind: "waveforms", waveforms: several, which }),
      explicit((cell, step) => several[which[cell]][step]),
    );
    const scale = cells.map((cell) => 1 + cell / 8);
    expectSame(
      run({ kind: "waveforms", waveforms: several, which: Uint8Array.from(which), scale, offset: -1 }),
      explicit((cell, step) => held(-1 + held(scale[cell] * held(several[which[cell]][step])))),
    );
    expectSame(
      run({ kind: "waveforms", waveforms: several }),
      explicit((_, step) => shared[step]),
    );
  });

  it("[D5] waveforms longer than the run are read up to its end", () => {
    const long = several.map((waveform) =>
      Float64Array.of(...waveform, ...Array.from({ length: 999 }, () => 1e9)),
    );
    expectSame(
      run({ kind: "waveforms", waveforms: long, which }),
      explicit((cell, step) => several[which[cell]][step]),
    );
  });

  const noise = { kind: "noise", mean: 8, sd: 9, tau_ms: 2, seed: 64 } as const;
  const asArray = (stream: number, mean: number, sd: number) =>
    ornsteinUhlenbeckCurrent(
      { duration_ms: steps * dt_ms, dt_ms, mean, sd, tau_ms: 2 },
      RandomStream.fromSeed(64).split(stream),
    );

  it("[D6] noise is the Ornstein-Uhlenbeck array of each cell's stream, and depends on nothing else", () => {
    const arrays = cells.map((cell) => asArray(cell, 8, 9));
    expectSame(
      run(noise),
      explicit((cell, step) => arrays[cell][step]),
    );
    expectSame(run(noise), run(noise));
    const stream = cells.map((cell) => 1000 - cell);
    const mean = cells.map((cell) => cell);
    const sd = cells.map((cell) => 12 - cell);
    const others = cells.map((cell) => asArray(stream[cell], mean[cell], sd[cell]));
    expectSame(
      run({ ...noise, stream, mean, sd }),
      explicit((cell, step) => others[cell][step]),
    );
    expect(bits(voltageOf(run({ ...noise, seed: 65 }), 0))).not.toEqual(bits(voltageOf(run(noise), 0)));
  });

  it("[D7] the cell starts at rest under the first value of a waveform, without current where that is switched on", () => {
    const first = (i: Drive) => voltageOf(kernel.run(parameters, { steps: 1, recordEvery: 1, i }), 3)[0];
    const at = (value: number) => held(restingVoltage(squid, drawnCells(squid, count, 61)[3], value));
    const scaled = { kind: "waveforms", waveforms: [Float64Array.of(-7)], scale: 2, offset: 10 } as const;
    expect(first(scaled)).toBeCloseTo(at(-4), 6);
    for (const i of [noise, { kind: "constant", value: -4 }] as const) expect(first(i)).toBeCloseTo(at(0), 6);
  });
});

describe("drives against the interpreter", () => {
  it("[D8] noise: the interpreter under the same array, to 1e-9 mV", () => {
    const model = COMPILED.cortical;
    const noise = { mean: 200, sd: 300, tau_ms: 4 };
    const run = compile(model, { dt_ms }).run(
      together([defaultParameters(model), defaultParameters(model)]),
      {
        ...RECORDED,
        i: { kind: "noise", ...noise, seed: 66 },
      },
    );
    [0, 1].forEach((cell) => {
      const current = ornsteinUhlenbeckCurrent(
        { duration_ms: steps * dt_ms, dt_ms, ...noise },
        RandomStream.fromSeed(66).split(cell),
      );
      const expected = referenceKernel(model, dt_ms).bind(defaultParameters(model)).run(current, RECORDED);
      expect(expected.spikeTimes_ms.length).toBeGreaterThan(1);
      expect(largestDistance(voltageOf(run, cell), expected.v_mV)).toBeLessThan(1e-9);
    });
  });

  it.each(["staggered", "euler", "midpoint", "exponential-euler"] as const)(
    "[D9] a conductance from a dynamic clamp, %s: waveform, scaled waveform, constant, none",
    (solver) => {
      const params = defaultParameters(clamped);
      const pulse = Float64Array.from({ length: steps }, (_, step) => (step % 600 < 40 ? 1.1 : 0.01));
      const current = noiseCurrent(67, steps, 2, 3, 40);
      const kernel = compile(clamped, { dt_ms, solver });
      const drives: [Drive | undefined, Float64Array][] = [
        [{ kind: "waveforms", waveforms: [pulse] }, pulse],
        [{ kind: "waveforms", waveforms: [pulse], scale: [0.8] }, pulse.map((value) => 0 + 0.8 * value)],
        [{ kind: "constant", value: 0.05 }, new Float64Array(steps).fill(0.05)],
        [undefined, new Float64Array(steps)],
      ];
      for (const [drive, array] of drives) {
        const options: PopulationOptions = {
          ...RECORDED,
          i: { kind: "waveforms", waveforms: [current] },
          ...(drive && { inputs: { gClamp: drive } }),
        };
        const expected = referenceKernel(clamped, dt_ms, solver)
          .bind(params)
          .run(current, { ...RECORDED, inputs: { gClamp: array } });
        const run = kernel.run(params, options);
        expect(largestDistance(voltageOf(run, 0), expected.v_mV)).toBeLessThan(1e-9);
        expect(largestDistance(spikesOf(run, 0), expected.spikeTimes_ms)).toBeLessThan(1e-9);
      }
    },
  );

  it("[D10] current and conductance noise of one seed come from different streams", () => {
    const i: Drive = { kind: "noise", mean: 0, sd: 1, tau_ms: 1, seed: 68 };
    const gClamp: Drive = { kind: "noise", mean: 0, sd: 1, tau_ms: 1, seed: 68 };
    // Passive: no conductance but the clamp's, which then multiplies a driving force of ENa - v.
    const values = clamped.parameters.map(({ name, default: usual }) =>
      ["gNa_mS_per_cm2", "gK_mS_per_cm2", "gL_mS_per_cm2"].includes(name)
        ? 0
        : name === "C_uF_per_cm2"
          ? 1e6
          : usual,
    );
    const run = compile(clamped, { dt_ms }).run(Float64Array.from(values), {
      ...RECORDED,
      v0_mV: 0,
      i,
      inputs: { gClamp },
    });
    const v = voltageOf(run, 0);
    const rises = v.slice(1).map((value, step) => ((value - v[step]) * 1e6) / dt_ms);
    const own = ornsteinUhlenbeckCurrent(
      { duration_ms: steps * dt_ms, dt_ms, mean: 0, sd: 1, tau_ms: 1 },
      RandomStream.fromSeed(68).split(0),
    );
    // dv = dt (i + 50 g) / C: with one stream it would be 51 i throughout.
    const ratio = rises.map((rise, step) => rise / own[step]);
    expect(Math.max(...ratio) - Math.min(...ratio)).toBeGreaterThan(1);
  });
});

describe("a drive that does not fit is refused, not read past its end", () => {
  const kernel = compile(squid, { dt_ms });
  const parameters = together(drawnCells(squid, 3, 69));
  const refused: [string, Partial<PopulationOptions>][] = [
    ["a waveform shorter than the run", { i: { kind: "waveforms", waveforms: [new Float64Array(99)] } }],
    ["no waveform at all", { i: { kind: "waveforms", waveforms: [] } }],
    [
      "a choice among waveforms that are not there",
      {
        i: { kind: "waveforms", waveforms: [new Float64Array(100), new Float64Array(100)], which: [0, 1, 2] },
      },
    ],
    ["a constant for fewer cells than there are", { i: { kind: "constant", value: [1, 2] } }],
    [
      "a scale for fewer cells",
      { i: { kind: "waveforms", waveforms: [new Float64Array(100)], scale: [1, 2] } },
    ],
    ["first voltages for fewer cells", { v0_mV: [-65, -65] }],
    ["an input that the model has not", { inputs: { gClamp: { kind: "constant", value: 1 } } }],
    ["a number of steps that is not whole", { steps: 10.5 }],
    ["more settling than steps", { settle_steps: 101 }],
  ];
  it.each(refused)("[D11] %s", (_, wrong) => {
    const request = { steps: 100, i: { kind: "constant", value: 0 } as Drive, ...wrong };
    expect(() => kernel.run(parameters, request)).toThrow(expect.objectContaining({ name: "InputError" }));
  });

  it("[D12] a stepper is stopped where its waveform ends", () => {
    const i: Drive = { kind: "waveforms", waveforms: [new Float64Array(25)] };
    const stepper = kernel.open(parameters, { i, stretch: 10, longestDelay: 10 });
    stepper.advance(() => {});
    stepper.advance(() => {});
    expect(() => stepper.advance(() => {})).toThrow("a waveform that ends before the run");
    expect(stepper.now).toBe(20);
  });
});
