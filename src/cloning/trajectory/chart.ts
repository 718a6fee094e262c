import type { ConductanceModel } from "../../engine/index.ts";
import { fromUnit, toUnit, type WorldModel } from "../world/index.ts";

/** Coordinates around a point of the unit box, 0 there and about as large as those of the box. */
export interface Chart {
  /** Unit coordinates; outside the box they may be anything, NaN too. */
  readonly toUnit: (z: Float64Array) => Float64Array;
  /** Log density of the flat prior in these coordinates, without its constant. */
  readonly logPrior: (z: Float64Array) => number;
}

/** A chart at a point. */
export type Charts = (x: Float64Array) => Chart;

/**
 * Charts in which posteriors are nearly straight: capacitance, conductances g and products g E instead of log C, log g and E. The
 * equation C dv/dt + sum of g open v - sum of g E open = i is linear in them, so that along a direction that the recording does not see,
 * where v stays as it is, they change in proportion. In log g and E such a direction is bent.
 *
 * @param holds where a reversal potential lies at the end of its range it stands for itself, so that a search can hold it there.
 */
export function chartsOf(model: WorldModel, { holds }: { readonly holds: boolean }): Charts {
  const { prior } = model;
  const partners = partnersOf(model);
  return (x) => {
    const here = fromUnit(prior, x);
    const product = partners.map((g, i) => g >= 0 && !(holds && (x[i] <= 0 || x[i] >= 1)));
    const scales = prior.parameters.map(({ low, high, scale, per }, i) => {
      if (scale === "log") return here[i] * Math.log(high / low);
      return (high - low) * (per === undefined && product[i] ? here[partners[i]] : 1);
    });
    const valuesAt = (z: Float64Array) => {
      const values = here.map(
        (value, i) => (product[i] ? value * here[partners[i]] : value) + scales[i] * z[i],
      );
      return values.map((value, i) => (product[i] ? value / values[partners[i]] : value));
    };
    return {
      toUnit: (z) => toUnit(prior, valuesAt(z)),
      logPrior: (z) => {
        const values = valuesAt(z);
        return prior.parameters.reduce((sum, { scale }, i) => {
          const logs =
            (scale === "log" ? Math.log(values[i]) : 0) + (product[i] ? Math.log(values[partners[i]]) : 0);
          return sum - logs;
        }, 0);
      },
    };
  };
}

/** Of each parameter of the prior that is the reversal of one current alone: the place of that current's conductance; else -1. */
function partnersOf({ engine, prior }: WorldModel): number[] {
  const { currents } = engine as ConductanceModel;
  const place = (name: string) => prior.parameters.findIndex((parameter) => parameter.name === name);
  return prior.parameters.map(({ name }) => {
    const own = currents.filter(({ reversal }) => reversal === name);
    return own.length === 1 ? place(own[0].conductance) : -1;
  });
}
