/** Where a trace does nothing fast: no spikes, no answers to edges of the current. */
import type { Stimulus } from "../recording.ts";
import type { Stretch } from "./sines.ts";

/** A rise or fall by this within 1 ms is a spike or an artefact. */
const STEEP_mV = 4;
const BEFORE_STEEP_ms = 5;
const AFTER_STEEP_ms = 20;
const AFTER_EDGE_ms = 100;
const BEFORE_EDGE_ms = 1;
/** A parabola follows the trace this long. */
const LONGEST_ms = 200;
/** Three periods of 50 Hz: with less, a parabola takes the hum for its own. */
const SHORTEST_ms = 60;

/** Stretches of 60 to 200 ms, in time order, apart from steep places and edges of the current. */
export function quietStretches(v_mV: Float64Array, dt_ms: number, { segments }: Stimulus): Stretch[] {
  const busy = new Uint8Array(v_mV.length);
  const mark = (from: number, to: number) =>
    busy.fill(1, Math.max(0, Math.floor(from)), Math.max(0, Math.ceil(to)));
  const lag = Math.max(1, Math.round(1 / dt_ms));
  for (let k = lag; k < v_mV.length; k++)
    if (Math.abs(v_mV[k] - v_mV[k - lag]) > STEEP_mV)
      mark(k - lag - BEFORE_STEEP_ms / dt_ms, k + AFTER_STEEP_ms / dt_ms);
  for (const { start_ms } of segments.slice(1))
    mark((start_ms - BEFORE_EDGE_ms) / dt_ms, (start_ms + AFTER_EDGE_ms) / dt_ms);
  return runs(busy).flatMap((run) => pieces(run, dt_ms));
}

function runs(busy: Uint8Array): Stretch[] {
  const found: Stretch[] = [];
  let from = 0;
  for (let k = 0; k <= busy.length; k++) {
    if (k < busy.length && !busy[k]) continue;
    if (k > from) found.push({ from, to: k });
    from = k + 1;
  }
  return found;
}

/** Equal pieces of at most 200 ms. */
function pieces({ from, to }: Stretch, dt_ms: number): Stretch[] {
  if ((to - from) * dt_ms < SHORTEST_ms) return [];
  const count = Math.ceil(((to - from) * dt_ms) / LONGEST_ms);
  const edge = (k: number) => from + Math.round(((to - from) * k) / count);
  return Array.from({ length: count }, (_, k) => ({ from: edge(k), to: edge(k + 1) }));
}
