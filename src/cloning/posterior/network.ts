import {
  conv1d,
  couplingFlow,
  dense,
  type Flow,
  GraphBuilder,
  lstm,
  maskedPool,
  type Node,
} from "../../nn/index.ts";
import { ALL_SCALARS, FRAME_CHANNELS, FRAMES, MAX_SWEEPS, type ScalarCounts } from "../inputs/index.ts";

/** Widths of a posterior network; written on its card, since the weights fit no other. */
export interface NetworkSize extends ScalarCounts {
  /** Parameters of the model. */
  readonly parameters: number;
  /** Places for sweeps, at most `MAX_SWEEPS`. */
  readonly slots: number;
  readonly filters: number;
  readonly lstm: number;
  readonly sweepUnits: number;
  readonly context: number;
  readonly couplings: number;
  readonly couplingUnits: number;
}

export function networkSize(parameters: number, size: Partial<NetworkSize> = {}): NetworkSize {
  return {
    ...ALL_SCALARS,
    parameters,
    slots: MAX_SWEEPS,
    filters: 32,
    lstm: 48,
    sweepUnits: 128,
    context: 256,
    couplings: 6,
    couplingUnits: 128,
    ...size,
  };
}

/** Minus the mean log density of the truth: what training lessens. Inputs: those of `NetworkBatch`, and `truth`. */
export function lossGraph(size: NetworkSize, batch: number): { g: GraphBuilder; loss: Node } {
  const g = new GraphBuilder();
  const flow = flowOf(g, size, embedding(g, size, batch));
  const truth = g.input("truth", [batch, size.parameters]);
  return { g, loss: g.neg(g.mean(flow.logDensity(truth))) };
}

/**
 * Samples of one cell: inputs of `NetworkBatch` for one cell and `noise` [samples, parameters], standard normal; out come
 * `sample` in the space of the density, its `logDensity` there, and the `embedding` of the recording [1, context].
 */
export function sampleGraph(size: NetworkSize, samples: number) {
  const g = new GraphBuilder();
  const context = embedding(g, size, 1);
  const { sample, logDensity } = flowOf(g, size, context).sample(
    g.input("noise", [samples, size.parameters]),
  );
  return { g, outputs: { sample, logDensity, embedding: context } };
}

function flowOf(g: GraphBuilder, size: NetworkSize, context: Node): Flow {
  return couplingFlow(g, {
    name: "flow",
    dimensions: size.parameters,
    context,
    transform: { kind: "spline-line", bins: 8, bound: 5 },
    layers: size.couplings,
    hidden: [size.couplingUnits, size.couplingUnits],
    activation: "silu",
  });
}

/**
 * Frames of each sweep through convolutions and an LSTM, joined with the sweep's scalars; the sweeps pooled as a set by masked
 * mean and maximum (Zaheer et al. 2017, Deep Sets); joined with the cell's scalars.
 */
function embedding(g: GraphBuilder, size: NetworkSize, batch: number): Node {
  const { slots, sweepUnits, context } = size;
  const frames = g.input("frames", [batch * slots, FRAMES, FRAME_CHANNELS.length]);
  const scalars = g.input("sweeps", [batch * slots, 2 * size.sweepScalars]);
  const mask = g.input("mask", [batch, slots]);
  const cells = g.input("cells", [batch, 2 * size.cellScalars]);
  const activation = "silu";
  const joined = g.concat([frameSummary(g, frames, size), scalars], 1);
  const first = dense(g, joined, { name: "sweep/1", units: 2 * sweepUnits, activation });
  const second = dense(g, first, { name: "sweep/2", units: sweepUnits, activation });
  const sweeps = g.reshape(second, [batch, slots, sweepUnits]);
  const pooled = [maskedPool(g, sweeps, mask, "mean"), maskedPool(g, sweeps, mask, "max"), cells];
  const all = dense(g, g.concat(pooled, 1), { name: "cell/1", units: 2 * context, activation });
  return dense(g, all, { name: "cell/2", units: context, activation });
}

/** Last state and mean state of an LSTM over convolved frames, [sweeps, 2 lstm]. */
function frameSummary(g: GraphBuilder, frames: Node, { filters, lstm: units }: NetworkSize): Node {
  const convolution = { filters, kernel: 5, stride: 2, activation: "silu" } as const;
  const first = conv1d(g, frames, { ...convolution, name: "frames/1" });
  const second = conv1d(g, first, { ...convolution, name: "frames/2" });
  const states = lstm(g, second, { name: "frames/lstm", units });
  const [sweeps, steps] = states.shape;
  const last = g.reshape(g.slice(states, 1, steps - 1, steps), [sweeps, units]);
  return g.concat([last, g.mean(states, 1)], 1);
}
