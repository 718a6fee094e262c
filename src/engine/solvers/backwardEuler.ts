import { solve } from "./matrix.ts";
import { onSystem } from "./scheme.ts";
import type { System } from "./system.ts";

/** Relative to the size of a state; the last change of Newton's iteration is below this. */
const TOLERANCE = 1e-10;
const MOST_ITERATIONS = 60;
/** An iteration moves the voltage by no more than this: rates that are steep in v are only known near by. */
const LONGEST_MOVE_MV = 50;

/**
 * Backward Euler, order 1 and stable at any step: z = y + dt f(z), solved for all states at once by Newton's method with the full
 * Jacobian. The iteration starts at the old state.
 *
 * A reset model runs off to infinity within finite time, and then z does not exist. Newton's iteration passes the peak in that
 * case; the step is cut where it does, and the cell fires.
 */
export const backwardEuler = onSystem("backward-euler", 1, (system, dt) => {
  const n = system.size;
  const z = new Float64Array(n);
  const slope = new Float64Array(n);
  const change = new Float64Array(n);
  const J = new Float64Array(n * n);
  return (y, drive) => {
    const scale = system.scale(y);
    z.set(y);
    for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
      system.jacobian(z, drive, slope, J);
      for (let k = 0; k < n; k++) change[k] = y[k] + dt * slope[k] - z[k];
      for (let k = 0; k < n * n; k++) J[k] *= -dt;
      for (let k = 0; k < n; k++) J[k * n + k] += 1;
      if (!solve(J, change, n)) return false;
      const part = Math.min(1, LONGEST_MOVE_MV / Math.abs(change[0]), toThePeak(system, z, change));
      let largest = 0;
      for (let k = 0; k < n; k++) {
        z[k] += part * change[k];
        largest = Math.max(largest, Math.abs(change[k]) / (scale[k] + Math.abs(z[k])));
      }
      const fires = system.peak !== undefined && z[0] >= system.peak(z);
      if (fires || largest < TOLERANCE) {
        y.set(z);
        return true;
      }
    }
    return false;
  };
});

/** The part of `change` that takes z onto the peak from below; infinite where it does not get there. */
function toThePeak(system: System, z: Float64Array, change: Float64Array): number {
  if (!system.peak) return Number.POSITIVE_INFINITY;
  const distance = system.peak(z) - z[0];
  if (distance <= 0 || change[0] <= distance) return Number.POSITIVE_INFINITY;
  // A hair further, so that rounding does not leave it below.
  return (distance / change[0]) * (1 + 1e-12) + 1e-15;
}
