import { describe, expect, it } from "vitest";
import { circuitRecording } from "../features/quality/synthetic.ts";
import { prepareRecording } from "../recordings/index.ts";
import { balanced, isBalanced } from "./balance.ts";

const largestDifference = (a: Float64Array, b: Float64Array) =>
  a.reduce((most, value, k) => Math.max(most, Math.abs(value - b[k])), 0);

describe("the drop that a bridge left", () => {
  it("is taken off: of a membrane behind 14 or -9 MOhm the voltage of the membrane is left, to 0.1 mV", () => {
    const membrane = circuitRecording();
    for (const series_MOhm of [14, -9]) {
      const cleaned = balanced(circuitRecording({ series_MOhm }));
      expect(isBalanced(cleaned)).toBe(true);
      cleaned.sweeps.forEach(({ v_mV }, k) => {
        expect(largestDifference(v_mV, membrane.sweeps[k].v_mV)).toBeLessThan(0.1);
      });
    }
  });

  it("stays where someone has said what the bridge left, nothing included", () => {
    const said = prepareRecording(circuitRecording({ series_MOhm: 14 }), [
      { step: "bridge", resistance_MOhm: 0 },
    ]);
    expect(balanced(said)).toBe(said);
  });

  it("stays where no step tells of it", () => {
    const flat = circuitRecording({ levels_pA: [0, 0] });
    expect(balanced(flat)).toBe(flat);
  });
});
