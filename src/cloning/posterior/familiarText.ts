/** Familiar embeddings in a card: the header as it is, the values as base64 of little-endian float32. */
import * as z from "zod";
import type { FamiliarEmbeddings } from "../calibration/index.ts";

export const familiarSchema = z.object({
  header: z.object({
    kind: z.literal("patchtwin-familiar/1"),
    dimensions: z.number().int().positive(),
    neighbours: z.number().int().positive(),
    stored: z.number().int().positive(),
    shrinkage: z.number(),
    mahalanobisLimit: z.number().positive(),
    neighbourLimit: z.number().positive(),
    scores: z.array(z.number()),
  }),
  values: z.base64(),
});

export type FamiliarText = z.infer<typeof familiarSchema>;

/** Characters that one call of `String.fromCharCode` takes without complaint. */
const PIECE = 0x8000;

export function familiarText({ header, values }: FamiliarEmbeddings): FamiliarText {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let text = "";
  for (let k = 0; k < bytes.length; k += PIECE) text += String.fromCharCode(...bytes.subarray(k, k + PIECE));
  return { header: { ...header, scores: [...header.scores] }, values: btoa(text) };
}

export function familiarOfText({ header, values }: FamiliarText): FamiliarEmbeddings {
  const bytes = Uint8Array.from(atob(values), (character) => character.charCodeAt(0));
  return { header, values: new Float32Array(bytes.buffer) };
}
