import { type Expression, parseExpression } from "../expression.ts";
import type { Gate, Parameter } from "../model.ts";
import type { Channel } from "./channel.ts";

export const temperature: Parameter = {
  name: "temperature_degC",
  unit: "degC",
  default: 36,
  prior: { low: 18, high: 40, scale: "linear" },
  role: "kinetics",
  doc: "Temperature of the cell: sets the rates of all gates by the Q10 of each channel, not the conductances.",
};

/** The channel with all its rates at the cell's `temperature_degC`. At the temperature of its file nothing changes, to the last bit. */
export function withTemperature<C extends Channel>(channel: C): C {
  if (channel.temperature === "none") return channel;
  const { q10, at_degC } = channel.temperature;
  const factor = parseExpression(`exp(${Math.log(q10) / 10} * (temperature_degC - ${at_degC}))`);
  return { ...channel, gates: channel.gates.map((gate) => faster(gate, factor)) };
}

/** The gate with all its rates multiplied by the factor. */
export function faster({ name, inf, tau, rates }: Gate, factor: Expression): Gate {
  if (tau === undefined) return { name, inf };
  const scaled: Gate = { name, inf, tau: binary("/", tau, factor) };
  if (rates === undefined) return scaled;
  const { opening, closing } = rates;
  return {
    ...scaled,
    rates: { opening: binary("*", factor, opening), closing: binary("*", factor, closing) },
  };
}

const binary = (operator: "*" | "/", left: Expression, right: Expression): Expression => ({
  kind: "binary",
  operator,
  left,
  right,
});
