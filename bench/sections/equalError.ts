import { ERROR_MS, errorCurves } from "../engine/equalError.ts";
import { type Contender, interleave, neuronSecondsPerCpuSecond } from "../lib/measurement.ts";
import type { NeuronPeer } from "../lib/peers.ts";
import { median, spread } from "../lib/statistics.ts";
import { table } from "../lib/table.ts";
import { digits, type Section, type Settings } from "./section.ts";
import { ours } from "./throughput.ts";

const isNeuron = (peer: Settings["peers"][number]): peer is NeuronPeer => peer.tool === "NEURON";

/** Hodgkin-Huxley, each tool at the step where its last spike within 400 ms is wrong by the allowed error. */
export async function equalError({ rounds, length, peers, tell }: Settings): Promise<Section> {
  const neurons = peers.filter(isNeuron);
  const curves = await errorCurves(neurons);
  for (const { tool, dt_ms, error_ms } of curves)
    tell(`  ${tool}: ${dt_ms.map((dt, k) => `${digits(error_ms[k])} ms at dt ${digits(dt)}`).join(", ")}`);
  const entries = curves.flatMap((curve) => {
    const dt_ms = Number(curve.allowed_dt_ms.toPrecision(3));
    const contenders: Contender[] = curve.scheme
      ? neurons.map((peer) =>
          peer.contender({ case: "hh", n: 1000, t_ms: 5000 * dt_ms * length, dt_ms, scheme: curve.scheme! }),
        )
      : [ours("hh", curve.tool.slice(-3), "all", dt_ms, 40_000 * dt_ms * length)];
    return contenders.map((contender) => ({ contender, curve, dt_ms }));
  });
  const results = await interleave(
    entries.map(({ contender }) => contender),
    rounds,
    tell,
  );
  const ratesOf = (id: string) => (results.get(id) ?? []).map(neuronSecondsPerCpuSecond);
  const [f64, f32] = entries.map(({ contender }) => median(ratesOf(contender.id)));
  const rows = entries.map(({ contender: { id }, curve, dt_ms }) => {
    const rates = ratesOf(id);
    const ratios = curve.scheme ? [digits(f64 / median(rates)), digits(f32 / median(rates))] : ["", ""];
    const name = curve.scheme ? id : curve.tool;
    return [
      name,
      digits(dt_ms),
      digits(median(rates)),
      `${Math.round(100 * spread(rates))} %`,
      rates.map((rate) => digits(rate)).join(" "),
      ...ratios,
    ];
  });
  return {
    title: `Hodgkin–Huxley at equal error: the last spike within 400 ms wrong by ${ERROR_MS} ms`,
    text: `One axon under 10 µA/cm² against Runge–Kutta 4 at 0.002 ms gives the largest step with that error; speed is then that of 1000
cells, all parameters of each its own. NEURON as installed takes the rates from a table, whose own error (about 0.5 ms here) no step
makes smaller and which cancels that of the scheme at some steps: such a step counts for NEURON.

${table(["tool ", "dt (ms)", "neuron-seconds per CPU second", "spread", "rounds", "f64 over it", "f32 over it"], rows)}

${table(
  ["tool ", "error (ms) at dt (ms) "],
  curves.map(({ tool, dt_ms, error_ms }) => [
    tool,
    dt_ms.map((dt, k) => `${digits(error_ms[k])} at ${digits(dt)}`).join(", "),
  ]),
)}`,
    data: { curves, runs: Object.fromEntries(results) },
  };
}
