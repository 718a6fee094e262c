import { describe, expect, it } from "vitest";
import { InputError } from "../../errors.ts";
import { RandomStream } from "../../random.ts";
import { networkInput } from "../inputs/index.ts";
import type { Posterior } from "../posterior/index.ts";
import { trainingWorld } from "../world/index.ts";
import { type ChunkResult, type ChunkSetup, evaluateChunk } from "./chunk.ts";
import { columnsOf } from "./columns.ts";
import { evaluationOf } from "./evaluation.ts";
import { drawStrange, strangeKinds } from "./outOfRange.ts";
import { chunksOf, storedResult } from "./plan.ts";
import { EVALUATION_ROWS } from "./rows.ts";
import { headerLine, readState, resultLine } from "./stateFile.ts";

const { prior } = trainingWorld("izhikevich");
const ROW = "rich/0.5mV";
const PARAMETERS = prior.parameters.length;
const ERROR = 0.1;

/** Cells whose estimate is off by a normal error, and whose ranks are uniform but for the last parameter: too narrow there. */
function knownCells(first: number, count: number): ChunkResult {
  const rows = Array.from({ length: count }, (_, k) => {
    const stream = RandomStream.fromSeed(8).split(first + k);
    const truth = prior.parameters.map(() => stream.uniform());
    const rank = truth.map(() => stream.uniform());
    rank[PARAMETERS - 1] = rank[PARAMETERS - 1] < 0.5 ? rank[PARAMETERS - 1] ** 2 : rank[PARAMETERS - 1];
    return {
      truth,
      mean: truth.map((value) => value + ERROR * stream.normal()),
      rank,
      spread: truth.map(() => 0.3),
      unknown: truth.map((_value, p) => (p === 0 && (first + k) % 4 === 0 ? 1 : 0)),
      tarp: [stream.uniform()],
      ms: [20],
    };
  });
  return { row: ROW, method: "amortised", first, count, columns: columnsOf(rows), failures: [] };
}

const parts = [0, 500, 1000, 1500].map((first) => knownCells(first, 500));
const summaryOf = (results: readonly ChunkResult[]) =>
  evaluationOf(prior, { rows: [ROW] }, results).rows[ROW].amortised!;

describe("[E1] a summary of cells whose errors are known", () => {
  const summary = summaryOf(parts);

  it("R2 is 1 - variance of the error over that of the box, 1/12; the squared error has the parameter's unit", () => {
    for (const r2 of Object.values(summary.r2))
      expect(Math.abs(r2 - (1 - 12 * ERROR ** 2))).toBeLessThan(0.015);
    const { low, high } = prior.parameters.find(({ name }) => name === "vr_mV")!;
    expect(summary.mse.vr_mV / ((high - low) * ERROR) ** 2).toBeGreaterThan(0.9);
    expect(summary.mse.vr_mV / ((high - low) * ERROR) ** 2).toBeLessThan(1.1);
  });

  it("uniform ranks pass and cover; a parameter with crowded ranks fails alone", () => {
    const rejected = Object.entries(summary.sbc).flatMap(([name, { p }]) => (p < 0.01 ? [name] : []));
    expect(rejected).toEqual(["d_pA"]);
    for (const { level, covered } of summary.coverage.C_pF)
      expect(Math.abs(covered - level)).toBeLessThan(0.04);
    expect(summary.tarp.test.pDistance).toBeGreaterThan(0.01);
  });

  it("every fourth cell reports C as unknown", () => {
    expect(summary.unknown.C_pF.share).toBeCloseTo(0.25, 10);
    expect(summary.unknown.vr_mV.share).toBe(0);
  });

  it("cells without an answer are counted, and are in no other number", () => {
    const failed = {
      ...parts[0],
      first: 2000,
      count: 1,
      columns: {},
      failures: [{ cell: 2000, reason: "no" }],
    };
    const more = summaryOf([...parts, failed]);
    expect(more.failed).toBe(1);
    expect({ ...more, failed: 0 }).toEqual(summary);
  });

  it("the order in which chunks are finished does not matter", () => {
    expect(summaryOf([parts[2], parts[0], parts[3], parts[1]])).toEqual(summary);
  });
});

describe("[E2] what is stored", () => {
  const header = { model: "izhikevich", seed: 3, samples: 200, sha256: "ab", version: "1" };
  const text = headerLine(header) + parts.map(resultLine).join("");

  it("comes back to the bit", () => {
    expect(readState(text, header, "f").results).toEqual(parts);
  });

  it("a last line that was being written is left out, and the whole lines end before it", () => {
    const torn = text.slice(0, -7);
    const { results, whole } = readState(torn, header, "f");
    expect(results).toEqual(parts.slice(0, 3));
    expect(torn.slice(0, whole) + resultLine(parts[3])).toBe(text);
  });

  it.each([
    ["other weights", { sha256: "cd" }],
    ["another seed", { seed: 4 }],
    ["another number of draws", { samples: 100 }],
  ])("of %s is refused", (_, change) => {
    expect(() => readState(text, { ...header, ...change }, "f")).toThrow(InputError);
  });

  it("a chunk of more cells answers for one of fewer, not the other way round", () => {
    const wanted = { row: ROW, method: "amortised", first: 500, count: 120 } as const;
    expect(storedResult(wanted, parts)).toEqual(knownCells(500, 120));
    expect(storedResult({ ...wanted, count: 501 }, parts)).toBeUndefined();
    expect(storedResult({ ...wanted, method: "refined" }, parts)).toBeUndefined();
  });

  it("chunks hold every cell of every row once", () => {
    const rows = EVALUATION_ROWS.map(({ id }) => id);
    const chunks = chunksOf({ model: "izhikevich", rows, cells: 120, refined: 7, strange: 0 });
    for (const row of rows)
      for (const [method, cells] of [
        ["amortised", 120],
        ["refined", 7],
      ] as const) {
        const found = chunks.filter((chunk) => chunk.row === row && chunk.method === method);
        const all = found.flatMap(({ first, count }) => Array.from({ length: count }, (_, k) => first + k));
        expect(all).toEqual(Array.from({ length: cells }, (_, k) => k));
      }
  });
});

/** Flat traces have the least to measure. */
const strangeness: ChunkSetup["strangeness"] = async ({ sweeps, dt_ms }) =>
  networkInput(sweeps, dt_ms).cellScalars.filter(Number.isNaN).length;
const setup: ChunkSetup = {
  posterior: { prior } as Posterior,
  seed: 4_200_000_001,
  samples: 200,
  strangeness,
  now: () => 0,
};

describe("[E3] chunks of cells", () => {
  it("a cell's result does not depend on the chunk it is in", async () => {
    const whole = await evaluateChunk(setup, { row: "dead", method: "strange", first: 0, count: 6 });
    const part = await evaluateChunk(setup, { row: "dead", method: "strange", first: 2, count: 3 });
    expect(part.columns.strangeness).toEqual(whole.columns.strangeness!.slice(2, 5));
  });

  it("a clean cell is refined to its parameters, in the order and coordinates of the prior", async () => {
    const { columns, failures } = await evaluateChunk(setup, {
      row: "single-step/0mV",
      method: "refined",
      first: 0,
      count: 1,
    });
    expect(failures).toEqual([]);
    const { truth, mean } = columns;
    truth!.forEach((value, k) => {
      expect(Math.abs(mean![k] - value), prior.parameters[k].name).toBeLessThan(0.03);
    });
  });

  it("a cell that cannot be answered is a result with its reason", async () => {
    const { columns, failures } = await evaluateChunk(
      { ...setup, strangeness: () => Promise.reject(new Error("no answer")) },
      { row: "constant", method: "strange", first: 4, count: 2 },
    );
    expect(failures.map(({ cell, reason }) => [cell, reason])).toEqual([
      [4, "no answer"],
      [5, "no answer"],
    ]);
    expect(columns).toEqual({});
  });
});

describe("[E4] out of range", () => {
  it("every artefact and every other model is a kind, drawn with the seed of the request", () => {
    expect(strangeKinds("izhikevich")).toHaveLength(9);
    const [cell] = drawStrange("izhikevich", "constant", { seed: 5, count: 1, first: 3 });
    for (const { v_mV } of cell.sweeps) expect(new Set(v_mV).size).toBe(1);
    const [squid] = drawStrange("izhikevich", "hodgkin-huxley", { seed: 5, count: 1, first: 3 });
    expect(squid.parameters).toHaveLength(7);
  });

  it("scores of known and strange recordings give the area under the curve of each kind and of all", async () => {
    const known = { row: "world", method: "amortised", first: 0, count: 3, failures: [] } as const;
    const scores = (row: string, values: readonly number[]): ChunkResult => ({
      ...known,
      row,
      method: "strange",
      columns: { strangeness: Float32Array.from(values) },
    });
    const { outOfRange } = evaluationOf(prior, { rows: [] }, [
      { ...known, columns: { strangeness: Float32Array.of(1, 2, 3) } },
      scores("dead", [4, 5, Number.POSITIVE_INFINITY]),
      scores("clipping", [0, 2.5, 9]),
    ]);
    expect(outOfRange!.kinds.dead.auroc).toBe(1);
    expect(outOfRange!.kinds.clipping.auroc).toBeCloseTo(5 / 9, 10);
    expect(outOfRange!.all.auroc).toBeCloseTo(7 / 9, 10);
  });
});
