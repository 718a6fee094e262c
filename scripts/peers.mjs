// Provides NEURON and Brian 2, the simulators that the engine is tested against and measured beside.
// usage: npm run peers [-- --debian]   prints the path of each Python that has them. Exit code 3: they are not to be had here.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withLock } from "./lib/lock.mjs";
import { inRoot, isProgram, SetupError, say, toExitCode } from "./lib/root.mjs";
import { run } from "./lib/run.mjs";

/** @typedef {{ python: string, neuron: boolean, brian2: boolean }} Peers */

/** Exit code of a step that this machine cannot make and need not. */
const NOT_HERE = 3;

/** Beside node_modules, not in it: npm ci empties that. */
const FOLDER = inRoot(".patchtwin", "peers");
const STAMP = join(FOLDER, "patchtwin-stamp");
const REQUIREMENTS = inRoot("bench", "peers", "requirements.txt");
const OURS =
  process.platform === "win32" ? join(FOLDER, "Scripts", "python.exe") : join(FOLDER, "bin", "python");
const DEBIANS = "/usr/bin/python3";
const DEBIAN_PACKAGES = "python3-neuron neuron neuron-dev python3-brian cython3 python3-dev g++".split(" ");

/**
 * Installs the wheels into a virtual environment of their own, unless they are there already.
 * @returns its Python
 */
export async function ensurePeers() {
  if (isInstalled()) return OURS;
  await withLock("peers", async () => {
    if (isInstalled()) return; // another process has done it while we waited
    say("installing NEURON and Brian 2 (Python wheels), to test and measure against");
    await install();
    writeFileSync(STAMP, stamp());
  });
  return OURS;
}

/**
 * The Pythons of this machine that have a peer, without installing anything: ours, then the system's.
 * @returns {Promise<Peers[]>}
 */
export async function findPeers() {
  const found = [isInstalled() ? OURS : "", DEBIANS].filter((python) => python && existsSync(python));
  const asked = await Promise.all(found.map(ask));
  return asked.filter(({ neuron, brian2 }) => neuron || brian2);
}

/** @param {string} python */
async function ask(python) {
  const code =
    "import importlib.util as u; print(*(int(u.find_spec(name) is not None) for name in ('neuron', 'brian2')))";
  const { output } = await run(python, ["-c", code]);
  const [neuron, brian2] = output.trim().split(" ");
  return { python, neuron: neuron === "1", brian2: brian2 === "1" };
}

async function install() {
  rmSync(FOLDER, { recursive: true, force: true });
  const python = await findPython();
  await must(
    python,
    ["-m", "venv", FOLDER],
    "no virtual environment could be made (Debian: install python3-venv)",
  );
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
  // Wheels alone: building them here would take longer than anybody waits. Few tries, so that no network is noticed soon.
  pip.push("--only-binary=:all:", "--retries=1", "--timeout=20", "--requirement", REQUIREMENTS);
  await must(OURS, pip, "no package registry was reached, or it has no wheels for this Python and machine");
  await must(OURS, ["-c", "import neuron, brian2"], "the wheels do not run on this machine");
}

/** @returns {Promise<string>} a Python on PATH */
async function findPython() {
  for (const name of ["python3", "python"]) {
    const { code } = await run(name, ["-c", "import venv"]).catch(() => ({ code: 1 }));
    if (code === 0) return name;
  }
  throw notHere("there is no Python 3 with its venv module");
}

/**
 * @param {string} python
 * @param {string[]} args
 * @param {string} otherwise what it means when this fails
 */
async function must(python, args, otherwise) {
  const { code, output } = await run(python, args);
  if (code === 0) return;
  rmSync(FOLDER, { recursive: true, force: true });
  throw notHere(`${otherwise}; the last that was said: ${output.trim().split("\n").at(-1)}`);
}

/** @param {string} reason */
function notHere(reason) {
  return new SetupError(
    `NEURON and Brian 2 could not be installed: ${reason}. Tests against them are skipped and npm run bench measures ` +
      "only us; as root on Debian, npm run peers -- --debian brings older ones.",
    NOT_HERE,
  );
}

const isInstalled = () => readOr(STAMP) === stamp() && existsSync(OURS);

/** The list, the machine and the place: a virtual environment cannot be moved. */
function stamp() {
  const sha256 = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex");
  return `${sha256} ${process.platform}-${process.arch} ${FOLDER}\n`;
}

/** @param {string} path */
function readOr(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** NEURON and Brian 2 from Debian's packages, for the whole machine. */
async function installDebians() {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
    throw new SetupError("--debian needs Debian or its kin, and root", NOT_HERE);
  /** @param {string[]} args */
  const apt = (...args) =>
    run("apt-get", ["-qq", "-o", "DPkg::Lock::Timeout=300", ...args], {
      show: "errors",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  await withLock(
    "installing Debian's NEURON",
    async () => {
      await apt("update"); // when it fails, the old lists may still do
      const { code } = await apt("install", "-y", "--no-install-recommends", ...DEBIAN_PACKAGES);
      if (code !== 0) throw new SetupError(`apt-get ended with code ${code}, its message is above`, NOT_HERE);
    },
    { folder: join(tmpdir(), "patchtwin-locks") }, // one for the machine, not for the checkout
  );
}

async function main() {
  if (process.argv.includes("--debian")) await installDebians();
  else await ensurePeers();
  for (const { python, neuron, brian2 } of await findPeers())
    console.log([python, neuron && "neuron", brian2 && "brian2"].filter(Boolean).join(" "));
}

if (isProgram(import.meta.url)) await toExitCode(main);
