import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { json, patchtwin, temporaryFolder } from "./run.ts";

const ROOT = join(import.meta.dirname, "../..");
const folder = temporaryFolder();
afterAll(() => folder.remove());

const ROW = "single-step/1mV";
const SMALL = ["evaluate", "--model", "izhikevich", "--refined", "0", "--samples", "100", "--rows", ROW];
/** In three parts. */
const asked = (state: string) => [...SMALL, "--cells", "110", "--state", folder.in(state)];

/** What two evaluations may differ in. */
const withoutTimes = (document: unknown) =>
  JSON.stringify(document, (key, value) =>
    ["median_ms", "ms_per_clone", "goals", "provenance"].includes(key) ? undefined : value,
  );

describe("evaluate", () => {
  test("an interrupted evaluation goes on, and its result is that of one in one go on other threads", async () => {
    const whole = await json(asked("whole.jsonl"), { env: { PATCHTWIN_THREADS: "2" } });
    const one = { PATCHTWIN_THREADS: "1" };
    const stopped = await patchtwin(asked("parts.jsonl"), {
      env: one,
      onStderr: (text, kill) => {
        if (/evaluating: (?!0 )/.test(text)) kill("SIGINT");
      },
    });
    expect(stopped.code).toBe(130);
    const parts = readFileSync(folder.in("parts.jsonl"), "utf8").trimEnd().split("\n").length - 1;
    expect(parts).toBeGreaterThan(0);
    expect(parts).toBeLessThan(3);
    const { code, stdout, stderr } = await patchtwin([...asked("parts.jsonl"), "--json"], { env: one });
    expect(code).toBe(0);
    expect(stderr).toMatch(/going on from .*: \d of 3 parts are there/);
    expect(withoutTimes(JSON.parse(stdout))).toBe(withoutTimes(whole));
    const { amortised } = whole.r2[ROW];
    expect(Object.keys(amortised)).toEqual([
      ...whole.parameters.map((p: { name: string }) => p.name),
      "mean",
    ]);
    expect(amortised.vr_mV).toBeGreaterThan(0.8);
    expect(whole.answered[ROW].amortised).toMatchObject({ cells: 110, failed: 0 });
    expect(whole.coverage[ROW].amortised.C_pF.map((c: { level: number }) => c.level)).toEqual([
      0.5, 0.8, 0.95,
    ]);
    expect(whole.ms_per_clone).toBeGreaterThan(0);
  });

  test("--write fills the model's part of the page and puts the figures beside it", async () => {
    const page = folder.in("cloning.md");
    cpSync(join(ROOT, "docs", "cloning.md"), page);
    const before = readFileSync(page, "utf8");
    const asks = [...SMALL, "--cells", "20", "--rows", "rich/0.5mV", "--state", folder.in("page.jsonl")];
    expect((await patchtwin([...asks, "--write", page])).code).toBe(0);
    const after = readFileSync(page, "utf8");
    const [start, end] = ["<!-- evaluate izhikevich -->", "<!-- end izhikevich -->"];
    expect(after.split(start)[0]).toBe(before.split(start)[0]);
    expect(after.split(end)[1]).toBe(before.split(end)[1]);
    const figure = /\]\((cloning\/izhikevich-recovery\.svg)\)/.exec(after)![1];
    expect(readFileSync(folder.in(figure), "utf8")).toMatch(/^<svg /);
  });

  test("the seed that the weights were trained on is refused", async () => {
    const { seed } = JSON.parse(readFileSync(join(ROOT, "weights", "izhikevich.json"), "utf8"));
    const { code, stderr } = await patchtwin([...SMALL, "--cells", "10", "--seed", String(seed)]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--seed: the weights have seen the cells of this seed/);
  });
});
