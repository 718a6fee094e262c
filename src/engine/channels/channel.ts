import { type Expression, parseExpression } from "../expression.ts";
import type { Gate, IonicCurrent, Parameter } from "../model.ts";

/**
 * How the rates of a channel go with temperature: as the channel's file writes them at `at_degC`, and multiplied by
 * q10^((T - at) / 10) at temperature T. `none`: its gates follow voltage at once, or it has none.
 */
type TemperatureDependence = "none" | { readonly q10: number; readonly at_degC: number };

/** One kind of ion channel of a cell: its gates, its current, and the parameters that belong to it. */
export interface Channel {
  readonly current: IonicCurrent;
  readonly gates: readonly Gate[];
  readonly parameters: readonly Parameter[];
  readonly temperature: TemperatureDependence;
  readonly source: string;
  readonly leavesOut: string;
}

/** A gate from its opening and closing rates (1/ms): inf = alpha / (alpha + beta), tau = 1 / (rate * (alpha + beta)). */
export function gateFromRates(name: string, alpha: string, beta: string, rate = "1"): Gate {
  return {
    name,
    inf: parseExpression(`(${alpha}) / ((${alpha}) + (${beta}))`),
    tau: parseExpression(`1 / (${rate} * ((${alpha}) + (${beta})))`),
    rates: {
      opening: parseExpression(`${rate} * (${alpha})`),
      closing: parseExpression(`${rate} * (${beta})`),
    },
  };
}

/** A gate from its steady state and time constant (ms); without a time constant it is instantaneous. */
export function gateFromSteadyState(name: string, inf: string, tau?: string): Gate {
  return tau === undefined
    ? { name, inf: parseExpression(inf) }
    : { name, inf: parseExpression(inf), tau: parseExpression(tau) };
}

export function ionicCurrent(
  name: string,
  conductance: string,
  reversal: string,
  open: string,
): IonicCurrent {
  const expression: Expression = parseExpression(open);
  return { name, conductance, reversal, open: expression };
}
