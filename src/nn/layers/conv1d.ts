import type { GraphBuilder } from "../graph/builder.ts";
import type { Node } from "../graph/node.ts";
import type { Initialiser } from "../parameters/initialiser.ts";
import { type Activation, activate, affine } from "./dense.ts";

export interface Conv1dOptions {
  readonly name: string;
  readonly filters: number;
  /** Samples that one output sees. */
  readonly kernel: number;
  readonly stride?: number;
  /** `same`: ceil(time / stride) outputs, zeros around (more at the end where odd); `valid`: only whole windows. */
  readonly padding?: "same" | "valid";
  readonly activation?: Activation;
  readonly initialiser?: Initialiser;
}

/**
 * Convolution over time (cross-correlation, as everywhere in this field): `[batch, time, channels]` to
 * `[batch, time', filters]`. Parameters `name/w [kernel, channels, filters]` and `name/b [filters]`.
 *
 * Matrix products, so that all gradients are such too. With a stride s, s samples become the channels of one, and the kernel gets
 * shorter by that factor: no output is computed in vain. Of inputs and products the narrower ones are laid side by side.
 */
export function conv1d(g: GraphBuilder, x: Node, options: Conv1dOptions): Node {
  const { name, filters, kernel, stride = 1, activation = "none", initialiser = { kind: "he" } } = options;
  const [batch, time, channels] = x.shape;
  const { before, outputs } = placement(time, options);
  if (x.shape.length !== 3 || outputs < 1)
    throw new Error(`internal: no convolution of ${kernel} over [${x.shape}]`);
  const w = g.parameter(`${name}/w`, [kernel, channels, filters], initialiser);
  const b = g.parameter(`${name}/b`, [filters], { kind: "zeros" });
  const taps = Math.ceil(kernel / stride);
  const length = stride * (outputs + taps - 1);
  const needed = g.slice(x, 1, 0, Math.min(time, length - before));
  const padded = g.pad(needed, 1, before, length - before - needed.shape[1]);
  const blocks = g.reshape(padded, [batch, outputs + taps - 1, stride * channels]);
  const rows = g.pad(g.reshape(w, [kernel * channels, filters]), 0, 0, (taps * stride - kernel) * channels);
  const product = filters < stride * channels ? sumOfProducts : productOfWindows;
  return activate(g, product(g, { blocks, taps, outputs, rows, b }), activation);
}

interface Blocks {
  /** `[batch, outputs + taps - 1, stride * channels]` */
  readonly blocks: Node;
  readonly taps: number;
  readonly outputs: number;
  /** `[taps * stride * channels, filters]` */
  readonly rows: Node;
  readonly b: Node;
}

/** All that one output sees side by side, times one matrix. */
function productOfWindows(g: GraphBuilder, { blocks, taps, outputs, rows, b }: Blocks): Node {
  const parts = Array.from({ length: taps }, (_, tap) => g.slice(blocks, 1, tap, tap + outputs));
  return affine(g, g.concat(parts, 2), rows, b);
}

/** Each block times the weights of all taps, side by side; an output is the sum of what lies one further a tap. */
function sumOfProducts(g: GraphBuilder, { blocks, taps, outputs, rows, b }: Blocks): Node {
  const [width, filters] = [blocks.shape[2], rows.shape[1]];
  const aside = g.transpose(g.reshape(rows, [taps, width, filters]), [1, 0, 2]);
  const products = g.matmul(blocks, g.reshape(aside, [width, taps * filters]));
  const parts = g.split(products, 2, Array(taps).fill(filters));
  return g.add(g.addAll(parts.map((part, tap) => g.slice(part, 1, tap, tap + outputs))), b);
}

function placement(time: number, { kernel, stride = 1, padding = "same" }: Conv1dOptions) {
  if (padding === "valid") return { before: 0, outputs: Math.floor((time - kernel) / stride) + 1 };
  const outputs = Math.ceil(time / stride);
  const zeros = Math.max(0, (outputs - 1) * stride + kernel - time);
  return { before: Math.floor(zeros / 2), outputs };
}
