import { type ConductanceModel, findModel, fromRecord } from "../../src/engine/index.ts";
import { RandomStream } from "../../src/random.ts";
import type { CurrentRows } from "./truth.ts";

/** The membrane of neuron-live.py, 10,000 um2: 1 S/cm2 is 100,000 nS, 1 uA/cm2 is 100 pA, 1 uF/cm2 is 100 pF. */
const AREA_CM2 = 1e-4;
const nS = (S_per_cm2: number) => S_per_cm2 * AREA_CM2 * 1e9;
const PA_PER_DENSITY = AREA_CM2 * 1e6;

/** One cell for both simulators. */
export interface LiveCell {
  /** As neuron-live.py wants it. */
  readonly neuron: {
    readonly mechanism: "hh" | "pospi" | "Izh07";
    readonly cm: number;
    readonly parameters: Readonly<Record<string, number>>;
    readonly current: CurrentRows;
  };
  readonly params: Float64Array;
  /** In our model's unit. */
  readonly rows: CurrentRows;
}

export const hodgkinHuxley = findModel("hodgkin-huxley") as ConductanceModel;
export const cortical = findModel("cortical") as ConductanceModel;
export const izhikevich = findModel("izhikevich");

/** Evenly drawn numbers of one stream. */
function drawing(seed: number) {
  const stream = RandomStream.fromSeed(seed);
  return {
    between: (low: number, high: number) => low + (high - low) * stream.uniform(),
    around: (value: number, fraction: number) => value * (1 + fraction * (2 * stream.uniform() - 1)),
    normal: () => stream.normal(),
  };
}

type Draw = ReturnType<typeof drawing>;

/**
 * A step, a ramp or noise that holds for 1 ms, of about this size; silent for the first 20 ms and the last 50. The ramp begins
 * where the cell fires: on a slow way through the onset of firing any rounding grows without bound.
 */
function current(draw: Draw, kind: number, size: number, duration_ms: number): CurrentRows {
  const end = duration_ms - 50;
  if (kind % 3 === 0)
    return [
      [0, 0],
      [20, size],
      [end, 0],
    ];
  const count = end - 20;
  const at = (n: number) =>
    kind % 3 === 1 ? size * (0.8 + (0.6 * (n + 0.5)) / count) : size * (1 + 0.3 * draw.normal());
  return [[0, 0], ...Array.from({ length: count }, (_, n) => [20 + n, at(n)]), [end, 0]];
}

export function squidCells(count: number, duration_ms: number, seed: number): LiveCell[] {
  const draw = drawing(seed);
  return Array.from({ length: count }, (_, kind) => {
    const cm = draw.around(1, 0.2);
    const [gNa, gK, gL] = [draw.around(120, 0.1), draw.around(36, 0.1), draw.around(0.3, 0.2)];
    const [ENa, EK, EL] = [draw.between(47, 53), draw.between(-79, -75), draw.between(-55.4, -53.4)];
    const rows = current(draw, kind, draw.between(15, 30), duration_ms);
    const params = fromRecord(hodgkinHuxley, {
      C_uF_per_cm2: cm,
      gNa_mS_per_cm2: gNa,
      gK_mS_per_cm2: gK,
      gL_mS_per_cm2: gL,
      ENa_mV: ENa,
      EK_mV: EK,
      EL_mV: EL,
    });
    const parameters = { gnabar: gNa / 1000, gkbar: gK / 1000, gl: gL / 1000, ena: ENa, ek: EK, el: EL };
    return { neuron: { mechanism: "hh", cm, parameters, current: rows }, params, rows };
  });
}

/** The cell of pospi.mod in the cortical model; a density in S/cm2 becomes a conductance. What the mod has not is absent. */
function pospischilParameters(cm: number, p: Readonly<Record<string, number>>): Float64Array {
  const absent = Object.fromEntries(
    cortical.parameters.map(({ name, role, default: value }) => [name, role === "conductance" ? 0 : value]),
  );
  return fromRecord(cortical, {
    ...absent,
    C_pF: 100 * cm,
    VT_mV: p.vt,
    ENa_mV: p.ena,
    EK_mV: p.ek,
    ECa_mV: p.eca,
    Eleak_mV: p.eleak,
    gNaT_nS: nS(p.gna),
    gKdr_nS: nS(p.gk),
    gM_nS: nS(p.gm),
    tauMaxM_ms: p.taumax,
    gCaL_nS: nS(p.gl),
    gCaT_nS: nS(p.gt),
    gleak_nS: nS(p.gleak),
  });
}

export function pospischilCells(count: number, duration_ms: number, seed: number): LiveCell[] {
  const draw = drawing(seed);
  return Array.from({ length: count }, (_, kind) => {
    const cm = draw.around(1, 0.2);
    const parameters = {
      gna: draw.around(0.05, 0.2),
      gk: draw.around(0.005, 0.2),
      gm: draw.around(3e-5, 0.4),
      gl: draw.around(1e-4, 0.4),
      gt: draw.around(4e-4, 0.4),
      gleak: draw.around(1e-5, 0.4),
      ena: draw.between(45, 55),
      ek: draw.between(-95, -85),
      eca: draw.between(110, 130),
      eleak: draw.between(-75, -65),
      vt: draw.between(-60, -50),
      taumax: draw.around(1000, 0.4),
    };
    const density = current(draw, kind, draw.between(0.8, 3), duration_ms);
    return {
      neuron: { mechanism: "pospi", cm, parameters, current: density },
      params: pospischilParameters(cm, parameters),
      rows: density.map(([start_ms, value]) => [start_ms, value * PA_PER_DENSITY]),
    };
  });
}

export function izhikevichCells(count: number, duration_ms: number, seed: number): LiveCell[] {
  const draw = drawing(seed);
  return Array.from({ length: count }, (_, kind) => {
    const parameters = {
      C: draw.around(100, 0.3),
      k: draw.around(0.7, 0.3),
      vr: draw.between(-65, -58),
      vt: draw.between(-44, -38),
      vpeak: draw.between(25, 40),
      a: draw.around(0.03, 0.5),
      b: draw.between(-3, 3),
      c: draw.between(-55, -45),
      d: draw.between(50, 150),
    };
    const rows = current(draw, kind, draw.between(200, 500), duration_ms);
    const params = fromRecord(izhikevich, {
      C_pF: parameters.C,
      k_nS_per_mV: parameters.k,
      vr_mV: parameters.vr,
      vt_mV: parameters.vt,
      vpeak_mV: parameters.vpeak,
      a_per_ms: parameters.a,
      b_nS: parameters.b,
      c_mV: parameters.c,
      d_pA: parameters.d,
    });
    return { neuron: { mechanism: "Izh07", cm: 1, parameters, current: rows }, params, rows };
  });
}
