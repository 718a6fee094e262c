/** ABF1: one header at fixed places, of 6144 bytes, or 2048 bytes before version 1.6; then samples, sweeps, tags. */
import { type AbfToWrite, BLOCK, type DacToWrite, multiplexed, putText, RANGE_V } from "./file.ts";

const EPOCHS = 10;

export function writeAbf1(file: AbfToWrite): Uint8Array {
  const isShort = file.version === 1.5;
  const headerBlocks = (isShort ? 2048 : 6144) / BLOCK;
  const data = multiplexed(file);
  const dataBlocks = Math.ceil(data.length / BLOCK);
  const starts = file.starts ?? [];
  const tags = file.tags ?? [];
  const synchBlock = headerBlocks + dataBlocks;
  const tagBlock = synchBlock + Math.ceil((starts.length * 8) / BLOCK);
  const bytes = new Uint8Array((tagBlock + Math.ceil((tags.length * 64) / BLOCK)) * BLOCK);
  const view = new DataView(bytes.buffer);
  fillCommon(view, bytes, file, headerBlocks);
  if (isShort) fillShortDac(view, bytes, file);
  else fillLong(view, bytes, file);
  bytes.set(data, headerBlocks * BLOCK);
  view.setInt32(92, starts.length > 0 ? synchBlock : 0, true);
  view.setInt32(96, starts.length, true);
  starts.forEach((start, sweep) => {
    view.setInt32(synchBlock * BLOCK + 8 * sweep, start, true);
    const length = file.sweeps[sweep].length * file.sweeps[sweep][0].length;
    view.setInt32(synchBlock * BLOCK + 8 * sweep + 4, length, true);
  });
  view.setInt32(44, tags.length > 0 ? tagBlock : 0, true);
  view.setInt32(48, tags.length, true);
  tags.forEach(({ ticks, text }, n) => {
    view.setInt32(tagBlock * BLOCK + 64 * n, ticks, true);
    putText(bytes, tagBlock * BLOCK + 64 * n + 4, text.padEnd(56));
  });
  return bytes;
}

function fillCommon(view: DataView, bytes: Uint8Array, file: AbfToWrite, dataBlock: number): void {
  const { channels, sweeps } = file;
  putText(bytes, 0, "ABF ");
  view.setFloat32(4, file.version === 1.5 ? 1.5 : 1.83, true);
  view.setInt16(8, file.mode ?? 5, true);
  view.setInt32(
    10,
    sweeps.reduce((sum, sweep) => sum + sweep.length * sweep[0].length, 0),
    true,
  );
  view.setInt32(16, sweeps.length, true);
  view.setInt16(36, 1, true);
  view.setInt32(40, dataBlock, true);
  view.setInt16(100, file.isFloat ? 1 : 0, true);
  view.setInt16(120, channels.length, true);
  view.setFloat32(122, file.dt_us / channels.length, true);
  view.setFloat32(130, file.tick_us ?? 0, true);
  view.setInt32(138, channels.length * sweeps[0][0].length, true);
  view.setInt32(146, sweeps.length, true);
  view.setFloat32(244, RANGE_V, true);
  view.setInt32(252, file.resolution ?? 32768, true);
  if (file.version === 1.5) putText(bytes, 310, file.comment ?? "");
  for (let n = 0; n < 16; n++) view.setInt16(410 + 2 * n, channels[n]?.number ?? -1, true);
  for (const { name, unit, number, volts } of channels) {
    putText(bytes, 442 + 10 * number, name.padEnd(10));
    putText(bytes, 602 + 8 * number, unit.padEnd(8));
    view.setFloat32(730 + 4 * number, 1, true);
    view.setFloat32(922 + 4 * number, volts, true);
    view.setFloat32(1050 + 4 * number, 1, true);
  }
  for (const { number, name, unit, holding } of file.dacs) {
    putText(bytes, 1306 + 10 * number, name.padEnd(10));
    putText(bytes, 1346 + 8 * number, unit.padEnd(8));
    view.setFloat32(1394 + 4 * number, holding ?? 0, true);
  }
  view.setInt16(1436, file.digitalDac === undefined ? 0 : 1, true);
  view.setInt16(1440, file.digitalDac ?? file.dacs[0]?.number ?? 0, true);
  const digital = file.dacs.find(({ number }) => number === (file.digitalDac ?? 0))?.epochs ?? [];
  digital.forEach(({ on }, n) => {
    view.setInt16(1588 + 2 * n, on ?? 0, true);
  });
}

function fillLong(view: DataView, bytes: Uint8Array, file: AbfToWrite): void {
  putText(bytes, 4898, file.protocol ?? "");
  putText(bytes, 5154, file.comment ?? "");
  view.setInt16(5876, file.alternates ? 1 : 0, true);
  for (const { number, telegraph } of file.channels) {
    if (!telegraph) continue;
    view.setInt16(4512 + 2 * number, 1, true);
    view.setInt16(4544 + 2 * number, telegraph.instrument, true);
    view.setFloat32(4576 + 4 * number, telegraph.gain, true);
    view.setFloat32(4704 + 4 * number, telegraph.capacitance_pF ?? 0, true);
    view.setInt16(4768 + 2 * number, telegraph.mode, true);
  }
  (file.lists ?? []).forEach(({ dac, parameter, values, repeats }) => {
    view.setInt16(3360 + 2 * dac, 1, true);
    view.setInt16(3368 + 2 * dac, parameter, true);
    putText(bytes, 3376 + 256 * dac, values);
    view.setInt16(4400 + 2 * dac, repeats ? 1 : 0, true);
  });
  for (const dac of file.dacs.filter(({ number }) => number < 2)) fillDac(view, bytes, dac);
}

function fillDac(view: DataView, bytes: Uint8Array, dac: DacToWrite): void {
  const { number, conditioning } = dac;
  view.setInt16(2296 + 2 * number, dac.isOff ? 0 : 1, true);
  view.setInt16(2300 + 2 * number, dac.source ?? 1, true);
  view.setInt16(2304 + 2 * number, dac.keepsLastLevel ? 1 : 0, true);
  dac.epochs.forEach((epoch, n) => {
    const index = number * EPOCHS + n;
    view.setInt32(2136 + 4 * index, epoch.period ?? 0, true);
    view.setInt32(2216 + 4 * index, epoch.width ?? 0, true);
    view.setInt16(2308 + 2 * index, epoch.type, true);
    view.setFloat32(2348 + 4 * index, epoch.level, true);
    view.setFloat32(2428 + 4 * index, epoch.levelStep ?? 0, true);
    view.setInt32(2508 + 4 * index, epoch.duration, true);
    view.setInt32(2588 + 4 * index, epoch.durationStep ?? 0, true);
    if (epoch.pulsing) view.setInt16(2668 + 2 * n, epoch.pulsing, true);
  });
  putText(bytes, 2736 + 256 * number, dac.stimulusFile ?? "");
  view.setInt16(3260 + 2 * number, conditioning ? 1 : 0, true);
  view.setFloat32(3304 + 4 * number, conditioning?.postDuration ?? 0, true);
  view.setFloat32(3312 + 4 * number, conditioning?.postLevel ?? 0, true);
  view.setInt16(4456 + 2 * number, dac.leakPulses ? 1 : 0, true);
  view.setInt16(1938, dac.leakPulses ?? 0, true);
}

/** The short header has one table. */
function fillShortDac(view: DataView, bytes: Uint8Array, { dacs, lists }: AbfToWrite): void {
  const [dac] = dacs;
  view.setInt16(1438, dac.source ?? 1, true);
  view.setInt16(1442, dac.keepsLastLevel ? 1 : 0, true);
  dac.epochs.forEach((epoch, n) => {
    view.setInt16(1444 + 2 * n, epoch.type, true);
    view.setFloat32(1464 + 4 * n, epoch.level, true);
    view.setFloat32(1504 + 4 * n, epoch.levelStep ?? 0, true);
    view.setInt16(1544 + 2 * n, epoch.duration, true);
    view.setInt16(1564 + 2 * n, epoch.durationStep ?? 0, true);
  });
  putText(bytes, 1634, dac.stimulusFile ?? "");
  const list = lists?.[0];
  if (!list) return;
  view.setInt16(1762, list.parameter, true);
  putText(bytes, 1764, list.values);
  view.setInt16(1966, 1, true);
}
