/** Low-pass filters: poles of the analogue prototypes, and the digital filter with an exact corner. */

export type FilterFamily = "bessel" | "butterworth";

interface Complex {
  readonly re: number;
  readonly im: number;
}

/** y[k] = b0 x[k] + b1 x[k-1] + b2 x[k-2] - a1 y[k-1] - a2 y[k-2]; its gain at 0 Hz is 1. */
export interface Section {
  readonly b: readonly [number, number, number];
  readonly a: readonly [number, number];
}

export interface Design {
  readonly sections: readonly Section[];
  /** Group delay at 0 Hz of one pass, samples. */
  readonly delay: number;
  /** Samples until the slowest pole has decayed to 1e-10. */
  readonly settling: number;
}

/**
 * Designs a digital low-pass filter whose gain is `gainAtCorner` at the corner, exactly: the prototype is scaled to that
 * gain and carried over by the bilinear transform, prewarped at the corner (Oppenheim & Schafer, Discrete-Time Signal
 * Processing, section 7.1). Above about a fifth of the sampling rate the transform bends the curve of the
 * prototype, and the constant delay of a Bessel filter with it.
 *
 * @param corner Corner over sampling rate, between 0 and 0.5.
 * @param order 1 to 8.
 * @param gainAtCorner Of one pass: 2^-1/2 for -3 dB; 2^-1/4 where the filter runs forth and back.
 */
export function designLowPass(
  family: FilterFamily,
  order: number,
  corner: number,
  gainAtCorner: number,
): Design {
  const prototype = family === "bessel" ? besselPoles(order) : butterworthPoles(order);
  const scale = (2 * Math.tan(Math.PI * corner)) / frequencyOfGain(prototype, gainAtCorner);
  const poles = prototype.map(({ re, im }) => ({ re: re * scale, im: im * scale }));
  const digital = poles.map(bilinear);
  const radius = Math.max(...digital.map(({ re, im }) => Math.hypot(re, im)));
  return {
    sections: digital.filter(({ im }) => im >= 0).map(section),
    delay: poles.reduce((sum, { re, im }) => sum - re / (re * re + im * im), 0),
    settling: radius > 0 ? Math.ceil(Math.log(1e-10) / Math.log(radius)) : 1,
  };
}

function butterworthPoles(order: number): Complex[] {
  return Array.from({ length: order }, (_, k) => {
    const middle = 2 * k + 1 === order;
    const angle = (Math.PI * (2 * k + 1 + order)) / (2 * order);
    return middle ? { re: -1, im: 0 } : { re: Math.cos(angle), im: Math.sin(angle) };
  });
}

/** Roots of the reverse Bessel polynomial, sum of (2n-k)! / (2^(n-k) k! (n-k)!) s^k (Thomson 1949), by Durand-Kerner. */
function besselPoles(order: number): Complex[] {
  const coefficients = Array.from({ length: order + 1 }, (_, k) => {
    return factorial(2 * order - k) / (2 ** (order - k) * factorial(k) * factorial(order - k));
  });
  let roots = coefficients.slice(1).map((_, k) => power({ re: -0.4 * order, im: 0.9 * order }, k / order));
  for (let round = 0; round < 200; round++)
    roots = roots.map((root, k) => {
      const others = roots.filter((_, n) => n !== k);
      const product = others.reduce((p, other) => times(p, minus(root, other)), { re: 1, im: 0 });
      return minus(root, over(valueAt(coefficients, root), product));
    });
  return roots.map(({ re, im }) => ({ re, im: Math.abs(im) < 1e-9 ? 0 : im }));
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

function valueAt(coefficients: readonly number[], s: Complex): Complex {
  return coefficients.reduceRight((sum, c) => ({ ...times(sum, s), re: times(sum, s).re + c }), {
    re: 0,
    im: 0,
  });
}

/** Where the gain of an all-pole filter, which falls all the way, has come down to `gain`. */
function frequencyOfGain(poles: readonly Complex[], gain: number): number {
  let [low, high] = [0, 1];
  while (gainAt(poles, high) > gain) high *= 2;
  for (let round = 0; round < 100; round++) {
    const middle = (low + high) / 2;
    if (gainAt(poles, middle) > gain) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function gainAt(poles: readonly Complex[], omega: number): number {
  return poles.reduce((gain, { re, im }) => (gain * Math.hypot(re, im)) / Math.hypot(re, omega - im), 1);
}

/** z = (2 + s) / (2 - s), time in samples. */
function bilinear(s: Complex): Complex {
  return over({ re: 2 + s.re, im: s.im }, { re: 2 - s.re, im: -s.im });
}

function section({ re, im }: Complex): Section {
  if (im === 0) return { b: [(1 - re) / 2, (1 - re) / 2, 0], a: [-re, 0] };
  const a1 = -2 * re;
  const a2 = re * re + im * im;
  const gain = (1 + a1 + a2) / 4;
  return { b: [gain, 2 * gain, gain], a: [a1, a2] };
}

function times(a: Complex, b: Complex): Complex {
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re };
}

function minus(a: Complex, b: Complex): Complex {
  return { re: a.re - b.re, im: a.im - b.im };
}

function over(a: Complex, b: Complex): Complex {
  const size = b.re * b.re + b.im * b.im;
  return { re: (a.re * b.re + a.im * b.im) / size, im: (a.im * b.re - a.re * b.im) / size };
}

/** Spread over the left half plane, no two alike: a start for the roots. */
function power({ re, im }: Complex, turn: number): Complex {
  const angle = Math.atan2(im, re) + 2 * Math.PI * turn;
  const size = Math.hypot(re, im);
  return { re: size * Math.cos(angle), im: size * Math.sin(angle) };
}
