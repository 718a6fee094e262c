import { gradients } from "./graph/backward.ts";
import type { GraphBuilder } from "./graph/builder.ts";
import type { Node, Shape } from "./graph/node.ts";
import { sameShape } from "./graph/shapes.ts";
import { modelProto } from "./onnx/modelProto.ts";
import { type ParameterPlace, placesOf, type Weights, weightOf } from "./parameters/weights.ts";
import type { RunnableModel } from "./runtime.ts";

/** One ONNX model: inputs and parameters in; `loss`, metrics and `gradient/<parameter>` out. */
export interface TrainingModel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Shapes of the inputs of a batch, without the parameters. */
  readonly batchInputs: Readonly<Record<string, Shape>>;
  /** Parameters that the loss depends on, in order of declaration. */
  readonly parameterNames: readonly string[];
  readonly shapes: Readonly<Record<string, Shape>>;
  /** All parameters of the graph, as they lie in `Weights`. */
  readonly places: readonly ParameterPlace[];
  readonly metricNames: readonly string[];
}

export interface InferenceModel extends RunnableModel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly outputs: Readonly<Record<string, Shape>>;
}

/**
 * Loss and gradients of a graph as one ONNX model.
 *
 * @param loss a node of one element, the mean over the batch: the gradients of shards are averaged with equal weight
 * @param metrics further values to return beside it, by name
 */
export function trainingModel(
  g: GraphBuilder,
  loss: Node,
  { metrics = {} }: { readonly metrics?: Readonly<Record<string, Node>> } = {},
): TrainingModel {
  const byName = gradients(g, loss);
  const outputs: Record<string, Node> = { loss, ...metrics };
  for (const [name, gradient] of byName) outputs[gradientName(name)] = gradient;
  const { bytes, fed } = modelProto({ outputs });
  const places = placesOf(g.parameters);
  return {
    bytes,
    batchInputs: shapesOf(fed, "input"),
    parameterNames: [...byName.keys()],
    shapes: Object.fromEntries(places.map(({ name, shape }) => [name, shape])),
    places,
    metricNames: Object.keys(metrics),
  };
}

/** Name of the output that holds the gradient of a parameter. */
export const gradientName = (parameter: string): string => `gradient/${parameter}`;

/**
 * The part of a graph that the outputs need as an ONNX model, with the weights written into it, or as further inputs under the
 * names of the parameters where none are given. Throws when a weight is missing or has another shape.
 */
export function inferenceModel(
  g: GraphBuilder,
  { outputs, weights }: { readonly outputs: Readonly<Record<string, Node>>; readonly weights?: Weights },
): InferenceModel {
  const { bytes, fed } = modelProto({ outputs, ...(weights && { weightOf: weightsFor(g, weights) }) });
  const missing = fed.find(({ operation }) => operation.kind === "parameter");
  if (weights && missing?.operation.kind === "parameter")
    throw new Error(`internal: there are no weights for ${missing.operation.name}`);
  return {
    bytes,
    inputs: { ...shapesOf(fed, "input"), ...shapesOf(fed, "parameter") },
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, { shape }]) => [name, shape])),
  };
}

/** The weights of a parameter; throws when they are those of another shape. */
function weightsFor(g: GraphBuilder, weights: Weights): (name: string) => Float32Array | undefined {
  const shapes = new Map(placesOf(g.parameters).map(({ name, shape }) => [name, shape]));
  return (name) => {
    const place = weights.places.find((each) => each.name === name);
    if (place && !sameShape(place.shape, shapes.get(name) ?? []))
      throw new Error(`internal: weights of ${name} are [${place.shape}], not [${shapes.get(name)}]`);
    return weightOf(weights, name);
  };
}

function shapesOf(fed: readonly Node[], kind: "input" | "parameter"): Record<string, Shape> {
  const shapes: Record<string, Shape> = {};
  for (const { operation, shape } of fed)
    if (operation.kind === kind && "name" in operation) shapes[operation.name] = shape;
  return shapes;
}
