import { apply, multiply } from "./matrix.ts";

/** Below this norm eight terms of the exponential series leave an error of 2e-14. */
const SMALL = 1 / 8;
const TERMS = 8;
const MOST_SQUARINGS = 60;

/**
 * The exponential of A = h J and its relatives phi_1(A) = (e^A - 1)/A, phi_2 = (phi_1 - 1)/A, phi_3 = (phi_2 - 1/2)/A, applied
 * to vectors, by scaling and squaring (Moler and Van Loan 2003, doi:10.1137/S00361445024180): A is halved until it is small, where
 * the series serve, and doubled back with
 *
 *   phi_1(2z) = (e^z phi_1 + phi_1) / 2,
 *   phi_2(2z) = (e^z phi_2 + phi_1 + phi_2) / 4,
 *   phi_3(2z) = (e^z phi_3 + phi_1 / 2 + phi_2 + phi_3) / 8,
 *
 * which needs a product of matrices for the exponential only.
 */
export class Flow {
  readonly #n: number;
  readonly #small: Float64Array;
  /** The exponentials of A / 2^squarings, A / 2^(squarings - 1), ..., A / 2. */
  readonly #exponentials: Float64Array[] = [];
  #squarings = 0;
  readonly #phi: readonly [Float64Array, Float64Array, Float64Array];
  readonly #work: readonly Float64Array[];
  readonly #matrices: readonly Float64Array[];

  constructor(n: number) {
    this.#n = n;
    this.#small = new Float64Array(n * n);
    this.#phi = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
    this.#work = [new Float64Array(n), new Float64Array(n)];
    this.#matrices = Array.from({ length: 4 }, () => new Float64Array(n * n));
  }

  /** Takes A = h J; `scale` are usual sizes of the states, in which the norm is taken. False: A is not finite. */
  set(J: Float64Array, h: number, scale: Float64Array): boolean {
    const n = this.#n;
    const norm = Math.abs(h) * scaledNorm(J, scale, n);
    const halvings = Math.ceil(Math.log2(norm / SMALL));
    if (!(norm < Number.POSITIVE_INFINITY) || halvings > MOST_SQUARINGS) return false;
    this.#squarings = Math.max(0, halvings);
    const factor = h / 2 ** this.#squarings;
    for (let k = 0; k < n * n; k++) this.#small[k] = factor * J[k];
    for (let level = 0; level < this.#squarings; level++) {
      this.#exponentials[level] ??= new Float64Array(n * n);
      const out = this.#exponentials[level];
      if (level === 0) this.#series(out);
      else multiply(this.#exponentials[level - 1], this.#exponentials[level - 1], n, out);
    }
    return true;
  }

  /** out = phi_1(A) b. */
  phi1(b: Float64Array, out: Float64Array): void {
    const [phi1] = this.#phi;
    const [term] = this.#work;
    this.#start(b, 1);
    for (let level = 0; level < this.#squarings; level++) {
      apply(this.#exponentials[level], phi1, this.#n, term);
      for (let k = 0; k < this.#n; k++) phi1[k] = (term[k] + phi1[k]) / 2;
    }
    out.set(phi1);
  }

  /** out = phi_3(A) b. */
  phi3(b: Float64Array, out: Float64Array): void {
    const [phi1, phi2, phi3] = this.#phi;
    const [term] = this.#work;
    const n = this.#n;
    this.#start(b, 3);
    for (let level = 0; level < this.#squarings; level++) {
      const exponential = this.#exponentials[level];
      apply(exponential, phi3, n, term);
      for (let k = 0; k < n; k++) phi3[k] = (term[k] + phi1[k] / 2 + phi2[k] + phi3[k]) / 8;
      apply(exponential, phi2, n, term);
      for (let k = 0; k < n; k++) phi2[k] = (term[k] + phi1[k] + phi2[k]) / 4;
      apply(exponential, phi1, n, term);
      for (let k = 0; k < n; k++) phi1[k] = (term[k] + phi1[k]) / 2;
    }
    out.set(phi3);
  }

  /** phi_1 to phi_`most` of the halved A on b: phi_l = sum of A^k / (k + l)!. */
  #start(b: Float64Array, most: number): void {
    const n = this.#n;
    let [power, next] = this.#work;
    power.set(b);
    for (let l = 0; l < most; l++) this.#phi[l].fill(0);
    for (let k = 0; k <= TERMS; k++) {
      for (let l = 0; l < most; l++) {
        const factor = INVERSE_FACTORIALS[k + l + 1];
        const phi = this.#phi[l];
        for (let row = 0; row < n; row++) phi[row] += factor * power[row];
      }
      if (k === TERMS) break;
      apply(this.#small, power, n, next);
      [power, next] = [next, power];
    }
  }

  /** The exponential of the halved A: 1 + A + A²/2 + A³/6 + A⁴ (1/24 + A/120 + A²/720 + A³/5040 + A⁴/40320). */
  #series(out: Float64Array): void {
    const n = this.#n;
    const A = this.#small;
    const [A2, A3, A4, upper] = this.#matrices;
    multiply(A, A, n, A2);
    multiply(A2, A, n, A3);
    multiply(A2, A2, n, A4);
    const c = INVERSE_FACTORIALS;
    for (let k = 0; k < n * n; k++) upper[k] = c[5] * A[k] + c[6] * A2[k] + c[7] * A3[k] + c[8] * A4[k];
    for (let k = 0; k < n; k++) upper[k * n + k] += c[4];
    multiply(A4, upper, n, out);
    for (let k = 0; k < n * n; k++) out[k] += A[k] + c[2] * A2[k] + c[3] * A3[k];
    for (let k = 0; k < n; k++) out[k * n + k] += 1;
  }
}

const INVERSE_FACTORIALS = Float64Array.from({ length: TERMS + 4 }, (_, k) => {
  let factorial = 1;
  for (let factor = 2; factor <= k; factor++) factorial *= factor;
  return 1 / factorial;
});

/** Largest row sum of |A| when states are measured in `scale`. */
function scaledNorm(A: Float64Array, scale: Float64Array, n: number): number {
  let norm = 0;
  for (let row = 0; row < n; row++) {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += Math.abs(A[row * n + k]) * scale[k];
    norm = Math.max(norm, sum / scale[row]);
  }
  return norm;
}
