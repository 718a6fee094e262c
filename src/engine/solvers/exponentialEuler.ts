import { onSystem } from "./scheme.ts";

/**
 * Exponential Euler, order 1 (Rush and Larsen 1978, doi:10.1109/TBME.1978.326270): each equation y' = f is followed exactly along
 * its slope in its own state, y + (exp(d dt) - 1)/d f, while all others keep their old values. For a conductance model this is
 * x -> inf + (x - inf) exp(-dt/tau), with v_inf = drive/conductance and tau = C/conductance for the voltage.
 */
export const exponentialEuler = onSystem("exponential-euler", 1, (system, dt) => {
  const slope = new Float64Array(system.size);
  const own = new Float64Array(system.size);
  return (y, drive) => {
    system.own(y, drive, slope, own);
    for (let k = 0; k < y.length; k++) {
      const d = own[k];
      y[k] += d === 0 ? dt * slope[k] : (Math.expm1(d * dt) / d) * slope[k];
    }
    return true;
  };
});
