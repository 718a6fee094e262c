import type { NumericalFailure, Run } from "../kernel.ts";
import { Flow } from "./flow.ts";
import { apply } from "./matrix.ts";
import { type Scheme, type Sweep, TraceRecorder, voltageLimit } from "./scheme.ts";
import type { System } from "./system.ts";

/** Largest error of one step, relative to the usual size of a state. */
const DEFAULT_TOLERANCE = 1e-6;
/** No step is longer, so that no loop through a spike can be stepped over. */
const LONGEST_MS = 2;
const SHORTEST_MS = 1e-9;
const FIRST_MS = 0.01;
/** A reset model that fires faster than this is a failure: an absurd current could keep it there without end. */
const SHORTEST_INTERVAL_MS = 1e-3;

/**
 * Adaptive exponential Rosenbrock method of Hochbruck, Ostermann and Schweitzer 2009 (doi:10.1137/080717717), their pair
 * of orders 3 and 2: with f and its Jacobian J at the start of a step of length h, and the flow of the linearised equations exact,
 *
 *   z = y + h phi_1(hJ) f(y)                            (exponential Rosenbrock-Euler, order 2)
 *   y + h phi_1(hJ) f(y) + 2h phi_3(hJ) D,              D = f(z) - f(y) - J (z - y)
 *
 * The second term is the estimated error of z; steps are chosen so that it stays below the tolerance. The step is
 * the sum of both (`order` 3), or z alone (2).
 *
 * Steps are as long as the tolerance lets them be while current and inputs hold still, and end where one of them changes; they
 * do not depend on `dt_ms` otherwise, nor on what is recorded. Voltages and crossings within a step are those of the same method with
 * a part of the step. A reset model is integrated to the very time at which v reaches the peak, and reset there.
 */
export function exponentialRosenbrock(
  order: 2 | 3,
  given: { readonly tolerance?: number; readonly longest_ms?: number } = {},
): Scheme {
  return {
    solver: "rosenbrock",
    order,
    integrates: ["conductance", "reset"],
    prepare(model, dt, systems) {
      const systemOf = systems(model);
      const limit = voltageLimit(model);
      return (params) => {
        const system = systemOf(params);
        return (sweep) =>
          new Integration(system, sweep, dt, limit, {
            order,
            tolerance: given.tolerance ?? sweep.options.tolerance ?? DEFAULT_TOLERANCE,
            longest_ms: given.longest_ms ?? LONGEST_MS,
          }).run();
      };
    },
  };
}

export const rosenbrock = exponentialRosenbrock(3);

interface Control {
  readonly order: 2 | 3;
  readonly tolerance: number;
  readonly longest_ms: number;
}

class Integration {
  readonly #system: System;
  readonly #sweep: Sweep;
  readonly #dt: number;
  readonly #limit: number;
  readonly #control: Control;
  readonly #flow: Flow;
  readonly #drive: Float64Array;
  readonly #trace: TraceRecorder;
  readonly #spikes: number[] = [];
  /** State, slope and Jacobian at the start of a step. */
  readonly #y: Float64Array;
  readonly #scale: Float64Array;
  readonly #slope: Float64Array;
  readonly #J: Float64Array;
  /** The state at the end of what was tried last, and of the step that was accepted. */
  readonly #end: Float64Array;
  readonly #next: Float64Array;
  readonly #work: readonly Float64Array[];
  #h: number;

  constructor(system: System, sweep: Sweep, dt: number, limit: number, control: Control) {
    const n = system.size;
    this.#system = system;
    this.#sweep = sweep;
    this.#dt = dt;
    this.#limit = limit;
    this.#control = control;
    this.#flow = new Flow(n);
    this.#drive = new Float64Array(1 + sweep.inputs.length);
    this.#trace = new TraceRecorder(sweep.current.length, sweep.options.recordEvery ?? 0);
    this.#y = system.initial(sweep.v0);
    this.#scale = system.scale(this.#y);
    this.#slope = new Float64Array(n);
    this.#J = new Float64Array(n * n);
    this.#end = new Float64Array(n);
    this.#next = new Float64Array(n);
    this.#work = Array.from({ length: 4 }, () => new Float64Array(n));
    this.#h = control.tolerance < Number.POSITIVE_INFINITY ? FIRST_MS : control.longest_ms;
  }

  run(): Run {
    const { current } = this.#sweep;
    this.#trace.store(0, this.#sweep.v0);
    for (let first = 0; first < current.length; ) {
      const last = this.#endOfStretch(first);
      const failure = this.#holdStill(first, last);
      if (failure) return this.#trace.end(this.#spikes, failure);
      first = last;
    }
    return this.#trace.end(this.#spikes);
  }

  /** The first sample after `first` at which current or an input has another value. */
  #endOfStretch(first: number): number {
    const { current, inputs } = this.#sweep;
    let last = first + 1;
    const same = (values: Float64Array) => values[last] === values[first];
    while (last < current.length && same(current) && inputs.every(same)) last++;
    return last;
  }

  /** Integrates from sample `first` to sample `last`, through which the drive holds. */
  #holdStill(first: number, last: number): NumericalFailure | undefined {
    const { current, inputs, options } = this.#sweep;
    this.#drive[0] = current[first];
    for (let k = 0; k < inputs.length; k++) this.#drive[k + 1] = inputs[k][first];
    const length = (last - first) * this.#dt;
    const level = options.spikeLevel_mV ?? 0;
    const { peak, reset } = this.#system;
    const start = first * this.#dt;
    // Time since the start of the stretch, and the next sample whose voltage may be wanted.
    let t = 0;
    let sample = first + 1;
    while (t < length) {
      this.#system.jacobian(this.#y, this.#drive, this.#slope, this.#J);
      const h = this.#acceptedStep(length - t);
      if (h === undefined) return this.#failure(first + Math.floor(t / this.#dt + 1e-9) + 1);
      const fires = peak !== undefined && this.#next[0] >= peak(this.#next);
      let took = h;
      if (fires) {
        took = this.#crossing(h, (y) => y[0] - peak(y));
        this.#attempt(took);
        this.#next.set(this.#end);
      } else if (!peak && this.#y[0] < level && this.#next[0] >= level) {
        this.#spikes.push(start + t + this.#crossing(h, (y) => y[0] - level));
      }
      // The last step ends on the end of the stretch, whatever the sum of the steps is.
      const after = t + took > length - SHORTEST_MS ? length : t + took;
      for (; sample < last && (sample - first) * this.#dt <= after; sample++) {
        if (this.#trace.wants(sample))
          this.#trace.store(sample, this.#voltageAfter((sample - first) * this.#dt - t));
      }
      this.#y.set(this.#next);
      if (fires) {
        const before =
          this.#spikes.length > 0 ? this.#spikes[this.#spikes.length - 1] : Number.NEGATIVE_INFINITY;
        if (start + after - before < SHORTEST_INTERVAL_MS)
          return this.#failure(first + Math.floor(t / this.#dt + 1e-9) + 1);
        this.#spikes.push(start + after);
        reset!(this.#y);
      }
      t = after;
    }
    // The end of the stretch itself, after whatever happened there.
    this.#trace.store(last, this.#y[0]);
    return undefined;
  }

  /** Tries steps from y, shorter and shorter, until one is good enough; leaves its end in `#next`. Undefined: none is. */
  #acceptedStep(left: number): number | undefined {
    const { tolerance, longest_ms } = this.#control;
    for (;;) {
      let h = Math.min(this.#h, longest_ms);
      const whole = h >= left * (1 - 1e-9);
      if (whole) h = left;
      else if (2 * h > left) h = left / 2;
      const error = this.#attempt(h) / tolerance;
      const factor = Math.min(5, Math.max(0.2, 0.9 * error ** (-1 / 3)));
      if (error <= 1) {
        // A step that was cut says nothing against longer ones.
        this.#h = h < this.#h ? Math.max(this.#h, h * factor) : h * factor;
        this.#next.set(this.#end);
        return h;
      }
      this.#h = h * (factor < 1 ? factor : 0.2);
      if (!(this.#h > SHORTEST_MS)) return undefined;
    }
  }

  /** One step of length h from y into `#end`; gives its estimated relative error, infinite where the step leads nowhere. */
  #attempt(h: number): number {
    const n = this.#system.size;
    const [change, slope, rest, correction] = this.#work;
    if (!this.#flow.set(this.#J, h, this.#scale)) return Number.POSITIVE_INFINITY;
    this.#flow.phi1(this.#slope, change);
    for (let k = 0; k < n; k++) {
      change[k] *= h;
      this.#end[k] = this.#y[k] + change[k];
    }
    if (!(Math.abs(this.#end[0]) < this.#limit)) return Number.POSITIVE_INFINITY;
    this.#system.f(this.#end, this.#drive, slope);
    apply(this.#J, change, n, rest);
    for (let k = 0; k < n; k++) rest[k] = slope[k] - this.#slope[k] - rest[k];
    this.#flow.phi3(rest, correction);
    let error = 0;
    for (let k = 0; k < n; k++) {
      const size = 2 * h * correction[k];
      if (this.#control.order === 3) this.#end[k] += size;
      error = Math.max(error, Math.abs(size) / (this.#scale[k] + Math.abs(this.#y[k])));
    }
    return Math.abs(this.#end[0]) < this.#limit && error >= 0 ? error : Number.POSITIVE_INFINITY;
  }

  /** Time from y until `distance` reaches 0 from below, within the accepted step of length h (Illinois method). */
  #crossing(h: number, distance: (y: Float64Array) => number): number {
    let [low, high] = [0, h];
    let [below, above] = [distance(this.#y), distance(this.#next)];
    // A reset that leads to the peak again: the cell fires at the end of every step.
    if (!(below < 0)) return h;
    let side = 0;
    for (let round = 0; round < 60 && high - low > 1e-10; round++) {
      const time = (low * above - high * below) / (above - below);
      this.#attempt(time);
      const value = distance(this.#end);
      if (value >= 0) {
        [high, above] = [time, value];
        if (side === 1) below /= 2;
        side = 1;
        if (value === 0) break;
      } else {
        [low, below] = [time, value];
        if (side === -1) above /= 2;
        side = -1;
      }
    }
    return high;
  }

  /** The voltage that the method gives for a part of a step from y. */
  #voltageAfter(time: number): number {
    this.#attempt(time);
    return this.#end[0];
  }

  #failure(step: number): NumericalFailure {
    return {
      t_ms: step * this.#dt,
      state: "v",
      remedy: `Steps below ${SHORTEST_MS} ms did not help (dt = ${this.#dt} ms): try parameters nearer their usual range, or less current.`,
    };
  }
}
