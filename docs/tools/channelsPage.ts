import * as Plot from "@observablehq/plot";
import { calcium, calciumPool } from "../../src/engine/channels/calcium.ts";
import type { Channel } from "../../src/engine/channels/channel.ts";
import { addChannel, type ChannelDescription, defineChannel } from "../../src/engine/channels/define.ts";
import { expressionText } from "../../src/engine/channels/expressionText.ts";
import { withTemperature } from "../../src/engine/channels/temperature.ts";
import { evaluate, namesIn } from "../../src/engine/expression.ts";
import {
  defaultParameters,
  type Gate,
  type IonicCurrent,
  type Parameter,
  toRecord,
} from "../../src/engine/model.ts";
import { CHANNELS, cortical } from "../../src/engine/models/cortical.ts";
import { axisX, axisY, drawStack, gridY, type Layer } from "../../src/reports/figures/svg.ts";
import { figures, table } from "./markdown.ts";

const COLOURS = ["#0072b2", "#d55e00", "#009e73"];
const DEFAULTS = toRecord(cortical, defaultParameters(cortical));
const VOLTAGES = Array.from({ length: 181 }, (_, k) => -120 + k);
const CALCIUM = Array.from({ length: 121 }, (_, k) => 0.01 * 10 ** (k / 40));

interface Page {
  readonly page: string;
  /** SVG by file name without its ending. */
  readonly pictures: ReadonlyMap<string, string>;
}

/** The page of all channels of the cortical cell and one picture for each that has gates. */
export function channelsPage(): Page {
  const pictures = new Map<string, string>();
  for (const channel of CHANNELS)
    if (channel.gates.length > 0) pictures.set(channel.current.name, picture(channel));
  const page = [
    "# Channels",
    "",
    "Made by `npx tsx docs/tools/channels.ts` from `src/engine/channels`; nothing here is written by hand.",
    "",
    "Equations are as the engine reads them: voltages in mV, times in ms, rates in 1/ms, calcium in uM; `linoid(x) = x / (exp(x) - 1)`.",
    "A gate with `opening` and `closing` rates has steady state opening / (opening + closing) and time constant 1 / (opening + closing).",
    "Rates hold at the temperature given and are multiplied by Q10^((temperature_degC - that) / 10). Pictures: default parameters",
    "at 36 °C. A conductance of 0 by default means that the channel is absent until a clone, a preset or a user gives it one.",
    "",
    ...CHANNELS.flatMap(channelSection),
    ...poolSection(),
    ...ownChannelSection(),
  ].join("\n");
  return { page, pictures };
}

const EXAMPLE: ChannelDescription = {
  name: "Kslow",
  source: "an example",
  leavesOut: "everything",
  current: { conductance: "gKslow_nS", reversal: "EK_mV", open: "n^2" },
  gates: [{ name: "n", inf: "1 / (1 + exp(-(v + 40) / 10))", tau: "20 + 80 / (1 + exp((v + 50) / 5))" }],
  parameters: [
    {
      name: "gKslow_nS",
      unit: "nS",
      default: 20,
      prior: { low: 0.1, high: 500, scale: "log" },
      role: "conductance",
      doc: "Largest conductance.",
    },
  ],
  temperature: { q10: 2.5, at_degC: 24 },
};

/** How to write a channel; the example is accepted, or this page could not be made. */
function ownChannelSection(): string[] {
  addChannel(cortical, defineChannel(EXAMPLE));
  return [
    "## A channel of your own",
    "",
    "A JSON file such as this one is compiled with the cell, without a change to the engine:",
    "",
    "```json",
    JSON.stringify(EXAMPLE, null, 2),
    "```",
    "",
    "```sh",
    "npx patchtwin simulate --model cortical --channel kslow.json --step 200pA,100ms,600ms",
    "```",
    "",
    "A gate has `inf` and `tau` (without `tau` it follows at once) or the rates `opening` and `closing`. Equations read `v`, `ca` and",
    "parameters of the channel or of the cell; `open` reads gates. They may use `+ - * /`, whole powers, `exp`, `linoid`, `step`,",
    "`min`, `max`, and `ln` of parameters. A parameter's name ends in its unit. `drugTarget` lets drugs of the library act on it,",
    "`feeds` lets its current fill the calcium pool. A mistake is answered with the gate, the equation, the symbol and the symbols there are.",
    "",
  ];
}

function channelSection(channel: Channel): string[] {
  const { current, gates, parameters, temperature, source, leavesOut } = channel;
  const kinetics =
    temperature === "none"
      ? "no time constants"
      : `rates at ${temperature.at_degC} °C, Q10 ${temperature.q10}`;
  return [
    `## ${current.name}`,
    "",
    `I = \`${current.conductance} * ${opening(current)}(v - ${current.reversal})\`; ${kinetics}.`,
    "",
    `Source: ${source}.`,
    "",
    `Leaves out: ${leavesOut}.`,
    "",
    ...(gates.length > 0
      ? [
          table(
            ["gate", "equation"],
            gates.flatMap((gate) =>
              equations(gate).map((text, k) => [k === 0 ? gate.name : "", `\`${text}\``]),
            ),
          ),
          "",
          `![Steady state and time constant of the gates of ${current.name}](channels/${current.name}.svg)`,
          "",
        ]
      : []),
    parameterTable(parameters),
    "",
  ];
}

/** The open fraction as a factor; an ohmic current has none. */
function opening({ open }: IonicCurrent): string {
  const sum = open.kind === "binary" && (open.operator === "+" || open.operator === "-");
  const factor = sum ? `(${expressionText(open)})` : expressionText(open);
  return factor === "1" ? "" : `${factor} * `;
}

function equations({ inf, tau, rates }: Gate): string[] {
  if (rates)
    return [`opening = ${expressionText(rates.opening)}`, `closing = ${expressionText(rates.closing)}`];
  const steady = `inf = ${expressionText(inf)}`;
  return tau ? [steady, `tau = ${expressionText(tau)}`] : [steady, "follows at once"];
}

function poolSection(): string[] {
  const pool = calciumPool(cortical.currents.filter(({ reversal }) => reversal === "ECa_mV"));
  return [
    "## Calcium",
    "",
    `d ca/dt = (inf - ca) / tau with inf = \`${expressionText(pool.inf)}\` and tau = \`${expressionText(pool.tau)}\`; ca in ${pool.unit}, currents in pA.`,
    "",
    `Source: ${calcium.source}.`,
    "",
    `Leaves out: ${calcium.leavesOut}.`,
    "",
    parameterTable(calcium.parameters),
    "",
  ];
}

function parameterTable(parameters: readonly Parameter[]): string {
  return table(
    ["parameter", "default", "prior", "drug target", "what it is"],
    parameters.map(({ name, default: value, prior, drugTarget, doc }) => [
      `\`${name}\``,
      figures(value),
      `${figures(prior.low)} to ${figures(prior.high)}`,
      drugTarget ?? "",
      doc,
    ]),
  );
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly gate: string;
}

function picture(written: Channel): string {
  const { gates, current } = withTemperature(written);
  const byCalcium = gates.filter(({ inf }) => namesIn(inf).has("ca"));
  const byVoltage = gates.filter((gate) => !byCalcium.includes(gate));
  const names = gates.map(({ name }) => name);
  const layers: Layer[] = [];
  if (byVoltage.length > 0) layers.push(steadyLayer(byVoltage, names, "v"));
  const slow = byVoltage.filter(({ tau }) => tau);
  if (slow.length > 0) layers.push(timeLayer(slow, names));
  if (byCalcium.length > 0) layers.push(steadyLayer(byCalcium, names, "ca"));
  const drawn = drawStack(`Gates of ${current.name}`, layers).text;
  return standalone(drawn);
}

function curve(gate: Gate, field: "inf" | "tau", symbol: "v" | "ca"): Point[] {
  const expression = gate[field];
  if (!expression) return [];
  return (symbol === "v" ? VOLTAGES : CALCIUM).map((x) => ({
    x,
    y: evaluate(expression, { ...DEFAULTS, v: -60, ca: 0.1, [symbol]: x }),
    gate: gate.name,
  }));
}

function steadyLayer(gates: readonly Gate[], names: readonly string[], symbol: "v" | "ca"): Layer {
  const points = gates.flatMap((gate) => curve(gate, "inf", symbol));
  return {
    ...frame(symbol),
    y: { domain: [0, 1] },
    marks: [gridY(), axisY("steady state"), ...shared(points, gates, names, symbol)],
  };
}

function timeLayer(gates: readonly Gate[], names: readonly string[]): Layer {
  const points = gates.flatMap((gate) => curve(gate, "tau", "v"));
  const values = points.map(({ y }) => y);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (high < 30 * low)
    return {
      ...frame("v"),
      y: { zero: true, nice: true },
      marks: [gridY(), axisY("time constant (ms)"), ...shared(points, gates, names, "v")],
    };
  const ticks = [0.01, 0.1, 1, 10, 100, 1000, 10000].filter((tick) => tick >= low / 2 && tick <= high * 2);
  return {
    ...frame("v"),
    y: { type: "log", domain: [Math.min(low, ticks[0]), Math.max(high, ticks[ticks.length - 1])] },
    marks: [
      Plot.gridY(ticks, { stroke: "#e4e6e3", strokeOpacity: 1 }),
      axisY("time constant (ms)", { ticks, tickFormat: String }),
      ...shared(points, gates, names, "v"),
    ],
  };
}

const frame = (symbol: "v" | "ca") => ({
  width: 460,
  height: 190,
  marginLeft: 52,
  marginRight: 70,
  marginTop: 26,
  marginBottom: 38,
  x: symbol === "v" ? { domain: [-120, 60] } : ({ type: "log", domain: [0.01, 10] } as const),
});

function shared(
  points: readonly Point[],
  gates: readonly Gate[],
  names: readonly string[],
  symbol: "v" | "ca",
): Plot.Markish[] {
  const colour = (name: string) => COLOURS[names.indexOf(name) % COLOURS.length];
  return [
    axisX(symbol === "v" ? "voltage (mV)" : "calcium (uM)", symbol === "v" ? {} : { tickFormat: String }),
    ...gates.map(({ name }) =>
      Plot.line(
        points.filter(({ gate }) => gate === name),
        { x: "x", y: "y", stroke: colour(name), strokeWidth: 1.6 },
      ),
    ),
    ...gates.map(({ name }, k) =>
      Plot.text([name], {
        frameAnchor: "top-right",
        dx: 8,
        dy: 14 * k,
        textAnchor: "start",
        fill: colour(name),
        fontWeight: "bold",
      }),
    ),
  ];
}

/** An SVG that stands on white and needs no style sheet around it. */
function standalone(svg: string): string {
  return `${svg
    .replace(
      'class="plot"',
      'xmlns="http://www.w3.org/2000/svg" font-size="11" style="background:#fff;color:#1d2327"',
    )
    .replace('font-family="inherit" font-size="11"', 'font-family="sans-serif"')
    .replace(/var\(--[\w-]+, (#[0-9a-f]+)\)/g, "$1")}\n`;
}
