import { defaultSolver, type Model } from "../engine/index.ts";
import type { Recording } from "../recordings/recording.ts";
import type { Twin, TwinSource } from "./twin.ts";

/** A recording with the hash of the file that it was read from. */
export interface RecordingFile {
  readonly recording: Recording;
  readonly sha256: string;
}

/** What the search adds to what the files say. */
export interface RunFacts {
  readonly model: Model;
  readonly patchtwin: string;
  readonly createdAt: string;
  readonly seed: number;
  readonly dt_ms: number;
  readonly simulations: number;
}

/** Everything needed to make the twin again. `wall_s` is left 0 for the app to fill in. */
export function provenanceOf(files: readonly RecordingFile[], run: RunFacts): Twin["provenance"] {
  const { model, ...facts } = run;
  const sources = files.map(sourceOf);
  return {
    ...sources[0],
    files: sources,
    ...facts,
    solver: defaultSolver(model),
    precision: "f32",
    wall_s: 0,
    notes: files.flatMap(({ recording: { name, notes } }) =>
      files.length === 1 ? notes : notes.map((note) => `${name}: ${note}`),
    ),
  };
}

function sourceOf({ recording, sha256 }: RecordingFile): TwinSource {
  return {
    file: recording.name,
    sha256,
    format: recording.format,
    currentSource: recording.currentSource,
    currentDescription: recording.currentDescription,
    ...(recording.preparation && { preparation: recording.preparation }),
  };
}
