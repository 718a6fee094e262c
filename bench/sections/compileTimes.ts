import { askProcess } from "../lib/measurement.ts";
import { median } from "../lib/statistics.ts";
import { table } from "../lib/table.ts";
import { digits, ourProgram, type Section, type Settings } from "./section.ts";

/** `cortical` is compiled with every channel, `pospischil` is the same without those that Pospischil et al. (2008) do not have. */
const MODELS = ["hodgkin-huxley", "izhikevich", "pospischil", "cortical"];

/** From a description to the first step, cold: ours for these models, the peers' for the Pospischil cell. */
export async function compileTimes({ rounds, peers, tell }: Settings): Promise<Section> {
  const us = MODELS.flatMap((model) =>
    ["f64", "f32"].map((precision) => ({
      name: `Patchtwin ${precision}, ${model}`,
      async seconds() {
        const [command, args] = ourProgram("coldCompile", model, precision);
        return (await askProcess<{ compile_ms: number }>(command, [...args])).compile_ms / 1000;
      },
    })),
  );
  const them = peers.map((peer) => ({
    name: `${peer.name}, Pospischil cell`,
    seconds: () => peer.compile_s(),
  }));
  const all = [...us, ...them].map((one) => ({ ...one, rounds: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const one of round % 2 ? [...all].reverse() : all) one.rounds.push(await one.seconds());
    tell(`  round ${round + 1} of compiling`);
  }
  const milliseconds = (seconds: number) => digits(1000 * seconds);
  return {
    title: "Compiling, cold",
    text: `Wall time in a process that has compiled nothing yet. Ours: from the model's description to its first step, modules loaded. NEURON:
\`nrnivmodl\` of one mechanism (Debian's: its parts by hand). Brian 2: loading it, generating C++ and compiling that.

${table(
  ["tool ", "ms", "rounds"],
  all.map((one) => [
    one.name,
    milliseconds(median(one.rounds)),
    one.rounds.map((seconds) => milliseconds(seconds)).join(" "),
  ]),
)}`,
    data: Object.fromEntries(all.map((one) => [one.name, one.rounds])),
  };
}
