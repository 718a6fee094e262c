import { solve } from "./matrix.ts";
import { onSystem } from "./scheme.ts";

/** The last change of an iteration is below this, relative to the state, or to 1 (mV, uM, open) where that is more. */
const TOLERANCE = 1e-10;
/** Newton's iteration takes three or four where it gets there at all. */
const MOST_ITERATIONS = 12;
const MOST_BISECTIONS = 100;

/**
 * Backward Euler, order 1 and stable at any step: z = y + dt f(z), solved for all states at once by Newton's method with the full
 * Jacobian, from the old state.
 *
 * Where that fails, which takes a step too long to follow a spike, all states but the voltage are eliminated: at a given voltage
 * their equations are linear, one after the other. What is left is an equation of one unknown, whose root next to the old voltage
 * is found by bisection; a conductance model always has one.
 *
 * A reset model runs off to infinity within finite time, and then z does not exist. Newton's iteration passes the peak in that
 * case, or turns back because the determinant of 1 - dt J has changed its sign; the cell fires, with u as it follows from the peak.
 */
export const backwardEuler = onSystem("backward-euler", 1, (system, dt) => {
  const n = system.size;
  const z = new Float64Array(n);
  const slope = new Float64Array(n);
  const own = new Float64Array(n);
  const change = new Float64Array(n);
  const J = new Float64Array(n * n);
  const { peak } = system;

  /** Solves every equation but that of v for its own state: gates, the pools that they fill, and gates that read these. */
  const settle = (y: Float64Array, drive: Float64Array) => {
    for (let pass = 0; pass < 3; pass++) {
      system.own(z, drive, slope, own);
      for (let k = 1; k < n; k++) z[k] += (y[k] + dt * slope[k] - z[k]) / (1 - dt * own[k]);
    }
  };

  const fire = (y: Float64Array, drive: Float64Array, peak: (z: Float64Array) => number) => {
    z[0] = peak(z);
    settle(y, drive);
    z[0] = Math.max(z[0], peak(z));
  };

  const newton = (y: Float64Array, drive: Float64Array): boolean => {
    z.set(y);
    for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
      system.jacobian(z, drive, slope, J);
      for (let k = 0; k < n; k++) change[k] = y[k] + dt * slope[k] - z[k];
      for (let k = 0; k < n * n; k++) J[k] *= -dt;
      for (let k = 0; k < n; k++) J[k * n + k] += 1;
      const turned = peak !== undefined && J[0] * J[3] < J[1] * J[2];
      if (!solve(J, change, n)) return false;
      let largest = 0;
      for (let k = 0; k < n; k++) {
        z[k] += change[k];
        largest = Math.max(largest, Math.abs(change[k]) / (1 + Math.abs(z[k])));
      }
      if (!(largest < Number.POSITIVE_INFINITY)) return false;
      if (largest < TOLERANCE) return true;
      if (peak && (z[0] >= peak(z) || (turned && change[0] < 0))) {
        fire(y, drive, peak);
        return Number.isFinite(z[0]);
      }
    }
    return false;
  };

  /** What the voltage w lacks to solve its equation, with the other states at theirs. */
  const residual = (y: Float64Array, drive: Float64Array, w: number): number => {
    z.set(y);
    z[0] = w;
    settle(y, drive);
    system.f(z, drive, slope);
    return y[0] + dt * slope[0] - w;
  };

  const eliminate = (y: Float64Array, drive: Float64Array): boolean => {
    const direction = Math.sign(residual(y, drive, y[0]));
    let [near, far] = [0, 1];
    while (residual(y, drive, y[0] + direction * far) * direction > 0) {
      if (far > 1e4) return false;
      [near, far] = [far, 2 * far];
    }
    for (let round = 0; round < MOST_BISECTIONS && far - near > TOLERANCE; round++) {
      const middle = (near + far) / 2;
      if (residual(y, drive, y[0] + direction * middle) * direction > 0) near = middle;
      else far = middle;
    }
    return Number.isFinite(residual(y, drive, y[0] + direction * far));
  };

  return (y, drive) => {
    const solved = newton(y, drive) || (!peak && eliminate(y, drive));
    y.set(z);
    return solved;
  };
});
