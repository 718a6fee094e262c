import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { renderReport } from "./html.ts";
import { AWKWARD_CASES, makeTrial, makeTwin } from "./test/fixture.ts";
import { HELD_OUT_MARK, RESEARCH_LINE } from "./words.ts";

const UNIT = /\((ms|mV|pA|Hz|MΩ|spikes|count|%|no unit|[pnµm]M(, [pnµm]M)*(; log scale)?)\)/g;

function parse(report: string): Document {
  return parseHTML(report).document;
}

/** All texts of an SVG that stand for an axis, i.e. that name a unit. */
function axisLabels(svg: Element): string[] {
  return [...svg.querySelectorAll("text")].map((t) => t.textContent ?? "").filter((t) => t.match(UNIT));
}

describe("renderReport", () => {
  const report = renderReport({ twin: makeTwin(), trial: makeTrial() });
  const document = parse(report);

  it("[R1] is one file: nothing is fetched and nothing runs", () => {
    expect(report).not.toMatch(
      /<(script|link|img|iframe|object|embed)\b|@import|@font-face|\burl\(|\bsrc=|https?:/i,
    );
  });

  it("[R2] has the sections in reading order, one h1, and headings that do not skip a level", () => {
    const titles = [...document.querySelectorAll("h2")].map((h) => h.textContent);
    expect(titles).toEqual([
      "What was recorded",
      "The clone",
      "The drug",
      "The trial",
      "Parameters",
      "Provenance",
    ]);
    const levels = [...document.querySelectorAll("h1,h2,h3,h4")].map((h) => Number(h.tagName[1]));
    expect(levels.filter((l) => l === 1)).toHaveLength(1);
    expect(levels.every((level, k) => k === 0 || level <= levels[k - 1] + 1)).toBe(true);
  });

  it("[R3] every figure has a caption, every plot a description and two axes with units", () => {
    const figures = [...document.querySelectorAll("figure")];
    expect(figures).toHaveLength(6);
    for (const figure of figures) {
      expect(figure.querySelector("figcaption")?.textContent).toMatch(/\w/);
      const plots = [...figure.querySelectorAll("svg.plot")];
      expect(plots.length).toBeGreaterThan(0);
      for (const svg of plots) {
        expect(svg.getAttribute("role")).toBe("img");
        expect(svg.getAttribute("aria-label")).toMatch(/\w.*\./);
        expect(axisLabels(svg).length).toBeGreaterThanOrEqual(2);
      }
    }
  });

  it("[R4] numbers the figures from 1 without a gap, with and without a trial", () => {
    const numbers = (d: Document) => [...d.querySelectorAll(".figure-number")].map((e) => e.textContent);
    expect(numbers(document)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `Figure ${n}`));
    expect(numbers(parse(renderReport({ twin: makeTwin() })))).toEqual(["Figure 1", "Figure 2"]);
  });

  it("[R5] marks held-out sweeps in the traces, the counts and the table; not where none is held out", () => {
    const panels = [...document.querySelectorAll("figure:first-of-type .tag")].map((e) => e.textContent);
    expect(panels).toContain(HELD_OUT_MARK);
    expect([...document.querySelectorAll(".legend li")].map((e) => e.textContent)).toContain(HELD_OUT_MARK);
    expect([...document.querySelectorAll("details td")].map((e) => e.textContent)).toContain(HELD_OUT_MARK);
    const { twin, trial } = AWKWARD_CASES["no held-out sweeps"];
    const without = renderReport({ twin, trial });
    expect(without).not.toContain(HELD_OUT_MARK);
    expect(without).toContain("No sweep was held out");
  });

  it("[R6] says beside every verdict that it is not for dosing people", () => {
    expect(document.querySelector(".verdict .research")?.textContent).toBe(RESEARCH_LINE);
    expect(document.querySelector('section[aria-labelledby="trial"] .research')?.textContent).toBe(
      RESEARCH_LINE,
    );
    expect(document.querySelector("footer .research")?.textContent).toBe(RESEARCH_LINE);
  });

  it("[R7] prints interpolation beside the held-out score and says which is better", () => {
    expect(document.body.textContent).toContain("Interpolation of neighbours, held-out sweeps");
    expect(document.body.textContent).toMatch(
      /Interpolation does better than the clone here|The clone does better/,
    );
  });

  it("[R8] marks the parameters that are as wide as half of their search range, and no other", () => {
    const rows = [...document.querySelectorAll('section[aria-labelledby="parameters"] tbody tr')];
    const marked = rows
      .filter((row) => row.querySelector(".tag"))
      .map((row) => row.querySelector("th")?.textContent);
    expect(marked).toEqual(["gM_nS", "gCaL_nS"]);
    expect(document.body.textContent).toContain("2 of 8 parameters are not identified");
  });

  it("[R9] warns before anything else when the clone is out of range", () => {
    const out = parse(renderReport(AWKWARD_CASES["no therapeutic range, single dose"]));
    expect(out.querySelector("header .alert")?.textContent).toContain("Do not trust the verdict");
    expect(document.querySelector("header .alert")).toBeNull();
  });

  it("[R10] escapes what comes from files and users, also inside figures", () => {
    const hostile = renderReport(AWKWARD_CASES["hostile file and drug names"]);
    expect(hostile).not.toMatch(/<script|<\/script|<img/i);
    const page = parse(hostile);
    expect(page.querySelectorAll("script, img")).toHaveLength(0);
    expect(page.querySelector("h1")?.textContent).toContain('<script>alert("x")&\'very_long_name');
    const labels = [...page.querySelectorAll("svg.plot")].map((svg) => svg.getAttribute("aria-label") ?? "");
    expect(labels.some((label) => label.includes("onerror"))).toBe(true);
  });

  it("[R11] shades the free therapeutic range only where there is one", () => {
    expect(document.body.textContent).toContain("free therapeutic plasma range");
    const without = parse(renderReport(AWKWARD_CASES["no therapeutic range, single dose"]));
    expect([...without.querySelectorAll(".legend li")].map((e) => e.textContent)).not.toContain(
      "free therapeutic plasma range",
    );
  });

  it("[R12] is the same text for the same input", () => {
    expect(renderReport({ twin: makeTwin(), trial: makeTrial() })).toBe(report);
  });

  it("[R13] stays below 1.5 MB for 30 sweeps of 20 000 samples", () => {
    const heavy = renderReport({ twin: makeTwin({ sweeps: 30, samples: 20_000 }), trial: makeTrial() });
    expect(Buffer.byteLength(heavy)).toBeLessThan(1.5e6);
  });

  it.each(Object.entries(AWKWARD_CASES))(
    "[R14] %s: parses, and no missing number is printed as a word",
    (_, input) => {
      const text = renderReport(input);
      const page = parse(text);
      expect(page.querySelectorAll("main > section").length).toBe(input.trial ? 6 : 4);
      expect(text).not.toMatch(/\b(NaN|undefined|null|Infinity)\b/);
      expect(text).not.toContain("[object");
    },
  );
});
