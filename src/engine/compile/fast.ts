import type { Kernel } from "../kernel.ts";
import type { Model } from "../model.ts";
import { javascriptKernel } from "./javascript.ts";
import { wasmKernel } from "./wasm.ts";

/** The fastest kernel there is for a model. */
export function fastKernel(model: Model, dt_ms: number): Kernel {
  return model.kind === "conductance" ? wasmKernel(model, dt_ms) : javascriptKernel(model, dt_ms);
}
