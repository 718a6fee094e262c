import { expect, it } from "vitest";
import { EFEL_SETTINGS, measureTrace } from "../../src/features/catalogue/index.ts";
import { compare } from "./compare.ts";
import { askEfel, efelPython, SHARED } from "./efel.ts";
import { randomTraces } from "./randomTraces.ts";

const missing = efelPython ? "" : " (skipped: no Python with eFEL here, npm run peers installs it)";

/**
 * Trains made for the purpose: other voltages, intervals, widths and samplings than the recordings have. Every spike lies in the
 * stimulus and has a begin, so that no known difference (docs/features-efel.md) is touched.
 */
it.skipIf(!efelPython)(
  `eFEL itself, on 24 random traces (seed 7): 99 % of the values of all shared features${missing}`,
  () => {
    const traces = randomTraces(24, 7);
    const { traces: answers = [] } = askEfel(efelPython!, traces);
    const examples: string[] = [];
    let equal = 0;
    let different = 0;
    traces.forEach(({ name, input }, k) => {
      const answer = answers[k];
      if (!("values" in answer)) throw new Error(`${name}: ${answer.failed}`);
      const ours = measureTrace(input, EFEL_SETTINGS, SHARED);
      for (const feature of SHARED) {
        const found = compare(feature, ours[feature.name], answer.values[feature.efel!]);
        equal += found.equal;
        different += found.different;
        if (found.example) examples.push(`${name} ${feature.name}: ${found.example}`);
      }
    });
    expect(equal, examples.join("\n")).toBeGreaterThan(5_000);
    expect(different / (equal + different), examples.join("\n")).toBeLessThan(0.01);
  },
);
