import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { escapeHtml, type Markup, trusted } from "../markup.ts";
import { GRID } from "./palette.ts";

/** One plot of a stack: its options; `height` and `width` in px are required so that the stack can be laid out. */
export type Layer = Plot.PlotOptions & { readonly width: number; readonly height: number };

const FONT_PX = 11;

/**
 * Plots drawn under one another in one static SVG with a description for those who do not see it.
 *
 * The outer tag is written here and not by the DOM: linkedom leaves `&` and `<` in attributes as they are.
 */
export function drawStack(label: string, layers: readonly Layer[]): Markup {
  const width = Math.max(...layers.map((layer) => layer.width));
  let top = 0;
  const parts = layers.map((layer) => {
    const part = `<g transform="translate(0,${top})">${drawOne(layer)}</g>`;
    top += layer.height;
    return part;
  });
  return trusted(
    `<svg class="plot" role="img" aria-label="${escapeHtml(label)}" viewBox="0 0 ${width} ${top}" width="${width}" height="${top}" ` +
      `fill="currentColor" font-family="inherit" font-size="${FONT_PX}" text-anchor="middle">${parts.join("")}</svg>`,
  );
}

/** A single plot with a description. */
export function draw(label: string, layer: Layer): Markup {
  return drawStack(label, [layer]);
}

/** The children of Plot's SVG, slimmed: no style sheet, no labels of parts (the whole is one image), 0.1 px steps. */
function drawOne(layer: Layer): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svg = Plot.plot({ document, ...layer });
  svg.querySelector("style")?.remove();
  return svg.innerHTML
    .replace(/ aria-(label|hidden|description)="[^"]*"/g, "")
    .replace(/ (d|transform|x|y|x1|x2|y1|y2|cx|cy|width|height)="([^"]*)"/g, (_, name, value) => {
      const rounded = value.replace(/-?\d+\.\d{2,}(?:e-?\d+)?/g, (n: string) =>
        String(Number(Number(n).toFixed(1))),
      );
      return ` ${name}="${rounded}"`;
    });
}

/** Faint horizontal lines at the ticks, drawn first, under everything. */
export function gridY(ticks = 5): Plot.Markish {
  return Plot.gridY({ ticks, stroke: GRID, strokeOpacity: 1 });
}

/** A labelled vertical axis without arrows; the label carries the unit. */
export function axisY(label: string, options: Plot.AxisYOptions = {}): Plot.Markish {
  return Plot.axisY({ label, labelArrow: "none", ticks: 5, tickSize: 0, tickPadding: 6, ...options });
}

/** A labelled horizontal axis without arrows, label centred below; the label carries the unit. */
export function axisX(label: string, options: Plot.AxisXOptions = {}): Plot.Markish {
  return Plot.axisX({ label, labelArrow: "none", labelAnchor: "center", ticks: 5, tickSize: 4, ...options });
}

/** Smallest and largest finite value, widened by `margin` of the span; [0, 1] of nothing. */
export function extent(values: Iterable<number | null | undefined>, margin = 0): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (typeof value !== "number" || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [0, 1];
  const pad = high > low ? margin * (high - low) : Math.max(1, Math.abs(high) * 0.05);
  return [low - pad, high + pad];
}
