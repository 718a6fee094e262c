import type { VerdictLabel } from "../../trials/trial.ts";

/**
 * Colours that stay apart for the colour blind: M. Okabe and K. Ito, "Color Universal Design" (2008). Every colour is
 * a custom property with the light value as fallback, so that one SVG serves the light page, the dark page and paper.
 */
export const MUTED = "var(--muted, #5b646b)";
export const GRID = "var(--grid, #e4e6e3)";
export const RECORDED = "var(--recorded, #1d2327)";
export const CLONED = "var(--cloned, #d55e00)";
export const CURRENT = "var(--current, #0072b2)";
export const INTERPOLATED = "var(--interpolated, #009e73)";
export const HELD_OUT = "var(--held-out, #f3ead0)";
export const BEYOND_RANGE = "var(--beyond, #f3e1eb)";
export const BEFORE = "var(--before, #767e84)";
export const AFTER = "var(--after, #0072b2)";
export const THERAPEUTIC = "var(--therapeutic, #d9eee6)";

/** Fill and the text colour that is readable on it (at least 4.5 to 1); the same on light and dark pages. */
export const VERDICT_COLOURS: Readonly<
  Record<VerdictLabel, { readonly fill: string; readonly text: string }>
> = {
  "no-effect": { fill: "#c4c8cb", text: "#000000" },
  excited: { fill: "#e69f00", text: "#000000" },
  inhibited: { fill: "#56b4e9", text: "#000000" },
  silenced: { fill: "#0072b2", text: "#ffffff" },
  "depolarisation-block": { fill: "#d55e00", text: "#000000" },
  mixed: { fill: "#cc79a7", text: "#000000" },
};
