import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { inRoot, SetupError, say } from "./root.mjs";
import { run } from "./run.mjs";

/** Exit code of a step that this machine cannot make and need not. */
export const NOT_HERE = 3;

/**
 * @typedef {object} Wheels
 * @property {string} name of the folder below `.patchtwin`, and of the lock
 * @property {string} title what it holds, for people
 * @property {string} purpose why it is installed: "to test against"
 * @property {string} requirements path of the list, where every package stands with its exact version
 * @property {string} imports what must load: "neuron, brian2"
 * @property {string} without what happens when there is none, as sentences
 */

/**
 * Python packages in a virtual environment of their own, beside node_modules and not in it: npm ci empties that.
 * @param {Wheels} wheels
 */
export function wheelEnvironment(wheels) {
  const folder = inRoot(".patchtwin", wheels.name);
  const stampFile = join(folder, "patchtwin-stamp");
  const python =
    process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
  /** The list, the machine and the place: a virtual environment cannot be moved. */
  const stamp = () => {
    const sha256 = createHash("sha256").update(readFileSync(wheels.requirements)).digest("hex");
    return `${sha256} ${process.platform}-${process.arch} ${folder}\n`;
  };
  const isInstalled = () => readOr(stampFile) === stamp() && existsSync(python);
  return {
    python,
    isInstalled,
    /**
     * Installs the wheels, unless they are there already.
     * @returns {Promise<string>} the environment's Python
     */
    async ensure() {
      if (isInstalled()) return python;
      await withLock(wheels.name, async () => {
        if (isInstalled()) return; // another process has done it while we waited
        say(`installing ${wheels.title} (Python wheels), ${wheels.purpose}`);
        await install(wheels, folder, python);
        writeFileSync(stampFile, stamp());
      });
      return python;
    },
  };
}

/**
 * @param {Wheels} wheels
 * @param {string} folder
 * @param {string} python
 */
async function install(wheels, folder, python) {
  /**
   * @param {string} program
   * @param {string[]} args
   * @param {string} otherwise what it means when this fails
   */
  const must = async (program, args, otherwise) => {
    const { code, output } = await run(program, args);
    if (code === 0) return;
    rmSync(folder, { recursive: true, force: true });
    throw notHere(wheels, `${otherwise}; the last that was said: ${output.trim().split("\n").at(-1)}`);
  };
  rmSync(folder, { recursive: true, force: true });
  const base = await findPython();
  if (!base) throw notHere(wheels, "there is no Python 3 with its venv module");
  const noVenv = "no virtual environment could be made (Debian: install python3-venv)";
  await must(base, ["-m", "venv", folder], noVenv);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
  // Wheels alone: building them here would take longer than anybody waits. Few tries, so that no network is noticed soon.
  pip.push("--only-binary=:all:", "--retries=1", "--timeout=20", "--requirement", wheels.requirements);
  pip.push("--no-compile"); // half the time: Python compiles what it imports, at the first import
  const noWheels = "no package registry was reached, or it has no wheels for this Python and machine";
  await must(python, pip, noWheels);
  await must(python, ["-c", `import ${wheels.imports}`], "the wheels do not run on this machine");
}

/** @returns {Promise<string | undefined>} a Python on PATH */
async function findPython() {
  for (const name of ["python3", "python"]) {
    const { code } = await run(name, ["-c", "import venv"]).catch(() => ({ code: 1 }));
    if (code === 0) return name;
  }
  return undefined;
}

/**
 * @param {Wheels} wheels
 * @param {string} reason
 */
function notHere({ title, without }, reason) {
  return new SetupError(`${title} could not be installed: ${reason}. ${without}`, NOT_HERE);
}

/** @param {string} path */
function readOr(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
