import { InputError } from "../../errors.ts";
import {
  type AdamState,
  adamState,
  adam as adamStep,
  gradientName,
  initialWeights,
  type LoadedModel,
  loadModel,
  type OrtRuntime,
  type TrainingModel,
  trainingModel,
  type Weights,
  weightOf,
} from "../../nn/index.ts";
import { emptyBatch, fillBatch, fitStandards, type NetworkBatch, type Standards } from "../inputs/index.ts";
import type { TrainingCell } from "./drawInputs.ts";
import { lossGraph, type NetworkSize } from "./network.ts";
import { batchPositions, learningRate, type TrainingPlan, weightStream } from "./plan.ts";
import { CellWindow } from "./window.ts";

/** All that goes on from one round to the next; with the cells of the window (see `CellWindow.firstRound`) it is everything. */
export interface TrainingState {
  /** Rounds done. */
  readonly round: number;
  readonly updates: number;
  /** Mean loss of the last round, nats a cell; null before the first. */
  readonly loss: number | null;
  readonly standards: Standards | null;
  /** Names of the parameters in the order of their weights. */
  readonly parameters: readonly string[];
  readonly weights: Float32Array;
  readonly adam: AdamState;
}

/**
 * Trains a posterior round by round. What comes out depends on the plan, the cells and the spent budget that each round is told,
 * not on timing: a run that goes on from a state has the bits of one that was never interrupted (on one machine and runtime).
 */
export class Trainer {
  readonly #plan: TrainingPlan;
  readonly #model: TrainingModel;
  readonly #session: LoadedModel;
  readonly #batch: NetworkBatch;
  readonly #truth: Float32Array;
  readonly #window: CellWindow;
  #state: TrainingState;

  private constructor(
    plan: TrainingPlan,
    size: NetworkSize,
    model: TrainingModel,
    session: LoadedModel,
    state: TrainingState,
  ) {
    this.#plan = plan;
    this.#model = model;
    this.#session = session;
    this.#state = state;
    this.#batch = emptyBatch(plan.batch, size.slots, size);
    this.#truth = new Float32Array(plan.batch * size.parameters);
    this.#window = new CellWindow(plan);
  }

  /** A new run, or one that goes on from `state`; then give `recall` the cells of the window. */
  static async create(
    runtime: OrtRuntime,
    plan: TrainingPlan,
    size: NetworkSize,
    state?: TrainingState,
  ): Promise<Trainer> {
    const { g, loss } = lossGraph(size, plan.batch);
    const model = trainingModel(g, loss);
    const inputs = { ...model.batchInputs, ...model.shapes };
    const session = await loadModel(runtime, { bytes: model.bytes, inputs });
    const { values } = initialWeights(g, weightStream(plan));
    const parameters = model.places.map(({ name }) => name);
    if (state) requireSameNetwork(state.parameters, parameters);
    const start = { round: 0, updates: 0, loss: null, standards: null, parameters, weights: values };
    return new Trainer(plan, size, model, session, state ?? { ...start, adam: adamState(values.length) });
  }

  /** A snapshot: later rounds do not change it. */
  get state(): TrainingState {
    const { weights, adam } = this.#state;
    return {
      ...this.#state,
      weights: weights.slice(),
      adam: { ...adam, first: adam.first.slice(), second: adam.second.slice() },
    };
  }

  get weights(): Weights {
    return { places: this.#model.places, values: this.#state.weights };
  }

  /** Cells of a round that was done before the state was saved. */
  recall(cells: readonly TrainingCell[]): void {
    this.#window.add(cells);
  }

  /**
   * One round: fresh cells join the window, then batches of it lessen the loss. The first round's cells set the standards.
   *
   * @param spent part of the budget that is gone, 0 to 1: sets the learning rate.
   * @returns mean loss, nats a cell.
   */
  async round(cells: readonly TrainingCell[], spent: number): Promise<number> {
    this.#window.add(cells);
    const standards = this.#state.standards ?? fitStandards(cells.map(({ input }) => input));
    let total = 0;
    for (let update = 0; update < this.#plan.updatesPerRound; update++)
      total += await this.#update(update, standards, spent);
    const loss = total / this.#plan.updatesPerRound;
    const { round } = this.#state;
    this.#state = { ...this.#state, round: round + 1, loss, standards };
    return loss;
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  async #update(update: number, standards: Standards, spent: number): Promise<number> {
    const { round, updates, weights, adam } = this.#state;
    this.#fill(batchPositions(this.#plan, round, update, this.#window.cells), standards);
    const { frames, sweeps, mask, cells } = this.#batch;
    const parameters = Object.fromEntries(
      this.#model.places.map(({ name }) => [name, weightOf(this.weights, name)!]),
    );
    const feeds = { frames, sweeps, mask, cells, truth: this.#truth, ...parameters };
    const results = await this.#session.run(feeds);
    const gradient = new Float32Array(weights.length);
    for (const { name, offset } of this.#model.places)
      if (results[gradientName(name)]) gradient.set(results[gradientName(name)], offset);
    const { clipNorm } = this.#plan;
    adamStep(weights, gradient, adam, { learningRate: learningRate(this.#plan, updates, spent), clipNorm });
    this.#state = { ...this.#state, updates: updates + 1 };
    return results.loss[0];
  }

  #fill(positions: readonly number[], standards: Standards): void {
    positions.forEach((position, k) => {
      const { input, truth } = this.#window.at(position);
      fillBatch(this.#batch, k, input, standards);
      this.#truth.set(truth, k * truth.length);
    });
  }
}

/** Weights of another version of the network have other names or another order. */
function requireSameNetwork(saved: readonly string[], parameters: readonly string[]): void {
  if (saved.join(" ") === parameters.join(" ")) return;
  throw new InputError({
    code: "other-network",
    where: "checkpoint",
    what: "the saved weights are those of another network",
    got: `${saved.length} parameters, from ${saved[0]}`,
    expected: `${parameters.length} parameters, from ${parameters[0]}`,
    next: "Remove the checkpoint to start again with this version.",
  });
}
