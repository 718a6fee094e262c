import { rmSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { describeProblem, InputError, type InputProblem } from "../errors.ts";
import { addClone } from "./commands/clone.ts";
import { addDemo } from "./commands/demo.ts";
import { addDrugs } from "./commands/drugs.ts";
import { addEvaluate } from "./commands/evaluate.ts";
import { addExport } from "./commands/export.ts";
import { addFeatures } from "./commands/features.ts";
import { addInspect } from "./commands/inspect.ts";
import { addReport } from "./commands/report.ts";
import { addSimulate } from "./commands/simulate.ts";
import { addTrain } from "./commands/train.ts";
import { addTrial } from "./commands/trial.ts";
import { unfinishedFiles } from "./files.ts";
import { makeOutput, type Output } from "./output.ts";
import { version } from "./place.ts";

const EXIT = { done: 0, internal: 1, badInput: 2, interrupted: 130, terminated: 143 } as const;

/** Every command takes `--json`. */
function buildProgram(): Command {
  const program = new Command("patchtwin")
    .description(
      "From a patch-clamp recording to a drug verdict on that very cell. A research and teaching tool, not for dosing people.",
    )
    .version(version)
    // Said below in the words of every other refusal.
    .configureOutput({ outputError: () => {} });
  let output: Output | undefined;
  const current = (): Output => {
    output ??= makeOutput(false);
    return output;
  };
  for (const add of [
    addInspect,
    addFeatures,
    addSimulate,
    addClone,
    addTrain,
    addEvaluate,
    addTrial,
    addDrugs,
    addReport,
    addExport,
    addDemo,
  ])
    add(program, current);
  for (const command of program.commands) {
    command.option("--json", "one JSON document on standard output, progress on standard error");
    command.hook("preAction", (_, action) => {
      output = makeOutput(action.opts().json === true);
    });
    command.exitOverride();
  }
  return program.exitOverride();
}

/** Runs the command line and says how it ended. */
async function main(): Promise<number> {
  try {
    await buildProgram().parseAsync(process.argv);
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    if (error instanceof CommanderError && error.code === "commander.help") return EXIT.badInput;
    const refused = error instanceof CommanderError ? new InputError(usageProblem(error)) : error;
    if (refused instanceof InputError) {
      process.stderr.write(`patchtwin: ${refusal(refused.problem)}\n`);
      return EXIT.badInput;
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${text.startsWith("internal:") ? "" : "internal: "}${text}\n`);
    return EXIT.internal;
  }
}

/** A wrong use of the command line, as Commander found it: `error: unknown option '--bogus'`, perhaps with a second line. */
function usageProblem({ message, code }: CommanderError): InputProblem {
  const [what, hint = ""] = message
    .replace(/^error: /, "")
    .replace(/\. Expected/, ", expected")
    .replace(/\.$/, "")
    .split("\n");
  const { commands } = buildProgram();
  const command = commands.find((one) => one.name() === namedCommand());
  const options = command?.options.flatMap(({ long }) => long ?? []);
  const expected = command
    ? code === "commander.unknownOption" && options
    : commands.map((one) => one.name());
  return {
    code: "usage",
    what,
    ...(expected && { expected: `one of ${expected.join(", ")}` }),
    next: `${hint.replace(/^\(|\)$/g, "")} ${showsUsage(command?.name())}`.trim(),
  };
}

/** The refusal as text. The rooms know neither the command nor its options: what they leave open is said here. */
function refusal(problem: InputProblem): string {
  const command = buildProgram()
    .commands.find((one) => one.name() === namedCommand())
    ?.name();
  return describeProblem({
    ...(command && { where: command }),
    next: showsUsage(command),
    ...problem,
  });
}

const namedCommand = () => process.argv.slice(2).find((word) => !word.startsWith("-"));

const showsUsage = (command: string | undefined) =>
  `\`patchtwin ${command ? `${command} ` : ""}--help\` shows the usage.`;

function endOn(signal: NodeJS.Signals, exitCode: number): void {
  process.once(signal, () => {
    for (const file of unfinishedFiles()) rmSync(file, { force: true });
    process.exit(exitCode);
  });
}

endOn("SIGINT", EXIT.interrupted);
endOn("SIGTERM", EXIT.terminated);
// A reader that closed the pipe early (`| head`) is no fault of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.done);
    throw error;
  });
}
process.exitCode = await main();
