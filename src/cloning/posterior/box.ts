/**
 * The space in which the density lives: logits of the parameters' places in the prior box, over 1.702, which makes a uniform
 * prior nearly standard normal (Haley's constant). Whatever the network says, a sample lies inside the box.
 */
const SCALE = 1.702;
/** A parameter on the very edge of the box would be infinitely far out. */
const EDGE = 1e-6;

export function toDensitySpace(unit: number): number {
  const inside = Math.min(1 - EDGE, Math.max(EDGE, unit));
  return Math.log(inside / (1 - inside)) / SCALE;
}

export function toUnitInterval(y: number): number {
  return 1 / (1 + Math.exp(-SCALE * y));
}

/** ln |du/dy|: what must be subtracted from the log density over y to have that over the unit box. */
export function logSlope(y: number): number {
  const unit = toUnitInterval(y);
  return Math.log(SCALE * unit * (1 - unit));
}
