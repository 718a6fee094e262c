import { normalTails } from "./distributions.ts";

export interface ResidualTests {
  /** Runs of one sign against their expectation under independence, as a standard normal deviate: below 0, too few runs. */
  readonly runs: { readonly count: number; readonly z: number; readonly p: number };
  /** Correlation of neighbouring residuals: 0 under independence. */
  readonly lag1: { readonly correlation: number; readonly z: number; readonly p: number };
}

/**
 * Do residuals of a fit look like noise? The runs test of signs about 0 (Wald and Wolfowitz 1940, doi:10.1214/aoms/1177731909)
 * and the lag-1 autocorrelation, r1 sqrt(n) standard normal (Bartlett 1946). Both p-values are two-sided and asymptotic: from
 * about 30 residuals on.
 *
 * @param standardised residuals over their standard deviation, in order of time, sampled no more densely than the recording's
 * noise is white; exact zeros have no sign and are left out of the runs
 * @returns z of 0 and p of 1 where a test has nothing to say (all of one sign counts as the fewest runs; all equal: nothing)
 */
export function residualTests(standardised: ArrayLike<number>): ResidualTests {
  return { runs: runsTest(standardised), lag1: neighbours(standardised) };
}

function runsTest(residuals: ArrayLike<number>): ResidualTests["runs"] {
  const signs = Array.from(residuals, Math.sign).filter((sign) => sign !== 0);
  const n = signs.length;
  const count = signs.reduce((runs, sign, k) => (k > 0 && sign === signs[k - 1] ? runs : runs + 1), 0);
  const up = signs.filter((sign) => sign > 0).length;
  const pairs = 2 * up * (n - up);
  // All of one sign: no split to condition on, and the plainest misfit of all. A fair coin's runs then.
  const [expected, variance] =
    pairs === 0 ? [1 + (n - 1) / 2, (n - 1) / 4] : [1 + pairs / n, (pairs * (pairs - n)) / (n * n * (n - 1))];
  const z = variance > 0 ? (count - expected) / Math.sqrt(variance) : 0;
  return { count, z, p: normalTails(z) };
}

function neighbours(residuals: ArrayLike<number>): ResidualTests["lag1"] {
  const n = residuals.length;
  const centre = Array.from(residuals).reduce((sum, value) => sum + value, 0) / n;
  let [product, square] = [0, 0];
  for (let k = 0; k < n; k++) {
    square += (residuals[k] - centre) ** 2;
    if (k > 0) product += (residuals[k] - centre) * (residuals[k - 1] - centre);
  }
  const correlation = square > 0 ? product / square : 0;
  const z = correlation * Math.sqrt(n);
  return { correlation, z, p: normalTails(z) };
}
