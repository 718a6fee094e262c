import type { Markup } from "../markup.ts";

/** One drawing of a figure, with what stands above it as text. */
export interface Panel {
  readonly title: string;
  /** Beside the title; a `mark` (held out, not scored) stands out, a `plain` one (a verdict) does not. */
  readonly tag?: { readonly text: string; readonly tone: "mark" | "plain" } | undefined;
  /** A second, quieter line under the title; panels of one figure have it all or none, so that plots stay level. */
  readonly note?: string | undefined;
  readonly svg: Markup;
}

/** How a legend entry is drawn; `colour` is a key of the palette. */
export interface LegendItem {
  readonly shape: "line" | "ring" | "cross" | "range" | "area" | "band" | "dash";
  readonly colour: string;
  readonly text: string;
}

/** A figure as data: `sections/figures.ts` puts it on the page and numbers it. */
export interface Figure {
  readonly title: string;
  /** What is drawn, what the spread means, what is left out. */
  readonly caption: string;
  readonly legend: readonly LegendItem[];
  readonly panels: readonly Panel[];
  /** Panels in a row on a wide page: three or two. */
  readonly size: "thirds" | "halves";
}
