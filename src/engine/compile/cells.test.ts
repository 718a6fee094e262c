import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMPILED, drawnCells, spikesOf, together, voltageOf } from "../../../test/engine/populations.ts";
import { bits, driveOf, dtOf } from "../../../test/engine/runs.ts";
import { noiseCurrent } from "../../../test/engine/truth.ts";
import { RandomStream } from "../../random.ts";
import type { Drive, PopulationOptions, PopulationRun, Precision } from "../population.ts";
import { compile } from "./compile.ts";
import { allocateResults, joinParts } from "./results.ts";

/** A cell's result is its own: it depends neither on its neighbours nor on how a run is cut into pieces. */

const CASES = Object.entries(COMPILED)
  .filter(([id]) => ["hodgkin-huxley", "cortical", "izhikevich", "izhikevich-tc"].includes(id))
  .flatMap(([id, model]) => (["f64", "f32"] as const).map((precision) => ({ id, model, precision })));

/** All that a run says about one cell, in comparable form. */
function story(run: PopulationRun, cell: number) {
  const failure = run.failures.find((candidate) => candidate.cell === cell);
  return {
    spikeCount: run.spikeCounts[cell],
    spikes: bits(spikesOf(run, cell)),
    v: bits(voltageOf(run, cell)),
    numbers: bits(
      Float64Array.from(
        [run.vMin_mV, run.vMax_mV, run.vMean_mV, run.plateau_ms],
        (values) => values?.[cell] ?? -1,
      ),
    ),
    plateauCrossings: run.plateauCrossings?.[cell],
    failure: failure && { ...failure, cell: 0 },
  };
}

const EVERYTHING = { spikeTimes: true, statistics: true, plateauLevel_mV: -30 } as const;

describe.each(CASES)("cells of $id in $precision", ({ model, precision }) => {
  const dt_ms = dtOf(model);
  const kernel = compile(model, { dt_ms, precision: precision as Precision });
  const steps = 700;
  const waveforms = [noiseCurrent(4, steps, 0.4, 1, 20), noiseCurrent(5, steps, 1, 0.1, 8)].map((waveform) =>
    waveform.map((value) => value * driveOf(model)),
  );
  const which = (count: number) => Array.from({ length: count }, (_, cell) => cell % 2);
  const options = (i: Drive): PopulationOptions => ({ ...EVERYTHING, steps, i, recordEvery: 7 });

  it("[C1] shuffled they give the same bits each, seed 31", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 19 }), fc.boolean(), (seed, count, noisy) => {
        const cells = drawnCells(model, count, seed);
        const places = cells.map((_, cell) => cell);
        const turn = RandomStream.fromSeed(seed);
        const order = places.map((place) => ({ place, key: turn.uniform() }));
        const shuffled = order.sort((a, b) => a.key - b.key).map(({ place }) => place);
        const drive = (places: number[]): Drive =>
          noisy
            ? { kind: "noise", mean: driveOf(model) / 2, sd: driveOf(model), tau_ms: 3, seed, stream: places }
            : { kind: "waveforms", waveforms, which: places.map((place) => place % 2) };
        const run = kernel.run(together(cells), options(drive(places)));
        const other = kernel.run(together(shuffled.map((place) => cells[place])), options(drive(shuffled)));
        shuffled.forEach((place, cell) => {
          expect(story(other, cell)).toEqual(story(run, place));
        });
      }),
      { seed: 31, numRuns: 6 },
    );
  });

  it("[C2] one alone gives the bits that it gives among 23 others, seed 32", () => {
    const cells = drawnCells(model, 24, 32);
    const run = kernel.run(together(cells), options({ kind: "waveforms", waveforms, which: which(24) }));
    for (const cell of [0, 1, 2, 9, 15, 23]) {
      const alone = kernel.run(cells[cell], options({ kind: "waveforms", waveforms, which: [cell % 2] }));
      expect(story(alone, 0)).toEqual(story(run, cell));
    }
  });

  it("[C3] neighbours in the same vector that fail, run away or are stiff change nothing", () => {
    const [usual] = drawnCells(model, 1, 0);
    const current = driveOf(model);
    const small = (factor: number) => usual.map((value, k) => (k === 0 ? factor * value : value));
    const neighbours: { strange: Float64Array; i: number }[] = [
      { strange: usual.map(() => Number.NaN), i: 0 },
      { strange: small(1e-11), i: 0 },
      { strange: small(1e-2), i: 0 },
      { strange: usual, i: Number.NaN },
      { strange: usual, i: 1e12 },
      { strange: usual, i: -5 * current },
    ];
    const drive = (value: number | number[]) => ({ ...options({ kind: "constant", value }), v0_mV: -70 });
    const alone = story(kernel.run(usual, drive(current)), 0);
    expect(alone.failure).toBeUndefined();
    for (const { strange, i } of neighbours) {
      const cells = Array.from({ length: 18 }, (_, cell) => (cell % 3 === 1 ? strange : usual));
      const run = kernel.run(together(cells), drive(cells.map((_, cell) => (cell % 3 === 1 ? i : current))));
      for (const cell of [0, 2, 3, 5, 15, 17]) expect(story(run, cell)).toEqual(alone);
    }
  });

  it("[C4] parts of a population that are run one by one make up the whole", () => {
    const request = options({ kind: "waveforms", waveforms, which: which(21) });
    const parameters = together(drawnCells(model, 21, 33));
    const whole = kernel.run(parameters, request);
    const arrays = allocateResults(21, request);
    const borders = [0, 5, 6, 16, 21];
    const parts = borders
      .slice(1)
      .map((to, k) => kernel.runPart(parameters, request, arrays, borders[k], to));
    const joined = joinParts(21, request, arrays, parts);
    for (let cell = 0; cell < 21; cell++) expect(story(joined, cell)).toEqual(story(whole, cell));
    expect(joined.failures).toEqual(whole.failures);
  });
});

describe.each(CASES)("pieces of a run of $id in $precision", ({ model, precision }) => {
  const dt_ms = dtOf(model);
  const kernel = compile(model, { dt_ms, precision: precision as Precision });
  const cells = drawnCells(model, 5, 34);
  const parameters = together(cells);
  const steps = 2 * 2048 + 911;
  const i: Drive = {
    kind: "waveforms",
    waveforms: [noiseCurrent(6, steps, 0.6 * driveOf(model), driveOf(model), 60)],
  };
  const full = kernel.run(parameters, { steps, i, spikeTimes: true, recordEvery: 1 });

  it.each([1, 3, 40, 5000])(
    "[C5] stored every %i steps: the same spikes, and the voltage of those steps",
    (recordEvery) => {
      const run = kernel.run(parameters, { steps, i, spikeTimes: true, recordEvery });
      expect(run.samples).toBe(1 + Math.floor(steps / recordEvery));
      cells.forEach((_, cell) => {
        expect(bits(spikesOf(run, cell))).toEqual(bits(spikesOf(full, cell)));
        const every = voltageOf(full, cell).filter((__, step) => step % recordEvery === 0);
        expect(bits(voltageOf(run, cell))).toEqual(bits(every));
      });
      expect(run.failures).toEqual(full.failures);
    },
  );

  it.each([0, 1, 700, 2047, 2048, 2049, 4096])(
    "[C6] a run of %i steps is the beginning of a longer one",
    (some) => {
      const run = kernel.run(parameters, { steps: some, i, spikeTimes: true, recordEvery: 1 });
      cells.forEach((_, cell) => {
        const early = spikesOf(full, cell).filter((time) => time <= some * dt_ms);
        expect(bits(spikesOf(run, cell))).toEqual(bits(early));
        expect(bits(voltageOf(run, cell))).toEqual(bits(voltageOf(full, cell).slice(0, some + 1)));
      });
    },
  );

  it.each([1, 1000, 2048, 3000, steps])(
    "[C7] %i steps of settling leave out their spikes and nothing else",
    (settle_steps) => {
      const run = kernel.run(parameters, { steps, i, spikeTimes: true, recordEvery: 1, settle_steps });
      cells.forEach((_, cell) => {
        const late = spikesOf(full, cell).filter((time) => time > settle_steps * dt_ms);
        expect(bits(spikesOf(run, cell))).toEqual(bits(late));
        expect(run.spikeCounts[cell]).toBe(late.length);
        expect(bits(voltageOf(run, cell))).toEqual(bits(voltageOf(full, cell)));
      });
    },
  );

  it.each([1, 7, 40, 911])("[C8] stepped in stretches of %i: the same spikes and voltage", (stretch) => {
    const stepper = kernel.open(parameters, { i, stretch, longestDelay: stretch });
    const spikes = cells.map((): number[] => []);
    const v = new Float64Array(cells.length);
    while (stepper.now + stretch <= Math.min(steps, 400 * stretch)) {
      stepper.advance((cell, time_steps) => spikes[cell].push(time_steps * dt_ms));
      stepper.read("v", v);
      cells.forEach((_, cell) => {
        const stored = voltageOf(full, cell)[stepper.now];
        // A failed cell goes on in the stepper, which says so.
        if (!Number.isNaN(stored)) expect(v[cell]).toBe(stored);
      });
    }
    cells.forEach((_, cell) => {
      const early = spikesOf(full, cell).filter((time) => time <= stepper.now * dt_ms);
      expect(spikes[cell]).toEqual([...early]);
    });
    expect(stepper.failures()).toEqual(full.failures.filter(({ t_ms }) => t_ms <= stepper.now * dt_ms));
  });
});
