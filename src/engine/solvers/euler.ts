import { onSystem } from "./scheme.ts";

/** Explicit Euler, order 1: every state steps from the old values. */
export const euler = onSystem("euler", 1, (system, dt) => {
  const slope = new Float64Array(system.size);
  return (y, drive) => {
    system.f(y, drive, slope);
    for (let k = 0; k < y.length; k++) y[k] += dt * slope[k];
    return true;
  };
});
