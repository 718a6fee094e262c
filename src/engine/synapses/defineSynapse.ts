import { z } from "zod";
import { InputError } from "../../errors.ts";
import { type ChannelDescription, defineChannel } from "../channels/define.ts";
import { type Expression, parseExpression } from "../expression.ts";
import type { Synapse } from "./synapse.ts";

/** A channel's description, and what a spike of weight 1 adds to its gates: expressions of parameters, e.g. `{ "s": "1" }`. */
export type SynapseDescription = ChannelDescription & { readonly adds: Readonly<Record<string, string>> };

const described = z.looseObject({ name: z.string(), adds: z.record(z.string(), z.string().min(1)) });

/**
 * A synapse from a description such as a JSON file holds, its equations as text. Give gates names that the cell does not have: a gate
 * that only spikes open has `inf` "0" and its time constant as `tau`.
 *
 * @throws InputError `synapse-description` where `adds` is missing or wrong, `equation-syntax`, and what `defineChannel` refuses.
 */
export function defineSynapse(description: unknown): Synapse {
  const result = described.safeParse(description);
  if (!result.success)
    throw new InputError({
      code: "synapse-description",
      what: `the description is not one of a synapse: ${result.error.issues[0].message}`,
      where: ["synapse", ...result.error.issues[0].path.map(String)].join(", "),
      expected: 'a channel\'s description and adds, e.g. {"s": "1"}',
    });
  const { adds, ...channel } = result.data;
  const { current, gates, parameters, source, leavesOut } = defineChannel(channel);
  const where = `synapse ${current.name}, adds`;
  return {
    name: current.name,
    current,
    gates,
    adds: Object.entries(adds).map(([gate, amount]) => ({
      gate,
      amount: parsed(amount, `${where}, ${gate}`),
    })),
    parameters,
    source,
    leavesOut,
  };
}

function parsed(text: string, where: string): Expression {
  try {
    return parseExpression(text);
  } catch (error) {
    throw new InputError({ code: "equation-syntax", what: (error as Error).message, where });
  }
}
