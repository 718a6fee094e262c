import { defineConfig } from "tsdown";

export default defineConfig({
  entry: { cli: "src/cli/main.ts", worker: "src/cli/worker.ts" },
  format: "esm",
  platform: "node",
  fixedExtension: false,
  target: "node20",
  outDir: "dist",
  clean: true,
  dts: false,
});
