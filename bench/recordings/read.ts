/**
 * Reads every sweep of ABF files and prints the seconds, of CPU time and by the clock, that each took as JSON.
 * usage: tsx bench/recordings/read.ts PASSES FILE... The first channel and the first command, as pyABF's sweepY and sweepC; only the last pass counts.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type Channel, type Command, inInternalUnit } from "../../src/recordings/content.ts";
import { READERS } from "../../src/recordings/formats/registry.ts";
import { sourceOf } from "../../src/recordings/source.ts";
import { factorFor, roleOfUnit } from "../../src/recordings/units.ts";

function read(file: string) {
  const [start, startedAt_ms] = [process.cpuUsage(), performance.now()];
  const bytes = readFileSync(file);
  const format = READERS.find(({ begins }) => begins(bytes.subarray(0, 4096)))!;
  const [content] = format.read(sourceOf(bytes), basename(file), {});
  const channel = converted(content.channels[0]);
  const command = converted(content.commands[0]);
  let [samples, sum] = [0, 0];
  for (const [sweep, length] of content.lengths.entries()) {
    const values = channel(sweep, 0, length);
    const current = command(sweep, 0, length);
    samples += values.length + current.length;
    sum += values[length >> 1];
  }
  const { user, system } = process.cpuUsage(start);
  const wall_s = (performance.now() - startedAt_ms) / 1000;
  return { cpu_s: (user + system) / 1e6, wall_s, samples, sum: sum / unitOf(content.channels[0]) };
}

/** In mV or pA; files of stimuli have channels without a unit. */
function converted(one: Channel | Command) {
  return roleOfUnit(one.unit) ? inInternalUnit(one) : one.samples;
}

/** From mV or pA back to the file's unit, in which pyABF answers. */
function unitOf({ unit }: Channel): number {
  const role = roleOfUnit(unit);
  return role ? factorFor(role, unit)! : 1;
}

const [passes, ...files] = process.argv.slice(2);
let last: ReturnType<typeof read>[] = [];
for (let pass = 0; pass < Number(passes); pass++) {
  last = [];
  for (const file of files) last.push(read(file));
}
console.log(JSON.stringify({ version: process.versions.node, files: last }));
