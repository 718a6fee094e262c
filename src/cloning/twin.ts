/** The noun that cloning makes: a model, a population of parameter sets that all reproduce the recording, and what judges them. */
import type { PreparationStep } from "../recordings/recording.ts";

/** What a sweep was used for. `beyond-range`: past depolarisation block, neither trained on nor scored. */
export type SweepRole = "trained" | "held-out" | "beyond-range";

/** Recorded against cloned, one sweep. Counts are spikes in the whole sweep. */
export interface SweepFit {
  /** Its number in its recording. */
  readonly index: number;
  /** Which of `provenance.files`, from 1. Missing in twins of one recording written before there were several, and where a twin predicts another recording. */
  readonly file?: number;
  readonly role: SweepRole;
  readonly amplitude_pA: number;
  readonly recordedSpikes: number;
  /** Of the best clone. */
  readonly clonedSpikes: number;
  /** 5 % and 95 % over the population of clones. */
  readonly clonedSpikesLow: number;
  readonly clonedSpikesHigh: number;
  /** Mean of the nearest trained sweep of its recording below and above in current; null where there is none on one side. */
  readonly interpolatedSpikes: number | null;
  /** |cloned - recorded| <= max(2 spikes, 10 %). */
  readonly withinRule: boolean;
  /** RMSE of voltage clipped below threshold, best clone. */
  readonly vRmse_mV: number;
}

/** A summary over one role's sweeps; null where there are none. */
export interface FitScore {
  readonly sweeps: number;
  /** Fraction of sweeps within max(2 spikes, 10 %). */
  readonly withinRule: number | null;
  /** Sum of |count difference| over the sum of recorded counts. */
  readonly countError: number | null;
}

export interface TwinParameter {
  readonly name: string;
  readonly unit: string;
  /** Best clone. */
  readonly best: number;
  /** 5 %, 50 % and 95 % over the population. */
  readonly low: number;
  readonly median: number;
  readonly high: number;
  /** Width of the population's 5-95 % range over the width of the search box (log scale where the box is): 1 = not identified. */
  readonly relativeSpread: number;
  /** Whether the recording fixes it (the rule: `isIdentifiable`). Missing in twins written before they said so. */
  readonly identifiable?: boolean;
}

/** A pair or triple of which the recording fixes one combination and not the members. */
export interface TradeOff {
  readonly parameters: readonly string[];
  /** A sentence. */
  readonly text: string;
}

/** A protocol that the recordings lack. */
export interface SettlingProtocol {
  /** What it would show. */
  readonly parameters: readonly string[];
  /** What to record and why. */
  readonly text: string;
}

/** What the population leaves open. */
export interface TwinTradeOffs {
  /** Names of parameters that are about as wide as their search range: their values are not known. */
  readonly notIdentified: readonly string[];
  readonly directions: readonly TradeOff[];
  readonly protocols: readonly SettlingProtocol[];
}

/** Decimated recorded and cloned voltage of one sweep, for plots. */
export interface TwinTrace {
  readonly index: number;
  /** As `SweepFit.file`. */
  readonly file?: number;
  readonly role: SweepRole;
  readonly amplitude_pA: number;
  readonly t_ms: readonly number[];
  readonly i_pA: readonly number[];
  readonly recorded_mV: readonly number[];
  readonly cloned_mV: readonly number[];
}

/** One recording of the cell. */
export interface TwinSource {
  readonly file: string;
  readonly sha256: string;
  readonly format: string;
  readonly currentSource: string;
  readonly currentDescription: string;
  /** What was done to the recording after reading; absent: nothing. */
  readonly preparation?: readonly PreparationStep[];
}

export interface Twin {
  readonly kind: "patchtwin-twin/1";
  readonly model: string;
  readonly posterior: {
    /** Not a Bayesian posterior: parameter sets of one search that reproduce the trained sweeps about equally well. */
    readonly kind: "acceptable-population";
    readonly names: readonly string[];
    readonly units: readonly string[];
    /** [nClones][nParameters]; the first is the best. */
    readonly samples: readonly (readonly number[])[];
    readonly loss: readonly number[];
  };
  /** The best clone, every parameter of the model, keys with units. */
  readonly map: Readonly<Record<string, number>>;
  readonly parameters: readonly TwinParameter[];
  /** Missing in twins written before it was looked for. */
  readonly tradeOffs?: TwinTradeOffs;
  readonly fit: {
    readonly vRmse_mV: number;
    /** Gamma at 4 ms over spiking trained sweeps (Kistler et al. 1997; Jolivet et al. 2008); about 0 on DC steps for any model. */
    readonly spikeTimeCoincidence: number | null;
    readonly trained: FitScore;
    readonly heldOut: FitScore & { readonly interpolation: FitScore; readonly indices: readonly number[] };
    readonly sweeps: readonly SweepFit[];
    readonly traces: readonly TwinTrace[];
  };
  readonly range: {
    readonly inRange: boolean;
    /** Fraction of trained sweeps within the rule, 0 to 1. */
    readonly score: number;
    /** In words; why not in range, or what limits it. */
    readonly reasons: readonly string[];
    /** Currents the clone was trained on. Outside them it extrapolates. */
    readonly current_pA: { readonly low: number; readonly high: number };
    readonly blockAbove_pA: number | null;
  };
  /** What the model's network thinks of the trained sweeps; missing where there are no weights, or where it cannot read them. */
  readonly network?: {
    /** False: unlike 99 % of the simulated cells that it was trained on, so that its posterior means nothing; null: it cannot say. */
    readonly familiar: boolean | null;
    /** 1: the 99 % limit. */
    readonly strangeness: number | null;
    readonly reasons: readonly string[];
    /** Mean of its posterior, by parameter, in the model's units: where the search began, not what it found. */
    readonly mean: Readonly<Record<string, number>>;
  };
  /** What was measured on the recordings themselves: medians where there are several. */
  readonly measured: {
    readonly restingPotential_mV: number | null;
    readonly inputResistance_MOhm: number | null;
    readonly tau_ms: number | null;
    readonly capacitance_pF: number | null;
    readonly rheobase_pA: number | null;
    readonly spikeThreshold_mV: number | null;
    readonly spikeAmplitude_mV: number | null;
    readonly spikeHalfWidth_ms: number | null;
    /** Holding current of the (first) recording, pA. */
    readonly holding_pA: number;
    /** Duration of the main step (of the first recording that has one), ms; 0 without one. */
    readonly step_ms: number;
  };
  /** Of several recordings the first gives `file`, `sha256` and the like; `files` has them all. */
  readonly provenance: TwinSource & {
    readonly patchtwin: string;
    /** Missing in twins written before there could be several: the one that stands beside. */
    readonly files?: readonly TwinSource[];
    readonly seed: number;
    readonly dt_ms: number;
    readonly solver: string;
    /** Of the numbers in the simulations; missing in documents written before there was a choice: f64. */
    readonly precision?: "f32" | "f64";
    readonly simulations: number;
    readonly createdAt: string;
    readonly wall_s: number;
    readonly notes: readonly string[];
  };
}
