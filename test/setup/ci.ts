/** Whether this is a CI run, where nothing may be left out silently. */
export const isCI = ["true", "1"].includes(process.env.CI ?? "");
