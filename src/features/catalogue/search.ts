/** Searches in a stretch [from, to) of a trace; -1 where nothing is found. */

export function indexOfMin(y: Float64Array, from: number, to: number): number {
  let best = from < to ? from : -1;
  for (let k = from + 1; k < to; k++) if (y[k] < y[best]) best = k;
  return best;
}

/** The first of equal maxima. */
export function indexOfMax(y: Float64Array, from: number, to: number): number {
  let best = from < to ? from : -1;
  for (let k = from + 1; k < to; k++) if (y[k] > y[best]) best = k;
  return best;
}

export function firstAtLeast(y: Float64Array, level: number, from: number, to: number): number {
  for (let k = from; k < to; k++) if (y[k] >= level) return k;
  return -1;
}

export function firstAbove(y: Float64Array, level: number, from: number, to: number): number {
  for (let k = from; k < to; k++) if (y[k] > level) return k;
  return -1;
}

export function firstBelow(y: Float64Array, level: number, from: number, to: number): number {
  for (let k = from; k < to; k++) if (y[k] < level) return k;
  return -1;
}

/** The first sample nearest to a level. */
export function nearestTo(y: Float64Array, level: number, from: number, to: number): number {
  let best = from < to ? from : -1;
  for (let k = from + 1; k < to; k++) if (Math.abs(y[k] - level) < Math.abs(y[best] - level)) best = k;
  return best;
}

/** NaN for an empty stretch. */
export function meanBetween(y: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let k = from; k < to; k++) sum += y[k];
  return to > from ? sum / (to - from) : Number.NaN;
}

/** First index at which an ascending array is at least `value`; its length if there is none. */
export function lowerBound(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** First index at which an ascending array is above `value`; its length if there is none. */
export function upperBound(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
