import { describe, expect, it } from "vitest";
import { commandOfSweep, constant, type Epoch, type EpochTable, stepping } from "./epochs.ts";

interface Numbers {
  readonly shape: Epoch["shape"];
  readonly firstLevel: number;
  readonly deltaLevel: number;
  readonly firstDuration_samples: number;
  readonly deltaDuration_samples: number;
  readonly pulsePeriod_samples: number;
  readonly pulseWidth_samples: number;
}

function epoch(part: Partial<Numbers>): Epoch {
  const { shape = "step", firstLevel = 0, deltaLevel = 0, ...rest } = part;
  const { firstDuration_samples = 0, deltaDuration_samples = 0 } = rest;
  return {
    shape,
    level: stepping(firstLevel, deltaLevel),
    duration_samples: stepping(firstDuration_samples, deltaDuration_samples),
    pulsePeriod_samples: constant(rest.pulsePeriod_samples ?? 0),
    pulseWidth_samples: constant(rest.pulseWidth_samples ?? 0),
  };
}

const table = (epochs: readonly Epoch[], part: Partial<EpochTable> = {}): EpochTable => ({
  epochs,
  holding: constant(5),
  keepsLastLevel: false,
  ...part,
});

/** Levels as `level x samples`, which reads like the waveform editor. */
function runs(command: Float64Array): string {
  const found: { level: number; count: number }[] = [];
  for (const level of command) {
    const last = found.at(-1);
    if (last?.level === level) last.count++;
    else found.push({ level, count: 1 });
  }
  return found.map(({ level, count }) => `${level}x${count}`).join(" ");
}

describe("commandOfSweep", () => {
  it("[W1] holds, then plays the epochs from sample floor(n / 64), then holds", () => {
    const step = epoch({
      firstLevel: 100,
      deltaLevel: 10,
      firstDuration_samples: 20,
      deltaDuration_samples: 4,
    });
    expect(runs(commandOfSweep(table([step]), 0, 130))).toBe("5x2 100x20 5x108");
    expect(runs(commandOfSweep(table([step]), 3, 130))).toBe("5x2 130x32 5x96");
  });

  it("[W2] keeps the last level up to the next sweep's first epoch when the file says so", () => {
    const step = epoch({ firstLevel: 100, deltaLevel: 10, firstDuration_samples: 20 });
    const kept = table([step], { keepsLastLevel: true });
    expect(runs(commandOfSweep(kept, 0, 130))).toBe("5x2 100x128");
    expect(runs(commandOfSweep(kept, 1, 130))).toBe("100x2 110x128");
  });

  it("[W3] ramps from the level before to its own, both reached", () => {
    const epochs = [
      epoch({ firstLevel: 10, firstDuration_samples: 4 }),
      epoch({ shape: "ramp", firstLevel: 50, firstDuration_samples: 5 }),
    ];
    expect([...commandOfSweep(table(epochs, { holding: constant(0) }), 0, 64).slice(1, 11)]).toEqual([
      10, 10, 10, 10, 10, 20, 30, 40, 50, 0,
    ]);
  });

  it("[W4] pulses stand on the level before; a last period that is cut short plays its pulse when that fits", () => {
    const train = (pulseWidth_samples: number): string => {
      const numbers = {
        firstLevel: 9,
        firstDuration_samples: 11,
        pulsePeriod_samples: 4,
        pulseWidth_samples,
      };
      const pulses = epoch({ shape: "pulse-train", ...numbers });
      return runs(commandOfSweep(table([pulses], { holding: constant(0) }), 0, 64));
    };
    expect(train(1)).toBe("0x1 9x1 0x3 9x1 0x3 9x1 0x54");
    expect(train(4)).toBe("0x1 9x8 0x55");
  });

  it("[W5] biphasic pulses go as far down as up; triangles and cosines reach their level", () => {
    const shape = {
      firstLevel: 8,
      firstDuration_samples: 17,
      pulsePeriod_samples: 16,
      pulseWidth_samples: 8,
    };
    const of = (kind: Epoch["shape"]): Float64Array =>
      commandOfSweep(table([epoch({ ...shape, shape: kind })], { holding: constant(0) }), 0, 64);
    expect(runs(of("biphasic-train"))).toBe("0x1 8x4 -8x4 0x55");
    expect(Math.max(...of("triangle-train"))).toBe(8);
    expect(Math.max(...of("cosine-train"))).toBe(8);
    expect(Math.min(...of("cosine-train"))).toBe(0);
  });

  it("[W6] is cut at the end of the sweep, whatever the durations say", () => {
    const long = epoch({ firstLevel: 1, firstDuration_samples: 2 ** 31 - 1 });
    const negative = epoch({ firstLevel: 2, firstDuration_samples: -5 });
    expect(runs(commandOfSweep(table([negative, long, long]), 0, 128))).toBe("5x2 1x126");
  });
});
