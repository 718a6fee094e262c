/** Loaded when it is needed: the drawing library takes longer to load than most commands run. */
export const loadReports = () => import("../reports/index.ts");
