/** What the network and the refinement should reach, and whether they did. */
import { type Method, PUBLISHED_R2, type RowSummary, WORLD_ROW } from "../../cloning/index.ts";
import { type EvaluationResult, symbol } from "./result.ts";

export interface Goal {
  readonly text: string;
  readonly found: string;
  readonly met: boolean;
}

const NOISY_RICH = ["rich/0.5mV", "rich/1mV"];
const CLEAN_STEP = "single-step/0mV";
const LEVEL_POINTS = 3;
const REJECTED = 0.01;

/** The goals of which the evaluation has rows. */
export function goalsOf(result: EvaluationResult): Goal[] {
  return [
    ...(result.prior.model === "izhikevich" ? recoveryGoals(result) : []),
    ...calibrationGoals(result),
    ...speedGoals(result),
    ...rangeGoals(result),
  ];
}

function recoveryGoals(result: EvaluationResult): Goal[] {
  return [
    ...NOISY_RICH.flatMap((row) => [
      ...atLeast(result, row, "amortised", 0.96, 0.87),
      ...atLeast(result, row, "refined", 0.99, 0.97),
    ]),
    ...better(result),
    ...atLeast(result, CLEAN_STEP, "refined", null, 0.97),
  ];
}

function atLeast(
  { rows }: EvaluationResult,
  row: string,
  method: Method,
  mean: number | null,
  each: number,
): Goal[] {
  const summary = rows[row]?.[method];
  if (!summary) return [];
  const [name, lowest] = lowestOf(summary.r2);
  const whole = mean === null ? "" : `mean R2 ${mean} or more, `;
  return [
    {
      text: `${row}, ${method}: ${whole}each parameter ${each} or more`,
      found: `mean ${summary.r2Mean.toFixed(3)}, lowest ${symbol(name)} ${lowest.toFixed(3)}${over(summary)}`,
      met: lowest >= each && (mean === null || summary.r2Mean >= mean),
    },
  ];
}

/** Above the published figure on every parameter; the upper end where a range was published. */
function better({ rows }: EvaluationResult): Goal[] {
  const summary = rows[CLEAN_STEP]?.amortised;
  if (!summary) return [];
  const behind = Object.entries(PUBLISHED_R2).filter(([name, { high }]) => !(summary.r2[name] > high));
  return [
    {
      text: `${CLEAN_STEP}, amortised: every parameter better than published`,
      found: `${behind.length ? `not ${behind.map(([name]) => `${symbol(name)} ${summary.r2[name].toFixed(3)}`).join(", ")}` : "all are"}${over(summary)}`,
      met: behind.length === 0,
    },
  ];
}

function calibrationGoals({ rows }: EvaluationResult): Goal[] {
  const found = rows[WORLD_ROW] ?? {};
  return (Object.entries(found) as [Method, RowSummary][]).flatMap(([method, summary]) => [
    ranksGoal(method, summary),
    coverageGoal(method, summary),
  ]);
}

function ranksGoal(method: Method, summary: RowSummary): Goal {
  const rejected = Object.entries(summary.sbc).filter(([, { p }]) => p < REJECTED);
  return {
    text: `training world, ${method}: no rank test rejected at ${REJECTED}`,
    found: `rejected: ${rejected.map(([name]) => symbol(name)).join(", ") || "none"}${over(summary)}`,
    met: rejected.length === 0,
  };
}

function coverageGoal(method: Method, summary: RowSummary): Goal {
  const errors = Object.entries(summary.coverage).flatMap(([name, levels]) =>
    levels.map((of) => ({ name, ...of, points: 100 * (of.covered - of.level) })),
  );
  const worst = errors.reduce((a, b) => (Math.abs(b.points) > Math.abs(a.points) ? b : a));
  const signed = (points: number) => `${points > 0 ? "+" : ""}${points.toFixed(1)}`;
  const interval = [worst.low, worst.high].map((share) => signed(100 * (share - worst.level))).join(" to ");
  return {
    text: `training world, ${method}: 50, 80 and 95 % intervals within ${LEVEL_POINTS} points`,
    found: `worst: ${symbol(worst.name)}, ${100 * worst.level} %, ${signed(worst.points)} points, its interval ${interval}${over(summary)}`,
    met: Math.abs(worst.points) <= LEVEL_POINTS,
  };
}

function speedGoals({ rows, clone_ms, prior }: EvaluationResult): Goal[] {
  const refined = rows["rich/0.5mV"]?.refined?.median_ms;
  return [
    {
      text: "ten sweeps to 1,000 samples under 50 ms",
      found: `${clone_ms.toFixed(1)} ms`,
      met: clone_ms < 50,
    },
    ...(refined !== undefined && prior.model === "izhikevich"
      ? [
          {
            text: "ten sweeps refined under 3 s",
            found: `${(refined / 1000).toFixed(1)} s, one thread, all threads busy`,
            met: refined < 3000,
          },
        ]
      : []),
  ];
}

function rangeGoals({ outOfRange }: EvaluationResult): Goal[] {
  if (!outOfRange) return [];
  const areas = Object.fromEntries(
    Object.entries(outOfRange.kinds).map(([kind, { auroc }]) => [kind, auroc]),
  );
  const [kind, lowest] = lowestOf(areas);
  return [
    {
      text: "out of range: AUROC 0.95 or more for each kind",
      found: `lowest ${kind} ${lowest.toFixed(3)}`,
      met: lowest >= 0.95,
    },
  ];
}

/** A goal that few cells seem to meet is not met by much. */
const over = ({ cells }: RowSummary) => ` (${cells} cells)`;

const lowestOf = (values: Readonly<Record<string, number>>) =>
  Object.entries(values).reduce((a, b) => (b[1] < a[1] ? b : a));
