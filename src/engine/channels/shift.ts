import { parseExpression } from "../expression.ts";
import type { Parameter } from "../model.ts";
import { substituteInGate } from "../substitute.ts";
import type { Channel } from "./channel.ts";
import { faster } from "./temperature.ts";

/** The channel with one gate's voltage dependence moved by a new parameter (mV); at 0 nothing changes. */
export function withShift(channel: Channel, gate: string, parameter: Parameter): Channel {
  const v = parseExpression(`v - ${parameter.name}`);
  return {
    ...channel,
    gates: channel.gates.map((each) =>
      each.name === gate ? substituteInGate(each, new Map([["v", v]])) : each,
    ),
    parameters: [...channel.parameters, parameter],
  };
}

/** The channel with one gate's rates multiplied by a new parameter; at 1 nothing changes. */
export function withRate(channel: Channel, gate: string, parameter: Parameter): Channel {
  const factor = parseExpression(parameter.name);
  return {
    ...channel,
    gates: channel.gates.map((each) => (each.name === gate ? faster(each, factor) : each)),
    parameters: [...channel.parameters, parameter],
  };
}
