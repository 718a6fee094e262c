import { type Expression, parseExpression } from "../expression.ts";
import type { Arrival, Gate, IonicCurrent, Parameter } from "../model.ts";

/**
 * One kind of synapse of a cell, I = g * open * (v - E). A presynaptic spike of weight 1 opens what the description says; the
 * conductance parameter is that of weight 1. All synapses of a kind on a cell share their gates.
 */
export interface Synapse {
  /** The name that projections use. */
  readonly name: string;
  readonly current: IonicCurrent;
  readonly gates: readonly Gate[];
  /** What a spike adds to the gates; empty for a conductance that is always open. */
  readonly adds: Arrival["adds"];
  readonly parameters: readonly Parameter[];
  readonly source: string;
  readonly leavesOut: string;
}

/** A gate that closes with the time constant of that parameter (ms) and opens with arrivals alone. */
export function closingGate(name: string, tau: string): Gate {
  return { name, inf: parseExpression("0"), tau: parseExpression(tau) };
}

/**
 * A conductance that rises and decays, N (exp(-t / decay) - exp(-t / rise)), with N such that its peak is 1: with q = rise / decay,
 * 1 / N = (1 - q) q^(q / (1 - q)). `rise` < `decay` are names of parameters in ms.
 */
export function doubleExponential(
  name: string,
  rise: string,
  decay: string,
): Pick<Synapse, "gates" | "adds"> & { open: string } {
  const [falling, rising] = [`${name}Decay`, `${name}Rise`];
  const amount = peakOne(rise, decay);
  return {
    gates: [closingGate(falling, decay), closingGate(rising, rise)],
    adds: [
      { gate: falling, amount },
      { gate: rising, amount },
    ],
    open: `${falling} - ${rising}`,
  };
}

function peakOne(rise: string, decay: string): Expression {
  return parseExpression(
    `exp(${rise} / (${decay} - ${rise}) * ln(${decay} / ${rise})) / (1 - ${rise} / ${decay})`,
  );
}
