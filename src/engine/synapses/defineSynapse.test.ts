import { expect, test } from "vitest";
import { compile } from "../compile/compile.ts";
import { defaultParameters, type Parameter } from "../model.ts";
import { defineSynapse, exponentialSynapse, withSynapses } from "./index.ts";
import { passiveCell } from "./testCell.ts";

const parameter = (name: string, unit: string, value: number, role: Parameter["role"]) => ({
  name,
  unit,
  default: value,
  prior: { low: value - 10, high: value + 10, scale: "linear" },
  role,
  doc: "Of a nicotinic synapse.",
});

const nicotinic = {
  name: "ACh",
  source: "a user",
  current: { conductance: "gACh_nS", reversal: "EACh_mV", open: "openACh" },
  gates: [{ name: "openACh", inf: "0", tau: "tauACh_ms" }],
  adds: { openACh: "1" },
  parameters: [
    parameter("gACh_nS", "nS", 3, "conductance"),
    parameter("EACh_mV", "mV", 0, "reversal"),
    parameter("tauACh_ms", "ms", 4, "kinetics"),
  ],
};

test("a synapse that a user describes is stepped like ours", () => {
  const ours = exponentialSynapse("ACh", { conductance_nS: 3, reversal_mV: 0, tau_ms: 4 });
  const traces = [defineSynapse(nicotinic), ours].map((synapse) => {
    const model = withSynapses(passiveCell, [synapse]);
    const i = { kind: "constant", value: 0 } as const;
    const cells = compile(model, { dt_ms: 0.1 }).open(defaultParameters(model), {
      i,
      stretch: 1,
      longestDelay: 1,
    });
    const ring = cells.arrivals("ACh");
    ring.values[ring.start] = 2;
    return Array.from({ length: 100 }, () => {
      cells.advance(() => {});
      const v = new Float64Array(1);
      cells.read("v", v);
      return v[0];
    });
  });
  expect(Math.max(...traces[0])).toBeGreaterThan(-65);
  expect(traces[0]).toEqual(traces[1]);
});

test("a wrong description says what, where and what is known", () => {
  expect(() => defineSynapse({ ...nicotinic, adds: undefined })).toThrow(
    /synapse, adds: .*not one of a synapse/,
  );
  expect(() => defineSynapse({ ...nicotinic, adds: { openACh: "1 +" } })).toThrow(
    /synapse ACh, adds, openACh: equation/,
  );
  expect(() => defineSynapse({ ...nicotinic, gates: [] })).not.toThrow();
  expect(() => withSynapses(passiveCell, [defineSynapse({ ...nicotinic, gates: [] })])).toThrow(
    /current ACh, open: "openACh" reads the unknown symbol openACh/,
  );
  const strange = defineSynapse({ ...nicotinic, adds: { openACh: "dose_uM" } });
  expect(() => withSynapses(passiveCell, [strange])).toThrow(
    /arrival ACh.*unknown symbol dose_uM.*gACh_nS \(nS\)/,
  );
});
