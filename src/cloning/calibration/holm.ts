/**
 * Holm's step-down correction (1979, Scand. J. Stat. 6, 65-70): p-values such that rejecting those below a level keeps the
 * probability of any false rejection below it, however the tests depend on each other.
 *
 * @param p raw p-values
 * @returns corrected p-values in the same order, at most 1
 */
export function holm(p: readonly number[]): number[] {
  const order = p.map((_, k) => k).sort((a, b) => p[a] - p[b]);
  const corrected = new Array<number>(p.length);
  let largest = 0;
  order.forEach((at, place) => {
    largest = Math.max(largest, Math.min(1, (p.length - place) * p[at]));
    corrected[at] = largest;
  });
  return corrected;
}
