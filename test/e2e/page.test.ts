import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CLI, example } from "../cli/run.ts";
import { noBrowser, withPage } from "./browser.ts";

/** Wide as a desk's, narrow as a phone's. */
const WIDTHS = [1280, 420];

/** The drawings of the figures, without the swatches of their legends. */
const PLOTS = "figure svg.plot";

/** The page of a quick and rough clone of the real recording, as `npm start` serves it. */
describe.skipIf(noBrowser)("the page of the main job", () => {
  let demo: ChildProcess;
  let url = "";

  beforeAll(async () => {
    const args = ["demo", example("171116sh_0018.abf"), "--port", "0", "--effort", "quick", "--no-refine"];
    args.push("--sweeps", "1,3,5,7,9,11,13,15,17", "--samples", "6", "--doses", "1nM..100nM:4");
    demo = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    url = await new Promise<string>((resolve, reject) => {
      let said = "";
      demo.stderr?.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        const found = /http:\/\/localhost:\d+/.exec(said);
        if (found) resolve(found[0]);
      });
      demo.on("exit", (code) => reject(new Error(`demo ended with ${code}: ${said}`)));
    });
  });
  afterAll(() => void demo?.kill("SIGINT"));

  const at = <T>(width: number, use: (page: Page) => Promise<T>) =>
    withPage(url, use, { width, height: 900 });

  test("[P1] has a title, sections with headings, and says what it is not for", async () => {
    const { title, headings, text } = await at(1280, async (page) => ({
      title: await page.title(),
      headings: await page.locator("h1, h2").allInnerTexts(),
      text: await seenText(page),
    }));
    expect(title).toMatch(/171116sh_0018|Patchtwin/);
    expect(headings.length).toBeGreaterThanOrEqual(5);
    expect(new Set(headings).size).toBe(headings.length);
    expect(text).toMatch(/Not for dosing people/);
    expect(text).not.toMatch(/undefined|NaN|\[object|Infinity/);
  });

  test("[P2] the verdict is the one of /result.json", async () => {
    const result = await (await fetch(`${url}/result.json`)).json();
    const text = await at(1280, seenText);
    expect(result.trial.summary).toMatch(/^Tetrodotoxin /);
    expect(text).toContain(result.trial.summary);
  });

  test("[P3] nothing is loaded from elsewhere, and nothing is complained about", async () => {
    const browserSays: string[] = [];
    const requests: string[] = [];
    await at(1280, async (page) => {
      page.on("console", (message) => browserSays.push(message.text()));
      page.on("request", (request) => requests.push(request.url()));
      await page.reload({ waitUntil: "networkidle" });
    });
    expect(browserSays).toEqual([]);
    expect(requests.filter((one) => !one.startsWith(url) && !one.startsWith("data:"))).toEqual([]);
  });

  test.each(WIDTHS)("[P4] at %i px every figure is seen, with its labels whole and apart", async (width) => {
    const figures = await at(width, async (page) => {
      await page.screenshot({ path: join(tmpdir(), `patchtwin-page-${width}.png`), fullPage: true });
      return page.locator(PLOTS).evaluateAll(faultsOfFigures);
    });
    expect(figures.length).toBeGreaterThanOrEqual(4);
    for (const figure of figures) {
      expect(figure).toMatchObject({ shown: true, faults: [] });
      expect(figure.labels).toBeGreaterThan(2);
    }
  });

  test.each(WIDTHS)("[P5] at %i px the page is not wider than the window", async (width) => {
    const overflow = await at(width, (page) =>
      page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
    );
    expect(overflow).toBeLessThanOrEqual(0);
  });

  test("[P6] every plot has a description for those who do not see it", async () => {
    const plots = await at(1280, (page) =>
      page
        .locator(PLOTS)
        .evaluateAll((all) =>
          all.map((svg) => ({ role: svg.getAttribute("role"), label: svg.getAttribute("aria-label") ?? "" })),
        ),
    );
    for (const { role, label } of plots) {
      expect(role).toBe("img");
      expect(label.length).toBeGreaterThan(20);
    }
  });
});

/** What a reader sees: folded parts and the style sheet are no part of it. */
// biome-ignore lint/performance/useDomNodeTextContent: the text as it is laid out is what is meant
const seenText = (page: Page) => page.locator("body").innerText();

/** In the browser: labels that leave their figure or lie on one another, by more than a pixel of rounding. */
function faultsOfFigures(all: Element[]): { shown: boolean; labels: number; faults: string[] }[] {
  const slack = 1.5;
  return all.map((svg) => {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")].flatMap((node) => {
      const spans = node.querySelectorAll("tspan");
      return spans.length > 0 ? [...spans] : [node];
    });
    const boxes = texts
      .map((node) => ({ text: node.textContent?.trim() ?? "", box: node.getBoundingClientRect() }))
      .filter(({ text, box }) => text !== "" && box.width > 0);
    const clipped = boxes.filter(
      ({ box }) =>
        box.left < frame.left - slack ||
        box.right > frame.right + slack ||
        box.top < frame.top - slack ||
        box.bottom > frame.bottom + slack,
    );
    const overlapping = boxes.flatMap((a, k) =>
      boxes
        .slice(k + 1)
        .filter(
          (b) =>
            Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > slack &&
            Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top) > slack * 2,
        )
        .map((b) => `"${a.text}" lies on "${b.text}"`),
    );
    return {
      shown: frame.width > 100 && frame.height > 50,
      labels: boxes.length,
      faults: [...clipped.map(({ text }) => `"${text}" is clipped`), ...overlapping],
    };
  });
}
