/** The scalar measures of a cell over all its sweeps. NaN: could not be measured. No measure depends on the order of the sweeps. */
import { type MeasuredSweep, medianOfPresent, type SweepScalars } from "./sweepScalars.ts";

export type CellScalars = Readonly<Record<string, number>>;

interface Sweep {
  readonly measured: MeasuredSweep;
  readonly scalars: SweepScalars;
}

/** `all`: the number of sweeps that the recording has, of which these were taken. */
export function cellScalars(sweeps: readonly Sweep[], all: number): CellScalars {
  const column = (name: string) => sweeps.map(({ scalars }) => scalars[name]);
  return {
    sweeps: Math.log(all),
    ...passive(sweeps, column),
    ...firing(sweeps),
    ...spikes(column),
  };
}

/** Rest, resistances, time constant and capacitance, each from all sweeps that show it. */
function passive(sweeps: readonly Sweep[], column: (name: string) => number[]) {
  const steps = sweeps.filter(
    ({ measured, scalars }) => measured.stretch.isStep && !Number.isNaN(scalars.change_mV),
  );
  const height = ({ measured: { stretch } }: Sweep) => stretch.level_pA - stretch.before_pA;
  const down = steps.filter((sweep) => height(sweep) < 0);
  const up = steps.filter((sweep) => height(sweep) > 0);
  const resistance = slopeThroughOrigin(steps, height);
  const tau = medianOfPresent(column("tau"));
  return {
    rest_mV: medianOfPresent(column("baseline_mV")),
    noise: medianOfPresent(column("noise")),
    resistance,
    resistanceDown: slopeThroughOrigin(down, height),
    resistanceUp: slopeThroughOrigin(up, height),
    tau,
    tauDown: medianOfPresent(down.map(({ scalars }) => scalars.tau)),
    capacitance: medianOfPresent(column("capacitance")),
    capacitanceOfTau: tau - resistance,
    sag_mV: medianOfPresent(down.map(({ scalars }) => scalars.sag_mV)),
    lowest_mV: least(column("steady_mV")),
    highestSilent_mV: -least(column("extreme_mV").map((value) => -value)),
  };
}

/** ln of the steady voltage change per current, MOhm; least squares through the origin. */
function slopeThroughOrigin(sweeps: readonly Sweep[], height: (sweep: Sweep) => number): number {
  let [product, square] = [0, 0];
  for (const sweep of sweeps) {
    product += height(sweep) * sweep.scalars.change_mV;
    square += height(sweep) ** 2;
  }
  const slope_MOhm = (1000 * product) / square;
  return slope_MOhm > 0 ? Math.log(slope_MOhm) : Number.NaN;
}

/** Rheobase between the strongest silent and the weakest firing step, and the slope of rate over current. */
function firing(sweeps: readonly Sweep[]) {
  const steps = sweeps.filter(({ measured }) => measured.stretch.isStep);
  const points = steps.map(({ measured: { stretch, peaks, dt_ms } }) => {
    const count = peaks.filter((peak) => peak >= stretch.start && peak < stretch.end).length;
    return { i: stretch.level_pA, rate: (1000 * count) / ((stretch.end - stretch.start) * dt_ms) };
  });
  const active = points.filter(({ rate }) => rate > 0);
  const weakest = active.length ? Math.min(...active.map(({ i }) => i)) : Number.NaN;
  const below = points.filter(({ i, rate }) => rate === 0 && !(i > weakest));
  const silent = below.length ? Math.max(...below.map(({ i }) => i)) : Number.NaN;
  return {
    firing: active.length / sweeps.length,
    weakestFiring_pA: Math.asinh(weakest / 50),
    strongestSilent_pA: Math.asinh(silent / 50),
    rateSlope: Math.asinh(10 * slope(active)),
    highestRate: active.length ? Math.log(Math.max(...active.map(({ rate }) => rate))) : Number.NaN,
    firstSpike_pA: least(sweeps.map(({ scalars }) => scalars.firstSpike_pA)),
  };
}

/** Least-squares slope of rate over current, Hz/pA; NaN for fewer than two currents. */
function slope(points: readonly { readonly i: number; readonly rate: number }[]): number {
  const mean = (of: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [i0, rate0] = [mean(({ i }) => i), mean(({ rate }) => rate)];
  const square = mean(({ i }) => (i - i0) ** 2);
  return square > 1e-6 ? mean(({ i, rate }) => (i - i0) * (rate - rate0)) / square : Number.NaN;
}

const SPIKE_MEASURES = [
  "threshold_mV",
  "upstroke_mV_per_ms",
  "rise_ms",
  "halfWidth_ms",
  "reset_mV",
  "trough_mV",
  "troughTime_ms",
  "before1_mV",
  "before2_mV",
  "before5_mV",
  "before10_mV",
  "before20_mV",
  "after2_mV",
  "after5_mV",
  "after15_mV",
  "after30_mV",
  "after60_mV",
  "peak_mV",
];

function spikes(column: (name: string) => number[]): Record<string, number> {
  const result: Record<string, number> = {};
  for (const name of SPIKE_MEASURES) {
    const values = column(name);
    result[`spike/${name}`] = medianOfPresent(values);
    result[`spike/${name}/least`] = least(values);
  }
  result["spike/peakHighest_mV"] = -least(column("peakHighest_mV").map((value) => -value));
  return result;
}

/** Smallest value that is not NaN; NaN for none. */
function least(values: readonly number[]): number {
  const present = values.filter((value) => !Number.isNaN(value));
  return present.length ? Math.min(...present) : Number.NaN;
}
