// Clauses that the exact solver learns: each is true of every schedule of the problem, so every explanation that went
// into one was sound. Judged against all schedules of small problems.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createModel, type ExactModel } from '#src/services/scheduling/exact/model.js';
import type { Brancher } from '#src/services/scheduling/exact/solver.js';
import type { Trail } from '#src/services/scheduling/exact/trail.js';
import { toSchedule } from '#src/services/scheduling/incumbent.js';
import { compileProblem } from '#src/services/scheduling/instance/compile.js';
import type { ScheduleProblemInput } from '#src/services/scheduling/problem.js';
import { Random } from '#src/services/scheduling/random.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';
import { validateSchedule } from '#src/services/scheduling/validate.js';
import { smallHorizon, smallProblem } from './small-problems.js';

/** Decides any variable at any value: many conflicts, in every constellation. */
class ChanceBrancher implements Brancher {
  half = 0;
  value = 0;
  private readonly random: Random;

  constructor(
    private readonly trail: Trail,
    seed: number,
  ) {
    this.random = new Random(seed);
  }

  choose(): boolean {
    const { trail } = this;
    const open: number[] = [];
    for (let half = 0; half < trail.halves; half += 2)
      if (trail.least(half) < trail.most(half)) open.push(half);
    const half = open[this.random.below(open.length)];
    if (half === undefined) return false;
    const cut = this.random.between(trail.least(half) + 1, trail.most(half));
    const isUp = this.random.below(2) === 0;
    this.half = isUp ? half : half + 1;
    this.value = isUp ? cut : 1 - cut;
    return true;
  }
}

/** All schedules of a problem whose tasks have one mode each and are all done. */
function allStarts(input: ScheduleProblemInput): Int32Array[] {
  const problem = readProblem(input);
  const size = problem.tasks.length;
  const modes = new Int32Array(size);
  const found: Int32Array[] = [];
  for (let code = 0; code < (smallHorizon + 1) ** size; code += 1) {
    const starts = Int32Array.from(
      { length: size },
      (_, task) => Math.floor(code / (smallHorizon + 1) ** task) % (smallHorizon + 1),
    );
    if (validateSchedule(problem, toSchedule(problem, starts, modes), { most: 1 }).length === 0)
      found.push(starts);
  }
  return found;
}

/** One mode, always done, no setup: then every variable is a start or follows from the starts. Most have schedules. */
function plain({ setups: _, budgets: __, ...input }: ScheduleProblemInput): ScheduleProblemInput {
  const capacities = new Map(
    (input.resources ?? []).map((one) => [one.id, 'capacity' in one ? (one.capacity ?? 0) : 0]),
  );
  return {
    ...input,
    objective: { kind: 'makespan' },
    now: 0,
    tasks: input.tasks.map(({ id, modes: [mode] }) => ({
      id,
      modes: [
        {
          duration: mode?.duration ?? 1,
          changes: mode?.changes ?? [],
          locks: mode?.locks ?? [],
          uses: (mode?.uses ?? []).map((use) => ({
            ...use,
            amount: Math.min(use.amount ?? 1, capacities.get(use.resource) ?? 0),
          })),
        },
      ],
    })),
  };
}

/** Checks every clause that a search by chance learns. Returns how many there were. */
function search(
  model: ExactModel,
  ends: (starts: Int32Array) => number,
  schedules: Int32Array[],
  seed: number,
): number {
  const { solver, worth, instance, horizon } = model;
  const taskOf = new Map(Array.from({ length: instance.size }, (_, task) => [model.startOf(task), task]));
  let learnt = 0;
  solver.onLearn = (halves, values, count) => {
    learnt += 1;
    const literals = Array.from(
      { length: count },
      (_, index) => [halves[index] ?? 0, values[index] ?? 0] as const,
    );
    for (const starts of schedules) {
      const holds = literals.some(([half, value]) => {
        const first = half & ~1;
        if (first !== worth.makespan) {
          const start = starts[taskOf.get(first) ?? -1] ?? NaN;
          return half === first ? start >= value : -start >= value;
        }
        // The makespan may be any instant from the last end on: a clause must hold for each.
        return half === first ? ends(starts) >= value : -horizon >= value;
      });
      const isAboutMakespan = literals.some(([half]) => half === worth.makespan + 1) && !holds;
      expect(
        holds || (isAboutMakespan && holdsForEach(literals, worth.makespan, ends(starts), horizon)),
      ).toBe(true);
    }
  };
  const brancher = new ChanceBrancher(solver.trail, seed);
  for (let round = 0; round < 6; round += 1) {
    if (solver.run(brancher, { isDue: () => false, conflicts: 40 }) === 'infeasible')
      expect(schedules).toEqual([]);
    solver.back(0);
  }
  return learnt;
}

/** Whether the literals about the makespan alone cover every value that it may have. */
function holdsForEach(
  literals: readonly (readonly [half: number, value: number])[],
  makespan: number,
  least: number,
  most: number,
): boolean {
  const about = literals.filter(([half]) => half >> 1 === makespan >> 1);
  for (let value = least; value <= most; value += 1) {
    if (!about.some(([half, bound]) => (half === makespan ? value >= bound : -value >= bound))) return false;
  }
  return true;
}

test('X6 X8 what is learnt is true of every schedule', () => {
  let learnt = 0;
  fc.assert(
    fc.property(
      smallProblem(2500).filter(({ tasks }) => tasks.length > 2),
      fc.nat(),
      (input, seed) => {
        const problem = plain(input);
        const instance = compileProblem(readProblem(problem));
        if (instance.impossible !== undefined) return;
        const schedules = allStarts(problem);
        const durations = problem.tasks.map(({ modes }) => modes[0]?.duration ?? 0);
        const ends = (starts: Int32Array): number =>
          starts.reduce((most, start, task) => Math.max(most, start + (durations[task] ?? 0)), 0);
        for (let attempt = 0; attempt < 20; attempt += 1) {
          // A horizon of many instants makes the solver use its time-table for long times.
          const horizon = attempt % 2 === 0 ? smallHorizon : 2 ** 22;
          learnt += search(createModel(instance, horizon), ends, schedules, seed + attempt);
        }
      },
    ),
    { numRuns: 60 },
  );
  expect(learnt).toBeGreaterThan(60);
});
