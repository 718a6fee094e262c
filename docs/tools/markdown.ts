/** A Markdown table; bars in cells are kept from ending them. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A number in three significant figures, without exponents from 0.001 to 99,999. */
export function figures(value: number): string {
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) < 1e-3 || Math.abs(rounded) >= 1e5 ? rounded.toExponential() : String(rounded);
}
