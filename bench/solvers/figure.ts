import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Point } from "./measure.ts";

export interface Line {
  readonly panel: string;
  readonly name: string;
  readonly technology: "compiled" | "JavaScript";
  readonly points: readonly Point[];
}

/** Colours of Okabe and Ito (2008), which stay apart for the colour blind. */
const COLOURS: Readonly<Record<string, string>> = {
  staggered: "#d55e00",
  euler: "#56b4e9",
  midpoint: "#0072b2",
  "exponential-euler": "#cc79a7",
  "backward-euler": "#5b646b",
  rosenbrock: "#009e73",
};
const WIDTH = 900;
const HEIGHT = 430;

/** Error over cost on two logarithmic axes, a panel a model; dashed lines are JavaScript, full ones compiled. */
export function drawFigure(lines: readonly Line[], targets_ms: readonly number[]): string {
  const dots = lines.flatMap(({ panel, name, technology, points }) =>
    points
      .filter(({ error_ms }) => Number.isFinite(error_ms))
      .map(({ error_ms, cost_ms }) => ({
        panel,
        name,
        technology,
        error_ms,
        cost_ms,
        line: `${name} ${technology}`,
      })),
  );
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const common = { x: "cost_ms", y: "error_ms", fx: "panel", stroke: "name", z: "line" } as const;
  const svg = Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 62,
    marginBottom: 44,
    marginTop: 34,
    style: { fontFamily: "system-ui, sans-serif", fontSize: "12px", background: "white", color: "#1d2327" },
    x: {
      type: "log",
      grid: true,
      label: "CPU time per cell and simulated second (ms)",
      labelAnchor: "center",
      labelArrow: "none",
      tickFormat: plain,
      ticks: 4,
    },
    y: {
      type: "log",
      label: "error of the last spike after 400 ms (ms)",
      labelAnchor: "center",
      labelArrow: "none",
      tickFormat: plain,
      ticks: 6,
      grid: true,
    },
    fx: { label: null, padding: 0.06, domain: [...new Set(lines.map(({ panel }) => panel))] },
    color: { domain: Object.keys(COLOURS), range: Object.values(COLOURS) },
    marks: [
      Plot.frame({ stroke: "#c4c8cb" }),
      Plot.ruleY(targets_ms, { stroke: "#1d2327", strokeDasharray: "1 3" }),
      Plot.line(
        dots.filter(({ technology }) => technology === "compiled"),
        { ...common, strokeWidth: 1.8 },
      ),
      Plot.line(
        dots.filter(({ technology }) => technology === "JavaScript"),
        { ...common, strokeWidth: 1.8, strokeDasharray: "5 4" },
      ),
      Plot.dot(dots, { ...common, fill: "name", r: 2.6 }),
    ],
  });
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.querySelector("style")?.remove();
  const rows = [...new Set(lines.map(({ name, technology }) => `${name}|${technology}`))];
  const legend = rows.map((row, k) => legendEntry(row, k));
  const inner = svg.innerHTML.replace(
    / (d|transform|x|y|x1|x2|y1|y2|cx|cy)="([^"]*)"/g,
    (_, name: string, value: string) =>
      ` ${name}="${value.replace(/-?\d+\.\d{2,}/g, (n) => String(Number(Number(n).toFixed(1))))}"`,
  );
  const height = HEIGHT + 26 * Math.ceil(rows.length / PER_ROW) + 6;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#1d2327" text-anchor="middle" role="img"><title>Error of the last spike against CPU time, by scheme</title><rect width="${WIDTH}" height="${height}" fill="white"/>${inner}${legend.join("")}</svg>\n`;
}

const PER_ROW = 4;

function legendEntry(row: string, k: number): string {
  const [name, technology] = row.split("|");
  const x = 62 + (k % PER_ROW) * 210;
  const y = HEIGHT + 14 + 26 * Math.floor(k / PER_ROW);
  const dash = technology === "JavaScript" ? ' stroke-dasharray="5 4"' : "";
  return `<line x1="${x}" x2="${x + 30}" y1="${y}" y2="${y}" stroke="${COLOURS[name]}" stroke-width="2"${dash}/><text x="${x + 37}" y="${y + 4}" text-anchor="start">${name}${technology === "JavaScript" ? " (JavaScript)" : ""}</text>`;
}

const plain = (value: number) =>
  value >= 1e-3 ? String(Number(value.toPrecision(3))) : value.toExponential(0);
