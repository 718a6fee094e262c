/** Inspects a recording as `patchtwin inspect` does and prints what it took as JSON. usage: tsx bench/recordings/long.ts FILE */
import { openFile } from "../../src/cli/fileSource.ts";
import { inspectRecording } from "../../src/features/index.ts";
import { readRecording } from "../../src/recordings/index.ts";

const start_ms = performance.now();
const file = await openFile(process.argv[2]);
const { sweeps } = inspectRecording(readRecording(file.source, process.argv[2]));
const [{ samples, spikes }] = sweeps;
const wall_s = (performance.now() - start_ms) / 1000;
console.log(JSON.stringify({ wall_s, samples, spikes, most_MB: process.resourceUsage().maxRSS / 1024 }));
