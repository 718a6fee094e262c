import { describe, expect, it } from "vitest";
import { doseSentence, trialSentence } from "./sentences.ts";
import type { DoseResult, VerdictLabel } from "./trial.ts";
import { judgePopulation, type PopulationVerdict } from "./verdict.ts";

function verdict(...labels: VerdictLabel[]): PopulationVerdict {
  return judgePopulation(labels) as PopulationVerdict;
}

function dose(dose_uM: number, ...labels: VerdictLabel[]): DoseResult {
  const judged = verdict(...labels);
  const sentence = doseSentence("X", dose_uM, judged);
  return {
    dose_uM,
    timesFreeCmax: null,
    parameters: [],
    features: {},
    fi: [],
    verdict: { ...judged, sentence },
  };
}

describe("the verdict in words", () => {
  it.each([
    [["silenced", "silenced"], "X at 1 µM silences this cell (in every clone)."],
    [["silenced", "silenced", "inhibited"], "X at 1 µM silences this cell (in 67 % of the clones)."],
    [
      ["mixed", "excited", "inhibited", "mixed"],
      "X at 1 µM has no single verdict on this cell: the clones disagree (mixed 50 %, excited 25 %, inhibited 25 %).",
    ],
  ] as const)("%j", (labels, sentence) => {
    expect(doseSentence("X", 1, verdict(...labels))).toBe(sentence);
  });

  it("a trial without effect says so over its whole range", () => {
    const sentence = trialSentence("X", [dose(0.1, "no-effect"), dose(10, "no-effect")]);
    expect(sentence).toBe("X does nothing to this cell from 100 nM to 10 µM.");
  });

  it("a trial names the first clear effect and the strongest dose", () => {
    const doses = [dose(0.1, "no-effect"), dose(1, "inhibited"), dose(10, "silenced")];
    expect(trialSentence("X", doses)).toBe(
      "X inhibits this cell from 1 µM on; at 10 µM it silences this cell.",
    );
    expect(trialSentence("X", [...doses, dose(100, "silenced")])).toBe(
      "X inhibits this cell from 1 µM on; from 10 µM on it silences this cell.",
    );
    expect(trialSentence("X", [...doses.slice(0, 2), dose(10, "inhibited")])).toBe(
      "X inhibits this cell from 1 µM on (tested up to 10 µM).",
    );
  });

  it("a dose that the clones disagree about is never called the first effect", () => {
    const doses = [dose(0.1, "excited", "no-effect", "mixed"), dose(1, "inhibited")];
    expect(trialSentence("X", doses)).toBe("X at 1 µM inhibits this cell (in every clone).");
  });
});
