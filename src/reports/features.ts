import type { FeatureChange } from "../trials/trial.ts";

/** A feature that readers look for first, under the names it may carry (before the unit suffix). */
interface KeyFeature {
  readonly title: string;
  readonly names: readonly string[];
}

export const RATE: KeyFeature = {
  title: "Spike rate",
  names: ["rate", "spikeRate", "meanRate", "firingRate"],
};
export const THRESHOLD: KeyFeature = { title: "Spike threshold", names: ["spikeThreshold", "threshold"] };
export const AMPLITUDE: KeyFeature = { title: "Spike amplitude", names: ["spikeAmplitude", "amplitude"] };
export const HALF_WIDTH: KeyFeature = { title: "Spike half-width", names: ["spikeHalfWidth", "halfWidth"] };
export const RESTING: KeyFeature = { title: "Resting potential", names: ["restingPotential", "rest"] };

const KEY_FEATURES: readonly KeyFeature[] = [
  RATE,
  THRESHOLD,
  AMPLITUDE,
  HALF_WIDTH,
  RESTING,
  { title: "Rheobase", names: ["rheobase"] },
  { title: "Input resistance", names: ["inputResistance"] },
  { title: "Latency of the first spike", names: ["latency", "firstSpikeLatency"] },
  { title: "After-hyperpolarisation", names: ["ahpDepth"] },
];

/** The name without its unit: `rate_Hz` is `rate`. */
function baseName(key: string): string {
  return key.split("_", 1)[0];
}

/** The feature under any of its names, with or without a unit suffix; undefined where the trial has none. */
export function findFeature(
  features: Readonly<Record<string, FeatureChange>>,
  feature: KeyFeature,
): FeatureChange | undefined {
  const key = Object.keys(features).find((name) => feature.names.includes(baseName(name)));
  return key === undefined ? undefined : features[key];
}

/** `spikeThreshold_mV` as "Spike threshold". */
export function featureTitle(key: string): string {
  const known = KEY_FEATURES.find((feature) => feature.names.includes(baseName(key)));
  if (known) return known.title;
  const words = baseName(key)
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Key features first and in reading order, then the others as they come. */
export function inReadingOrder(keys: readonly string[]): string[] {
  const rank = (key: string) => {
    const index = KEY_FEATURES.findIndex((feature) => feature.names.includes(baseName(key)));
    return index === -1 ? KEY_FEATURES.length : index;
  };
  return [...keys].sort((a, b) => rank(a) - rank(b));
}
