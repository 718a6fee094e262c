/** Sweeps of one protocol, told by what was injected and never by a name. */
import { lengthOf } from "./lazy-sweep.ts";
import type { Recording, Stimulus, Sweep } from "./recording.ts";

/** Edges of one protocol lie at the same times within this, ms: those of a recorded current are found in noise. */
const SAME_TIME_MS = 1;
/** Two waveforms without segments (sine, noise) are one protocol when they correlate this well. */
const SAME_WAVEFORM = 0.95;
const COMPARED_SAMPLES = 2000;
/** Levels of recorded currents differ by less than this where the command was the same, pA. */
const DIFFERENT_PA = 2;

export interface SweepGroup {
  /** Numbers of its sweeps, as in `Sweep.index`. */
  readonly sweeps: readonly number[];
  readonly kind: Stimulus["kind"];
  /** The stretch in which the sweeps differ most; of one alone, or of waveforms, all of the stimulus; null without one. */
  readonly start_ms: number | null;
  readonly end_ms: number | null;
  /** Lowest and highest level in that stretch (of ramps and waveforms: peak), pA. */
  readonly low_pA: number;
  readonly high_pA: number;
  readonly length_ms: number;
}

interface Group {
  readonly members: Sweep[];
  /** Times of the changes, ms; those of its other members are among them. */
  readonly edges_ms: readonly number[];
  readonly samples: number;
}

/**
 * Groups the sweeps of a recording: two belong together when they are equally long and their currents change at the
 * same times (within 1 ms; a sweep in which a step has the height of the holding level lacks its edges), or, for currents
 * without segments, when the waveforms correlate by 0.95 or more. A sweep in which nothing changes joins the one before it.
 *
 * @returns Groups in the order of their first sweeps; every sweep is in one.
 */
export function groupSweeps(recording: Pick<Recording, "sweeps" | "dt_ms">): SweepGroup[] {
  const groups: Group[] = [];
  const changing = recording.sweeps.filter(({ stimulus }) => stimulus.kind !== "none");
  // Those with the most edges first: the others then find all of theirs.
  const edgesOfSweep = changing.map((sweep) => ({ sweep, edges_ms: edgesOf(sweep.stimulus) }));
  for (const { sweep, edges_ms } of edgesOfSweep.sort((a, b) => b.edges_ms.length - a.edges_ms.length)) {
    const group = groups.find((candidate) => belongs(sweep, edges_ms, candidate));
    if (group) group.members.push(sweep);
    else groups.push({ members: [sweep], edges_ms, samples: lengthOf(sweep) });
  }
  for (const sweep of recording.sweeps) if (sweep.stimulus.kind === "none") joinFlat(groups, sweep);
  return groups.map((group) => describe(group, recording.dt_ms)).sort((a, b) => a.sweeps[0] - b.sweeps[0]);
}

/** Into the group of the nearest sweep before it that is as long; failing that, after it. */
function joinFlat(groups: Group[], sweep: Sweep): void {
  const samples = lengthOf(sweep);
  const distance = ({ members }: Group): number =>
    Math.min(...members.map(({ index }) => (index < sweep.index ? sweep.index - index : 1e6 + index)));
  const alike = groups.filter((group) => group.samples === samples);
  if (alike.length === 0) groups.push({ members: [sweep], edges_ms: [], samples });
  else alike.reduce((a, b) => (distance(b) < distance(a) ? b : a)).members.push(sweep);
}

function edgesOf({ segments }: Stimulus): number[] {
  return segments.slice(1).map(({ start_ms }) => start_ms);
}

function belongs(sweep: Sweep, edges_ms: readonly number[], group: Group): boolean {
  if (lengthOf(sweep) !== group.samples) return false;
  const [model] = group.members;
  if (shapeOf(sweep) !== shapeOf(model)) return false;
  if (shapeOf(sweep) === "arbitrary") return correlation(sweep.i_pA, model.i_pA) >= SAME_WAVEFORM;
  return edges_ms.every((edge) => group.edges_ms.some((other) => Math.abs(edge - other) <= SAME_TIME_MS));
}

/** Steps and trains of them may be one protocol; ramps and waveforms are others. */
function shapeOf({ stimulus: { kind } }: Sweep): "steps" | "ramp" | "arbitrary" {
  return kind === "ramp" || kind === "arbitrary" ? kind : "steps";
}

/** Of every n-th sample, which is enough to tell waveforms apart. */
function correlation(a: Float64Array, b: Float64Array): number {
  const stride = Math.max(1, Math.floor(a.length / COMPARED_SAMPLES));
  let [n, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0];
  for (let k = 0; k < Math.min(a.length, b.length); k += stride) {
    n++;
    sa += a[k];
    sb += b[k];
    saa += a[k] * a[k];
    sbb += b[k] * b[k];
    sab += a[k] * b[k];
  }
  return (sab - (sa * sb) / n) / Math.sqrt((saa - (sa * sa) / n) * (sbb - (sb * sb) / n));
}

function describe({ members, edges_ms, samples }: Group, dt_ms: number): SweepGroup {
  const stimuli = members.map(({ stimulus }) => stimulus);
  const kind = commonest(stimuli.flatMap((one) => (one.kind === "none" ? [] : [one.kind])));
  const stepped = stimuli.every(({ segments }) => segments.every(({ from_pA, to_pA }) => from_pA === to_pA));
  const span = (kind !== "arbitrary" && stepped && widest(stimuli, edges_ms)) || whole(stimuli);
  return {
    sweeps: members.map(({ index }) => index).sort((a, b) => a - b),
    kind,
    ...span,
    length_ms: samples * dt_ms,
  };
}

type Span = Pick<SweepGroup, "start_ms" | "end_ms" | "low_pA" | "high_pA">;

/** The stretch between two changes in which the levels of the sweeps differ most; undefined when they are all alike. */
function widest(stimuli: readonly Stimulus[], edges_ms: readonly number[]): Span | undefined {
  let best: Span | undefined;
  for (let k = 0; k + 1 < edges_ms.length; k++) {
    const [start_ms, end_ms] = [edges_ms[k], edges_ms[k + 1]];
    const levels = stimuli.map((stimulus) => levelAt(stimulus, (start_ms + end_ms) / 2));
    const [low_pA, high_pA] = [Math.min(...levels), Math.max(...levels)];
    if (high_pA - low_pA > (best ? best.high_pA - best.low_pA : DIFFERENT_PA))
      best = { start_ms, end_ms, low_pA, high_pA };
  }
  return best;
}

function levelAt({ segments, holding_pA }: Stimulus, t_ms: number): number {
  return segments.find(({ start_ms, end_ms }) => start_ms <= t_ms && t_ms < end_ms)?.from_pA ?? holding_pA;
}

function whole(stimuli: readonly Stimulus[]): Span {
  const changing = stimuli.filter(({ kind }) => kind !== "none");
  const levels = stimuli.map((one) => (one.kind === "none" ? one.holding_pA : one.amplitude_pA));
  return {
    start_ms: changing.length > 0 ? Math.min(...changing.map((one) => one.start_ms)) : null,
    end_ms: changing.length > 0 ? Math.max(...changing.map((one) => one.end_ms)) : null,
    low_pA: Math.min(...levels),
    high_pA: Math.max(...levels),
  };
}

function commonest(kinds: readonly Stimulus["kind"][]): Stimulus["kind"] {
  const count = (kind: Stimulus["kind"]) => kinds.filter((other) => other === kind).length;
  return kinds.reduce((a, b) => (count(b) > count(a) ? b : a), kinds[0] ?? "none");
}
