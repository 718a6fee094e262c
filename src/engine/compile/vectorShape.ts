import type { Precision } from "../population.ts";
import type { Assembler, Instruction } from "./wasmBytes.ts";

/** What differs between two f64 and four f32 in a 128-bit vector. */
export interface VectorShape {
  readonly precision: Precision;
  readonly lanes: 2 | 4;
  readonly bytes: 8 | 4;
  op(name: VectorOperation): Instruction;
  /** Operation on the same lanes taken as integers. */
  integer(name: "add" | "sub" | "shl" | "splat" | "eq"): Instruction;
  readonly float: "f64x2" | "f32x4";
  readonly ints: "i64x2" | "i32x4";
  /** A number in every lane. */
  constant(code: Assembler, value: number): void;
  integerConstant(code: Assembler, value: number): void;
  readonly exp: ExponentialCode;
  readonly relaxation: RelaxationCode;
  /** |x| below which x / (exp(x) - 1) is taken from its series 1 - x/2 + x²/12. */
  readonly linoidSeriesBelow: number;
}

export type VectorOperation =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "neg"
  | "abs"
  | "lt"
  | "gt"
  | "ge"
  | "pmin"
  | "pmax"
  | "splat";

/**
 * exp(x) = 2^n p(r) with n the whole number nearest x / ln 2 and r = x - n ln 2: p is the polynomial of least relative error on
 * |r| <= ln(2)/2 (Remez exchange, computed at 60 digits). Arguments are held inside `lowest` and `highest`.
 */
export interface ExponentialCode {
  readonly polynomial: readonly number[];
  readonly lowest: number;
  readonly highest: number;
  /** Adding it rounds to a whole number, which then lies in the low bits. */
  readonly round: number;
  readonly exponentAt: number;
}

/**
 * (1 - exp(-z)) / z as a quotient of the diagonal Padé approximant of exp: with w = z², `numerator(w)` over
 * `even(w) + z/2 numerator(w)`. Above `upTo` the exponential itself is used.
 */
export interface RelaxationCode {
  readonly numerator: readonly number[];
  readonly even: readonly number[];
  readonly upTo: number;
  /** Gates that are always slow do with the first terms of the series 1 - z/2 + z²/6 - ..., without a division. */
  readonly series: readonly { readonly upTo: number; readonly degree: number }[];
}

/** Largest relative error of exp: 2.2e-16 of the polynomial, rounding included below 1e-15 for |x| < 20. */
const F64: VectorShape = {
  precision: "f64",
  lanes: 2,
  bytes: 8,
  float: "f64x2",
  ints: "i64x2",
  op: (name) => `f64x2.${name}`,
  integer: (name) => `i64x2.${name}`,
  constant: (code, value) => void code.v128Const(Float64Array.of(value).buffer),
  integerConstant: (code, value) => void code.v128Const(BigInt64Array.of(BigInt(value)).buffer),
  exp: {
    polynomial: [
      1.0, 1.0000000000000064, 0.49999999999997286, 0.16666666666557742, 0.041666666668426014,
      0.008333333384665794, 0.001388888849913829, 0.00019841171384225596, 2.480191768787707e-5,
      2.7639768251354328e-6, 2.748844352290197e-7,
    ],
    lowest: -700,
    highest: 700,
    round: 1.5 * 2 ** 52,
    exponentAt: 52,
  },
  // [6/6]: the error of exp(-z) is below 2e-13 z^13.
  relaxation: {
    numerator: [332640, 10080, 42],
    even: [332640, 37800, 420, 0.5],
    upTo: 1,
    // The error is below z^(degree + 1) / (degree + 2)!, at most 2e-13.
    series: [
      { upTo: 2e-3, degree: 3 },
      { upTo: 0.01, degree: 4 },
      { upTo: 0.05, degree: 6 },
      { upTo: 0.15, degree: 8 },
    ],
  },
  linoidSeriesBelow: 1e-3,
};

/** Largest relative error of exp: 7.5e-8 of the polynomial; with rounding 2e-6 at |x| = 20. */
const F32: VectorShape = {
  precision: "f32",
  lanes: 4,
  bytes: 4,
  float: "f32x4",
  ints: "i32x4",
  op: (name) => `f32x4.${name}`,
  integer: (name) => `i32x4.${name}`,
  constant: (code, value) => void code.v128Const(Float32Array.of(value).buffer),
  integerConstant: (code, value) => void code.v128Const(Int32Array.of(value).buffer),
  exp: {
    polynomial: [
      1.0000000716546416, 0.9999996919922833, 0.4999889485147244, 0.16667574726749987, 0.041915381977922724,
      0.00829765519827142,
    ],
    lowest: -86,
    highest: 86,
    round: 1.5 * 2 ** 23,
    exponentAt: 23,
  },
  // [4/4]: the error of exp(-z) is below 4e-8 z^9.
  relaxation: {
    numerator: [840, 20],
    even: [840, 90, 0.5],
    upTo: 1,
    // At most 2e-7.
    series: [
      { upTo: 0.01, degree: 2 },
      { upTo: 0.06, degree: 3 },
      { upTo: 0.15, degree: 4 },
      { upTo: 0.5, degree: 6 },
    ],
  },
  linoidSeriesBelow: 0.03,
};

export const shapeOf = (precision: Precision): VectorShape => (precision === "f64" ? F64 : F32);
