import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { channelsPage } from "../../../docs/tools/channelsPage.ts";

const inDocs = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");

it("docs/channels.md and its pictures are those of the channels: npx tsx docs/tools/channels.ts", () => {
  const { page, pictures } = channelsPage();
  expect(inDocs("channels.md")).toBe(page);
  for (const [name, svg] of pictures) expect(inDocs(`channels/${name}.svg`), name).toBe(svg);
});
