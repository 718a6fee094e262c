import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRoot, SetupError, say } from "../../scripts/lib/root.mjs";
import { ensurePeers, findPeers } from "../../scripts/peers.mjs";
import { askProcess, type Contender, type Measurement } from "./measurement.ts";

export interface PeerRun {
  readonly case: "hh" | "izh" | "pospi" | "coba";
  readonly n: number;
  readonly t_ms: number;
  readonly dt_ms: number;
  /** NEURON: as installed it is of first order and takes the squid's rates from a table. */
  readonly scheme?: NeuronScheme;
  readonly threads?: number;
}

export interface NeuronScheme {
  readonly secondOrder: boolean;
  readonly table: boolean;
}

export const AS_INSTALLED: NeuronScheme = { secondOrder: false, table: true };

export function nameOf({ secondOrder, table }: NeuronScheme): string {
  return [secondOrder ? ", secondorder = 2" : "", table ? "" : ", no table"].join("");
}

/** NEURON or Brian 2 of one Python: a wheel and a Debian package differ in speed. */
export interface Peer {
  readonly tool: "NEURON" | "Brian 2";
  readonly name: string;
  contender(given: PeerRun): Contender;
  /** Seconds to generate and compile the code of the Pospischil cell. */
  compile_s(): Promise<number>;
}

export interface NeuronPeer extends Peer {
  readonly tool: "NEURON";
  /** Spike times of one squid axon under 10 uA/cm2. */
  spikeTimes_ms(dt_ms: number, t_ms: number, scheme: NeuronScheme): Promise<number[]>;
}

/** Every peer of this machine, installed first where that can be done. */
export async function providePeers(): Promise<(Peer | NeuronPeer)[]> {
  await ensurePeers().catch((error) => {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
  });
  const pythons = await findPeers();
  return pythons.flatMap(({ python, neuron, brian2 }) => {
    const origin = python === "/usr/bin/python3" ? "Debian" : "PyPI";
    const peers: (Peer | NeuronPeer)[] = [];
    if (neuron) peers.push(neuronPeer(python, `NEURON (${origin})`));
    if (brian2) peers.push(brianPeer(python, `Brian 2 (${origin})`));
    return peers;
  });
}

/** Folders with compiled code, for this process alone. */
function buildFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "patchtwin-peer-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const ENVIRONMENT = { ...process.env, NEURON_MODULE_OPTIONS: "-nogui" };

const ask = <T>(python: string, script: string, args: readonly (string | number)[]) =>
  askProcess<T>(python, [inRoot("bench", "peers", script), ...args.map(String)], ENVIRONMENT);

const runArguments = ({ n, t_ms, dt_ms, threads = 1 }: PeerRun) => [
  "--n",
  n,
  "--t",
  t_ms,
  "--dt",
  dt_ms,
  "--threads",
  threads,
];

const threadsOf = ({ threads = 1 }: PeerRun) => (threads > 1 ? ` on ${threads}` : "");

function neuronPeer(python: string, name: string): NeuronPeer {
  const build = buildFolder();
  const bench = <T>(...args: (string | number)[]) => ask<T>(python, "neuron_bench.py", args);
  const schemeArguments = ({ secondOrder, table }: NeuronScheme) => [
    ...(secondOrder ? ["--secondorder", 2] : []),
    ...(table ? [] : ["--no-table"]),
  ];
  return {
    tool: "NEURON",
    name,
    contender(given) {
      const scheme = given.scheme ?? AS_INSTALLED;
      return {
        id: name + nameOf(scheme) + threadsOf(given),
        measure: () =>
          bench<Measurement>(
            given.case,
            ...runArguments(given),
            ...schemeArguments(scheme),
            "--build",
            build,
          ),
      };
    },
    async spikeTimes_ms(dt_ms, t_ms, scheme) {
      const args = ["--dt", dt_ms, "--t", t_ms, ...schemeArguments(scheme), "--build", build];
      return (await bench<{ spikeTimes_ms: number[] }>("spikes", ...args)).spikeTimes_ms;
    },
    async compile_s() {
      return (await bench<Measurement>("compile", "--build", buildFolder())).compile_s;
    },
  };
}

function brianPeer(python: string, name: string): Peer {
  const bench = (...args: (string | number)[]) => ask<Measurement>(python, "brian_bench.py", args);
  return {
    tool: "Brian 2",
    name,
    contender(given) {
      const build = buildFolder();
      let built = false;
      return {
        id: name + threadsOf(given),
        measure() {
          const args = built
            ? ["run", "--threads", given.threads ?? 1]
            : [given.case, ...runArguments(given)];
          built = true;
          return bench(...args, "--build", build);
        },
      };
    },
    async compile_s() {
      return (await bench("pospi", "--t", 1, "--build", buildFolder())).compile_s;
    },
  };
}
