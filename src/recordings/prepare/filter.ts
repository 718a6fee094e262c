/** Runs a filter over a trace, causally or forth and back. */
import type { Design, Section } from "./filter-design.ts";

/** One pass. Before the first sample the trace is taken to have stood at its value. */
export function filterCausal(values: Float64Array, { sections }: Design): Float64Array {
  return sections.reduce(runSection, values.slice());
}

/**
 * Forth and back: no delay at any frequency, the gain of one pass squared. Beyond its ends the trace is continued by its own
 * reflection through the end point, for as long as the filter remembers.
 */
export function filterZeroPhase(values: Float64Array, design: Design): Float64Array {
  const padding = Math.max(0, Math.min(design.settling, values.length - 1));
  const padded = reflected(values, padding);
  const forth = filterCausal(padded, design).reverse();
  return filterCausal(forth, design)
    .reverse()
    .slice(padding, padding + values.length);
}

function reflected(values: Float64Array, padding: number): Float64Array {
  const last = values.length - 1;
  return Float64Array.from({ length: values.length + 2 * padding }, (_, n) => {
    const k = n - padding;
    if (k < 0) return 2 * values[0] - values[-k];
    return k > last ? 2 * values[last] - values[2 * last - k] : values[k];
  });
}

/** Transposed direct form II, in place, from the steady state of the first value. */
function runSection(values: Float64Array, { b: [b0, b1, b2], a: [a1, a2] }: Section): Float64Array {
  const start = values[0] ?? 0;
  let second = (b2 - a2) * start;
  let first = (b1 - a1) * start + second;
  for (let k = 0; k < values.length; k++) {
    const x = values[k];
    const y = b0 * x + first;
    first = b1 * x - a1 * y + second;
    second = b2 * x - a2 * y;
    values[k] = y;
  }
  return values;
}
