/** Figures of an evaluation: recovery, coverage and ranks, a panel a parameter. */
import {
  EVALUATION_ROWS,
  FIGURE_ROW,
  fromUnit,
  type PriorParameter,
  type RowSummary,
  WORLD_ROW,
} from "../../cloning/index.ts";
import { type Axis, at, band, dots, line, type Panel, panelFigure, roundTicks } from "./panels.ts";
import { type EvaluationResult, symbol } from "./result.ts";

/** Points a panel: more hide each other. */
const MOST_POINTS = 500;

/** SVG by the name of the figure; only of rows that were evaluated. */
export function evaluationFigures(result: EvaluationResult): Record<string, string> {
  const world = result.rows[WORLD_ROW]?.amortised;
  return {
    ...(result.points && { recovery: recoveryFigure(result) }),
    ...(world && { coverage: coverageFigure(result, world), ranks: ranksFigure(result, world) }),
  };
}

function recoveryFigure({ prior, points, rows }: EvaluationResult): string {
  const { truth, mean } = points!;
  const count = Math.min(MOST_POINTS, truth.length);
  const title = EVALUATION_ROWS.find(({ id }) => id === FIGURE_ROW)!.title;
  const values = (unit: ArrayLike<number>) => fromUnit(prior, unit);
  const [true_, found] = [truth, mean].map((cells) => cells.slice(0, count).map(values));
  const panels = prior.parameters.map((parameter, k): Panel => {
    const axis = axisOf(
      parameter,
      [...true_, ...found].map((cell) => cell[k]),
    );
    const r2 = rows[FIGURE_ROW]?.amortised?.r2[parameter.name];
    return {
      title: `${symbol(parameter.name)} (${parameter.unit})${r2 === undefined ? "" : `, R2 ${r2.toFixed(3)}`}`,
      x: { ...axis, label: "true" },
      y: { ...axis, label: "posterior mean" },
      draw: (x, y) =>
        line(
          [
            [x(axis.low), y(axis.low)],
            [x(axis.high), y(axis.high)],
          ],
          "a",
        ) +
        dots(
          true_.map((cell, n) => [x(cell[k]), y(found[n][k])] as const),
          2.6,
        ),
    };
  });
  return panelFigure(`${title}: ${count} of the cells, the network alone`, panels);
}

/** The prior's range; where it is relative to another parameter, what was seen. */
function axisOf({ low, high, scale, per }: PriorParameter, seen: readonly number[]): Axis {
  const range = per === undefined ? { low, high } : { low: Math.min(...seen), high: Math.max(...seen) };
  return { ...range, scale, ticks: roundTicks({ ...range, scale }) };
}

const UNIT: Axis = { low: 0, high: 1, ticks: [0, 0.5, 1] };
const LEVELS = Array.from({ length: 41 }, (_, k) => k / 40);

/** Share of truths inside central intervals of every level, from ranks in bins of a histogram; the last panel is TARP. */
function coverageFigure({ prior }: EvaluationResult, world: RowSummary): string {
  const panels = prior.parameters.map(({ name }): Panel => {
    const { histogram, cells } = world.sbc[name];
    return {
      title: symbol(name),
      x: { ...UNIT, label: "level" },
      y: { ...UNIT, label: "truths inside" },
      draw: (x, y) => {
        const place = (level: number, share: number) => [x(level), y(share)] as const;
        const edge = (sign: number) =>
          LEVELS.map((q) => place(q, clamp(q + sign * 2.576 * Math.sqrt((q * (1 - q)) / cells))));
        return (
          band(edge(-1), edge(1)) +
          line(
            centralLevels(histogram).map(([q, share]) => place(q, share)),
            "l one",
          )
        );
      },
    };
  });
  return panelFigure(
    `training world, ${world.cells} cells, the network alone: coverage; grey: 99 % of calibrated posteriors`,
    [...panels, tarpPanel(world)],
    5,
  );
}

/** Levels at which a central interval ends on the edge of bins, and the share of ranks inside. */
function centralLevels(histogram: readonly number[]): (readonly [number, number])[] {
  const bins = histogram.length;
  const cells = histogram.reduce((sum, count) => sum + count, 0);
  const steps = Math.floor(bins / 2);
  return Array.from({ length: steps + 1 }, (_, k) => {
    const inside = histogram.slice(k, bins - k).reduce((sum, count) => sum + count, 0);
    return [1 - (2 * k) / bins, inside / cells] as const;
  }).toReversed();
}

function tarpPanel({ tarp }: RowSummary): Panel {
  return {
    title: "all at once (TARP)",
    x: { ...UNIT, label: "level" },
    y: { ...UNIT, label: "truths inside" },
    draw: (x, y) => {
      const points = (values: readonly number[]) =>
        values.map((value, k) => [x(tarp.level[k]), y(value)] as const);
      return (
        band(points(tarp.low), points(tarp.high)) +
        line(
          [
            [x(0), y(0)],
            [x(1), y(1)],
          ],
          "a",
        ) +
        line(points(tarp.coverage), "l two")
      );
    },
  };
}

function ranksFigure({ prior }: EvaluationResult, world: RowSummary): string {
  const panels = prior.parameters.map(({ name }): Panel => {
    const { histogram, cells, p } = world.sbc[name];
    const share = 1 / histogram.length;
    const spread = 2.576 * Math.sqrt((share * (1 - share)) / cells) * histogram.length;
    const heights = histogram.map((count) => (count * histogram.length) / cells);
    const high = Math.max(2, ...heights);
    return {
      title: `${symbol(name)}, p ${p < 0.001 ? "< .001" : p.toFixed(3)}`,
      x: { ...UNIT, label: "rank of the truth" },
      y: { low: 0, high, ticks: [0, 1, 2], label: "density" },
      draw: (x, y) =>
        bars(heights, x, y) +
        band(
          [0, 1].map((edge) => [x(edge), y(Math.max(0, 1 - spread))] as const),
          [0, 1].map((edge) => [x(edge), y(1 + spread)] as const),
        ),
    };
  });
  return panelFigure(
    `training world, ${world.cells} cells, the network alone: ranks; grey: 99 % of calibrated bars`,
    panels,
    5,
  );
}

type Scale = (value: number) => number;

function bars(heights: readonly number[], x: Scale, y: Scale): string {
  const width = x(1 / heights.length) - 1;
  return heights
    .map((height, k) => {
      const top = y(height);
      return `<rect class="bar" x="${at(x(k / heights.length) + 0.5)}" y="${at(top)}" width="${at(width)}" height="${at(y(0) - top)}"/>`;
    })
    .join("");
}

const clamp = (share: number) => Math.min(1, Math.max(0, share));
