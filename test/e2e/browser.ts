import { chromium, type Page } from "playwright-core";
import { findChromium } from "../setup/chromium.ts";
import { isCI } from "../setup/ci.ts";

/**
 * For `describe.skipIf(noBrowser)`: there is no Chromium here. Never true in CI, where such tests fail instead.
 * `npm test` installs Chromium where it can.
 */
export const noBrowser = !isCI && findChromium() === undefined;

/**
 * Opens a page in this machine's Chromium, without a window, and closes it whatever happens.
 *
 * @param url what to open
 * @param use what to do with the page once it has loaded
 * @param viewport size in CSS pixels
 * @returns what `use` returns
 * @throws when `use` does, and when a script of the page left an error uncaught
 */
export async function withPage<T>(
  url: string,
  use: (page: Page) => Promise<T>,
  viewport = { width: 1280, height: 800 },
): Promise<T> {
  const browser = await chromium.launch({ executablePath: requireChromium(), args: sandboxFlags() });
  try {
    const page = await browser.newPage({ viewport });
    const uncaught: Error[] = [];
    page.on("pageerror", (error) => uncaught.push(error));
    await page.goto(url);
    const result = await use(page);
    if (uncaught.length > 0) throw new AggregateError(uncaught, `the page failed: ${uncaught.join("; ")}`);
    return result;
  } finally {
    await browser.close();
  }
}

function requireChromium(): string {
  const path = findChromium();
  if (path) return path;
  throw new Error("there is no Chromium for the end-to-end tests. `npm test` installs it where it can.");
}

/** Chromium refuses its own sandbox to root, as in most containers. */
function sandboxFlags(): string[] {
  return process.getuid?.() === 0 ? ["--no-sandbox"] : [];
}
