import type { DescribedSweep } from "./family.ts";
import type { SettlingProtocol } from "./twin.ts";

/** What a protocol is recognised by in a recorded sweep. */
export type ShownSweep = Pick<DescribedSweep, "sweep" | "dt_ms" | "recordedSpikes">;

interface Protocol {
  readonly words: string;
  readonly isShown: (sweep: ShownSweep, all: readonly ShownSweep[]) => boolean;
}

/** Change of current that counts as a step, pA. */
const STEP_pA = 2;

interface Level {
  /** Above the holding current. */
  readonly step_pA: number;
  readonly length_ms: number;
}

/** Constant stretches of a sweep's current. */
function levels({ sweep: { stimulus } }: ShownSweep): Level[] {
  return stimulus.segments
    .filter(({ from_pA, to_pA }) => Math.abs(to_pA - from_pA) <= STEP_pA)
    .map(({ from_pA, start_ms, end_ms }) => ({
      step_pA: from_pA - stimulus.holding_pA,
      length_ms: end_ms - start_ms,
    }));
}

const has = (sweep: ShownSweep, wanted: (level: Level) => boolean) => levels(sweep).some(wanted);
const isUp = ({ step_pA }: Level) => step_pA > STEP_pA;
const isDown = ({ step_pA }: Level) => step_pA < -STEP_pA;
const highest = (sweep: ShownSweep) => Math.max(0, ...levels(sweep).map(({ step_pA }) => step_pA));

/** Ends at least 300 ms after the cell was last driven. */
function showsRecovery(sweep: ShownSweep): boolean {
  const last = levels(sweep).at(-1);
  return sweep.recordedSpikes > 0 && last !== undefined && !isUp(last) && last.length_ms >= 300;
}

/** Some step is at least twice the weakest that fires. */
function isStrong(sweep: ShownSweep, all: readonly ShownSweep[]): boolean {
  const firing = all.filter((one) => one.recordedSpikes > 0 && has(one, isUp)).map(highest);
  return firing.length > 0 && highest(sweep) >= 2 * Math.min(...firing);
}

/** A step down that a step up follows at once. */
function isReleased(sweep: ShownSweep): boolean {
  const steps = levels(sweep);
  return steps.some((level, k) => isDown(level) && steps[k + 1] !== undefined && isUp(steps[k + 1]));
}

const PROTOCOLS = {
  hyperpolarisingStep: {
    words: "a hyperpolarising step of 500 ms: leak, sag and charging without the currents of spikes",
    isShown: (sweep) => has(sweep, (level) => isDown(level) && level.length_ms >= 300),
  },
  longStep: {
    words: "a step of 1 s or longer with at least five spikes: slow adaptation reaches its end",
    isShown: (sweep) =>
      sweep.recordedSpikes >= 5 && has(sweep, (level) => isUp(level) && level.length_ms >= 1000),
  },
  recovery: {
    words: "300 ms or more at rest after a train of spikes: the slow afterhyperpolarisation decays alone",
    isShown: showsRecovery,
  },
  weakStep: {
    words: "a step just above rheobase, one to three spikes: where and how slowly firing begins",
    isShown: (sweep) =>
      sweep.recordedSpikes >= 1 &&
      sweep.recordedSpikes <= 3 &&
      has(sweep, (level) => isUp(level) && level.length_ms >= 100),
  },
  strongStep: {
    words:
      "steps up to twice rheobase and more: spikes close together, and block where the cell goes into it",
    isShown: isStrong,
  },
  pulse: {
    words: "a pulse of at most 5 ms just above rheobase: one spike and its afterhyperpolarisation alone",
    isShown: (sweep) =>
      sweep.recordedSpikes > 0 && has(sweep, (level) => isUp(level) && level.length_ms <= 5),
  },
  train: {
    words: "a train of brief pulses: what each spike leaves for the next, at a rate that you set",
    isShown: ({ sweep, recordedSpikes }) => sweep.stimulus.kind === "pulse-train" && recordedSpikes > 1,
  },
  ramp: {
    words:
      "a slow ramp through threshold: currents that open below it, and a threshold that moves with its rise",
    isShown: ({ sweep, recordedSpikes }) => sweep.stimulus.kind === "ramp" && recordedSpikes > 0,
  },
  release: {
    words: "a hyperpolarising step right before a depolarising one: currents that rest inactivated",
    isShown: isReleased,
  },
  fineSampling: {
    words: "spikes sampled at 20 kHz or faster: the height of peaks and resets",
    isShown: ({ dt_ms, recordedSpikes }) => recordedSpikes > 0 && dt_ms <= 0.05,
  },
} satisfies Record<string, Protocol>;

type ProtocolName = keyof typeof PROTOCOLS;

/** Where a parameter shows by itself, the best protocol first. */
const SHOWN_BY: Readonly<Record<string, Readonly<Record<string, readonly ProtocolName[]>>>> = {
  cortical: {
    C_pF: ["hyperpolarisingStep"],
    gleak_nS: ["hyperpolarisingStep"],
    Eleak_mV: ["hyperpolarisingStep"],
    gH_nS: ["hyperpolarisingStep"],
    gKir_nS: ["hyperpolarisingStep"],
    gM_nS: ["longStep", "recovery"],
    tauMaxM_ms: ["longStep", "recovery"],
    shiftMAct_mV: ["longStep", "ramp"],
    gNaP_nS: ["ramp", "weakStep"],
    gNaT_nS: ["pulse", "ramp"],
    shiftNaTInact_mV: ["ramp", "strongStep"],
    VT_mV: ["pulse", "ramp"],
    ENa_mV: ["pulse", "fineSampling"],
    rateNaK: ["pulse", "fineSampling"],
    gKdr_nS: ["pulse", "strongStep"],
    shiftKdrAct_mV: ["pulse", "strongStep"],
    EK_mV: ["pulse", "strongStep"],
    slowNaT: ["strongStep", "train"],
    rateSlowNaT: ["strongStep", "train"],
    gCaT_nS: ["release"],
    gCaL_nS: ["strongStep", "train"],
    gA_nS: ["release", "weakStep"],
    gD_nS: ["weakStep", "longStep"],
    gSK_nS: ["train", "recovery"],
    tauCa_ms: ["train", "recovery"],
    gBK_nS: ["pulse", "train"],
  },
  izhikevich: {
    C_pF: ["hyperpolarisingStep"],
    k_nS_per_mV: ["ramp", "weakStep"],
    vr_mV: ["hyperpolarisingStep"],
    vt_mV: ["ramp", "weakStep"],
    vpeak_mV: ["fineSampling"],
    a_per_ms: ["recovery", "longStep"],
    b_nS: ["hyperpolarisingStep", "weakStep"],
    c_mV: ["fineSampling", "strongStep"],
    d_pA: ["strongStep", "longStep"],
  },
  adex: {
    C_pF: ["hyperpolarisingStep"],
    gL_nS: ["hyperpolarisingStep"],
    EL_mV: ["hyperpolarisingStep"],
    VT_mV: ["ramp", "weakStep"],
    DeltaT_mV: ["ramp", "weakStep"],
    vpeak_mV: ["fineSampling"],
    tauw_ms: ["recovery", "longStep"],
    a_nS: ["hyperpolarisingStep", "weakStep"],
    Vr_mV: ["fineSampling", "strongStep"],
    b_pA: ["strongStep", "longStep"],
  },
  "hodgkin-huxley": {
    C_uF_per_cm2: ["hyperpolarisingStep"],
    gNa_mS_per_cm2: ["pulse", "strongStep"],
    gK_mS_per_cm2: ["pulse", "strongStep"],
    gL_mS_per_cm2: ["hyperpolarisingStep"],
    ENa_mV: ["pulse", "fineSampling"],
    EK_mV: ["pulse", "strongStep"],
    EL_mV: ["hyperpolarisingStep"],
  },
};

/**
 * Protocols that the recordings lack and that would show the open parameters, the one that shows most of them first. A parameter whose
 * protocols are all recorded is not named: another cell or less noise would be needed, not another protocol.
 */
export function settlingProtocols(
  model: string,
  open: readonly string[],
  recorded: readonly ShownSweep[],
): SettlingProtocol[] {
  const isRecorded = (name: ProtocolName) =>
    recorded.some((sweep) => (PROTOCOLS[name] as Protocol).isShown(sweep, recorded));
  const wanted = new Map<ProtocolName, string[]>();
  for (const parameter of open) {
    const missing = (SHOWN_BY[model]?.[parameter] ?? []).find((name) => !isRecorded(name));
    if (missing) wanted.set(missing, [...(wanted.get(missing) ?? []), parameter]);
  }
  return [...wanted]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([name, parameters]) => ({ parameters, text: PROTOCOLS[name].words }));
}
