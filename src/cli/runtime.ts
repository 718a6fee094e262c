import type { OrtRuntime } from "../nn/index.ts";

/** A native module that few commands need: loaded when it is asked for. */
export async function loadRuntime(): Promise<OrtRuntime> {
  return (await import("onnxruntime-node")) as unknown as OrtRuntime;
}

export async function runtimeVersion(): Promise<string> {
  const { env } = await import("onnxruntime-node");
  return env.versions.node ?? env.versions.common;
}
