import { run } from "../../scripts/lib/run.mjs";

/** One timed run of a population, by us or by a peer. */
export interface Measurement {
  readonly tool: string;
  readonly version: string;
  readonly n: number;
  readonly dt_ms: number;
  readonly t_ms: number;
  /** User time of the steps alone: without start, set-up, compilation and warming. */
  readonly cpu_s: number;
  readonly wall_s: number;
  /** Spikes of a cell per second: whether two tools did the same work. */
  readonly rate_hz: number;
  /** Seconds that generating and compiling code took, where it was done in this run. */
  readonly compile_s: number;
}

/** Something to be measured once a round, each time in a fresh process. */
export interface Contender {
  readonly id: string;
  measure(): Promise<Measurement>;
}

export const stepsPerCpuSecond = ({ n, t_ms, dt_ms, cpu_s }: Measurement) => (n * t_ms) / dt_ms / cpu_s;

export const neuronSecondsPerCpuSecond = ({ n, t_ms, cpu_s }: Measurement) => (n * t_ms) / 1000 / cpu_s;

/** Rounds in which each contender runs once, in reversed order every other time: slow drift of the machine hits all alike. */
export async function interleave(
  contenders: readonly Contender[],
  rounds: number,
  tell: (line: string) => void,
): Promise<Map<string, Measurement[]>> {
  const results = new Map<string, Measurement[]>(contenders.map(({ id }) => [id, []]));
  for (let round = 0; round < rounds; round++) {
    for (const contender of round % 2 ? [...contenders].reverse() : contenders) {
      const measured = await contender.measure();
      results.get(contender.id)?.push(measured);
      tell(
        `  round ${round + 1}  ${contender.id}: ${(stepsPerCpuSecond(measured) / 1e6).toPrecision(3)} million steps per CPU second`,
      );
    }
  }
  return results;
}

/** What a fresh process prints as its last line of JSON. */
export async function askProcess<T>(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<T> {
  const { code, output } = await run(command, args, { env });
  const line = output.split("\n").findLast((text) => text.startsWith("{"));
  if (code === 0 && line) return JSON.parse(line);
  throw new Error(`${[command, ...args].join(" ")} ended with code ${code}:\n${output.slice(-3000)}`);
}
