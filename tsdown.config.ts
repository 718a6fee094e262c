import { defineConfig } from "tsdown";

const common = {
  format: "esm",
  fixedExtension: false,
  outDir: "dist",
  dts: false,
} as const;

export default defineConfig([
  {
    ...common,
    entry: { cli: "src/cli/main.ts", worker: "src/cli/worker.ts" },
    platform: "node",
    target: "node20",
    clean: true,
  },
  // For a page: one file, with everything in it.
  {
    ...common,
    entry: { "browser/patchtwin": "src/browser.ts" },
    platform: "browser",
    target: "es2022",
    deps: { alwaysBundle: [/./], onlyBundle: false },
    clean: false,
  },
]);
