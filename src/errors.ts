/** One way to refuse input: what is wrong, where, what was found, what was expected, what to do next. */
export interface InputProblem {
  /** Stable machine-readable code, e.g. `voltage-clamp`, `truncated`, `unknown-drug`. */
  readonly code: string;
  /** What is wrong, in one clause. */
  readonly what: string;
  /** File, sweep, option or field where it was found. */
  readonly where?: string;
  readonly got?: string;
  readonly expected?: string;
  /** The next step for the user, as a sentence. */
  readonly next?: string;
}

/** Bad input by the user: the command line answers it with exit code 2, never with a stack trace. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly problem: InputProblem;

  constructor(problem: InputProblem) {
    super(describeProblem(problem));
    this.problem = problem;
  }
}

/** The problem as text: `where: what (got X, expected Y). Next step.` */
export function describeProblem({ what, where, got, expected, next }: InputProblem): string {
  const facts = [got && `got ${got}`, expected && `expected ${expected}`].filter(Boolean).join(", ");
  return `${where ? `${where}: ` : ""}${what}${facts ? ` (${facts})` : ""}.${next ? ` ${next}` : ""}`;
}
