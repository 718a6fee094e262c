import { defaultParameters, type Model, parameterIndex } from "../engine/index.ts";
import { InputError } from "../errors.ts";
import type { InputSweep } from "./inputs/index.ts";
import { type PosteriorSamples, strangenessOf } from "./posterior/index.ts";
import type { RoledSweep } from "./roles.ts";
import { type BoxSide, toUnit } from "./searchBox.ts";
import type { Twin } from "./twin.ts";

/** A trained network that turns sweeps of one sampling interval into posterior samples. */
export type AskNetwork = (recording: {
  readonly sweeps: readonly InputSweep[];
  readonly dt_ms: number;
}) => Promise<PosteriorSamples>;

export interface NetworkAnswer {
  readonly opinion: NonNullable<Twin["network"]>;
  /** Its samples in the coordinates of the search box: places to begin at. */
  readonly candidates: readonly Float64Array[];
}

const CANDIDATES = 32;

/**
 * What a network makes of the trained sweeps. Its posterior is that of a cell which obeys the model's equations; no real cell does,
 * so its samples are only where a search may begin, and it says how far the recording is from what it knows.
 *
 * @returns undefined where the sweeps are no input for a network (too short).
 */
export async function askNetwork(
  ask: AskNetwork,
  { model, box, roled }: { model: Model; box: readonly BoxSide[]; roled: readonly RoledSweep[] },
): Promise<NetworkAnswer | undefined> {
  const sweeps = largestGroup(roled.filter(({ role }) => role === "trained"));
  const [{ dt_ms }] = sweeps;
  const inputs = sweeps.map(({ sweep }) => sweep);
  const answer = await ask({ sweeps: inputs, dt_ms }).catch((error: unknown) => {
    if (error instanceof InputError) return undefined;
    throw error;
  });
  if (!answer) return undefined;
  const strangeness = answer.familiarity ? strangenessOf(answer.familiarity, inputs, dt_ms) : null;
  return {
    opinion: {
      familiar: strangeness ? strangeness.score <= 1 : null,
      strangeness: strangeness?.score ?? null,
      reasons: strangeness?.reasons ?? [],
      mean: Object.fromEntries(answer.names.map((name, k) => [name, answer.mean[k]])),
    },
    candidates: answer.samples.slice(0, CANDIDATES).map((values) => {
      const params = defaultParameters(model);
      answer.names.forEach((name, k) => {
        params[parameterIndex(model, name)] = values[k];
      });
      return toUnit(box, params);
    }),
  };
}

/** The sweeps of the sampling interval that most have. */
function largestGroup(sweeps: readonly RoledSweep[]): readonly RoledSweep[] {
  const groups = [...new Set(sweeps.map(({ dt_ms }) => dt_ms))].map((dt_ms) =>
    sweeps.filter((sweep) => sweep.dt_ms === dt_ms),
  );
  return groups.reduce((a, b) => (b.length > a.length ? b : a));
}
