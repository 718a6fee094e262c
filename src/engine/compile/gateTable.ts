import type { ConductanceModel } from "../model.ts";
import { lowestZero } from "../resting.ts";
import {
  compileJavascript,
  declareParameters,
  emit,
  gateName,
  generatedNames,
  SharedCalls,
} from "./emitJavascript.ts";

/**
 * Gates tabulated over voltage. For one parameter set and time step, a gate's exponential update is x -> keep(v) x + gain(v);
 * both are stored on a grid and interpolated linearly, so that a step of the kernel costs no exponential. Beyond the grid
 * its ends hold.
 *
 * A row is [keep of every moving gate | gain of every moving gate | steady state of every instantaneous gate], each part
 * padded to an even length so that pairs of gates can be loaded as one vector.
 */
export const GRID = { low_mV: -160, step_mV: 0.2, rows: 1351 } as const;

/**
 * Adding this to a number of moderate size leaves its rounding to a whole number in the low bits: a floor of `at` is
 * `(at - 0.5 + ROUND) - ROUND`, without the slow conversion. At a whole `at` it may give `at - 1`, whose row ends there.
 */
export const ROUND = 1.5 * 2 ** 52;

export interface GateTableLayout {
  /** Values a row. */
  readonly width: number;
  readonly moving: readonly string[];
  readonly instant: readonly string[];
  /** Columns where the second and third part start. */
  readonly gainAt: number;
  readonly instantAt: number;
}

function tableLayout(model: ConductanceModel): GateTableLayout {
  const moving = model.gates.filter((gate) => gate.tau).map((gate) => gate.name);
  const instant = model.gates.filter((gate) => !gate.tau).map((gate) => gate.name);
  const gainAt = even(moving.length);
  const instantAt = 2 * gainAt;
  return { width: instantAt + even(instant.length), moving, instant, gainAt, instantAt };
}

const even = (count: number) => count + (count % 2);

/** What every conductance kernel needs of a model beside its loop, generated once. */
export interface GatePreparation {
  readonly layout: GateTableLayout;
  /** Fills a table of `GRID.rows * layout.width` values. */
  fill(params: ArrayLike<number>, table: Float64Array, dt_ms: number): void;
  /** Resting voltage of one parameter set at a constant injected current; remembers what it found. See `restingVoltage`. */
  rest(params: ArrayLike<number>): (injected: number) => number;
  /** Steady state of every gate at v, moving gates first, in the order of the layout. */
  steadyGates(params: ArrayLike<number>, v: number): number[];
}

export function prepareGates(model: ConductanceModel): GatePreparation {
  const layout = tableLayout(model);
  const steady = compileJavascript<(P: ArrayLike<number>, v: number) => number>(
    ["P", "v"],
    steadyCurrentSource(model),
  );
  return {
    layout,
    fill: compileJavascript(["P", "T", "dt"], fillSource(model, layout)),
    rest: (params) => remembered((injected) => lowestZero((v) => steady(params, v) - injected)),
    steadyGates: compileJavascript(["P", "v"], steadyGatesSource(model, layout)),
  };
}

/** All sweeps of a recording start at the same holding current. */
function remembered(find: (injected: number) => number): (injected: number) => number {
  const found = new Map<number, number>();
  return (injected) => {
    const known = found.get(injected) ?? find(injected);
    found.set(injected, known);
    return known;
  };
}

function fillSource(model: ConductanceModel, layout: GateTableLayout): string {
  const names = generatedNames(model);
  const calls = new SharedCalls();
  const entries = model.gates.map((gate) => {
    const inf = emit(gate.inf, names, calls.share);
    if (!gate.tau) return `T[k + ${layout.instantAt + layout.instant.indexOf(gate.name)}] = ${inf};`;
    const column = layout.moving.indexOf(gate.name);
    return `{
        const keep = Math.exp(-dt / (${emit(gate.tau, names, calls.share)}));
        T[k + ${column}] = keep;
        T[k + ${layout.gainAt + column}] = (${inf}) * (1 - keep);
      }`;
  });
  return `${declareParameters(model)}
    for (let row = 0, k = 0; row < ${GRID.rows}; row++, k += ${layout.width}) {
      const v = ${GRID.low_mV} + row * ${GRID.step_mV};
      ${calls.declarations()}
      ${entries.join("\n")}
    }`;
}

function steadyGatesSource(model: ConductanceModel, layout: GateTableLayout): string {
  const names = generatedNames(model);
  const inf = new Map(model.gates.map((gate) => [gate.name, emit(gate.inf, names)]));
  const ordered = [...layout.moving, ...layout.instant].map((name) => inf.get(name));
  return `${declareParameters(model)}\nreturn [${ordered.join(", ")}];`;
}

function steadyCurrentSource(model: ConductanceModel): string {
  const names = generatedNames(model);
  const calls = new SharedCalls();
  const gates = model.gates.map(
    (gate) => `const ${gateName(gate.name)} = ${emit(gate.inf, names, calls.share)};`,
  );
  const currents = model.currents.map(
    (current) => `p_${current.conductance} * ${emit(current.open, names)} * (v - p_${current.reversal})`,
  );
  return `${declareParameters(model)}\n${calls.declarations()}\n${gates.join("\n")}\nreturn ${currents.join(" + ")};`;
}
