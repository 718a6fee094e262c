import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import { InputError } from "../../errors.ts";
import type { NwbAbout, NwbSubject } from "../../recordings/index.ts";
import { readJson } from "../files.ts";
import { version } from "../place.ts";
import { present } from "../present.ts";

const text = z.string().trim().min(1);
const dateTime = z.iso.datetime({ offset: true });

/** What an NWB file says of the experiment and no recording does; docs/export.md shows one. */
const aboutSchema = z.strictObject({
  sessionStart: dateTime.optional(),
  experimenters: z.array(text).min(1).optional(),
  institution: text.optional(),
  experimentDescription: text.optional(),
  cellId: text.optional(),
  electrode: text.optional(),
  amplifier: text.optional(),
  subject: z
    .strictObject({
      subject_id: text.regex(/^[^/]*$/, "a name without slashes").optional(),
      species: text
        .regex(
          /^([A-Z][a-z]* [a-z]+|http:\/\/purl\.obolibrary\.org\/obo\/NCBITaxon_\d+)$/,
          "e.g. Mus musculus",
        )
        .optional(),
      sex: z.enum(["M", "F", "U", "O"]).optional(),
      age: text
        .regex(/^(P[\dYMWDTHS.]+)?\/?(P[\dYMWDTHS.]+)?$/, "an ISO 8601 duration, e.g. P30D")
        .optional(),
      description: text.optional(),
    })
    .optional(),
});

export interface Source {
  readonly path: string;
  readonly sha256: string;
  /** When the numbers were made, if the source says so. */
  readonly made?: string;
}

/** All that an NWB file needs beside its data. Throws InputError `bad-about` naming the field. */
export async function aboutOf(source: Source, aboutFile: string | undefined): Promise<NwbAbout> {
  const { sessionStart, subject, ...facts } = aboutFile === undefined ? {} : await readAbout(aboutFile);
  const created = new Date().toISOString();
  const start = sessionStart ?? source.made ?? (await stat(source.path)).mtime.toISOString();
  const origin = sessionStart
    ? []
    : [
        `session_start_time is ${source.made ? "when the simulation was made" : "the source file's time of change"}.`,
      ];
  return {
    identifier: `${source.sha256}-${created}`,
    start,
    created,
    software: ["patchtwin", version],
    source: { file: basename(source.path), sha256: source.sha256 },
    notes: origin,
    ...present(facts),
    ...(subject && { subject: present(subject) as Partial<NwbSubject> }),
  };
}

async function readAbout(path: string): Promise<z.infer<typeof aboutSchema>> {
  const parsed = aboutSchema.safeParse(await readJson(path));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError({
    code: "bad-about",
    where: path,
    what: "the description of the experiment cannot be used",
    got: `${issue.path.join(".") || "the document"}: ${issue.message}`,
    expected: "a JSON object as docs/export.md shows it",
    next: "Correct the field, or leave it out if it is not known.",
  });
}
