/** A Markdown table; columns whose title ends in a space are text, the others numbers. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(titles.map((title) => title.trim())),
    line(titles.map((title) => (title.endsWith(" ") ? "---" : "---:"))),
    ...rows.map(line),
  ].join("\n");
}
