import { ca1Pyramidal } from "./ca1Pyramidal.ts";
import { entorhinalStellate } from "./entorhinalStellate.ts";
import { fastSpiking } from "./fastSpiking.ts";
import { motoneuron } from "./motoneuron.ts";
import { nociceptor } from "./nociceptor.ts";
import type { Preset } from "./preset.ts";
import { regularSpiking } from "./regularSpiking.ts";
import { subthalamic } from "./subthalamic.ts";
import { thalamocortical } from "./thalamocortical.ts";

/** Cell types as parameter sets of the cortical cell. */
export const PRESETS: readonly Preset[] = [
  regularSpiking,
  fastSpiking,
  ca1Pyramidal,
  thalamocortical,
  entorhinalStellate,
  subthalamic,
  nociceptor,
  motoneuron,
];
