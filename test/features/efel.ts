/** Asks the package eFEL, in a Python that has it, for the values of the features that we share. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRoot } from "../../scripts/lib/root.mjs";
import { findReferences } from "../../scripts/peers.mjs";
import {
  type CatalogueSettings,
  EFEL_SETTINGS,
  type Feature,
  TRACE_FEATURES,
  type TraceInput,
} from "../../src/features/catalogue/index.ts";

/** A Python with eFEL; undefined where there is none. */
export const efelPython: string | undefined = await findReferences();

export const SHARED: readonly Feature[] = TRACE_FEATURES.filter(({ efel }) => efel !== undefined);

export interface NamedTrace {
  readonly name: string;
  readonly input: TraceInput;
}

/** What eFEL says of one trace: null where it has no value, or why it broke off. */
export type EfelAnswer =
  | { readonly values: Readonly<Record<string, readonly (number | null)[] | null>> }
  | { readonly failed: string };

interface Request {
  readonly settings?: Readonly<Record<string, number | boolean>>;
  readonly rounds?: number;
}

interface Reply {
  readonly version: string;
  readonly traces?: readonly EfelAnswer[];
  readonly seconds?: readonly number[];
}

/** The settings that eFEL and we have in common, by eFEL's names. */
function efelSettings(settings: CatalogueSettings = EFEL_SETTINGS): Record<string, number | boolean> {
  return {
    Threshold: settings.threshold_mV,
    DerivativeThreshold: settings.derivativeThreshold_mV_per_ms,
    DownDerivativeThreshold: settings.downDerivativeThreshold_mV_per_ms,
    DerivativeWindow: settings.derivativeWindow_samples,
    interp_step: settings.interpolationStep_ms,
    burst_factor: settings.burstFactor,
    strict_burst_factor: settings.strictBurstFactor,
    voltage_base_start_perc: settings.baseStartFraction,
    voltage_base_end_perc: settings.baseEndFraction,
    spike_skipf: settings.spikeSkipFraction,
    max_spike_skip: settings.maxSpikeSkip,
    initial_perc: settings.initialFraction,
    sahp_start: settings.slowAhpStart_ms,
    strict_stiminterval: settings.strictStimulusInterval,
  };
}

/** @throws Error with what Python said. */
export function askEfel(python: string, traces: readonly NamedTrace[], request: Request = {}): Reply {
  const folder = mkdtempSync(join(tmpdir(), "patchtwin-efel-"));
  try {
    const listed = traces.map(({ input }, k) => {
      const { v_mV, currentJumps_ms: _, ...rest } = input;
      const file = join(folder, `${k}.f64`);
      writeFileSync(file, new Uint8Array(v_mV.buffer, v_mV.byteOffset, v_mV.byteLength));
      return { ...rest, file };
    });
    const path = join(folder, "request.json");
    const features = SHARED.map(({ efel }) => efel);
    writeFileSync(path, JSON.stringify({ settings: efelSettings(), ...request, traces: listed, features }));
    return run(python, path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(python: string, request: string): Reply {
  const script = inRoot("test", "features", "efel_values.py");
  const { status, stdout, stderr } = spawnSync(python, [script, request], {
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  const line = stdout.split("\n").findLast((text) => text.startsWith("{"));
  if (status === 0 && line) return JSON.parse(line);
  throw new Error(`eFEL ended with code ${status}: ${stderr.slice(-2000)}`);
}
