import { askProcess, type Contender, interleave, type Measurement } from "../lib/measurement.ts";
import { median } from "../lib/statistics.ts";
import { table } from "../lib/table.ts";
import { digits, ourProgram, type Section, type Settings } from "./section.ts";

/** Hodgkin-Huxley on one thread and on two, by wall time: it needs two cores that nobody else uses. */
export async function workers({ rounds, length, peers, tell }: Settings): Promise<Section> {
  const t_ms = 2000 * length;
  const ours = (threads: number): Contender => ({
    id: `Patchtwin f64 on ${threads}`,
    measure() {
      const [command, args] = ourProgram("workers", threads, t_ms);
      return askProcess<Measurement>(command, [...args]);
    },
  });
  const pairs = [
    { name: "Patchtwin f64", on: ours },
    ...peers.map((peer) => ({
      name: peer.name,
      on: (threads: number) => peer.contender({ case: "hh", n: 1000, t_ms: t_ms / 4, dt_ms: 0.025, threads }),
    })),
  ].map(({ name, on }) => ({ name, one: on(1), two: on(2) }));
  const results = await interleave(
    pairs.flatMap(({ one, two }) => [one, two]),
    rounds,
    tell,
  );
  const walls = ({ id }: Contender) => (results.get(id) ?? []).map(({ wall_s }) => wall_s);
  const list = (values: number[]) => values.map((value) => digits(value)).join(" ");
  return {
    title: "Two threads against one",
    text: `Wall time of 1000 Hodgkin–Huxley cells, ${t_ms} ms (peers ${t_ms / 4} ms), dt 0.025 ms.

${table(
  ["tool ", "one (s)", "two (s)", "one over two", "rounds on one", "rounds on two"],
  pairs.map(({ name, one, two }) => [
    name,
    digits(median(walls(one))),
    digits(median(walls(two))),
    digits(median(walls(one)) / median(walls(two))),
    list(walls(one)),
    list(walls(two)),
  ]),
)}`,
    data: Object.fromEntries(results),
  };
}
