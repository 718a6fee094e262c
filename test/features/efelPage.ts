/** The page of the comparison with eFEL. */
import { table } from "../../docs/tools/markdown.ts";

export interface Tally {
  equal: number;
  different: number;
  readonly examples: string[];
}

interface Comparison {
  readonly version: string;
  readonly traces: readonly string[];
  readonly refused: readonly (readonly [string, string])[];
  readonly failed: readonly (readonly [string, string])[];
  readonly tallies: ReadonlyMap<string, Tally>;
  /** What eFEL itself gives otherwise than was published for its testdata.txt: feature, published, now. */
  readonly changed: readonly (readonly [string, string, string])[];
}

const PAIRING =
  "eFEL pairs begins with peaks, ends and troughs by their places in the lists: one spike before the stimulus, or one without a begin, shifts all that follow, or makes it give nothing. We pair spike with spike.";

/** Why the two differ, by feature. */
const REASONS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      "AP_amplitude",
      "AP1_amp",
      "AP2_amp",
      "APlast_amp",
      "AP2_AP1_diff",
      "mean_AP_amplitude",
      "AP_amplitude_diff",
      "AP_amplitude_change",
      "AP_rise_indices",
      "AP_fall_indices",
      "AP_duration_half_width",
      "AP_duration_half_width_change",
      "AP_duration",
      "AP_duration_change",
      "AP_rise_time",
      "AP_rise_rate",
      "AP_rise_rate_change",
      "AP_begin_width",
      "AP1_begin_width",
      "AP2_begin_width",
      "AP2_AP1_begin_width_diff",
      "fast_AHP",
      "fast_AHP_change",
      "depolarized_base",
    ].map((name) => [name, PAIRING]),
  ),
  spike_half_width:
    "For a spike before the stimulus eFEL looks for the rise from the start of the stimulus on, after the spike; we look before it. A spike that does not come down to its half level is left out.",
  AP1_width: "As spike_half_width.",
  AP_width: "As spike_half_width.",
  spike_width2:
    "eFEL gives 0 for a spike that has fewer than three samples since the trough before it, or that does not come down; we leave it out.",
  voltage_after_stim:
    "The stimulus lasts to the end of the sweep; eFEL gives a mean of what is left of the last step.",
  time_constant:
    "Ill-conditioned where the step fires or depolarises (the fit has a free offset): the searches end in different minima. eFEL also gives negative values; we give none.",
  sag_time_constant: "Noise decides where the return reaches 90 %; we want ten samples at least.",
  depol_block_bool:
    "Cells blocked from the onset of the step on: which begins count for the mean threshold decides. eFEL's own older versions differ here as well.",
  mean_frequency: "eFEL gives 0 where all spikes lie outside the stimulus; we give none.",
  ISI_semilog_slope: "eFEL fits a line through a single interval; we want two.",
  interburst_voltage:
    "Spikes closer than 10 ms leave nothing between 5 ms after one and 5 ms before the next: eFEL gives NaN for that one, we for the list.",
  strict_interburst_voltage: "As interburst_voltage; here eFEL gives numbers where nothing is left.",
};

export function agreementPage(comparison: Comparison): { readonly text: string; readonly summary: string } {
  const { version, traces, refused, failed, tallies, changed } = comparison;
  const sum = [...tallies.values()].reduce(
    (total, { equal, different }) => ({ equal: total.equal + equal, all: total.all + equal + different }),
    { equal: 0, all: 0 },
  );
  const above = [...tallies.values()].filter((tally) => share(tally) >= 0.95).length;
  const summary =
    `${tallies.size} shared features, ${traces.length - failed.length} sweeps: ${sum.equal} of ${sum.all} values equal ` +
    `(${percent(sum.equal / sum.all)}); ${above} features agree in 95 % of their values or more.`;
  const text = [
    "# Features beside eFEL",
    "",
    `Made by \`npx tsx test/features/efel-live.ts <folder of recordings>\` with eFEL ${version}; nothing here is written by hand.`,
    "",
    summary,
    "",
    "Both tools measure the same voltage with the same stimulus and the settings `EFEL_SETTINGS`. Every element of every list is one " +
      "value; equal: within 1 %, or within one interpolated sample (0.1 ms) for times and sample numbers. A list of another " +
      "length, or a value against none, counts as different with all its elements.",
    "",
    table(
      ["feature", "equal", "different", "agreement", "first difference (ours / eFEL)", "reason"],
      [...tallies].map(row),
    ),
    "",
    "## Published values",
    "",
    "The values published for eFEL's own testdata.txt (stimulus 700 to 2700 ms) are of an older version. Ours equal them in all shared " +
      `features (test/features/efel-equality.test.ts) but where eFEL ${version} itself gives something else:`,
    "",
    table(["feature", "published", `eFEL ${version}`], changed),
    "",
    "## Sweeps",
    "",
    ...filesOf(traces).map(([file, count]) => `- ${file}: ${count}`),
    "",
    "## Left out",
    "",
    ...failed.map(([name, reason]) => `- ${name}: ${reason}`),
    ...refused.map(([name, reason]) => `- ${name}: ${reason}`),
    "",
  ].join("\n");
  return { text, summary };
}

function row([name, tally]: readonly [string, Tally]): string[] {
  const { equal, different, examples } = tally;
  const reason = different === 0 ? "" : (REASONS[name] ?? (LEVELS.test(name) ? EDGE : NOISE));
  return [name, String(equal), String(different), percent(share(tally)), examples[0] ?? "", reason];
}

const LEVELS = /voltage_(base|defl)|voltagebase|resistance|sag_|decay_/;
const EDGE =
  "A small difference of two nearly equal means, where a sample more or less at the edge of a window matters.";
const NOISE =
  "Sweeps whose noise crosses the threshold voltage sample by sample: eFEL then finds the same peak twice.";

const share = ({ equal, different }: Tally) => equal / (equal + different);
const percent = (part: number) => `${(100 * part).toFixed(1)} %`;

function filesOf(traces: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of traces) {
    const file = name.replace(/ sweep \d+$/, "");
    counts.set(file, (counts.get(file) ?? 0) + 1);
  }
  return [...counts];
}
