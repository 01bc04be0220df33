// Branching of the exact solver: the most active atom (VSIDS), or the task that can start first at its first instant.
import type { Atoms } from './atoms.js';
import type { Brancher } from './solver.js';
import type { Trail } from './trail.js';

export interface StartChoice {
  /** First half of the start variable. */
  readonly start: number;
  /** Half of the Boolean that says that it takes place, −1 when it does in any case. */
  readonly presence: number;
}

/**
 * Decides Booleans, then starts, in the order in which tasks can start; ties go to the task that must start first. With
 * `isActive`, the most active atom is decided first.
 */
export class ScheduleBrancher implements Brancher {
  half = 0;
  value = 0;
  isActive = false;
  /** Value of each variable in the best solution, which the search stays near; by the number of the variable. */
  readonly guide: Int32Array;

  constructor(
    private readonly trail: Trail,
    private readonly atoms: Atoms,
    private readonly choices: readonly StartChoice[],
    private readonly booleans: readonly number[],
  ) {
    this.guide = new Int32Array(trail.halves >> 1).fill(-(2 ** 31));
  }

  choose(): boolean {
    if (this.isActive) {
      const atom = this.atoms.next();
      if (atom >= 0) {
        const half = this.atoms.halfOf(atom);
        const value = this.atoms.valueOf(atom);
        const isTrue = this.guide[half >> 1]! >= value;
        this.half = isTrue ? half : half + 1;
        this.value = isTrue ? value : 1 - value;
        return true;
      }
    }
    return this.chooseBoolean() || this.chooseStart();
  }

  private chooseBoolean(): boolean {
    const { bound } = this.trail;
    for (const half of this.booleans) {
      if (bound[half]! + bound[half + 1]! === 0) continue;
      const isTrue = this.guide[half >> 1]! !== 0;
      this.half = isTrue ? half : half + 1;
      this.value = isTrue ? 1 : 0;
      return true;
    }
    return false;
  }

  private chooseStart(): boolean {
    const { bound } = this.trail;
    let best = -1;
    let bestLeast = 0;
    let bestMost = 0;
    for (const { start, presence } of this.choices) {
      const least = bound[start]!;
      const most = -bound[start + 1]!;
      if (least === most || (presence >= 0 && bound[presence]! < 1)) continue;
      if (best >= 0 && (least > bestLeast || (least === bestLeast && most >= bestMost))) continue;
      best = start;
      bestLeast = least;
      bestMost = most;
    }
    if (best < 0) return false;
    this.half = best + 1;
    this.value = -bestLeast;
    return true;
  }
}
