/** Factors from the units that recordings use to ms, mV and pA. Converted once, here at the border. */

export type ColumnRole = "time" | "voltage" | "current";

/** The unit that each role has inside Patchtwin. */
export const INTERNAL_UNIT = { time: "ms", voltage: "mV", current: "pA" } as const satisfies Record<
  ColumnRole,
  string
>;

const TO_INTERNAL: Record<ColumnRole, Record<string, number>> = {
  time: {
    s: 1e3,
    sec: 1e3,
    second: 1e3,
    seconds: 1e3,
    ms: 1,
    msec: 1,
    millisecond: 1,
    milliseconds: 1,
    us: 1e-3,
    usec: 1e-3,
  },
  voltage: { v: 1e3, volt: 1e3, volts: 1e3, mv: 1, millivolt: 1, millivolts: 1, uv: 1e-3 },
  current: {
    a: 1e12,
    amp: 1e12,
    amps: 1e12,
    ampere: 1e12,
    amperes: 1e12,
    ma: 1e9,
    ua: 1e6,
    na: 1e3,
    pa: 1,
    picoampere: 1,
    fa: 1e-3,
  },
};

/** Both code points that programs write for micro, and capitals as in `MV`, mean the same unit here. */
function normalised(unit: string): string {
  return unit.trim().replace(/[µμ]/g, "u").toLowerCase();
}

/** How many ms, mV or pA one `unit` is; `undefined` when the text is no unit of that role. */
export function factorFor(role: ColumnRole, unit: string): number | undefined {
  const key = normalised(unit);
  return Object.hasOwn(TO_INTERNAL[role], key) ? TO_INTERNAL[role][key] : undefined;
}

/** What a unit measures; `undefined` for anything that is not time, voltage or current. */
export function roleOfUnit(unit: string): ColumnRole | undefined {
  return (["time", "voltage", "current"] as const).find((role) => factorFor(role, unit) !== undefined);
}
