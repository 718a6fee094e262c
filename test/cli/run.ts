/** Runs the built command line as its users do: as a program of its own. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** `npm test` builds it; PATCHTWIN_CLI names another build. */
export const CLI = process.env.PATCHTWIN_CLI ?? join(ROOT, "dist", "cli.js");

export const example = (name: string): string => join(ROOT, "examples", name);
export const recording = (name: string): string => join(ROOT, "test", "recordings", name);

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface How {
  readonly env?: NodeJS.ProcessEnv;
  /** Called with all of standard error so far, and a way to send a signal. */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** Runs `patchtwin ...args` to its end. */
export function patchtwin(args: readonly string[], { env = {}, onStderr }: How = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: tmpdir(), // a command that depends on the working folder fails here
      env: { ...process.env, NO_COLOR: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      onStderr?.(stderr, (signal) => child.kill(signal));
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Runs a command with `--json`, which must succeed and print one document. */
// biome-ignore lint/suspicious/noExplicitAny: the shape of the document is what the tests are about
export async function json(args: readonly string[], how?: How): Promise<any> {
  const { code, stdout, stderr } = await patchtwin([...args, "--json"], how);
  if (code !== 0) throw new Error(`patchtwin ${args.join(" ")} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Several at a time, as many as there are usually cores. */
export async function eachOf<T, R>(items: readonly T[], use: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const take = async () => {
    while (next < items.length) {
      const k = next++;
      results[k] = await use(items[k]);
    }
  };
  await Promise.all([take(), take()]);
  return results;
}

export function temporaryFolder(): {
  path: string;
  in(name: string): string;
  list(): string[];
  remove(): void;
} {
  const path = mkdtempSync(join(tmpdir(), "patchtwin-cli-"));
  return {
    path,
    in: (name) => join(path, name),
    list: () => readdirSync(path, { recursive: true }).map(String).sort(),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** A few sweeps, no refinement: some seconds. */
export const ROUGH = ["--effort", "quick", "--no-refine", "--sweeps", "5,9,13", "--samples", "3"];
