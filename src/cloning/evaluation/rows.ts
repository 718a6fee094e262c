import { type Prior, trainingWorld, type World, type WorldOptions } from "../world/index.ts";

/** A row of the table: what was recorded from each of its cells. */
export interface EvaluationRow {
  readonly id: string;
  readonly title: string;
  readonly options: WorldOptions;
}

const NOISES_MV = [0, 0.5, 1] as const;

/** The protocols of the table at each level of white noise, and the world that the networks are trained on. */
export const EVALUATION_ROWS: readonly EvaluationRow[] = [
  ...NOISES_MV.map((noise_mV) => fixedRow("single-step", "single step", noise_mV)),
  ...NOISES_MV.map((noise_mV) => fixedRow("rich", "rich", noise_mV)),
  {
    id: "world",
    title: "training world",
    options: { protocol: "world", rig: "full", noise_mV: null },
  },
];

/** The row whose cells are drawn as the networks' training cells were: what calibration is judged on. */
export const WORLD_ROW = "world";
/** The row that figures show. */
export const FIGURE_ROW = "rich/0.5mV";

function fixedRow(protocol: "single-step" | "rich", words: string, noise_mV: number): EvaluationRow {
  return {
    id: `${protocol}/${noise_mV}mV`,
    title: noise_mV > 0 ? `${words}, ${noise_mV} mV` : `${words}, no noise`,
    options: { protocol, rig: noise_mV > 0 ? "noisy" : "ideal", noise_mV },
  };
}

export function evaluationWorld(model: Prior["model"], id: string): World {
  const row = EVALUATION_ROWS.find((one) => one.id === id);
  if (!row) throw new Error(`internal: no row ${id}`);
  return trainingWorld(model, row.options);
}
