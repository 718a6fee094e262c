import type { Prior } from "./prior.ts";

/**
 * The nine parameters of Izhikevich (2007), Dynamical Systems in Neuroscience, chapter 8. The ranges hold the cells of that chapter
 * with a margin: C 20 (fast-spiking) to 200 pF (thalamocortical), k 0.25 (reticular) to 1.6, vr -80 (medium spiny) to -55, vt -50
 * to -25, vpeak 0 to 50, a 0.01 to 0.2, b -20 (medium spiny) to 15, c -60 to -40, d 0 to 150. C, d and the slow end of a reach
 * further, for cells that are larger and adapt more slowly.
 */
export const izhikevichPrior: Prior = {
  model: "izhikevich",
  parameters: [
    { name: "C_pF", unit: "pF", low: 15, high: 400, scale: "log" },
    { name: "k_nS_per_mV", unit: "nS/mV", low: 0.1, high: 4, scale: "log" },
    { name: "vr_mV", unit: "mV", low: -85, high: -50, scale: "linear" },
    { name: "vt_mV", unit: "mV", low: -60, high: -20, scale: "linear" },
    { name: "vpeak_mV", unit: "mV", low: 0, high: 60, scale: "linear" },
    { name: "a_per_ms", unit: "1/ms", low: 0.003, high: 0.25, scale: "log" },
    { name: "b_nS", unit: "nS", low: -20, high: 20, scale: "linear" },
    { name: "c_mV", unit: "mV", low: -70, high: -35, scale: "linear" },
    { name: "d_pA", unit: "pA", low: 0, high: 300, scale: "linear" },
  ],
};

/** What the equations say of an Izhikevich cell without a simulation. */
interface IzhikevichMeasures {
  /** Slope of the stationary current-voltage curve at rest: k (vt - vr) + b. Below 0 the cell does not rest. */
  readonly inputConductance_nS: number;
  readonly timeConstant_ms: number;
  /** dV/dt as a spike passes its peak: k (vpeak - vr)(vpeak - vt) / C. */
  readonly upstroke_mV_per_ms: number;
}

function izhikevichMeasures([C, k, vr, vt, vpeak, , b]: ArrayLike<number> &
  Iterable<number>): IzhikevichMeasures {
  return {
    inputConductance_nS: k * (vt - vr) + b,
    timeConstant_ms: C / (k * (vt - vr)),
    upstroke_mV_per_ms: (k * (vpeak - vr) * (vpeak - vt)) / C,
  };
}

/**
 * Cells that a laboratory would take for a neuron: 20 MOhm to 1 GOhm, a membrane time constant of 0.8 to 100 ms (book: 0.9 in
 * the medium spiny to 18 in the stellate cell), a threshold at least 5 mV above rest, a reset at most 5 mV above the threshold
 * (the bursting cell of the book resets onto it), an upstroke of 5 to 350 mV/ms (book: 18 in reticular to 260 in fast-spiking
 * cells).
 */
export function plausibleIzhikevich(values: Float64Array): boolean {
  const [, , vr, vt, , , , c] = values;
  const { inputConductance_nS, timeConstant_ms, upstroke_mV_per_ms } = izhikevichMeasures(values);
  return (
    vt - vr >= 5 &&
    c <= vt + 5 &&
    within(inputConductance_nS, 1, 50) &&
    within(timeConstant_ms, 0.8, 100) &&
    within(upstroke_mV_per_ms, 5, 350)
  );
}

const within = (value: number, low: number, high: number) => value >= low && value <= high;
