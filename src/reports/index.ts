export { renderReport } from "./html.ts";
export type { ReportInput } from "./input.ts";
export { type RecordingPage, renderRecording } from "./recording.ts";
export { renderTerminal, type TerminalOptions } from "./terminal.ts";
