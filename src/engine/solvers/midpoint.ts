import { onSystem } from "./scheme.ts";

/** The explicit midpoint rule (Runge 1895), order 2: the slope of the middle, reached by half a step of Euler. */
export const midpoint = onSystem("midpoint", 2, (system, dt) => {
  const slope = new Float64Array(system.size);
  const middle = new Float64Array(system.size);
  return (y, drive) => {
    system.f(y, drive, slope);
    for (let k = 0; k < y.length; k++) middle[k] = y[k] + (dt / 2) * slope[k];
    system.f(middle, drive, slope);
    for (let k = 0; k < y.length; k++) y[k] += dt * slope[k];
    return true;
  };
});
