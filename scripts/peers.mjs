// Provides what we are tested against and measured beside: NEURON and Brian 2 (peers), eFEL, pyNWB, NWB Inspector and
// pyABF (references), and PyTorch and sbi (learners: 5 GB, on request), each group in a Python environment of its own.
// usage: npm run peers [-- --debian] [--learners]   prints the path of each Python that has one. Exit code 3: some are not to be had here.
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withLock } from "./lib/lock.mjs";
import { inRoot, isProgram, SetupError, say, toExitCode } from "./lib/root.mjs";
import { run } from "./lib/run.mjs";
import { NOT_HERE, wheelEnvironment } from "./lib/wheels.mjs";

/** @typedef {{ python: string, neuron: boolean, brian2: boolean }} Peers */

const PEERS = wheelEnvironment({
  name: "peers",
  title: "NEURON and Brian 2",
  purpose: "to test and measure against",
  requirements: inRoot("bench", "peers", "requirements.txt"),
  imports: "neuron, brian2",
  without:
    "Tests against them are skipped and npm run bench measures only us; as root on Debian, npm run peers -- --debian " +
    "brings older ones.",
});
const REFERENCES = wheelEnvironment({
  name: "references",
  title: "eFEL, pyNWB, NWB Inspector and pyABF",
  purpose: "to compare files and features with",
  requirements: inRoot("test", "references", "requirements.txt"),
  imports: "efel, pynwb, nwbinspector, pyabf",
  without: "Tests against them are skipped; PATCHTWIN_REFERENCES_PYTHON names a Python that has them.",
});
const LEARNERS = wheelEnvironment({
  name: "learners",
  title: "PyTorch and sbi",
  purpose: "to measure training and posteriors against",
  requirements: inRoot("bench", "learners", "requirements.txt"),
  imports: "torch, sbi",
  without: "npm run bench measures only us there; PATCHTWIN_LEARNERS_PYTHON names a Python that has them.",
});
const DEBIANS = "/usr/bin/python3";
const DEBIAN_PACKAGES = "python3-neuron neuron neuron-dev python3-brian cython3 python3-dev g++".split(" ");

/**
 * Installs NEURON and Brian 2 from wheels, unless they are there already.
 * @returns {Promise<string>} their Python
 */
export const ensurePeers = () => PEERS.ensure();

/**
 * The Pythons of this machine that have a peer, without installing anything: ours, then the system's.
 * @returns {Promise<Peers[]>}
 */
export async function findPeers() {
  const found = [PEERS.isInstalled() ? PEERS.python : "", DEBIANS].filter(
    (python) => python && existsSync(python),
  );
  const asked = await Promise.all(found.map(ask));
  return asked.filter(({ neuron, brian2 }) => neuron || brian2);
}

/**
 * Installs eFEL, pyNWB, NWB Inspector and pyABF from wheels, unless they are there or the environment names a Python.
 * @returns {Promise<string>} their Python
 */
export const ensureReferences = async () => (await findReferences()) ?? REFERENCES.ensure();

/**
 * The Python that has eFEL, pyNWB, NWB Inspector and pyABF, without installing anything: what the environment variable
 * PATCHTWIN_REFERENCES_PYTHON names, else ours.
 * @returns {Promise<string | undefined>}
 */
export const findReferences = async () => namedOr("PATCHTWIN_REFERENCES_PYTHON", REFERENCES);

/**
 * The Python that has PyTorch and sbi, without installing anything: what the environment variable
 * PATCHTWIN_LEARNERS_PYTHON names, else ours.
 * @returns {Promise<string | undefined>}
 */
export const findLearners = async () => namedOr("PATCHTWIN_LEARNERS_PYTHON", LEARNERS);

/**
 * @param {string} variable of the environment
 * @param {ReturnType<typeof wheelEnvironment>} environment
 */
function namedOr(variable, environment) {
  const named = process.env[variable];
  if (!named) return environment.isInstalled() ? environment.python : undefined;
  if (existsSync(named)) return named;
  throw new SetupError(
    `${variable} names no file (got ${named}, expected the path of a Python). Correct or unset it.`,
    2,
  );
}

/** @param {string} python */
async function ask(python) {
  const code =
    "import importlib.util as u; print(*(int(u.find_spec(name) is not None) for name in ('neuron', 'brian2')))";
  const { output } = await run(python, ["-c", code]);
  const [neuron, brian2] = output.trim().split(" ");
  return { python, neuron: neuron === "1", brian2: brian2 === "1" };
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
  else if (process.argv.includes("--learners")) await orSay(LEARNERS.ensure);
  else for (const ensure of [ensurePeers, ensureReferences]) await orSay(ensure);
  await printPythons();
}

/**
 * What cannot be had here is said, and costs nothing else.
 * @param {() => Promise<unknown>} step
 */
async function orSay(step) {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof SetupError) || error.exitCode !== NOT_HERE) throw error;
    say(error.message);
    process.exitCode = NOT_HERE;
  }
}

async function printPythons() {
  for (const { python, neuron, brian2 } of await findPeers())
    console.log([python, neuron && "neuron", brian2 && "brian2"].filter(Boolean).join(" "));
  const references = await findReferences();
  if (references) console.log(references, "efel pynwb nwbinspector pyabf");
  const learners = await findLearners();
  if (learners) console.log(learners, "torch sbi");
}

if (isProgram(import.meta.url)) await toExitCode(main);
