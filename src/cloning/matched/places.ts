import { forwardSolve } from "../symmetric.ts";
import { PHYSICAL } from "./coordinates.ts";
import type { Equation } from "./equation.ts";
import { inverted, times } from "./linear.ts";

const n = PHYSICAL;

/** A place where the equation is known. */
export interface Place {
  readonly x: Float64Array;
  readonly psi: Float64Array;
  /** Inverse of the derivatives there, or of an estimate of them. */
  readonly inverse: Float64Array;
}

const MOST_STEPS = 14;
const MOST_CUTS = 4;
const CUT = 0.3;
/** Parts of the box; further the equation is not followed at once, nor at all outside. */
const LONGEST_STEP = 0.3;
const MARGIN = 0.5;

/**
 * Solves psi(x) = target by Broyden's (1965) rank-one updates with shortened steps; where they do not help, the derivatives are computed.
 *
 * @param whitener Cholesky factor that whitens psi; `tolerance` is in its deviations.
 * @returns null where no solution was found, or only far outside the unit box.
 */
export function solveFrom(
  start: Place,
  target: Float64Array,
  equation: Equation,
  whitener: Float64Array,
  tolerance: number,
): Place | null {
  const misses = (psi: Float64Array) => target.map((value, i) => value - psi[i]);
  const size = (miss: Float64Array) => Math.hypot(...forwardSolve(whitener, n, miss));
  let { x, psi, inverse } = start;
  let distance = size(misses(psi));
  let exact = false;
  for (let k = 0; k < MOST_STEPS && distance > tolerance; k++) {
    const step = shortened(times(inverse, misses(psi)));
    const next = lineSearch(
      x,
      step,
      (at) => equation.at(at),
      (value) => size(misses(value)),
      distance,
    );
    if (next) {
      inverse = updated(inverse, x, psi, next.x, next.psi);
      ({ x, psi, distance } = next);
      exact = false;
    } else {
      const fresh = exact ? null : inverted(equation.jacobian(x), n);
      if (!fresh) return null;
      ({ inverse } = fresh);
      exact = true;
    }
  }
  return distance <= tolerance ? { x, psi, inverse } : null;
}

function shortened(step: Float64Array): Float64Array {
  const longest = step.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return longest > LONGEST_STEP ? step.map((value) => (value * LONGEST_STEP) / longest) : step;
}

function lineSearch(
  x: Float64Array,
  step: Float64Array,
  at: (x: Float64Array) => Float64Array,
  size: (psi: Float64Array) => number,
  before: number,
) {
  for (let cut = 0, part = 1; cut < MOST_CUTS; cut++, part *= CUT) {
    const there = x.map((value, i) => value + part * step[i]);
    if (there.some((value) => value < -MARGIN || value > 1 + MARGIN)) continue;
    const psi = at(there);
    const distance = size(psi);
    if (distance < before * (1 - 0.2 * part)) return { x: there, psi, distance };
  }
  return null;
}

/** Broyden's update of the inverse ("good"), by Sherman and Morrison. */
function updated(
  inverse: Float64Array,
  x: Float64Array,
  psi: Float64Array,
  nextX: Float64Array,
  nextPsi: Float64Array,
): Float64Array {
  const dx = nextX.map((value, i) => value - x[i]);
  const back = times(
    inverse,
    nextPsi.map((value, i) => value - psi[i]),
  );
  const row = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) row[j] += dx[i] * inverse[i * n + j];
  const scale = dx.reduce((sum, value, i) => sum + value * back[i], 0);
  if (Math.abs(scale) < 1e-12 * dx.reduce((sum, value) => sum + value * value, 0)) return inverse;
  return inverse.map(
    (value, k) => value + ((dx[Math.floor(k / n)] - back[Math.floor(k / n)]) * row[k % n]) / scale,
  );
}
