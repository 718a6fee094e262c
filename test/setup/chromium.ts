import { accessSync, constants, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { withLock } from "../../scripts/lib/lock.mjs";
import { say } from "../../scripts/lib/root.mjs";
import { run } from "../../scripts/lib/run.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/** Where installers put Chromium and Chrome, beyond PATH. */
const USUAL_PATHS: Partial<Record<NodeJS.Platform, string[]>> = {
  linux: ["/usr/lib/chromium/chromium", "/opt/google/chrome/chrome", "/snap/bin/chromium"],
  darwin: ["/Applications", join(process.env.HOME ?? "", "Applications")].flatMap((folder) => [
    `${folder}/Google Chrome.app/Contents/MacOS/Google Chrome`,
    `${folder}/Chromium.app/Contents/MacOS/Chromium`,
  ]),
  win32: ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"].flatMap((name) => {
    const folder = process.env[name];
    return folder ? [`${folder}\\Google\\Chrome\\Application\\chrome.exe`] : [];
  }),
};

/** The path of this machine's Chromium or Chrome; PATCHTWIN_CHROMIUM names another one. */
export function findChromium(): string | undefined {
  const chosen = process.env.PATCHTWIN_CHROMIUM;
  if (chosen) return chosen;
  const suffix = process.platform === "win32" ? ".exe" : "";
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name + suffix)));
  return [...onPath, ...(USUAL_PATHS[process.platform] ?? [])].find(isExecutable);
}

/**
 * Finds Chromium, or installs it where that can be done without asking anybody: as root on Debian and its kin.
 * @returns its path, or undefined where none can be had
 */
export async function provideChromium(): Promise<string | undefined> {
  const found = findChromium();
  if (found || !canInstall()) return found;
  return withLock("installing chromium", async () => findChromium() ?? install(), {
    folder: join(tmpdir(), "patchtwin-locks"), // one for the machine, not for the checkout
  });
}

function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
}

async function install(): Promise<string | undefined> {
  say("NO CHROMIUM HERE: INSTALLING IT WITH apt-get, for the end-to-end tests");
  await apt("update"); // when it fails, the old lists may still do
  // Without a font a page has no text; Debian's fontconfig asks for one of several, so one is named.
  await apt("install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core");
  return findChromium();
}

/** Shows what apt-get complains about; whether it worked is seen by looking for Chromium. */
const apt = (...args: string[]) =>
  run("apt-get", ["-qq", "-o", "DPkg::Lock::Timeout=300", ...args], {
    show: "errors",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
