import { describe, expect, it } from "vitest";
import { renderTerminal } from "./terminal.ts";
import { AWKWARD_CASES, makeTrial, makeTwin } from "./test/fixture.ts";

const INPUT = { twin: makeTwin(), trial: makeTrial() };
const ESCAPE = "\u001b";

describe("renderTerminal", () => {
  for (const width of [24, 40, 60, 80, 100, 200]) {
    it.each(Object.entries(AWKWARD_CASES))(`[T1] no line is longer than ${width} columns: %s`, (_, input) => {
      const text = renderTerminal(input, { colour: false, width });
      for (const line of text.split("\n")) expect([...line].length, line).toBeLessThanOrEqual(width);
      expect(text).not.toMatch(/\b(NaN|undefined|null|Infinity)\b/);
    });
  }

  it("[T2] without colour it is ASCII apart from µ", () => {
    for (const input of Object.values(AWKWARD_CASES)) {
      expect(renderTerminal(input, { colour: false, width: 100 }).replace(/µ/g, "u")).toMatch(
        /^[\n\x20-\x7e]*$/,
      );
    }
  });

  it("[T3] colour changes no letter", () => {
    const plain = renderTerminal(INPUT, { colour: false, width: 90 });
    const coloured = renderTerminal(INPUT, { colour: true, width: 90 });
    expect(plain).not.toContain(ESCAPE);
    expect(coloured).toContain(ESCAPE);
    expect(coloured.replaceAll(new RegExp(`${ESCAPE}\\[\\d+m`, "g"), "")).toBe(plain);
  });

  it("[T5] says where the network does not know such recordings, and nothing where none was asked", () => {
    const twin = {
      ...makeTwin(),
      network: { familiar: false, strangeness: 4, reasons: ["Mains hum of 4.0 mV."], mean: {} },
    };
    const text = renderTerminal({ twin }, { colour: false, width: 120 });
    expect(text).toMatch(/Network +Mains hum of 4\.0 mV\. Its posterior was no more than a place/);
    expect(renderTerminal(INPUT, { colour: false, width: 120 })).not.toContain("Network");
  });

  it("[T4] shows cell, held-out against interpolation, doses, verdict and what it is not for", () => {
    const text = renderTerminal(INPUT, { colour: false, width: 120 });
    expect(text).toContain("171116sh_0018.abf");
    expect(text).toContain("interpolation of neighbours: 5 sweeps");
    expect(text).toMatch(/10 µM +36\.2 -> 23\.5 .*inhibited 88 %/);
    expect(text).toContain("Not for dosing people.");
  });

  it("[T7] names the parameters that are not known, what trades off and what to record", () => {
    const tradeOffs = {
      notIdentified: ["gCaL_nS"],
      directions: [{ parameters: ["gM_nS", "gleak_nS"], text: "gM and gleak trade off here." }],
      protocols: [{ parameters: ["gM_nS", "gleak_nS"], text: "a hyperpolarising step" }],
    };
    const text = renderTerminal({ twin: { ...makeTwin(), tradeOffs } }, { colour: false, width: 400 });
    expect(text).toMatch(/Known .*not identified.*gM_nS, gCaL_nS/);
    expect(text).toContain("gM and gleak trade off here.");
    expect(text).toContain("To settle gM, gleak: record a hyperpolarising step.");
  });

  it("[T5] the columns of the dose table line up", () => {
    const lines = renderTerminal(INPUT, { colour: false, width: 120 }).split("\n");
    const header = lines.findIndex((line) => line.includes("rate (Hz)"));
    const verdictAt = lines[header].indexOf("verdict");
    for (const line of lines.slice(header + 1, header + 7)) {
      expect(line.slice(verdictAt - 2, verdictAt)).toBe("  ");
      expect(line[verdictAt]).toMatch(/\w/);
    }
  });

  it("[T6] a file name cannot steer the terminal", () => {
    const twin = makeTwin({ file: `cell${ESCAPE}[2J\r\nVerdict: cured.abf` });
    const text = renderTerminal({ twin }, { colour: false, width: 80 });
    expect(text).not.toContain(ESCAPE);
    expect(text.split("\n")[0]).toContain("cell?[2J");
  });
});
