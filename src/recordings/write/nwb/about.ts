/** What neither a recording nor a simulation says of itself: whoever asks for the file brings it. */
import type { NwbSession, NwbSubject } from "./session.ts";

export interface NwbAbout extends Pick<NwbSession, "identifier" | "start" | "created" | "software"> {
  /** Of the file that the numbers come from. */
  readonly source: { readonly file: string; readonly sha256: string };
  /** More provenance, one sentence each, e.g. where `start` was taken from. */
  readonly notes?: readonly string[];
  readonly experimenters?: readonly string[];
  readonly institution?: string;
  readonly experimentDescription?: string;
  /** Which cell it is, unique in the laboratory; default: made of the file's name. */
  readonly cellId?: string;
  readonly electrode?: string;
  readonly amplifier?: string;
  readonly subject?: Partial<NwbSubject>;
}

/** The parts of a session that are taken over as they are. */
export function takenFrom(about: NwbAbout) {
  const { identifier, start, created, software } = about;
  return {
    identifier,
    start,
    created,
    software,
    ...(about.experimenters && { experimenters: about.experimenters }),
    ...(about.institution && { institution: about.institution }),
    ...(about.experimentDescription && { experimentDescription: about.experimentDescription }),
  };
}

/** First lines of the notes of every file. */
export function provenance({ software: [name, version], source, notes = [] }: NwbAbout): string[] {
  return [
    `Written by ${name} ${version}.`,
    `Source file: ${source.file}, SHA-256 ${source.sha256}.`,
    ...notes,
  ];
}

/** The subject with everything that archives ask for; the words for what is not known are theirs. */
export function knownOf(subject: NwbSubject): NwbSubject {
  const unidentified = "http://purl.obolibrary.org/obo/NCBITaxon_32644"; // "unidentified" of the NCBI taxonomy
  return { species: unidentified, sex: "U", age: "P0D/", ...subject }; // "P0D/": of any age
}
