import { z } from "zod";
import { InputError } from "../../errors.ts";
import {
  type NwbAbout,
  type Simulation,
  sessionFromSimulation,
  type Traces,
  writeAtf,
  writeCsv,
  writeNwb,
} from "../../recordings/index.ts";
import type { Exportable } from "./formats.ts";

const numbers = z.array(z.number());

/** What `simulate --json` prints; the samples are there with `--trace`. */
const simulationSchema = z.looseObject({
  model: z.string(),
  params: z.record(z.string(), z.number()),
  dt_ms: z.number().positive(),
  spikeTimes_ms: numbers,
  solver: z.string().optional(),
  v_mV: numbers.min(1).optional(),
  i_pA: numbers.optional(),
});
type SimulationDocument = z.infer<typeof simulationSchema>;

/** A document of `simulate`, or undefined where it is another. */
export function asSimulation(document: unknown): SimulationDocument | undefined {
  const { success, data } = simulationSchema.safeParse(document);
  return success ? data : undefined;
}

/** @param about asked only where the format has a place for it. */
export function simulationExport(
  document: SimulationDocument,
  name: string,
  about: () => Promise<NwbAbout>,
): Exportable {
  const traces = () => tracesOf(document, name);
  return {
    what: "a simulation",
    formats: {
      nwb: async () => await writeNwb(sessionFromSimulation(simulationOf(document, traces()), await about())),
      atf: () => writeAtf(traces()),
      csv: () => writeCsv(traces()),
      json: () => `${JSON.stringify(document)}\n`,
    },
  };
}

function tracesOf({ dt_ms, v_mV, i_pA }: SimulationDocument, name: string): Traces {
  if (!v_mV) {
    throw new InputError({
      code: "no-trace",
      where: name,
      what: "the result of the simulation holds no samples",
      got: "no v_mV",
      expected: "t_ms and v_mV",
      next: "Run `patchtwin simulate` again with --trace --json.",
    });
  }
  const current = i_pA?.length === v_mV.length ? { i_pA } : {};
  return { name, dt_ms, sweeps: [{ index: 1, v_mV, ...current }] };
}

function simulationOf(document: SimulationDocument, { sweeps: [sweep] }: Traces): Simulation {
  const { model, params, dt_ms, solver, spikeTimes_ms } = document;
  const parameters = Object.entries(params).map(([name, value]) => `${name} = ${value}`);
  return {
    model,
    description: `One run of the model ${model}, ${spikeTimes_ms.length} spikes.`,
    notes: [
      `Time step ${dt_ms} ms${solver ? `, solver ${solver}` : ""}.`,
      `Parameters: ${parameters.join(", ")}.`,
      ...(sweep.i_pA
        ? []
        : ["The result did not hold the injected current, so there is no stimulus series."]),
    ],
    conditions: [],
    traces: [
      {
        condition: 0,
        dt_ms,
        v_mV: sweep.v_mV,
        ...(sweep.i_pA && { i_pA: sweep.i_pA }),
        stimulusType: sweep.i_pA ? "injected current" : "not in the result",
        description: `One run of the model ${model}.`,
      },
    ],
  };
}
