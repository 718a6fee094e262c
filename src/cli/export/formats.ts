import { InputError } from "../../errors.ts";

export const EXPORT_FORMATS = ["nwb", "atf", "csv", "json"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Something that can be exported: how each format is made of it. */
export interface Exportable {
  /** e.g. `a recording`. */
  readonly what: string;
  readonly formats: Partial<Record<ExportFormat, () => Uint8Array | string | Promise<Uint8Array | string>>>;
  /** Why there are no other formats, in one clause, and what to do instead. */
  readonly otherwise?: { readonly why: string; readonly next: string };
}

/** Makes the file. Throws InputError `not-yet` where the format cannot be made of this. */
export async function contentAs(
  format: ExportFormat,
  { what, formats, otherwise }: Exportable,
  where: string,
): Promise<Uint8Array | string> {
  const make = formats[format];
  if (make) return await make();
  throw new InputError({
    code: "not-yet",
    where,
    what: `${what} cannot be written as ${format} yet${otherwise ? `: ${otherwise.why}` : ""}`,
    got: `--format ${format}`,
    expected: `--format ${Object.keys(formats).join(" or ")}`,
    next: otherwise?.next ?? "Choose one of these.",
  });
}
