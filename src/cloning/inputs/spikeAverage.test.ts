import { describe, expect, it } from "vitest";
import { emptyBatch, fillBatch, networkInput, SWEEP_SCALARS } from "./index.ts";
import { spikeAverage } from "./spikeAverage.ts";

const DT_MS = 0.1;
/** Falls from each peak by the time since it, mV a ms: the mean of a stretch is its middle. */
function ramps(peaks: readonly number[], slopes: readonly number[], samples = 3000): Float64Array {
  return Float64Array.from({ length: samples }, (_, k) => {
    const last = peaks.filter((peak) => peak <= k).length - 1;
    return last < 0 ? -65 : -60 + slopes[last] * (k - peaks[last]) * DT_MS;
  });
}

describe("[I8] the course of the voltage around spikes", () => {
  it("is the mean of each stretch over the spikes, and the slope after those that are counted", () => {
    const peaks = [500, 1100, 1700];
    const average = spikeAverage(ramps(peaks, [1, 2, 3]), DT_MS, peaks, [0, 1, 2]);
    // From 2 to 3 ms after the peak, at slopes of 1, 2 and 3: mean of samples at 2.0 ... 2.9 ms.
    expect(average["average+3"]).toBeCloseTo(-60 + 2 * 2.45, 9);
    expect(average["average-20"]).toBeCloseTo((-65 + (-60 + 34.95) + (-60 + 2 * 34.95)) / 3, 6);
    // From (0.8 to 2) to (3.5 to 5) ms.
    for (const [spike, slope] of [1, 2, 3].entries())
      expect(average[`slopeAfter${spike + 1}`]).toBeCloseTo(slope * (4.2 - 1.35), 6);
    expect(average.slopeAfter5).toBeNaN();
  });

  it("a stretch that a neighbouring spike reaches into is not taken from that spike", () => {
    const peaks = [500, 620];
    const average = spikeAverage(ramps(peaks, [1, 1]), DT_MS, peaks, [0, 1]);
    // 12 ms apart: 9 to 13 ms after the first is the second's rise.
    expect(average["average+13"]).toBeCloseTo(-60 + 10.95, 6);
    expect(spikeAverage(new Float64Array(100), DT_MS, [], [])["average+13"]).toBeNaN();
  });
});

describe("[I9] weights that were trained on fewer scalars", () => {
  it("get theirs by name, wherever they stand now", () => {
    const v_mV = ramps([500, 1100], [1, 2]);
    const input = networkInput([{ v_mV, i_pA: new Float64Array(v_mV.length).fill(20, 100, 2900) }], DT_MS);
    const names = ["isiLast", "baseline_mV"];
    const columns = names.map((name) => SWEEP_SCALARS.indexOf(name));
    const ones = (count: number) => ({ centre: new Array(count).fill(0), scale: new Array(count).fill(100) });
    const batch = emptyBatch(1, 1, { sweepScalars: 2, cellScalars: 1 });
    fillBatch(batch, 0, input, { sweep: { ...ones(2), columns }, cell: { ...ones(1), columns: [3] } });
    const expected = columns.map((column) => input.sweepScalars[column] / 100);
    expect([...batch.sweeps.slice(0, 2)]).toEqual([
      ...Float32Array.from(expected, (x) => (Number.isNaN(x) ? 0 : x)),
    ]);
    expect(batch.cells).toHaveLength(2);
  });
});
