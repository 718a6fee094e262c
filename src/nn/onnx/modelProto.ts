import type { Attribute, Node, Operation, OperatorCall, Shape } from "../graph/node.ts";
import { ProtoWriter } from "./protobuf.ts";

/** ONNX IR and operator set that are written; both runtimes read them. */
const IR_VERSION = 8;
const OPSET = 18;

/** Codes of TensorProto.DataType and AttributeProto.AttributeType in onnx.proto. */
const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE = { integer: 2, text: 3, integers: 7 } as const;

export interface ModelOptions {
  /** Names and nodes of what the model returns. */
  readonly outputs: Readonly<Record<string, Node>>;
  /** Values of parameters to write into the model; the others become inputs. */
  readonly weightOf?: (name: string) => Float32Array | undefined;
}

/**
 * A graph as the bytes of an ONNX ModelProto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto): only what the outputs
 * need, in the order in which it was built, so that equal graphs give equal bytes.
 *
 * @returns the bytes and the names of inputs and parameters that the model has to be fed
 */
export function modelProto({ outputs, weightOf = () => undefined }: ModelOptions): {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly fed: readonly Node[];
} {
  const needed = neededNodes(Object.values(outputs));
  const fed = needed.filter(({ operation }) => isFed(operation, weightOf));
  const graph = (writer: ProtoWriter) => {
    const integers = new IntegerConstants(writer);
    const written = new Set<Operation>();
    for (const { operation } of needed) {
      if (operation.kind !== "operator" || written.has(operation)) continue;
      written.add(operation);
      writeOperator(writer, operation, integers);
    }
    for (const [name, node] of Object.entries(outputs))
      writer.message(1, (call) => call.text(1, nodeName(node)).text(2, name).text(4, "Identity"));
    writer.text(2, "patchtwin");
    for (const node of needed) writeInitializer(writer, node, weightOf);
    for (const node of fed) writer.message(11, (info) => writeValueInfo(info, nodeName(node), node.shape));
    for (const [name, { shape }] of Object.entries(outputs))
      writer.message(12, (info) => writeValueInfo(info, name, shape));
  };
  const bytes = new ProtoWriter()
    .integer(1, IR_VERSION)
    .text(2, "patchtwin")
    .message(7, graph)
    .message(8, (opset) => opset.text(1, "").integer(2, OPSET))
    .written();
  return { bytes, fed };
}

const isFed = (operation: Operation, weightOf: (name: string) => Float32Array | undefined): boolean =>
  operation.kind === "input" || (operation.kind === "parameter" && weightOf(operation.name) === undefined);

function nodeName({ id, operation }: Node): string {
  return operation.kind === "input" || operation.kind === "parameter" ? operation.name : `v${id}`;
}

function neededNodes(outputs: readonly Node[]): Node[] {
  const needed = new Set<Node>();
  const open = [...outputs];
  for (let node = open.pop(); node; node = open.pop()) {
    if (needed.has(node)) continue;
    needed.add(node);
    if (node.operation.kind === "operator") open.push(...node.operation.inputs);
  }
  return [...needed].sort((a, b) => a.id - b.id);
}

function writeOperator(graph: ProtoWriter, operation: OperatorCall, integers: IntegerConstants): void {
  const extra = (operation.integers ?? []).map((values) => integers.name(values));
  graph.message(1, (call) => {
    for (const input of operation.inputs) call.text(1, nodeName(input));
    for (const name of extra) call.text(1, name);
    for (const result of operation.results) call.text(2, nodeName(result));
    call.text(4, operation.type);
    for (const [name, value] of Object.entries(operation.attributes ?? {}))
      call.message(5, (attribute) => writeAttribute(attribute, name, value));
  });
}

function writeAttribute(writer: ProtoWriter, name: string, value: Attribute): void {
  writer.text(1, name);
  if (typeof value === "number") writer.integer(3, value).integer(20, ATTRIBUTE.integer);
  else if (typeof value === "string") writer.text(4, value).integer(20, ATTRIBUTE.text);
  else {
    for (const each of value) writer.integer(8, each);
    writer.integer(20, ATTRIBUTE.integers);
  }
}

function writeInitializer(
  graph: ProtoWriter,
  node: Node,
  weightOf: (name: string) => Float32Array | undefined,
): void {
  const { operation } = node;
  if (operation.kind !== "constant" && operation.kind !== "parameter") return;
  const values = operation.kind === "constant" ? operation.values : weightOf(operation.name);
  if (values) writeTensor(graph, nodeName(node), FLOAT, node.shape, values);
}

function writeTensor(
  graph: ProtoWriter,
  name: string,
  type: number,
  shape: Shape,
  values: Float32Array | BigInt64Array,
): void {
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  graph.message(5, (tensor) => {
    for (const length of shape) tensor.integer(1, length);
    tensor.integer(2, type).text(8, name).bytes(9, raw);
  });
}

function writeValueInfo(info: ProtoWriter, name: string, shape: Shape): void {
  const dimensions = (writer: ProtoWriter) => {
    for (const length of shape) writer.message(1, (dimension) => dimension.integer(1, length));
  };
  info
    .text(1, name)
    .message(2, (type) => type.message(1, (tensor) => tensor.integer(1, FLOAT).message(2, dimensions)));
}

/** Axes, shapes and pads, each list written once. */
class IntegerConstants {
  readonly #names = new Map<string, string>();

  constructor(private readonly graph: ProtoWriter) {}

  name(values: readonly number[]): string {
    const key = values.join("_");
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = `i${key}`;
    this.#names.set(key, name);
    writeTensor(this.graph, name, INT64, [values.length], BigInt64Array.from(values, BigInt));
    return name;
  }
}
