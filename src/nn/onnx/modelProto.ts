import type { Attribute, LoopBody, Node, Operation, OperatorCall, Shape } from "../graph/node.ts";
import { interior } from "../graph/scan.ts";
import { ProtoWriter } from "./protobuf.ts";

/** ONNX IR and operator set that are written; both runtimes read them. */
const IR_VERSION = 8;
const OPSET = 18;

/** Codes of TensorProto.DataType and AttributeProto.AttributeType in onnx.proto. */
const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE = { integer: 2, text: 3, graph: 5, integers: 7 } as const;

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
    const writing: Writing = { integers: new IntegerConstants(writer), needed: new Set(needed) };
    writeGraph(writer, writing, { nodes: needed, inputs: fed, outputs: Object.entries(outputs) });
    for (const node of needed) writeInitializer(writer, node, weightOf);
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
    if (node.operation.kind === "operator")
      open.push(...node.operation.inputs, ...capturedFor(node.operation, node));
  }
  return [...needed].sort((a, b) => a.id - b.id);
}

/** What a loop takes from outside to give one of its results. */
function capturedFor({ body }: OperatorCall, { output }: Node): readonly Node[] {
  return body
    ? interior(body.inputs, [...body.outputs.slice(0, body.states), body.outputs[output]]).captured
    : [];
}

/** What is known while a model is written. */
interface Writing {
  readonly integers: IntegerConstants;
  /** What the outputs of the model need. */
  readonly needed: ReadonlySet<Node>;
}

interface GraphParts {
  /** Sorted by what takes from what. */
  readonly nodes: readonly Node[];
  readonly inputs: readonly Node[];
  /** By name. */
  readonly outputs: readonly (readonly [string, Node])[];
}

/** The fields of a GraphProto but for its initializers. */
function writeGraph(graph: ProtoWriter, writing: Writing, { nodes, inputs, outputs }: GraphParts): void {
  const written = new Set<Operation>();
  for (const { operation } of nodes) {
    if (operation.kind !== "operator" || written.has(operation)) continue;
    written.add(operation);
    writeOperator(graph, writing, operation);
  }
  for (const [name, node] of outputs)
    if (name !== nodeName(node))
      graph.message(1, (call) => call.text(1, nodeName(node)).text(2, name).text(4, "Identity"));
  graph.text(2, "patchtwin");
  for (const node of inputs) graph.message(11, (info) => writeValueInfo(info, nodeName(node), node.shape));
  for (const [name, { shape }] of outputs) graph.message(12, (info) => writeValueInfo(info, name, shape));
}

function writeOperator(graph: ProtoWriter, writing: Writing, operation: OperatorCall): void {
  const extra = (operation.integers ?? []).map((values) => writing.integers.name(values));
  const results = usedResults(operation, writing.needed);
  graph.message(1, (call) => {
    for (const input of operation.inputs) call.text(1, nodeName(input));
    for (const name of extra) call.text(1, name);
    for (const result of results) call.text(2, nodeName(result));
    call.text(4, operation.type);
    for (const [name, value] of Object.entries(operation.attributes ?? {}))
      call.message(5, (attribute) => writeAttribute(attribute, name, value));
    if (operation.body) writeLoop(call, writing, operation, operation.body, results);
  });
}

/** What a loop gives and nobody takes is not computed; its last states have to stay. */
function usedResults({ body, results }: OperatorCall, needed: ReadonlySet<Node>): readonly Node[] {
  return body ? results.filter((result, k) => k < body.states || needed.has(result)) : results;
}

/** The attributes of a Scan; names of a body's values differ from all outside, as ONNX demands. */
function writeLoop(
  call: ProtoWriter,
  writing: Writing,
  { results }: OperatorCall,
  body: LoopBody,
  used: readonly Node[],
): void {
  const { states, inputs, reverse } = body;
  const outputs = body.outputs.filter((_, k) => used.includes(results[k]));
  const inner = interior(inputs, outputs).inside;
  const named = outputs.map((node, k): [string, Node] => {
    const madeHere = node.operation.kind === "operator" && inner.includes(node);
    return [madeHere && outputs.indexOf(node) === k ? nodeName(node) : `${nodeName(used[k])}/step`, node];
  });
  call.message(5, (attribute) =>
    attribute
      .text(1, "body")
      .message(6, (graph) => writeGraph(graph, writing, { nodes: inner, inputs, outputs: named }))
      .integer(20, ATTRIBUTE.graph),
  );
  const attribute = (name: string, value: Attribute) =>
    call.message(5, (writer) => writeAttribute(writer, name, value));
  attribute("num_scan_inputs", inputs.length - states);
  if (!reverse) return;
  attribute(
    "scan_input_directions",
    inputs.slice(states).map(() => 1),
  );
  attribute(
    "scan_output_directions",
    outputs.slice(states).map(() => 1),
  );
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
