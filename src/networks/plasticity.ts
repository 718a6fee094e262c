/**
 * Depression and facilitation of a projection: Tsodyks, Pawelzik and Markram (1998), doi:10.1162/089976698300017502.
 * A spike releases the part u of the resources R that are ready; resources come back with `tauRec_ms`; each spike raises u by
 * `U` (1 - u), and u falls back with `tauFacil_ms` (0: u is always U).
 */
export interface ShortTermPlasticity {
  /** Part of the resources that the first spike uses, above 0 to 1. Drugs on the release probability scale it. */
  readonly U: number;
  readonly tauRec_ms: number;
  readonly tauFacil_ms: number;
}

/**
 * State of every presynaptic cell of a projection. The solution between spikes is exact, so that nothing is computed until a cell
 * fires; one state a cell does because all its synapses in a projection share their parameters.
 */
export class PlasticityState {
  readonly #rule: ShortTermPlasticity;
  readonly #used: Float64Array;
  readonly #ready: Float64Array;
  readonly #last_ms: Float64Array;

  constructor(rule: ShortTermPlasticity, cells: number) {
    this.#rule = rule;
    this.#used = new Float64Array(cells);
    this.#ready = new Float64Array(cells).fill(1);
    this.#last_ms = new Float64Array(cells).fill(Number.NEGATIVE_INFINITY);
  }

  /** u R of a spike at that time, which the weight is multiplied by; times of a cell must not fall. */
  release(cell: number, time_ms: number): number {
    const { U, tauRec_ms, tauFacil_ms } = this.#rule;
    const since = time_ms - this.#last_ms[cell];
    const left = tauFacil_ms > 0 ? this.#used[cell] * Math.exp(-since / tauFacil_ms) : 0;
    const used = left + U * (1 - left);
    const recovered = tauRec_ms > 0 ? Math.exp(-since / tauRec_ms) : 0;
    const ready = 1 - (1 - this.#ready[cell]) * recovered;
    this.#used[cell] = used;
    this.#ready[cell] = ready * (1 - used);
    this.#last_ms[cell] = time_ms;
    return used * ready;
  }
}
