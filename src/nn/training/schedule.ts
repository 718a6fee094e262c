/** Learning rate of an update (0 is the first): a function of it alone, so that a resumed run has the same. */
export type Schedule = (step: number) => number;

export interface WarmupCosine {
  readonly peak: number;
  /** Updates over which the rate rises from 0. */
  readonly warmup: number;
  /** Updates of the whole run; the rate then stays at the floor. */
  readonly total: number;
  /** 0 */
  readonly floor?: number;
}

/** A straight rise, then half a cosine down to the floor (Loshchilov and Hutter 2017). */
export function warmupCosine({ peak, warmup, total, floor = 0 }: WarmupCosine): Schedule {
  return (step) => {
    if (step < warmup) return (peak * (step + 1)) / warmup;
    const done = Math.min(1, (step - warmup) / Math.max(1, total - warmup));
    return floor + ((peak - floor) * (1 + Math.cos(Math.PI * done))) / 2;
  };
}
