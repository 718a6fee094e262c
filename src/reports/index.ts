export { renderReport } from "./html.ts";
export type { ReportInput } from "./input.ts";
export { renderTerminal, type TerminalOptions } from "./terminal.ts";
