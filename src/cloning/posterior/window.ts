import type { TrainingCell } from "./drawInputs.ts";

/** The cells of the latest rounds, from which batches are drawn. The first round goes when one too many has come. */
export class CellWindow {
  readonly #rounds: (readonly TrainingCell[])[] = [];
  readonly #most: number;
  readonly #roundCells: number;

  constructor(plan: { readonly windowRounds: number; readonly roundCells: number }) {
    this.#most = plan.windowRounds;
    this.#roundCells = plan.roundCells;
  }

  add(round: readonly TrainingCell[]): void {
    if (round.length !== this.#roundCells)
      throw new Error(`internal: a round of ${round.length} cells, not ${this.#roundCells}`);
    this.#rounds.push(round);
    if (this.#rounds.length > this.#most) this.#rounds.shift();
  }

  get cells(): number {
    return this.#rounds.length * this.#roundCells;
  }

  at(position: number): TrainingCell {
    return this.#rounds[Math.floor(position / this.#roundCells)][position % this.#roundCells];
  }

  /** First round that must be drawn again so that the window before `round` is as it was. */
  static firstRound(plan: { readonly windowRounds: number }, round: number): number {
    return Math.max(0, round - plan.windowRounds);
  }
}
