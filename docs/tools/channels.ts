/** Writes docs/channels.md and the pictures of docs/channels: `npx tsx docs/tools/channels.ts`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { channelsPage } from "./channelsPage.ts";

const docs = fileURLToPath(new URL("../", import.meta.url));
const { page, pictures } = channelsPage();
mkdirSync(`${docs}channels`, { recursive: true });
writeFileSync(`${docs}channels.md`, page);
for (const [name, svg] of pictures) writeFileSync(`${docs}channels/${name}.svg`, svg);
