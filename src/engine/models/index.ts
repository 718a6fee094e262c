import { InputError } from "../../errors.ts";
import type { Model } from "../model.ts";
import { adex } from "./adex.ts";
import { cortical } from "./cortical.ts";
import { hodgkinHuxley } from "./hodgkin-huxley.ts";
import {
  izhikevich,
  izhikevichFastSpiking,
  izhikevichLowThreshold,
  izhikevichReticular,
  izhikevichThalamocortical,
} from "./izhikevich.ts";

export const MODELS: readonly Model[] = [
  cortical,
  izhikevich,
  izhikevichFastSpiking,
  izhikevichLowThreshold,
  izhikevichThalamocortical,
  izhikevichReticular,
  adex,
  hodgkinHuxley,
];

/** The model of that id. Throws InputError `unknown-model`. */
export function findModel(id: string): Model {
  const model = MODELS.find((candidate) => candidate.id === id);
  if (model) return model;
  throw new InputError({
    code: "unknown-model",
    what: "no such model",
    got: `"${id}"`,
    expected: MODELS.map((candidate) => candidate.id).join(", "),
  });
}
