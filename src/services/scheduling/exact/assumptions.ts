// Assumptions of an exact model: groups of literals that are assumed together, asked about again and again. What one
// question taught helps the next, so that many small questions cost little more than one.
import type { ExactModel } from './model.js';

export type Literal = readonly [half: number, value: number];

/**
 * no: proved that the groups contradict; `core` are those of them that do. yes: here is a schedule with them. unknown: the
 * limit was too small. due: to be asked again.
 */
export type Answer =
  | { readonly answer: 'no'; readonly core: readonly number[] }
  | { readonly answer: 'yes'; readonly starts: Int32Array; readonly modes: Int32Array }
  | { readonly answer: 'unknown' | 'due' };

export class Assumptions {
  private owners = new Map<string, number>();
  private end = 0;

  constructor(
    private readonly model: ExactModel,
    private readonly groups: readonly (readonly Literal[])[],
    /** Literals that are assumed unless a group that is assumed says otherwise. */
    private readonly opposites: readonly Literal[] = [],
  ) {
    model.brancher.isActive = true;
  }

  /** Whether groups that contradict also do so when others are assumed beside them. */
  get isMonotone(): boolean {
    return this.opposites.length === 0;
  }

  /** Conflicts so far, over all questions. */
  get conflicts(): number {
    return this.model.solver.conflicts;
  }

  /**
   * Begins a question.
   *
   * @param active - Groups that are assumed, in the order in which they are.
   * @param conflicts - Most of them.
   */
  begin(active: readonly number[], conflicts: number): void {
    const { solver } = this.model;
    // A question may have been given up.
    solver.back(0);
    this.owners = new Map();
    const literals = active.flatMap((group) => (this.groups[group] ?? []).map((one) => ({ one, group })));
    for (const { one, group } of literals) this.owners.set(one.join(), group);
    const isActive = new Set(literals.map(({ one }) => one[0]));
    const opposite = this.opposites.filter(([half]) => !isActive.has(half ^ 1));
    const assumed = [...opposite, ...literals.map(({ one }) => one)];
    solver.assumedHalves = assumed.map(([half]) => half);
    solver.assumedValues = assumed.map(([, value]) => value);
    this.end = solver.conflicts + conflicts;
  }

  /** Works on the question. */
  run(isDue: () => boolean): Answer {
    const { model } = this;
    const { solver, brancher } = model;
    const outcome = solver.run(brancher, { isDue, conflicts: this.end - solver.conflicts });
    if (outcome === 'due') return { answer: 'due' };
    if (outcome === 'infeasible') return { answer: 'no', core: [] };
    if (outcome === 'refused') {
      const core = new Set(solver.core.flatMap((literal) => this.owners.get(literal.join()) ?? []));
      return { answer: 'no', core: [...core] };
    }
    if (outcome === 'limit') return { answer: 'unknown' };
    model.read();
    solver.back(0);
    const [starts, modes] = [model.starts.slice(), model.modes.slice()];
    // The next question differs little: its schedules are looked for near this one.
    model.follow(starts, modes);
    return { answer: 'yes', starts, modes };
  }
}
