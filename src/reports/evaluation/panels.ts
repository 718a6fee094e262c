/** Small multiples in one SVG that is legible on light and dark pages: it follows the reader's colour scheme. */
import { escapeHtml } from "../markup.ts";

/** Colours as in figures/palette.ts; a file of its own has no page to take them from. */
const STYLE =
  "svg{color:#1d2327;--muted:#5b646b;--grid:#e4e6e3;--one:#0072b2;--two:#d55e00;background:#fff}" +
  "@media(prefers-color-scheme:dark){svg{color:#e8eaec;--muted:#a3abb1;--grid:#33393e;--one:#56b4e9;--two:#e69f00;background:#15191c}}" +
  ".t{font-weight:600}.m{fill:var(--muted)}.g{stroke:var(--grid)}.a{stroke:var(--muted);fill:none}" +
  ".p{stroke:var(--one);stroke-linecap:round;fill:none}.l{stroke-width:1.6;fill:none}.b{fill:var(--muted);opacity:.22}" +
  ".one{stroke:var(--one)}.two{stroke:var(--two)}.bar{fill:var(--one)}";

const SIZE = 150;
const GAP = { left: 46, right: 14, top: 26, bottom: 38 };
const CELL = { width: SIZE + GAP.left + GAP.right, height: SIZE + GAP.top + GAP.bottom };
const HEAD = 34;

export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly scale?: "linear" | "log";
  readonly ticks: readonly number[];
  readonly label?: string;
}

export interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** SVG drawn with the panel's scales (px), under the axes. */
  readonly draw: (x: (value: number) => number, y: (value: number) => number) => string;
}

/** Panels in rows of `columns`, with one line of words above them. */
export function panelFigure(label: string, panels: readonly Panel[], columns = 3): string {
  const across = Math.min(columns, panels.length);
  const [width, height] = [across * CELL.width, HEAD + Math.ceil(panels.length / columns) * CELL.height];
  const drawn = panels.map((panel, k) => {
    const [x, y] = [
      (k % columns) * CELL.width + GAP.left,
      HEAD + Math.floor(k / columns) * CELL.height + GAP.top,
    ];
    return `<g transform="translate(${x},${y})">${onePanel(panel)}</g>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ` +
    `font-family="system-ui, sans-serif" font-size="11" fill="currentColor"><title>${escapeHtml(label)}</title><style>${STYLE}</style>` +
    `<text x="12" y="20" class="m">${escapeHtml(label)}</text>${drawn.join("")}</svg>\n`
  );
}

function onePanel({ title, x, y, draw }: Panel): string {
  const [px, py] = [scaleOf(x, 0, SIZE), scaleOf(y, SIZE, 0)];
  const grid = [
    ...x.ticks.map((tick) => `<path class="g" d="M${at(px(tick))},0V${SIZE}"/>`),
    ...y.ticks.map((tick) => `<path class="g" d="M0,${at(py(tick))}H${SIZE}"/>`),
  ].join("");
  const ticks = [
    ...x.ticks.map(
      (tick) => `<text class="m" text-anchor="middle" x="${at(px(tick))}" y="${SIZE + 14}">${tick}</text>`,
    ),
    ...y.ticks.map(
      (tick) => `<text class="m" text-anchor="end" x="-5" y="${at(py(tick) + 4)}">${tick}</text>`,
    ),
  ].join("");
  const labels = [
    `<text class="t" x="0" y="-8">${escapeHtml(title)}</text>`,
    x.label &&
      `<text class="m" text-anchor="middle" x="${SIZE / 2}" y="${SIZE + 29}">${escapeHtml(x.label)}</text>`,
    y.label &&
      `<text class="m" text-anchor="middle" transform="translate(-34,${SIZE / 2})rotate(-90)">${escapeHtml(y.label)}</text>`,
  ].filter(Boolean);
  return `${grid}${draw(px, py)}<path class="a" d="M0,0V${SIZE}H${SIZE}"/>${ticks}${labels.join("")}`;
}

function scaleOf({ low, high, scale }: Axis, from: number, to: number) {
  const place = scale === "log" ? Math.log : (value: number) => value;
  const span = place(high) - place(low);
  return (value: number) => from + ((to - from) * (place(value) - place(low))) / span;
}

/** Points as one path of dots. */
export const dots = (points: readonly (readonly [number, number])[], size: number) =>
  `<path class="p" stroke-width="${size}" stroke-opacity=".45" d="${points.map(([x, y]) => `M${at(x)},${at(y)}h0`).join("")}"/>`;

export const line = (points: readonly (readonly [number, number])[], className: string) =>
  `<path class="${className}" d="M${points.map(([x, y]) => `${at(x)},${at(y)}`).join("L")}"/>`;

/** A band between two lines over the same places. */
export const band = (
  lower: readonly (readonly [number, number])[],
  upper: readonly (readonly [number, number])[],
) =>
  `<path class="b" d="M${[...lower, ...upper.toReversed()].map(([x, y]) => `${at(x)},${at(y)}`).join("L")}Z"/>`;

export const at = (px: number) => String(Math.round(px * 10) / 10);

/** Three round places of a range. */
export function roundTicks({ low, high, scale }: Omit<Axis, "ticks">): number[] {
  if (scale === "log") return logTicks(low, high);
  const rough = (high - low) / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((part) => part * power).find((one) => one >= rough) ?? 10 * power;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, k) => Number(((first + k) * step).toPrecision(6)));
}

function logTicks(low: number, high: number): number[] {
  const decades = Array.from({ length: 12 }, (_, k) => 10 ** (k - 5)).map((ten) =>
    Number(ten.toPrecision(1)),
  );
  const places = decades.flatMap((ten) => [1, 3].map((part) => Number((part * ten).toPrecision(1))));
  const inside = places.filter((place) => place >= low && place <= high);
  return inside.length > 4 ? inside.filter((place) => decades.includes(place)) : inside;
}
