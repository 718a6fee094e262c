/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, link?: boolean,
 *   os?: string[], cpu?: string[], libc?: string[] }} LockedPackage
 * @typedef {{ packages: Record<string, LockedPackage> }} Lock package-lock.json, and what npm writes in
 *   node_modules/.package-lock.json about what it installed
 * @typedef {{ os: string, cpu: string, libc?: string | undefined }} Host
 */

/**
 * Why the installed packages do not serve for the lock file, or undefined when they do. Packages beyond
 * the lock are left alone, and so are optional ones that were made for another machine.
 *
 * @param {Lock} lock
 * @param {Lock} installed
 * @param {Host} host
 */
export function outOfStep(lock, installed, host = thisHost()) {
  for (const [path, wanted] of Object.entries(lock.packages)) {
    if (path === "" || wanted.link) continue;
    const found = installed.packages[path];
    const name = path.replace(/^.*node_modules\//, "");
    if (!found) {
      if ((wanted.optional || wanted.devOptional) && !isMadeFor(host, wanted)) continue;
      return `${name} is missing`;
    }
    if (found.version !== wanted.version) return `${name} is ${found.version}, not ${wanted.version}`;
    if (found.integrity !== wanted.integrity) return `${name} has other contents than locked`;
  }
  return undefined;
}

/**
 * Whether a package names this machine; one that names none may be missing when it is optional.
 * @param {Host} host
 * @param {LockedPackage} wanted
 */
function isMadeFor(host, { os, cpu, libc }) {
  if (!os && !cpu) return false;
  return allows(os, host.os) && allows(cpu, host.cpu) && allows(libc, host.libc);
}

/**
 * @param {string[] | undefined} list as in package.json: `linux`, or `!win32` for all but one
 * @param {string | undefined} value
 */
function allows(list, value) {
  if (!list || value === undefined) return true;
  return list.includes(value) || (!list.includes(`!${value}`) && list.every((item) => item.startsWith("!")));
}

/** @returns {Host} */
function thisHost() {
  return { os: process.platform, cpu: process.arch, libc: process.platform === "linux" ? libc() : undefined };
}

function libc() {
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return header.glibcVersionRuntime ? "glibc" : "musl";
}
