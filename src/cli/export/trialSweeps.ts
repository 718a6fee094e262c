import type { Twin } from "../../cloning/index.ts";
import { compile, findModel, fromRecord, runSweeps, toRecord } from "../../engine/index.ts";
import { InputError } from "../../errors.ts";
import { applyChanges } from "../../pharmacology/index.ts";
import type { SimulatedTrace } from "../../recordings/index.ts";
import { type StepProtocol, standardProtocol, stepCurrent, type Trial } from "../../trials/index.ts";

/**
 * Every sweep of a trial's protocol, without the drug and then at each dose, sample by sample: a trial keeps only drawings, so
 * the twin's best clone is simulated again, with the trial's own time step, precision and changes of parameters.
 *
 * @throws InputError `another-twin` where the trial is of another recording or version, `simulation-failed`.
 */
export function sweepsOfTrial(trial: Trial, twin: Twin, where: string): SimulatedTrace[] {
  const protocol = protocolOf(trial, twin, where);
  const { dt_ms, precision = "f64" } = trial.provenance;
  const model = findModel(trial.model);
  const clone = toRecord(model, Float64Array.from(twin.posterior.samples[0]));
  const changes = [[], ...trial.doses.map(({ parameters }) => parameters)];
  const cells = changes.map((list) => fromRecord(model, applyChanges(clone, list)));
  const currents = protocol.steps_pA.map((level) => stepCurrent(protocol, level, dt_ms));
  const runs = runSweeps(compile(model, { dt_ms, precision }), cells, currents);
  return runs.flatMap((sweeps, condition) =>
    sweeps.map(({ v_mV, failure }, step) => {
      if (failure) throw failed(where, failure.t_ms, failure.remedy);
      const level_pA = protocol.steps_pA[step];
      return {
        condition,
        dt_ms,
        v_mV: v_mV.subarray(0, currents[step].length), // the last is the voltage after the sweep
        i_pA: currents[step],
        amplitude_pA: level_pA,
        stimulusType: "step",
        description: `Best clone, step to ${level_pA} pA of ${protocol.step_ms} ms.`,
      };
    }),
  );
}

/** The trial says its levels; the times before and after the step are those of the standard protocol. */
function protocolOf(trial: Trial, twin: Twin, where: string): StepProtocol {
  const standard = standardProtocol(twin, null);
  const { name, holding_pA, steps_pA, step_ms } = trial.protocol;
  const pairs = [
    ["recording", trial.twin, twin.provenance.file],
    ["model", trial.model, twin.model],
    ["protocol", name, standard.name],
    ["holding current (pA)", holding_pA, standard.holding_pA],
    ["step (ms)", step_ms, standard.step_ms],
  ] as const;
  for (const [what, got, expected] of pairs)
    if (got !== expected) throw anotherTwin(where, what, got, expected);
  return { ...standard, steps_pA };
}

function anotherTwin(
  where: string,
  what: string,
  got: string | number,
  expected: string | number,
): InputError {
  return new InputError({
    code: "another-twin",
    where,
    what: `the trial was not made on this twin: its ${what} is another`,
    got: String(got),
    expected: String(expected),
    next: "Name the twin of the trial with --twin, or run the trial again.",
  });
}

function failed(where: string, t_ms: number, remedy: string): InputError {
  return new InputError({
    code: "simulation-failed",
    where,
    what: `the voltage is not finite at t = ${t_ms} ms`,
    expected: "finite numbers throughout",
    next: remedy,
  });
}
