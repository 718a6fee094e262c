import type { RandomStream } from "../../random.ts";

export interface PriorParameter {
  readonly name: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  readonly scale: "linear" | "log";
  /** The range is that of the value over this other parameter, which stands earlier in the list: a conductance per capacitance. */
  readonly per?: string;
}

/** Uniform on the unit cube of its parameters, cut to the cells that {@link "./viability.ts"} lets in. */
export interface Prior {
  readonly model: "izhikevich" | "hodgkin-huxley" | "cortical";
  readonly parameters: readonly PriorParameter[];
}

/**
 * Values to coordinates 0 to 1 of the declared range, in its scale.
 *
 * @param values in the order of `prior.parameters`, in their units. Beyond the range a coordinate lies outside 0 to 1.
 */
export function toUnit(prior: Prior, values: ArrayLike<number>): Float64Array {
  return Float64Array.from(prior.parameters, ({ low, high, scale, per }, index) => {
    const value = values[index] / divisor(prior, per, values);
    return scale === "log" ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  });
}

/** Coordinates to values in the parameters' units: the inverse of {@link toUnit}, to rounding. */
export function fromUnit(prior: Prior, unit: ArrayLike<number>): Float64Array {
  const values = new Float64Array(prior.parameters.length);
  for (const [index, { low, high, scale, per }] of prior.parameters.entries()) {
    const value = scale === "log" ? low * (high / low) ** unit[index] : low + (high - low) * unit[index];
    values[index] = value * divisor(prior, per, values);
  }
  return values;
}

/** One draw from the cube, not yet judged. */
export function drawParameters(prior: Prior, stream: RandomStream): Float64Array {
  return fromUnit(
    prior,
    Float64Array.from(prior.parameters, () => stream.uniform()),
  );
}

function divisor(prior: Prior, per: string | undefined, values: ArrayLike<number>): number {
  return per === undefined ? 1 : values[prior.parameters.findIndex(({ name }) => name === per)];
}
