/** What is used of ONNX Runtime, as `onnxruntime-node` and `onnxruntime-web` have it: whoever calls passes one of them in. */
export interface OrtRuntime {
  readonly InferenceSession: {
    create(bytes: Uint8Array, options?: OrtSessionOptions): Promise<OrtSession>;
  };
  readonly Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => OrtTensor;
}

export interface OrtTensor {
  readonly data: unknown;
  readonly dims: readonly number[];
}

export interface OrtSession {
  run(feeds: Readonly<Record<string, OrtTensor>>): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}

export interface OrtSessionOptions {
  readonly intraOpNumThreads?: number;
  readonly interOpNumThreads?: number;
  readonly executionMode?: "sequential" | "parallel";
  readonly graphOptimizationLevel?: "disabled" | "basic" | "extended" | "all";
}

/** Arrays by the name of an input or an output; the length is that of the declared shape. */
export type Batch = Readonly<Record<string, Float32Array>>;

/** A model that is ready to run. */
export interface LoadedModel {
  /** Throws when an input is missing or has another length. */
  run(inputs: Batch): Promise<Record<string, Float32Array>>;
  release(): Promise<void>;
}

/** A model as bytes, with the shapes of what it takes. */
export interface RunnableModel {
  readonly bytes: Uint8Array;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
}

/**
 * Opens a session on a model.
 *
 * @param runtime `onnxruntime-node`, `onnxruntime-web`, or another that has the same interface
 */
export async function loadModel(
  runtime: OrtRuntime,
  model: RunnableModel,
  options: OrtSessionOptions = { intraOpNumThreads: 1, interOpNumThreads: 1 },
): Promise<LoadedModel> {
  const session = await runtime.InferenceSession.create(model.bytes, options);
  return {
    async run(inputs) {
      const results = await session.run(feedsOf(runtime, model, inputs));
      return Object.fromEntries(
        Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]),
      );
    },
    release: () => session.release(),
  };
}

function feedsOf(runtime: OrtRuntime, model: RunnableModel, inputs: Batch): Record<string, OrtTensor> {
  const feeds: Record<string, OrtTensor> = {};
  for (const [name, shape] of Object.entries(model.inputs)) {
    const values = inputs[name];
    const size = shape.reduce((a, b) => a * b, 1);
    if (values?.length !== size)
      throw new Error(`internal: input ${name} has ${values?.length ?? "no"} values, not [${shape}]`);
    feeds[name] = new runtime.Tensor("float32", values, shape);
  }
  return feeds;
}
