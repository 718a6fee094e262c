import type { GraphBuilder } from "../graph/builder.ts";
import type { Node } from "../graph/node.ts";
import type { Initialiser } from "../parameters/initialiser.ts";

export interface LstmOptions {
  readonly name: string;
  readonly units: number;
  /** From the end to the start; `out[:, k]` then has seen samples k and later. */
  readonly reverse?: boolean;
}

const zeros: Initialiser = { kind: "zeros" };
const orthogonal: Initialiser = { kind: "orthogonal" };

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997; forget gate: Gers et al. 2000) over time: `[batch, time, in]` to the
 * hidden state at every time, `[batch, time, units]`, from zero states. Parameters as ONNX has them, gates in the order i, o, f, c:
 * `name/w [4 units, in]`, `name/r [4 units, units]`, `name/b [4 units]`. The forget gate starts open (bias 1; Jozefowicz et al. 2015).
 *
 * A loop forward and one back. The operator LSTM keeps no gates, which the way back would have to find again.
 */
export function lstm(g: GraphBuilder, x: Node, { name, units, reverse = false }: LstmOptions): Node {
  const [batch, , channels] = x.shape;
  const w = g.parameter(`${name}/w`, [4 * units, channels], { kind: "glorot" });
  const r = g.parameter(`${name}/r`, [4 * units, units], {
    kind: "stacked",
    parts: Array(4).fill(orthogonal),
  });
  const b = g.parameter(`${name}/b`, [4 * units], {
    kind: "stacked",
    parts: [zeros, zeros, { kind: "constant", value: 1 }, zeros],
  });
  const weights = g.concat([w, r], 1);
  const state = g.zeros([batch, units]);
  const { sequences } = g.scan({
    states: [state, state],
    sequences: [g.transpose(x, [1, 0, 2])],
    captured: [weights, b],
    reverse,
    step: ([h, c], [now]) => {
      const { outputs, cell } = lstmStep(g, { now, h, c, weights, b });
      return { states: [outputs[0], cell], outputs };
    },
    vjp: (cotangents, [, , ...kept]) =>
      lstmBackward(g, { cotangent: cotangents[2]!, weights, kept, reverse }),
  });
  return g.transpose(sequences[0], [1, 0, 2]);
}

interface Step {
  /** `[batch, in]` */
  readonly now: Node;
  readonly h: Node;
  readonly c: Node;
  readonly weights: Node;
  readonly b: Node;
}

/** The next hidden state and cell, and after the hidden state what the way back takes: see `lstmBackward`. */
function lstmStep(g: GraphBuilder, { now, h, c, weights, b }: Step): { outputs: Node[]; cell: Node } {
  const units = c.shape[1];
  const taken = g.concat([now, h], 1);
  const [toI, toO, toF, candidate] = g.split(g.gemm(taken, weights, false, true, b), 1, Array(4).fill(units));
  const [i, o, f] = [toI, toO, toF].map((x) => g.sigmoid(x));
  const gain = g.tanh(candidate);
  const [added, remembered] = [g.mul(i, gain), g.mul(f, c)];
  const cell = g.add(remembered, added);
  const squashed = g.tanh(cell);
  const hidden = g.mul(o, squashed);
  const slopes = [
    g.mul(added, g.sub(1, i)),
    g.mul(hidden, g.sub(1, o)),
    g.mul(remembered, g.sub(1, f)),
    g.sub(i, g.mul(added, gain)),
  ];
  return { outputs: [hidden, taken, f, g.sub(o, g.mul(hidden, squashed)), ...slopes], cell };
}

interface Backward {
  /** Of the hidden states, `[time, batch, units]`. */
  readonly cotangent: Node;
  readonly weights: Node;
  /** The hidden states and the rest of what each step gave. */
  readonly kept: readonly Node[];
  readonly reverse: boolean;
}

/** Cotangents of what the loop took: two states, which are constant, the input, weights and bias. */
function lstmBackward(g: GraphBuilder, { cotangent, weights, kept, reverse }: Backward) {
  const [, batch, units] = cotangent.shape;
  const ones = g.ones([1, batch]);
  const channels = weights.shape[1] - units;
  const [, taken, ...factors] = kept;
  const zero = g.zeros([batch, units]);
  const { states, sequences } = g.scan({
    states: [zero, zero, g.zeros([channels + units, 4 * units]), g.zeros([1, 4 * units])],
    sequences: [cotangent, taken, ...factors],
    captured: [weights, ones],
    reverse: !reverse,
    step: ([dhLater, dcLater, dWeights, db], [given, takenNow, f, toCell, ...slopes]) => {
      const dh = g.add(given, dhLater);
      const dc = g.add(g.mul(dh, toCell), dcLater);
      const dGates = g.concat(
        [dc, dh, dc, dc].map((cotangentOf, gate) => g.mul(cotangentOf, slopes[gate])),
        1,
      );
      const [dNow, dhBefore] = g.split(g.gemm(dGates, weights), 1, [channels, units]);
      const sums = [g.gemm(takenNow, dGates, true, false, dWeights), g.gemm(ones, dGates, false, false, db)];
      return { states: [dhBefore, g.mul(dc, f), ...sums], outputs: [dNow] };
    },
    vjp: null,
  });
  const [dWeights, db] = [g.transpose(states[2], [1, 0]), g.reshape(states[3], [4 * units])];
  return [undefined, undefined, sequences[0], dWeights, db];
}
