import type { RandomStream } from "../../random.ts";

/** How a parameter starts. Fans are those of a matrix `[fanIn, fanOut]`: the last axis is fanOut, all before it fanIn. */
export type Initialiser =
  | { readonly kind: "zeros" }
  | { readonly kind: "constant"; readonly value: number }
  /** Uniform within ±sqrt(6 / (fanIn + fanOut)) times `gain` (Glorot and Bengio 2010). */
  | { readonly kind: "glorot"; readonly gain?: number }
  /** Normal with variance 2 / fanIn (He et al. 2015). */
  | { readonly kind: "he" }
  | { readonly kind: "normal"; readonly sd: number }
  /** Orthonormal rows or columns, whichever are fewer (Saxe et al. 2013), of the matrix. */
  | { readonly kind: "orthogonal" }
  /** Equal parts along the first axis, each with a start of its own: the gates of an LSTM. */
  | { readonly kind: "stacked"; readonly parts: readonly Initialiser[] }
  | { readonly kind: "values"; readonly values: readonly number[] };

/** First values of one parameter, drawn from `stream`. */
export function drawInitial(
  initialiser: Initialiser,
  shape: readonly number[],
  stream: RandomStream,
): Float32Array {
  const size = shape.reduce((a, b) => a * b, 1);
  const fanOut = shape.at(-1) ?? 1;
  const fanIn = size / fanOut;
  const fill = (draw: () => number) => Float32Array.from({ length: size }, draw);
  switch (initialiser.kind) {
    case "zeros":
      return fill(() => 0);
    case "constant":
      return fill(() => initialiser.value);
    case "glorot": {
      const limit = (initialiser.gain ?? 1) * Math.sqrt(6 / (fanIn + fanOut));
      return fill(() => limit * (2 * stream.uniform() - 1));
    }
    case "he":
      return fill(() => Math.sqrt(2 / fanIn) * stream.normal());
    case "normal":
      return fill(() => initialiser.sd * stream.normal());
    case "orthogonal":
      return orthogonal(fanIn, fanOut, stream);
    case "stacked":
      return stacked(initialiser.parts, shape, stream);
    case "values":
      return Float32Array.from(initialiser.values);
    default:
      return initialiser satisfies never;
  }
}

function stacked(
  parts: readonly Initialiser[],
  shape: readonly number[],
  stream: RandomStream,
): Float32Array {
  const [first, ...rest] = shape;
  const pieces = parts.map((part, k) => drawInitial(part, [first / parts.length, ...rest], stream.split(k)));
  const all = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Gram and Schmidt, twice for rounding, on rows of normal deviates. */
function orthogonal(rows: number, columns: number, stream: RandomStream): Float32Array {
  const [few, many] = rows <= columns ? [rows, columns] : [columns, rows];
  const basis: Float64Array[] = [];
  while (basis.length < few) {
    const row = Float64Array.from({ length: many }, () => stream.normal());
    for (const known of [...basis, ...basis]) {
      const along = dot(row, known);
      for (let k = 0; k < many; k++) row[k] -= along * known[k];
    }
    const length = Math.sqrt(dot(row, row));
    basis.push(row.map((value) => value / length));
  }
  return Float32Array.from({ length: rows * columns }, (_, k) => {
    const [row, column] = [Math.floor(k / columns), k % columns];
    return rows <= columns ? basis[row][column] : basis[column][row];
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
