/**
 * Ends us with SIGTERM when the shell that npm started us in has gone: npm passes a signal to that shell only,
 * and without this `npm start` would leave its server behind.
 */
export function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const watch = () => process.ppid !== parent && process.kill(process.pid, "SIGTERM");
  setInterval(watch, 300).unref();
}
