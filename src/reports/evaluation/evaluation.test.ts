import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { evaluationOf, trainingWorld } from "../../cloning/index.ts";
import { InputError } from "../../errors.ts";
import { RandomStream } from "../../random.ts";
import { type EvaluationResult, evaluationPart, goalsOf, resultTables, withEvaluationPart } from "./index.ts";

const { prior } = trainingWorld("izhikevich");
const CELLS = 400;

/** Ranks of each parameter at equal distances: 400 random ones miss a level by 3 points for one of nine parameters more often than not. */
function evenly(rank: (uniform: number) => number): () => number {
  let n = 0;
  return () => {
    const [cell, parameter] = [Math.floor(n / 9), n++ % 9];
    return rank((((cell + 31 * parameter) % CELLS) + 0.5) / CELLS);
  };
}

/** Estimates off by `error` of the box, uniform ranks seen through `rank`. */
function resultWith(error: number, rank: (uniform: number) => number): EvaluationResult {
  const stream = RandomStream.fromSeed(2);
  const flat = (value: () => number, width = 9) => Float32Array.from({ length: CELLS * width }, value);
  const truth = flat(() => stream.uniform());
  const mean = truth.map((value) => value + error * stream.normal());
  const columns = {
    truth,
    mean,
    rank: flat(evenly(rank)),
    unknown: flat(() => 0),
    tarp: flat(() => stream.uniform(), 1),
    ms: flat(() => 25, 1),
  };
  const rows = ["rich/0.5mV", "world"];
  const results = rows.map(
    (row) => ({ row, method: "amortised", first: 0, count: CELLS, columns, failures: [] }) as const,
  );
  const cells = (values: Float32Array) =>
    Array.from({ length: CELLS }, (_, k) => values.subarray(9 * k, 9 * k + 9));
  return {
    ...evaluationOf(prior, { rows }, results),
    prior,
    request: { model: "izhikevich", rows, cells: CELLS, refined: 0, strange: 0 },
    seed: 5,
    samples: 1000,
    clone_ms: 25,
    points: { truth: cells(truth), mean: cells(mean) },
  };
}

const good = resultWith(0, (uniform) => uniform);
const bad = resultWith(0.1, (uniform) => uniform ** 2);
const circumstances = {
  command: "patchtwin evaluate --model izhikevich",
  date: "2026-01-02",
  versions: { patchtwin: "0" },
  machine: "one core",
  sha256: "0123456789abcdef",
};

describe("[V1] what a reader is told", () => {
  it("goals that are reached are met, and those that are not are not", () => {
    expect(goalsOf(good).filter(({ met }) => !met)).toEqual([]);
    const missed = goalsOf(bad).flatMap(({ text, met }) => (met ? [] : [text]));
    expect(missed).toEqual([
      "rich/0.5mV, amortised: mean R2 0.96 or more, each parameter 0.87 or more",
      "training world, amortised: no rank test rejected at 0.01",
      "training world, amortised: 50, 80 and 95 % intervals within 3 points",
    ]);
  });

  it("the published figures stand above ours, what is not known of them is said so", () => {
    const [header, published, ours] = resultTables(good)[0].rows;
    expect(published[header.indexOf("C")]).toBe("0.87");
    expect(published[header.indexOf("c")]).toBe("not given");
    expect(published[header.indexOf("d")]).toBe("0.69 to 0.79");
    expect(ours).toEqual(["rich, 0.5 mV, amortised", ...Array(10).fill("1.000")]);
  });

  it("all rows of a table are as long as its header", () => {
    for (const { rows } of resultTables(bad)) expect(new Set(rows.map((row) => row.length)).size).toBe(1);
  });
});

describe("[V2] the page", () => {
  const page = "# Mine\n\n<!-- evaluate izhikevich -->\nold\n<!-- end izhikevich -->\n\nalso mine\n";

  it("only what stands between the markers is replaced, and again by the same", () => {
    const once = withEvaluationPart(page, "izhikevich", "new", "p.md");
    expect(once).toBe(
      "# Mine\n\n<!-- evaluate izhikevich -->\n\nnew\n\n<!-- end izhikevich -->\n\nalso mine\n",
    );
    expect(withEvaluationPart(once, "izhikevich", "new", "p.md")).toBe(once);
  });

  it("a page without a place for the model is refused", () => {
    expect(() => withEvaluationPart(page, "cortical", "new", "p.md")).toThrow(InputError);
  });

  it("says how it was made, and shows every figure that is written", () => {
    const { markdown, figures } = evaluationPart(good, circumstances);
    expect(markdown).toContain("`patchtwin evaluate --model izhikevich` (2026-01-02; patchtwin 0; one core");
    expect(Object.keys(figures)).toHaveLength(3);
    for (const path of Object.keys(figures)) expect(markdown).toContain(`](${path})`);
  });
});

describe("[V3] figures", () => {
  const { figures } = evaluationPart(good, circumstances);
  const parse = (name: string) =>
    parseHTML(`<html><body>${figures[`cloning/izhikevich-${name}.svg`]}</body></html>`).document;

  it("perfect estimates lie on the diagonal of every panel", () => {
    const paths = [...parse("recovery").querySelectorAll("path.p")];
    expect(paths).toHaveLength(9);
    for (const path of paths) {
      const points = [...path.getAttribute("d")!.matchAll(/M([\d.]+),([\d.]+)h0/g)];
      expect(points).toHaveLength(CELLS);
      for (const [, x, y] of points) expect(Math.abs(Number(x) + Number(y) - 150)).toBeLessThan(0.2);
    }
  });

  it("the bars of a rank histogram have the area of its panel's unit density", () => {
    const bars = [...parse("ranks").querySelectorAll("rect.bar")];
    expect(bars).toHaveLength(9 * 20);
    const height = bars.slice(0, 20).reduce((sum, bar) => sum + Number(bar.getAttribute("height")), 0) / 20;
    expect(Math.abs(height - 75)).toBeLessThan(0.2);
  });

  it("follow the reader's colour scheme and have a title", () => {
    for (const svg of Object.values(figures)) {
      expect(svg).toContain("prefers-color-scheme:dark");
      expect(svg).toMatch(/<title>[^<]{10,}<\/title>/);
    }
  });
});
