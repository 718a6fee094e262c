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
 * Forward it is the LSTM operator. Backward the gates of all times are found again from the hidden states by one product;
 * only the cell state and its cotangent go step by step.
 */
export function lstm(g: GraphBuilder, x: Node, { name, units, reverse = false }: LstmOptions): Node {
  const [, time, channels] = x.shape;
  const batch = x.shape[0];
  const w = g.parameter(`${name}/w`, [4 * units, channels], { kind: "glorot" });
  const r = g.parameter(`${name}/r`, [4 * units, units], {
    kind: "stacked",
    parts: Array(4).fill(orthogonal),
  });
  const b = g.parameter(`${name}/b`, [4 * units], {
    kind: "stacked",
    parts: [zeros, zeros, { kind: "constant", value: 1 }, zeros],
  });
  const byTime = g.transpose(x, [1, 0, 2]);
  const [y] = g.operator({
    type: "LSTM",
    inputs: [
      byTime,
      g.reshape(w, [1, 4 * units, channels]),
      g.reshape(r, [1, 4 * units, units]),
      g.reshape(g.concat([b, g.zeros([4 * units])], 0), [1, 8 * units]),
    ],
    attributes: { hidden_size: units, direction: reverse ? "reverse" : "forward" },
    shapes: [[time, 1, batch, units]],
    vjp: ([cotangent], [hidden]) => {
      const back = new LstmBackward(g, { x: byTime, w, r, b, hidden, reverse });
      const dGates = back.gateCotangents(cotangent!);
      const [dw, dr] = g.split(g.gemm(dGates, back.taken, true), 1, [channels, units]);
      const db = g.sum(dGates, 0);
      return [
        g.reshape(g.gemm(dGates, w), byTime.shape),
        g.reshape(dw, [1, ...w.shape]),
        g.reshape(dr, [1, ...r.shape]),
        g.reshape(g.concat([db, db], 0), [1, 8 * units]),
      ];
    },
  });
  return g.transpose(g.reshape(y, [time, batch, units]), [1, 0, 2]);
}

interface Forward {
  readonly x: Node;
  readonly w: Node;
  readonly r: Node;
  readonly b: Node;
  readonly hidden: Node;
  readonly reverse: boolean;
}

/** Everything here has the rows of all times one below the other: `[time * batch, ...]`. */
class LstmBackward {
  /** What the gates are made from: the input and, beside it, the hidden state one step earlier. */
  readonly taken: Node;
  readonly #r: Node;
  readonly #time: number;
  readonly #batch: number;
  readonly #units: number;
  readonly #reverse: boolean;
  readonly #gates: Node;

  constructor(
    private readonly g: GraphBuilder,
    { x, w, r, b, hidden, reverse }: Forward,
  ) {
    const [time, batch, channels] = x.shape;
    this.#time = time;
    this.#batch = batch;
    this.#units = r.shape[1];
    this.#reverse = reverse;
    this.#r = r;
    const previous = this.#delayed(g.reshape(hidden, [time * batch, this.#units]));
    this.taken = g.concat([g.reshape(x, [time * batch, channels]), previous], 1);
    this.#gates = g.gemm(this.taken, g.concat([w, r], 1), false, true, b);
  }

  /** Cotangents of the gates before their activations, from that of the hidden states. */
  gateCotangents(cotangent: Node): Node {
    const { g } = this;
    const units = this.#units;
    const [inner, outer, keep, candidate] = g.split(this.#gates, 1, [units, units, units, units]);
    const [i, o, f] = [g.sigmoid(inner), g.sigmoid(outer), g.sigmoid(keep)];
    const c = g.tanh(candidate);
    const { cell, previousCell } = this.#cells(f, g.mul(i, c));
    const tanhCell = g.tanh(cell);
    const slope = (s: Node) => g.mul(s, g.sub(1, s));
    const perGate = [
      g.mul(c, slope(i)),
      g.mul(tanhCell, slope(o)),
      g.mul(previousCell, slope(f)),
      g.mul(i, g.sub(1, g.square(c))),
    ];
    const toCell = g.mul(o, g.sub(1, g.square(tanhCell)));
    return this.#backInTime(cotangent, toCell, f, g.concat(perGate, 1));
  }

  #backInTime(cotangent: Node, toCell: Node, forget: Node, perGate: Node): Node {
    const { g } = this;
    const rows = this.#time * this.#batch;
    const [dh, toCells, forgets, perGates] = [
      this.#steps(g.reshape(cotangent, [rows, this.#units])),
      this.#steps(toCell),
      this.#steps(forget),
      this.#steps(perGate),
    ];
    const found: Node[] = new Array(this.#time);
    let later: { readonly gates: Node; readonly cell: Node } | undefined;
    for (const t of this.#order().reverse()) {
      const hidden: Node = later ? g.gemm(later.gates, this.#r, false, false, dh[t]) : dh[t];
      const direct = g.mul(hidden, toCells[t]);
      const cell: Node = later ? g.add(direct, later.cell) : direct;
      found[t] = g.mul(g.concat([cell, hidden, cell, cell], 1), perGates[t]);
      later = { gates: found[t], cell: g.mul(cell, forgets[t]) };
    }
    return g.concat(found, 0);
  }

  /** c(t) = f(t) c(t - 1) + i(t) g(t). */
  #cells(forget: Node, gain: Node): { cell: Node; previousCell: Node } {
    const { g } = this;
    const [forgets, gains] = [this.#steps(forget), this.#steps(gain)];
    const found: Node[] = new Array(this.#time);
    let state: Node | undefined;
    for (const t of this.#order()) {
      state = state ? g.add(g.mul(forgets[t], state), gains[t]) : gains[t];
      found[t] = state;
    }
    const cell = g.concat(found, 0);
    return { cell, previousCell: this.#delayed(cell) };
  }

  /** One step later, zeros first: a pad that is negative at the other end cuts there. */
  #delayed(rows: Node): Node {
    const { g } = this;
    const [all, step] = [rows.shape[0], this.#batch];
    if (all === step) return g.zeros(rows.shape);
    const pads = this.#reverse ? [-step, 0, step, 0] : [step, 0, -step, 0];
    return g.operator({ type: "Pad", inputs: [rows], integers: [pads], shapes: [rows.shape], vjp: null })[0];
  }

  #steps(rows: Node): readonly Node[] {
    return this.g.split(rows, 0, new Array(this.#time).fill(this.#batch));
  }

  #order(): number[] {
    const times = Array.from({ length: this.#time }, (_, t) => t);
    return this.#reverse ? times.reverse() : times;
  }
}
