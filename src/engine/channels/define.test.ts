import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../errors.ts";
import { referenceKernel } from "../compile/reference.ts";
import { parseExpression } from "../expression.ts";
import { type ConductanceModel, defaultParameters, fromRecord, toRecord } from "../model.ts";
import { cortical } from "../models/cortical.ts";
import { hodgkinHuxley } from "../models/hodgkin-huxley.ts";
import { addChannel, type ChannelDescription, defineChannel } from "./define.ts";

/** A slow potassium current as a user would write it into a JSON file. */
const SLOW: ChannelDescription = {
  name: "KX",
  source: "made up for this test, 2026",
  leavesOut: "everything",
  current: { conductance: "gKX_nS", reversal: "EK_mV", open: "m^2 * h" },
  gates: [
    { name: "m", inf: "1 / (1 + exp(-(v - halfKX_mV) / 6))", tau: "20" },
    { name: "h", opening: "0.01 * exp(-(v + 70) / 20)", closing: "0.02 / (1 + exp(-(v + 20) / 10))" },
  ],
  parameters: [
    {
      name: "gKX_nS",
      unit: "nS",
      default: 0,
      prior: { low: 0.1, high: 100, scale: "log" },
      role: "conductance",
      doc: "Largest KX conductance.",
    },
    {
      name: "halfKX_mV",
      unit: "mV",
      default: -40,
      prior: { low: -60, high: -20, scale: "linear" },
      role: "half-voltage",
      doc: "Half-activation.",
    },
  ],
};

type Json = Record<string, unknown>;
/** The description with one field replaced, by a path such as `gates.0.inf`. */
function changed(path: string, value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(SLOW)) as Json;
  const keys = path.split(".");
  let at: Json = copy;
  for (const key of keys.slice(0, -1)) at = at[key] as Json;
  at[keys[keys.length - 1]] = value;
  return copy;
}

function refusal(run: () => unknown): InputError {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** A cell of leak alone, without calcium and temperature. */
const bare: ConductanceModel = {
  ...cortical,
  gates: [],
  pools: [],
  currents: cortical.currents.filter(({ open }) => open.kind === "number"),
  parameters: cortical.parameters.filter(({ name }) => name !== "temperature_degC"),
};

const adding = (description: unknown, model: ConductanceModel = cortical) =>
  refusal(() => addChannel(model, defineChannel(description)));

function spikes(model: ConductanceModel, changes: Record<string, number>): number {
  const values = { ...toRecord(model, defaultParameters(model)), ...changes };
  const current = new Float64Array(8000).fill(150);
  const cell = referenceKernel(model, 0.05).bind(fromRecord(model, values));
  return cell.run(current, { v0_mV: -70 }).spikeTimes_ms.length;
}

describe("a channel from a JSON description", () => {
  const model = addChannel(cortical, defineChannel(JSON.parse(JSON.stringify(SLOW))));

  it("runs through the interpreter; absent it changes nothing, present it slows firing", () => {
    const without = spikes(cortical, {});
    expect(spikes(model, { gKX_nS: 0 })).toBe(without);
    expect(spikes(model, { gKX_nS: 30 })).toBeLessThan(without);
  });

  it("keeps its gates apart from the cell's own m and h", () => {
    expect(model.gates.map(({ name }) => name).slice(-2)).toEqual(["m_KX", "h_KX"]);
    expect(model.currents.at(-1)?.open).toEqual(parseExpression("m_KX^2 * h_KX"));
  });

  it("follows the cell's temperature where it states a Q10", () => {
    const warm = addChannel(cortical, defineChannel(changed("temperature", { q10: 3, at_degC: 22 })));
    const tau = warm.gates.at(-2)?.tau;
    expect(tau).toMatchObject({ kind: "binary", operator: "/" });
    expect(adding(changed("temperature", { q10: 3, at_degC: 22 }), bare).problem.code).toBe("no-temperature");
  });

  it("joins the calcium pool in the place of another current", () => {
    const fed = addChannel(cortical, defineChannel(changed("feeds", { pool: "ca", as: "CaL" })));
    expect(JSON.stringify(fed.pools)).toContain("I_KX");
    const { problem } = adding(changed("feeds", { pool: "ca", as: "CaX" }));
    expect(problem.what).toBe("pool ca reads no current CaX");
    expect(problem.expected).toContain("I_CaL");
  });

  it("reads calcium", () => {
    const model = addChannel(cortical, defineChannel(changed("gates.0.inf", "ca^2 / (ca^2 + 1)")));
    expect(model.gates.at(-2)?.name).toBe("m_KX");
  });
});

describe("mistakes in a description", () => {
  it("an unknown symbol: channel, gate, expression, symbol and the known ones with units", () => {
    const { problem, message } = adding(changed("gates.0.inf", "1 / (1 + exp(-(v - Vhalf) / 6))"));
    expect(problem.code).toBe("unknown-symbol");
    expect(problem.where).toBe("channel KX, gate m, inf");
    expect(problem.what).toBe('"1 / (1 + exp(-(v - Vhalf) / 6))" reads the unknown symbol Vhalf');
    expect(message).toMatch(/v \(mV\), ca \(uM\), .*gKX_nS \(nS\), halfKX_mV \(mV\)/);
  });

  it("calcium in a cell without a pool", () => {
    const { problem } = adding(changed("gates.0.tau", "20 + ca"), bare);
    expect(problem.where).toBe("channel KX, gate m, tau");
    expect(problem.what).toContain("unknown symbol ca");
  });

  it("a gate that does not exist", () => {
    const { problem } = adding(changed("current.open", "n^4"));
    expect(problem.where).toBe("channel KX, current, open");
    expect(problem.what).toBe('"n^4" reads the unknown symbol n');
    expect(problem.expected).toMatch(/^m \(gate\), h \(gate\), ca \(uM\)/);
  });

  it("syntax", () => {
    const { problem } = adding(changed("gates.1.closing", "0.02 / (1 + exp(-v)"));
    expect(problem.code).toBe("equation-syntax");
    expect(problem.where).toBe("channel KX, gate h, closing");
    expect(problem.what).toContain('equation "0.02 / (1 + exp(-v)"');
    expect(adding(changed("gates.0.inf", "sqrt(v)")).problem.what).toContain(
      "one of the functions exp, ln, linoid",
    );
    expect(adding(changed("gates.0.inf", "v^0.5")).problem.what).toContain("a whole-number exponent");
  });

  it("names given twice", () => {
    expect(adding(changed("gates.1.name", "m")).problem.what).toBe("two gates have the same name");
    expect(adding(changed("parameters.1.name", "gKX_nS")).problem.code).toBe("duplicate-name");
    expect(adding(changed("parameters.1.name", "EK_mV")).problem.what).toContain(
      "has a parameter of this name",
    );
    expect(adding(changed("name", "Kdr")).problem.what).toContain("has a channel of this name");
  });

  it("a unit that the name does not end in, or that the field does not have", () => {
    const { problem } = adding(changed("parameters.1.unit", "V"));
    expect(problem).toMatchObject({
      code: "unit-not-in-name",
      where: "channel KX, parameter halfKX_mV",
      expected: "a name that ends in _V",
    });
    expect(adding(changed("current.conductance", "halfKX_mV")).problem).toMatchObject({
      code: "unit",
      got: "mV",
    });
    expect(adding(changed("current.reversal", "EX_mV")).problem.what).toContain("unknown symbol EX_mV");
    expect(adding(SLOW, hodgkinHuxley).problem.code).toBe("unit");
  });

  it("a current that feeds the pool it depends on", () => {
    const loop = {
      ...(changed("feeds", { pool: "ca", as: "CaL" }) as Json),
      gates: [
        { name: "m", inf: "ca / (ca + 1)", tau: "5" },
        { name: "h", inf: "1" },
      ],
    };
    const { problem } = adding(loop);
    expect(problem.code).toBe("pool-loop");
    expect(problem.what).toBe("current KX feeds pool ca and depends on pool ca through gate m_KX");
  });

  it("ranges and defaults", () => {
    expect(adding(changed("parameters.0.prior.low", 0)).problem.code).toBe("range");
    expect(adding(changed("parameters.1.default", 10)).problem.code).toBe("default-outside-prior");
  });

  it("fields that are missing, wrong or unknown", () => {
    for (const path of ["name", "source", "current", "gates", "parameters", "parameters.0.doc"]) {
      const { problem } = adding(changed(path, undefined));
      expect(problem.code, path).toBe("channel-description");
    }
    expect(adding(changed("tau", 3)).problem.where).toBe("channel KX");
    expect(adding(undefined).problem.code).toBe("channel-description");
  });
});

describe("whatever is broken in a good description is refused with its place", () => {
  const equations = ["gates.0.inf", "gates.0.tau", "gates.1.opening", "gates.1.closing", "current.open"];
  const unknown = fc
    .stringMatching(/^[a-zA-Z][a-zA-Z0-9]{2,8}$/)
    .filter((name) => !["exp", "linoid", "step", "min", "max"].includes(name));

  it("symbols that nobody declared", () => {
    fc.assert(
      fc.property(fc.constantFrom(...equations), unknown, (path, symbol) => {
        const { problem } = adding(changed(path, `0.5 * ${symbol} + 1`));
        expect(problem.code).toBe("unknown-symbol");
        expect(problem.what).toContain(symbol);
        expect(problem.where).toMatch(/^channel KX/);
        expect(problem.expected).not.toBe("");
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it("text with a character cut out either parses or is a syntax error, never another fault", () => {
    const text = "0.02 / (1 + exp(-(v + 20) / 10))";
    fc.assert(
      fc.property(fc.constantFrom(...equations), fc.nat(text.length - 1), (path, at) => {
        const broken = text.slice(0, at) + text.slice(at + 1);
        try {
          addChannel(cortical, defineChannel(changed(path, broken)));
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 100, seed: 8 },
    );
  });

  it("any field taken away", () => {
    const paths = Object.keys(SLOW)
      .filter((key) => key !== "leavesOut")
      .concat([
        "current.open",
        "current.reversal",
        "parameters.0.unit",
        "parameters.1.prior",
        "gates.1.opening",
      ]);
    fc.assert(
      fc.property(fc.constantFrom(...paths), (path) => {
        expect(adding(changed(path, undefined))).toBeInstanceOf(InputError);
      }),
      { seed: 9 },
    );
  });
});
