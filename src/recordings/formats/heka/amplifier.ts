/** What the amplifier was set to, for the user: in the series itself or in the part .amp. */
import type { Bundle } from "./bundle.ts";
import type { Series } from "./pulsed.ts";
import { readTree, type TreeRecord } from "./tree.ts";

const STATES = { what: "the amplifier's settings", leastBytes: [4, 4, 260] };
/** Where the state starts in a record of the part .amp. */
const STATE_AT = 112;
const STATE_BYTES = 144;

/** The record and the place in it where the state of an amplifier starts; `undefined` when none is stored. */
type StateOf = (series: Series, amplifier: number) => { record: TreeRecord; at: number } | undefined;

export function readStates(bundle: Bundle): StateOf {
  const bytes = bundle.item(".amp");
  const stored = bytes ? readTree(bytes, STATES, bundle.fileName).children : [];
  return (series, amplifier) => {
    const { stateOffset: at, stateSeries, record } = series;
    if (at > 0) return record.has(at, STATE_BYTES) ? { record, at } : undefined;
    const states = stored[stateSeries - 1]?.children ?? [];
    const state = states[Math.max(0, amplifier - 1)] ?? states[0];
    return state && { record: state, at: STATE_AT };
  };
}

/** Sentences on capacitance, resistances and junction potential, as far as they were set or measured. */
export function amplifierNotes(series: Series, stateOf: StateOf): string[] {
  const sweep = series.sweeps.find(({ traces }) => traces.length > 0);
  const trace = sweep?.traces[0];
  if (!sweep || !trace) return [];
  const state = stateOf(series, trace.amplifier);
  const junction_V = state ? state.record.f64(state.at + 136) : 0;
  // In current clamp the compensation is off and the trace says 0: the setting is still in the state.
  const capacitance_F = trace.slowCapacitance_F || (state?.record.f64(state.at + 80) ?? 0);
  const facts = [
    ...quantity("a slow capacitance", capacitance_F * 1e12, "pF"),
    ...quantity("a series resistance", 1e-6 / trace.seriesConductance_S, "MOhm"),
    ...quantity("a seal or membrane resistance", trace.sealResistance_Ohm / 1e6, "MOhm"),
  ];
  return [
    ...(facts.length > 0 ? [`The amplifier had ${facts.join(", ")}.`] : []),
    ...(isSet(junction_V)
      ? [
          `A liquid junction potential of ${short(junction_V * 1e3)} mV was set on the amplifier; nothing was corrected here.`,
        ]
      : []),
  ];
}

function quantity(what: string, value: number, unit: string): string[] {
  return value > 0 && Number.isFinite(value) ? [`${what} of ${short(value)} ${unit}`] : [];
}

function isSet(value: number): boolean {
  return Number.isFinite(value) && value !== 0;
}

export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
