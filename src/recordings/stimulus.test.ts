import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixture } from "../../test/recordings/fixture.ts";
import { readRecording } from "./index.ts";
import { describeStimulus } from "./stimulus.ts";

/** `[level, samples]` pairs; a pair of levels is a ramp. */
function waveform(
  ...parts: readonly (readonly [number | readonly [number, number], number])[]
): Float64Array {
  return Float64Array.from(
    parts.flatMap(([level, samples]) =>
      Array.from({ length: samples }, (_, k) =>
        typeof level === "number" ? level : level[0] + ((level[1] - level[0]) * k) / (samples - 1),
      ),
    ),
  );
}

/** Reproducible noise, standard deviation about `sigma`. */
function noisy(values: Float64Array, sigma: number, seed = 1): Float64Array {
  let state = seed;
  const uniform = (): number => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
  return values.map(
    (value) => value + sigma * (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3),
  );
}

describe("a rebuilt command", () => {
  it("[S1] without change is none, at its holding level", () => {
    expect(describeStimulus(waveform([-20, 100]), 0.1)).toEqual({
      kind: "none",
      amplitude_pA: 0,
      start_ms: 0,
      end_ms: 0,
      holding_pA: -20,
      segments: [{ start_ms: 0, end_ms: 10, from_pA: -20, to_pA: -20 }],
    });
  });

  it("[S2] with one step: level, start and end to the sample", () => {
    const step = describeStimulus(waveform([0, 100], [150, 300], [0, 50]), 0.1);
    expect(step).toMatchObject({ kind: "step", amplitude_pA: 150, holding_pA: 0 });
    expect(step.start_ms).toBeCloseTo(10, 9);
    expect(step.end_ms).toBeCloseTo(40, 9);
  });

  it("[S3] with several levels: the most depolarising is the main one, else the longest", () => {
    const prepulse = describeStimulus(waveform([0, 10], [-100, 50], [0, 20], [40, 30], [0, 10]), 1);
    expect(prepulse).toMatchObject({ kind: "steps", amplitude_pA: 40, start_ms: 80, end_ms: 110 });
    const down = describeStimulus(waveform([0, 10], [-75, 50], [0, 20], [-100, 30], [0, 10]), 1);
    expect(down).toMatchObject({ kind: "steps", amplitude_pA: -75, start_ms: 10, end_ms: 60 });
  });

  it("[S4] ramps and pulse trains are told apart from steps", () => {
    const ramp = describeStimulus(waveform([0, 10], [[0, 200], 101], [0, 20]), 1);
    expect(ramp).toMatchObject({ kind: "ramp", amplitude_pA: 200, holding_pA: 0, end_ms: 111 });
    const pulse = [
      [500, 5],
      [0, 45],
    ] as const;
    const train = describeStimulus(
      waveform([0, 100], ...Array.from({ length: 30 }, () => pulse).flat()),
      0.1,
    );
    expect(train).toMatchObject({ kind: "pulse-train", amplitude_pA: 500 });
    expect(train.segments).toHaveLength(61);
  });

  it("[S5] a sine and white noise are arbitrary, with their peak and no segments", () => {
    const sine = Float64Array.from({ length: 5000 }, (_, k) => 20 * Math.sin(k / 50));
    expect(describeStimulus(sine, 0.1)).toMatchObject({ kind: "arbitrary", segments: [] });
    expect(describeStimulus(noisy(waveform([0, 5000]), 100), 0.1).kind).toBe("arbitrary");
  });

  it("[S6] segments follow each other without gaps over the whole sweep, and give the waveform back", () => {
    const part = fc.tuple(
      fc.integer({ min: -20, max: 20 }).map((n) => 10 * n),
      fc.integer({ min: 3, max: 40 }),
    );
    const claim = (parts: readonly (readonly [number, number])[]): void => {
      const i_pA = waveform(...parts);
      const { segments, kind } = describeStimulus(i_pA, 0.5);
      expect(kind).not.toBe("arbitrary");
      expect(segments[0].start_ms).toBe(0);
      expect(segments.at(-1)!.end_ms).toBe(i_pA.length * 0.5);
      segments.forEach((segment, n) => {
        if (n > 0) expect(segment.start_ms).toBe(segments[n - 1].end_ms);
        for (let k = segment.start_ms / 0.5; k < segment.end_ms / 0.5; k++)
          expect(i_pA[k]).toBe(segment.from_pA);
      });
    };
    // Eight changes at most: more of them in so few samples are no longer a command that is told apart from a recording.
    fc.assert(fc.property(fc.array(part, { minLength: 1, maxLength: 7 }), claim), { seed: 30 });
  });
});

describe("a recorded current", () => {
  it("[S7] gives the step that was put in, under noise of a tenth of it", () => {
    const clean = waveform([-12, 2000], [88, 6000], [-12, 4000]);
    for (let seed = 1; seed <= 20; seed++) {
      const step = describeStimulus(noisy(clean, 10, seed), 0.1);
      expect(step.kind).toBe("step");
      expect(step.segments).toHaveLength(3);
      expect(Math.abs(step.amplitude_pA - 88)).toBeLessThan(1);
      expect(Math.abs(step.start_ms - 200)).toBeLessThan(0.4);
      expect(Math.abs(step.end_ms - 800)).toBeLessThan(0.4);
    }
  });

  it("[S8] is none when there is only noise, a ramp when it rises, arbitrary when it swings", () => {
    const long = waveform([0, 20_000]);
    expect(describeStimulus(noisy(long, 3), 0.05)).toMatchObject({ kind: "none" });
    const ramp = describeStimulus(noisy(waveform([0, 2000], [[0, 300], 10_000], [0, 2000]), 5), 0.1);
    expect(ramp.kind).toBe("ramp");
    expect(Math.abs(ramp.amplitude_pA - 300)).toBeLessThan(10);
    const sine = long.map((_, k) => 50 * Math.sin(k / 400));
    expect(describeStimulus(noisy(sine, 2), 0.05).kind).toBe("arbitrary");
  });

  it("[S10] that toggles between two counts of the digitiser is none", () => {
    const toggling = noisy(waveform([0, 20_000]), 0.12).map((value) => (value > 0.3 ? -0.6 : -1.2));
    expect(toggling.filter((value) => value > -1).length).toBeGreaterThan(20);
    expect(describeStimulus(toggling, 0.1).kind).toBe("none");
  });

  it("[S9] keeps a test step that is fifty times smaller than the pulses after it", () => {
    const [{ stimulus }] = readRecording(fixture("18425108.abf"), "18425108.abf").sweeps;
    expect(stimulus.kind).toBe("pulse-train");
    expect(stimulus.segments.filter(({ from_pA }) => from_pA > 2000)).toHaveLength(20);
    const [before, test] = stimulus.segments;
    expect(test.end_ms - test.start_ms).toBeCloseTo(250, 0);
    expect(Math.abs(test.from_pA - before.from_pA + 50)).toBeLessThan(3);
  });
});

it.each([7, 20, 50, 100, 400])(
  "a sine of 30 pA with a period of %i ms is a waveform, not a constant current",
  (period_ms) => {
    const i_pA = Float64Array.from(
      { length: 40_000 },
      (_, k) => 30 * Math.sin((2 * Math.PI * k * 0.05) / period_ms),
    );
    expect(describeStimulus(i_pA, 0.05).kind).toBe("arbitrary");
  },
);
