/** How a level or a duration changes from sweep to sweep. */

export interface Increment {
  /** Number of the mode in the file. */
  readonly mode: number;
  readonly first: number;
  readonly factor: number;
  readonly step: number;
}

const INCREASE = 0;
const DECREASE = 1;
const ALTERNATE = 4;
const FIRST_LOGARITHMIC = 5;

/**
 * Whether readers do not agree on what the numbers mean. Logarithmic modes without a factor are constant (as in the file
 * that could be checked); interleaved orders are shown in the manual by examples only.
 */
export function unknownIncrement({ mode, first, factor, step }: Increment, sweeps: number): boolean {
  if (!Number.isFinite(first) || !Number.isFinite(step)) return true;
  const isConstant = step === 0 && (factor === 1 || factor === 0);
  if (isConstant) return false;
  if (mode >= FIRST_LOGARITHMIC || (factor !== 1 && factor !== 0)) return true;
  return mode !== INCREASE && !((mode === DECREASE || mode === ALTERNATE) && sweeps >= 1);
}

/** The value in the sweep `sweep`, from 0, of `sweeps`. Orders other than increasing follow Myokit. */
export function incremented({ mode, first, step }: Increment, sweep: number, sweeps: number): number {
  if (step === 0) return first;
  return first + step * placeInOrder(mode, sweep, sweeps);
}

function placeInOrder(mode: number, sweep: number, sweeps: number): number {
  if (mode === DECREASE) return sweeps - 1 - sweep;
  if (mode !== ALTERNATE) return sweep;
  return sweep % 2 === 0 ? sweep / 2 : sweeps - (sweep + 1) / 2;
}
