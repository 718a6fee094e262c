import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as engine from "../../src/engine/index.ts";
import * as networks from "../../src/networks/index.ts";
import * as random from "../../src/random.ts";

const ROOMS: Readonly<Record<string, object>> = {
  "./src/engine/index.ts": engine,
  "./src/networks/index.ts": networks,
  "./src/random.ts": random,
};

test("the example of docs/networks.md runs and fires", async () => {
  const [, example] = /```js\n([\s\S]*?)```/.exec(readFileSync("docs/networks.md", "utf8")) ?? [];
  const scope = new Map<string, unknown>();
  const body = example.replace(/^import \{ (.*) \} from "(.*)";$/gm, (_, names: string, room: string) => {
    for (const name of names.split(", ")) scope.set(name, (ROOMS[room] as Record<string, unknown>)[name]);
    return "";
  });
  expect([...scope.values()]).not.toContain(undefined);
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  const run = new AsyncFunction(...scope.keys(), `${body}\nreturn { run, rate_Hz, spikes, currents };`);
  const { rate_Hz, spikes, currents, run: result } = await run(...scope.values());
  expect(rate_Hz).toBeGreaterThan(1);
  expect(rate_Hz).toBeLessThan(100);
  expect(spikes.cell.length).toBe(spikes.time_ms.length);
  expect(currents.AMPA).toHaveLength(301);
  expect(Math.min(...currents.AMPA)).toBeLessThan(0);
  expect(result.failures).toEqual([]);
});
