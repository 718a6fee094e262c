import { readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { inRoot } from "../../scripts/lib/root.mjs";

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
  readonly v8: string;
  readonly patchtwin: string;
  readonly load: number;
}

export function thisMachine(): Machine {
  const [processor] = cpus();
  return {
    processor: processor?.model ?? "unknown",
    cores: cpus().length,
    node: process.versions.node,
    v8: process.versions.v8,
    patchtwin: JSON.parse(readFileSync(inRoot("package.json"), "utf8")).version,
    load: loadavg()[0],
  };
}
