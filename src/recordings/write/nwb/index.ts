/** NWB 2 files: a recording or simulated traces into a session, a session into the bytes of a file. */
export type { NwbAbout } from "./about.ts";
export { sessionFromRecording } from "./fromRecording.ts";
export {
  type SimulatedCondition,
  type SimulatedTrace,
  type Simulation,
  sessionFromSimulation,
} from "./fromSimulation.ts";
export type { NwbSession, NwbSubject } from "./session.ts";
export { writeNwb } from "./writeNwb.ts";
