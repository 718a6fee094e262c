import type { Model, Parameter } from "../engine/index.ts";

/** What was measured on the recorded cell, as far as it could be. */
export interface MeasuredCell {
  readonly restingPotential_mV: number | null;
  readonly inputResistance_MOhm: number | null;
  readonly capacitance_pF: number | null;
  readonly spikeThreshold_mV: number | null;
  readonly spikePeak_mV: number | null;
}

export interface BoxSide {
  /** Index in `model.parameters`. */
  readonly index: number;
  readonly low: number;
  readonly high: number;
  readonly scale: "linear" | "log";
  /** The side is per unit of this other parameter: a conductance per capacitance, whatever the capacitance turns out to be. */
  readonly times?: number;
  /** The current of this conductance may be absent; see `parsimony`. */
  readonly optional?: true;
}

/** The box that is searched: the model's free parameters, with ranges taken from the measured cell where it tells them. */
export function searchBox(model: Model, cell: MeasuredCell): BoxSide[] {
  return model.parameters.flatMap((parameter, index) => {
    const side = boxSide(model, parameter, cell);
    return side ? [{ index, ...side, ...(parameter.optional && { optional: true as const }) }] : [];
  });
}

function boxSide(model: Model, parameter: Parameter, cell: MeasuredCell): Omit<BoxSide, "index"> | undefined {
  const { search, prior } = parameter;
  if (!search) return undefined;
  if (search.of === "prior") return prior;
  if (search.of === "capacitance" && parameter.role === "conductance") {
    const times = model.parameters.findIndex(({ role }) => role === "capacitance");
    return { low: search.low, high: search.high, scale: search.scale, times };
  }
  const reference = measured(search.of, cell);
  if (reference === null) return prior;
  if (search.of === "capacitance" || search.of === "conductance") {
    return { low: search.low * reference, high: search.high * reference, scale: search.scale };
  }
  return { low: reference + search.low, high: reference + search.high, scale: search.scale };
}

function measured(
  of: "capacitance" | "conductance" | "rest" | "threshold" | "peak",
  cell: MeasuredCell,
): number | null {
  switch (of) {
    case "capacitance":
      return cell.capacitance_pF;
    case "conductance":
      return cell.inputResistance_MOhm === null ? null : 1000 / cell.inputResistance_MOhm;
    case "rest":
      return cell.restingPotential_mV;
    case "threshold":
      return cell.spikeThreshold_mV;
    case "peak":
      return cell.spikePeak_mV;
    default:
      return of satisfies never;
  }
}

/**
 * Price of optional currents: mean square of their unit coordinates, 0 to 1. A recording that does not speak about a current
 * would leave it anywhere in its range, and a drug trial on the clone would then speak of a current that nobody saw.
 */
export function parsimony(box: readonly BoxSide[], unit: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  box.forEach(({ optional }, side) => {
    if (!optional) return;
    sum += unit[side] ** 2;
    count++;
  });
  return count > 0 ? sum / count : 0;
}

/** Unit-cube coordinates to the model's full parameter set; parameters outside the box keep their `base` value. */
export function fromUnit(box: readonly BoxSide[], unit: ArrayLike<number>, base: Float64Array): Float64Array {
  const params = base.slice();
  box.forEach(({ index, low, high, scale }, side) => {
    params[index] = scale === "log" ? low * (high / low) ** unit[side] : low + (high - low) * unit[side];
  });
  for (const { index, times } of box) if (times !== undefined) params[index] *= params[times];
  return params;
}

/** The way back from {@link fromUnit}; what lies outside the box is put on its edge. */
export function toUnit(box: readonly BoxSide[], params: ArrayLike<number>): Float64Array {
  return Float64Array.from(box, ({ index, low, high, scale, times }) => {
    const value = times === undefined ? params[index] : params[index] / params[times];
    const unit =
      scale === "log"
        ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
        : (value - low) / (high - low);
    return Math.min(1, Math.max(0, unit));
  });
}
