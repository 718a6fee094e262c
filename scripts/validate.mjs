// Clones real cells and tests drugs on the clones, through the command line as a user would, and writes docs/validation.md.
// usage: npm run validate -- [--recordings DIR] [--only NAME,…] [--models cortical,izhikevich,adex] [--out docs/validation.md]
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { register } from "tsx/esm/api";
import { inRoot } from "./lib/root.mjs";

register();
const { auroc, chooseModel, predictionDoubt, predictRecording, scoreHoldOut } = await import(
  "../src/cloning/index.ts"
);
const { readRecording } = await import("../src/recordings/index.ts");

/**
 * Cells with several current steps first. `here`: where the file lies in this repository; `shared`: in the folder of
 * further recordings. `other`: the name of another recording of the same cell, which the clone predicts.
 * @typedef {{ name: string, here?: string, shared: string, note?: string, other?: string }} Cell
 * @type {Cell[]}
 */
const CELLS = [
  {
    name: "171116sh_0018",
    here: "examples/171116sh_0018.abf",
    shared: "pyabf/171116sh_0018.abf",
    other: "171116sh_0019",
  },
  {
    name: "18711001",
    here: "examples/18711001.abf",
    shared: "pyabf/18711001.abf",
    note: "early burst, then silence",
  },
  {
    name: "171116sh_0019",
    here: "test/recordings/171116sh_0019.abf",
    shared: "pyabf/171116sh_0019.abf",
    note: "depolarisation block above 1.4 nA, left out of training and score; the cell of 0018",
  },
  {
    name: "swhlab gain",
    here: "test/recordings/swhlab_gain.abf",
    shared: "swhlab/gain.abf",
    note: "three sweeps",
  },
  {
    name: "190619B_0003",
    here: "test/recordings/190619B_0003.abf",
    shared: "pyabf/190619B_0003.abf",
    note: "small spikes, drifting baseline",
  },
  {
    name: "17o05028",
    here: "test/recordings/17o05028_ic_steps.abf",
    shared: "pyabf/17o05028_ic_steps.abf",
    note: "fires by itself, baseline drifts by 14 mV",
  },
  {
    name: "nsdesai",
    shared: "nsdesai/experiment001trial001_current_steps.mat",
    note: "MATLAB; from a dynamic-clamp package, the cell not stated",
  },
  {
    name: "99111002",
    shared: "bluepyefe/hippocampus-portal/99111002.nwb",
    note: "NWB; offset of 50 mV, dead first sweeps",
  },
  {
    name: "patchview",
    shared: "heka/test_singleFP.dat",
    note: "HEKA; held at -0.9 nA",
  },
  {
    name: "18425108",
    here: "test/recordings/18425108.abf",
    shared: "pyabf/18425108.abf",
    note: "one sweep of 20 brief pulses: nothing to hold out",
  },
  ...[
    "509881736_sweep_39",
    "518290966_sweep_57",
    "526950199_sweep_37",
    "532355382_sweep_33",
    "532571720_sweep_42",
    "534524026_sweep_29",
    "566517779_sweep_46",
  ].map((cell) => ({
    name: `Allen ${cell.split("_")[0]}`,
    shared: `allen_cells/cell_${cell}.csv`,
    note: "one long step: nothing to hold out",
  })),
];

/** Drug, dose and what is expected of a firing cortical cell. */
const DRUGS = [
  ["tetrodotoxin", "1uM"],
  ["4-aminopyridine", "30uM"],
  ["tetraethylammonium", "500uM"],
  ["suzetrigine", "1uM"],
];

const { values: options } = parseArgs({
  options: {
    recordings: { type: "string" },
    only: { type: "string" },
    models: { type: "string", default: "cortical,izhikevich,adex" },
    out: { type: "string", default: inRoot("docs", "validation.md") },
  },
});
const models = options.models.split(",");
const only = options.only?.split(",");
const work = mkdtempSync(join(tmpdir(), "patchtwin-validate-"));

/** @param {string[]} args */
function patchtwin(args) {
  const run = spawnSync(process.execPath, [inRoot("scripts", "patchtwin.mjs"), ...args, "--json"], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) return { error: run.stderr.trim().split("\n").at(-1) ?? `exit code ${run.status}` };
  return { value: JSON.parse(run.stdout) };
}

/** @param {Cell} cell */
function fileOf(cell) {
  const shared = options.recordings && join(options.recordings, cell.shared);
  if (shared && existsSync(shared)) return shared;
  return cell.here && existsSync(inRoot(cell.here)) ? inRoot(cell.here) : undefined;
}

/** @param {number | null} fraction */
const percent = (fraction) => (fraction === null ? "-" : `${Math.round(100 * fraction)} %`);

/** @typedef {{ role: string, recordedSpikes: number, clonedSpikes: number }} SweepFit */
/** @param {SweepFit[]} sweeps @param {"recordedSpikes" | "clonedSpikes"} key */
function counts(sweeps, key) {
  const marks = { trained: ["", ""], "held-out": ["[", "]"], "beyond-range": ["(", ")"] };
  return sweeps
    .map((sweep) => {
      const [open, close] = marks[/** @type {keyof typeof marks} */ (sweep.role)];
      return `${open}${sweep[key]}${close}`;
    })
    .join(" ");
}

/**
 * One way of holding out, of one model: the twin, its predictions of held-out sweeps, and how a twin of the weaker two thirds of its
 * trained sweeps did on the others, by which a model is chosen.
 * @typedef {import("../src/cloning/index.ts").Twin} Twin
 * @typedef {{ model: string, way: string, twin: Twin, fits: readonly import("../src/cloning/index.ts").SweepFit[],
 *   score: import("../src/cloning/index.ts").HoldOutScore, inner: import("../src/cloning/index.ts").HoldOutScore | null,
 *   loss: number }} HeldOut
 */

/** @param {Twin} twin */
const trainedOf = (twin) => twin.fit.sweeps.filter(({ role }) => role === "trained");

/** @param {string} model @param {string} way @param {Twin} twin @param {HeldOut["fits"]} fits @param {Twin | undefined} inner
 * @returns {HeldOut} */
function heldOutOf(model, way, twin, fits, inner) {
  return {
    model,
    way,
    twin,
    fits,
    score: scoreHoldOut(fits, trainedOf(twin)),
    inner: inner ? scoreHoldOut(inner.fit.sweeps, trainedOf(inner)) : null,
    loss: twin.posterior.loss[0],
  };
}

/** @param {string} name @param {HeldOut} heldOut @param {string} [chosen] */
function heldOutRow(name, { way, model, score, twin }, chosen = "") {
  const { interpolation: rival } = score;
  const rmse = score.silentRmse_mV === null ? "-" : score.silentRmse_mV.toFixed(1);
  return `| ${name} | ${way} | ${chosen}${model} | ${score.sweeps} | ${percent(score.withinRule)} | ${percent(score.strict)} | ${percent(score.countError)} | ${percent(score.staysSilent)} | ${rmse} | ${rival.sweeps} | ${percent(rival.withinRule)} | ${percent(rival.strict)} | ${percent(rival.countError)} | ${twin.range.inRange ? "yes" : "no"} |`;
}

/**
 * The three ways: a twin of two thirds of the sweeps, a twin of the weaker two thirds, and a twin of all sweeps on another recording.
 * @param {Cell} cell @param {string} file @param {string} model @param {Twin} third
 * @returns {HeldOut[]}
 */
function waysOfHoldingOut(cell, file, model, third) {
  const clone = (/** @type {string} */ holdOut, /** @type {Twin | undefined} */ within = undefined) => {
    const name = `${cell.name.replaceAll(" ", "_")}-${model}-${holdOut}${within ? "-inner" : ""}.json`;
    process.stderr.write(
      `${cell.name}, ${model}, --hold-out ${holdOut}${within ? " of the trained sweeps" : ""}\n`,
    );
    const sweeps = within
      ? [
          "--sweeps",
          trainedOf(within)
            .map(({ index }) => index)
            .join(","),
        ]
      : [];
    const args = [
      "clone",
      file,
      "--model",
      model,
      "--hold-out",
      holdOut,
      ...sweeps,
      "--out",
      join(work, name),
    ];
    return patchtwin(args).value;
  };
  const strongest = "strongest-third";
  const weaker = clone(strongest);
  const ways = [heldOutOf(model, "every third", third, third.fit.sweeps, clone(strongest, third))];
  if (weaker) {
    const inner = clone(strongest, weaker);
    ways.push(heldOutOf(model, "strongest third", weaker, weaker.fit.sweeps, inner));
  }
  const other = CELLS.find(({ name }) => name === cell.other);
  const otherFile = other && fileOf(other);
  const whole = otherFile && clone("0");
  if (!whole) return ways;
  const fits = predictRecording(whole, readRecording(readFileSync(otherFile), basename(otherFile)));
  return [...ways, heldOutOf(model, `another recording, ${cell.other}`, whole, fits, weaker)];
}

/** Means over sweeps of all cells. @param {string} way @param {string} model @param {readonly HeldOut[]} all */
function pooledRow(way, model, all) {
  const fits = all.flatMap(({ fits, twin }) =>
    fits.filter(({ role }) => role === "held-out").map((fit) => ({ fit, twin })),
  );
  const pool = (/** @type {(score: HeldOut["score"]) => [number, number | null]} */ of) => {
    const known = all.map(({ score }) => of(score)).filter(([, value]) => value !== null);
    const sweeps = known.reduce((sum, [n]) => sum + n, 0);
    return sweeps > 0 ? known.reduce((sum, [n, value]) => sum + n * (value ?? 0), 0) / sweeps : null;
  };
  const silent = fits.filter(({ fit }) => fit.recordedSpikes === 0);
  const quiet = silent.filter(({ fit }) => fit.clonedSpikes === 0);
  const squares = quiet.reduce((sum, { fit }) => sum + fit.vRmse_mV ** 2, 0);
  const rmse = quiet.length > 0 ? Math.sqrt(squares / quiet.length).toFixed(1) : "-";
  const stays = silent.length > 0 ? quiet.length / silent.length : null;
  return `| ${way} | ${model} | ${all.length} | ${fits.length} | ${percent(pool((s) => [s.sweeps, s.withinRule]))} | ${percent(pool((s) => [s.sweeps, s.strict]))} | ${percent(stays)} | ${rmse} | ${percent(pool((s) => [s.interpolation.sweeps, s.interpolation.withinRule]))} | ${percent(pool((s) => [s.interpolation.sweeps, s.interpolation.strict]))} |`;
}

/**
 * What a clone does at currents at which the recording is in depolarisation block, none of which it was trained on: in block where it
 * fires at most half of what it fires at its best below.
 * @param {string} name @param {string} model @param {Twin} twin
 */
function blockRow(name, model, { fit }) {
  const beyond = fit.sweeps.filter(({ role }) => role === "beyond-range");
  if (beyond.length === 0) return [];
  const below = fit.sweeps.filter(({ role }) => role !== "beyond-range");
  const most = Math.max(...below.map(({ clonedSpikes }) => clonedSpikes));
  const blocked = beyond.filter(({ clonedSpikes }) => clonedSpikes <= most / 2).length;
  const list = (/** @type {"recordedSpikes" | "clonedSpikes"} */ key) =>
    beyond.map((one) => one[key]).join(" ");
  return [
    `| ${name} | ${model} | ${most} | ${list("recordedSpikes")} | ${list("clonedSpikes")} | ${blocked} of ${beyond.length} |`,
  ];
}

/** How well doubt tells sweeps that break the rule from sweeps that keep it. @param {readonly HeldOut[]} all */
function doubtSentence(all) {
  const scored = all.flatMap(({ fits, twin }) =>
    fits.filter(({ role }) => role === "held-out").map((fit) => ({ fit, doubt: predictionDoubt(fit, twin) })),
  );
  const of = (/** @type {boolean} */ kept) =>
    scored.filter(({ fit }) => fit.withinRule === kept).map(({ doubt }) => doubt);
  if (of(true).length === 0 || of(false).length === 0)
    return "All held-out sweeps keep the rule, or none does.";
  const found = auroc(of(false), of(true));
  return `AUROC ${found.auroc.toFixed(2)} (${found.low.toFixed(2)} to ${found.high.toFixed(2)}) of \`predictionDoubt\`, ${found.positives} held-out sweeps outside the rule against ${found.negatives} inside, all models and ways; sweeps of one cell are no independent cases.`;
}

/** @type {string[]} */
const summary = [];
/** @type {string[]} */
const heldOut = [];
/** @type {HeldOut[]} */
const everyWay = [];
/** @type {HeldOut[]} */
const chosenWays = [];
/** @type {string[]} */
const details = [];
/** @type {string[]} */
const drugRows = [];
/** @type {string[]} */
const blockRows = [];
/** @type {string[]} */
const skipped = [];

for (const cell of CELLS) {
  if (only && !only.includes(cell.name)) continue;
  const file = fileOf(cell);
  if (!file) {
    skipped.push(cell.name);
    continue;
  }
  /** @type {HeldOut[]} */
  const here = [];
  for (const model of models) {
    const twinFile = join(work, `${cell.name.replaceAll(" ", "_")}-${model}.json`);
    process.stderr.write(`${cell.name}, ${model}\n`);
    const { value: twin, error } = patchtwin(["clone", file, "--model", model, "--out", twinFile]);
    if (!twin) {
      summary.push(`| ${cell.name} | ${model} | ${error?.replaceAll("|", "/")} |${" |".repeat(9)}`);
      continue;
    }
    const { fit, range, provenance } = twin;
    blockRows.push(...blockRow(cell.name, model, twin));
    summary.push(
      `| ${cell.name} | ${model} | ${fit.trained.sweeps} | ${percent(fit.trained.withinRule)} | ${fit.heldOut.sweeps} | ${percent(fit.heldOut.withinRule)} | ${percent(fit.heldOut.countError)} | ${percent(fit.heldOut.interpolation.withinRule)} | ${percent(fit.heldOut.interpolation.countError)} | ${fit.vRmse_mV.toFixed(1)} | ${range.inRange ? "yes" : "no"} | ${provenance.wall_s} |`,
    );
    if (fit.heldOut.sweeps > 0) {
      const ways = waysOfHoldingOut(cell, file, model, twin);
      here.push(...ways);
      heldOut.push(...ways.map((way) => heldOutRow(cell.name, way)));
    }
    details.push(
      `**${cell.name}, ${model}**${cell.note ? ` (${cell.note})` : ""}`,
      "",
      "```text",
      `recorded  ${counts(fit.sweeps, "recordedSpikes")}`,
      `cloned    ${counts(fit.sweeps, "clonedSpikes")}`,
      "```",
      "",
      ...(range.reasons.length
        ? [...range.reasons.map((/** @type {string} */ reason) => `- ${reason}`), ""]
        : []),
    );
    if (model !== "cortical") continue;
    const cells = DRUGS.map(([drug, dose]) => {
      const { value: trial, error: refused } = patchtwin(["trial", twinFile, "--drug", drug, "--dose", dose]);
      if (!trial) return refused ?? "refused";
      const [{ verdict, features }] = trial.doses;
      const { before, after } = features.spikeHalfWidth_ms;
      const width =
        before !== null && after !== null && drug !== "suzetrigine"
          ? `, half-width ${before.toFixed(2)} to ${after.toFixed(2)} ms`
          : "";
      return `${verdict.label} ${percent(verdict.probability)}${width}`;
    });
    drugRows.push(`| ${cell.name} | ${cells.join(" | ")} |`);
  }
  for (const way of new Set(here.map((one) => one.way))) {
    const chosen = chooseModel(here.filter((one) => one.way === way));
    chosenWays.push(chosen);
    heldOut.push(heldOutRow(cell.name, chosen, "chosen: "));
  }
  everyWay.push(...here);
}
const pooled = ["every third", "strongest third", "another recording"].flatMap((way) => {
  const ofWay = (/** @type {readonly HeldOut[]} */ all) => all.filter((one) => one.way.startsWith(way));
  const ofModel = (/** @type {string} */ model) => ofWay(everyWay).filter((one) => one.model === model);
  return [
    ...models.map((model) => pooledRow(way, model, ofModel(model))),
    pooledRow(way, "chosen", ofWay(chosenWays)),
    pooledRow(
      way,
      "chosen, in range",
      ofWay(chosenWays).filter(({ twin }) => twin.range.inRange),
    ),
  ];
});
rmSync(work, { recursive: true, force: true });

const [processor] = cpus();
const { version } = JSON.parse(readFileSync(inRoot("package.json"), "utf8"));
const page = `# Validation on real cells

Made by \`npm run validate -- --recordings DIR\` (patchtwin ${version}, ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores of ${processor?.model ?? "unknown"}, Node ${process.versions.node}); without \`--recordings\`
it uses the recordings of this repository alone. One seed a cell, default settings; no setting is chosen for a cell.

Every third usable sweep is held out of the search. "Within": the fraction of sweeps whose predicted spike count is
within max(2 spikes, 10 %) of the recorded one. "Error": the sum of count differences over the sum of recorded counts.
"Interpolation" predicts a held-out sweep by the mean of its trained neighbours: an easy rival inside a family of
steps, and the one to beat. "In range": the clone passed its own checks (limits in \`src/cloning/range.ts\`, chosen by
eye); a verdict on a clone that did not is shown with a warning. RMSE: voltage clipped below threshold, trained sweeps.

## Clones

| cell | model | trained sweeps | within | held-out sweeps | within | error | interpolation: within | error | RMSE (mV) | in range | wall (s) |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: |
${summary.join("\n")}

## Three ways of holding out

Every third sweep; the third with the largest currents; all sweeps of another recording of the same cell, up to twice the
largest current that the clone was fitted on. "Strict": within 10 % alone. "Silent": sweeps in which the cell was silent and
the clone is too, and the RMSE there (mV). Interpolation reads a count off the trained sweeps; above the strongest of them it goes
on along the line through the two strongest, below the weakest it has no answer and is not scored.

| cell | held out | model | sweeps | within | strict | error | silent | RMSE | interpolation: sweeps | within | strict | error | in range |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |
${heldOut.join("\n")}

## All cells together

Means over held-out sweeps. "In range": only cells whose chosen twin passed its own checks. "Chosen": on each cell the model whose twin of the weaker two thirds of the trained sweeps predicts the
others best; no held-out sweep has a part in the choice.

| held out | model | cells | sweeps | within | strict | silent | RMSE | interpolation: within | strict |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${pooled.join("\n")}

Is a doubtful prediction a bad one? ${doubtSentence(everyWay)}

## Depolarisation block

Sweeps at currents where the cell itself is in block: left out of training and of all scores above. In block: the clone fires at most half
of what it fires at its best below.

| cell | model | most spikes below | recorded | cloned | in block |
| --- | --- | ---: | --- | --- | --- |
${blockRows.join("\n")}

## Drugs on the cortical clones

Label of most clones and the fraction that has it, at one dose.

| cell | ${DRUGS.map(([drug, dose]) => `${drug} ${dose.replace("uM", " µM")}`).join(" | ")} |
| --- | --- | --- | --- | --- |
${drugRows.join("\n")}

## Spikes per sweep

In the order of the file; \`[held out]\`, \`(beyond range: in depolarisation block, neither trained on nor scored)\`.
Counts are spikes in the whole sweep, of the best clone.

${details.join("\n").trimEnd()}
${skipped.length ? `\nNot run, file not given: ${skipped.join(", ")}.\n` : ""}`;
mkdirSync(dirname(options.out), { recursive: true });
writeFileSync(options.out, page);
process.stderr.write(`written to ${options.out}\n`);
