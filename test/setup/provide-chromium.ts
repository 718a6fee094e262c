/** The check `chromium` of scripts/test.mjs: exit code 0 found or installed, 1 missing in CI, 3 missing elsewhere. */
import { provideChromium } from "./chromium.ts";
import { isCI } from "./ci.ts";

if (!(await provideChromium())) {
  console.error(
    "NO CHROMIUM OR CHROME WAS FOUND, AND NONE COULD BE INSTALLED: THE END-TO-END TESTS CANNOT RUN.\n" +
      "Install one of them, or name its path in PATCHTWIN_CHROMIUM.",
  );
  process.exitCode = isCI ? 1 : 3;
}
