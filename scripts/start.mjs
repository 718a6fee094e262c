import { launch } from "./lib/launch.mjs";

await launch(["demo", ...process.argv.slice(2)]);
