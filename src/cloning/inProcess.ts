import { runSearch } from "./search.ts";
import type { SearchRunner } from "./stages.ts";

/** Runs searches one after the other in this thread: for tests and where there are no workers. Same results as any pool. */
export const runInProcess: SearchRunner = async (tasks, progress) => {
  let before = 0;
  return tasks.map((task) => {
    const result = runSearch(task, (simulations, loss) => progress(before + simulations, loss));
    before += result.simulations;
    return result;
  });
};
