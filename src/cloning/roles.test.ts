import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { measureRecording, type RecordingFeatures } from "../features/index.ts";
import { measureRecordings } from "./family.ts";
import { assignRoles, type RoleChoice } from "./roles.ts";
import { syntheticRecording } from "./testRecording.ts";

const CURRENTS = [-50, 0, 100, 200, 300, 400, 500, 600];
const recording = syntheticRecording(CURRENTS);
const features = measureRecording(recording);
const one = (facts: RecordingFeatures) => [{ recording, features: facts, file: 1 }];
const numbers = (...sweeps: number[]) => sweeps.map((sweep) => ({ sweep }));
const roles = (choice: RoleChoice) => assignRoles(one(features), choice).map(({ role }) => role);

describe("what each sweep is for", () => {
  it("every third sweep is held out", () => {
    expect(roles({ holdOut: 3 })).toEqual(CURRENTS.map((_, k) => (k % 3 === 2 ? "held-out" : "trained")));
  });

  it("0 holds nothing out; two sweeps are both needed", () => {
    expect(new Set(roles({ holdOut: 0 }))).toEqual(new Set(["trained"]));
    expect(roles({ holdOut: 2, sweeps: numbers(5, 8) })).toEqual(["trained", "trained"]);
  });

  it("levels are those of the main step", () => {
    const levels = assignRoles(one(features), { holdOut: 3 }).map(({ amplitude_pA }) => amplitude_pA);
    expect(levels).toEqual(CURRENTS);
  });

  it("sweeps past depolarisation block are like all others where they are asked for", () => {
    const facts = { ...features, blockAbove_pA: 400 };
    const trained = assignRoles(one(facts), { holdOut: 3, trainBlock: true });
    expect(trained).toEqual(assignRoles(one({ ...features, blockAbove_pA: null }), { holdOut: 3 }));
  });

  it("sweeps past depolarisation block are not scored and do not count for the holding out", () => {
    const blocked = assignRoles(one({ ...features, blockAbove_pA: 400 }), { holdOut: 3 });
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
    ["a sweep that is not there", { holdOut: 3, sweeps: numbers(1, 99) }, "no-such-sweep"],
    ["sweeps without a spike", { holdOut: 3, sweeps: numbers(1, 2) }, "no-spikes"],
  ])("refuses %s", (_, choice, code) => {
    const attempt = () => assignRoles(one(features), choice);
    expect(attempt).toThrow(InputError);
    try {
      attempt();
    } catch (error) {
      expect((error as InputError).problem.code).toBe(code);
    }
  });
});

describe("several recordings of one cell", () => {
  const second = syntheticRecording([50, 250, 450, 650]);
  const both = measureRecordings([recording, second]);
  const roled = (choice: RoleChoice, measured = both) =>
    assignRoles(measured, choice).map(({ file, sweep, role }) => `${file}:${sweep.index} ${role}`);
  const heldOut = (all: readonly string[]) => all.filter((text) => text.endsWith("held-out"));

  it("every third is counted through all of them, in the order given", () => {
    const expected = ["1:3 held-out", "1:6 held-out", "2:1 held-out", "2:4 held-out"];
    expect(heldOut(roled({ holdOut: 3 }))).toEqual(expected);
  });

  it("the strongest third is that of all currents", () => {
    const expected = ["1:7 held-out", "1:8 held-out", "2:3 held-out", "2:4 held-out"];
    expect(heldOut(roled({ holdOut: "strongest-third" }))).toEqual(expected);
  });

  it("block seen in one of them holds for all", () => {
    const [first, last] = both;
    const blocked = [{ ...first, features: { ...features, blockAbove_pA: 400 } }, last];
    const beyond = roled({ holdOut: 0 }, blocked).filter((text) => text.endsWith("beyond-range"));
    expect(beyond.map((text) => text.split(" ")[0])).toEqual(["1:7", "1:8", "2:3", "2:4"]);
  });

  it("a number alone is that sweep of every recording, with a file that of one", () => {
    const sweeps = [{ sweep: 4 }, { file: 1, sweep: 8 }];
    expect(roled({ holdOut: 0, sweeps })).toEqual(["1:4 trained", "1:8 trained", "2:4 trained"]);
  });

  it.each([
    ["a number that one of them lacks", [{ sweep: 6 }], "no-such-sweep"],
    ["a file that was not given", [{ sweep: 1 }, { file: 3, sweep: 1 }], "no-such-file"],
    ["a recording of which no sweep is used", [{ file: 1, sweep: 8 }], "unused-recording"],
  ])("refuses %s", (_, sweeps, code) => {
    expect(() => assignRoles(both, { holdOut: 0, sweeps })).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code }) }),
    );
  });
});
