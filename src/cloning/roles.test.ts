import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { measureRecording } from "../features/index.ts";
import { assignRoles } from "./roles.ts";
import { syntheticRecording } from "./testRecording.ts";

const CURRENTS = [-50, 0, 100, 200, 300, 400, 500, 600];
const recording = syntheticRecording(CURRENTS);
const features = measureRecording(recording);
const roles = (choice: Parameters<typeof assignRoles>[2]) =>
  assignRoles(recording, features, choice).map(({ role }) => role);

describe("what each sweep is for", () => {
  it("every third sweep is held out", () => {
    expect(roles({ holdOut: 3 })).toEqual(CURRENTS.map((_, k) => (k % 3 === 2 ? "held-out" : "trained")));
  });

  it("0 holds nothing out; two sweeps are both needed", () => {
    expect(new Set(roles({ holdOut: 0 }))).toEqual(new Set(["trained"]));
    expect(roles({ holdOut: 2, sweeps: [5, 8] })).toEqual(["trained", "trained"]);
  });

  it("levels are those of the main step", () => {
    const levels = assignRoles(recording, features, { holdOut: 3 }).map(({ amplitude_pA }) => amplitude_pA);
    expect(levels).toEqual(CURRENTS);
  });

  it("sweeps past depolarisation block are like all others where they are asked for", () => {
    const facts = { ...features, blockAbove_pA: 400 };
    const trained = assignRoles(recording, facts, { holdOut: 3, trainBlock: true });
    expect(trained).toEqual(assignRoles(recording, { ...features, blockAbove_pA: null }, { holdOut: 3 }));
  });

  it("sweeps past depolarisation block are not scored and do not count for the holding out", () => {
    const blocked = assignRoles(recording, { ...features, blockAbove_pA: 400 }, { holdOut: 3 });
    expect(blocked.map(({ role }) => role)).toEqual([
      "trained",
      "trained",
      "held-out",
      "trained",
      "trained",
      "held-out",
      "beyond-range",
      "beyond-range",
    ]);
  });

  it.each([
    ["a sweep that is not there", { holdOut: 3, sweeps: [1, 99] }, "no-such-sweep"],
    ["sweeps without a spike", { holdOut: 3, sweeps: [1, 2] }, "no-spikes"],
  ])("refuses %s", (_, choice, code) => {
    const attempt = () => assignRoles(recording, features, choice);
    expect(attempt).toThrow(InputError);
    try {
      attempt();
    } catch (error) {
      expect((error as InputError).problem.code).toBe(code);
    }
  });
});
