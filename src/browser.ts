/** What a page needs to look at a recording that is dropped on it: the readers and features of the command line. */
export { InputError } from "./errors.ts";
export { inspectRecording, measureRecording, SPIKE_SETTINGS } from "./features/index.ts";
export { readCurrent, readRecording } from "./recordings/index.ts";
