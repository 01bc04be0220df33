// Conflicts found by proofs: with every kind of constraint, judged by a model without guards.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { feasible } from '#src/services/scheduling/exact/feasible.js';
import { constraintGroups } from '#src/services/scheduling/explain/constraint-groups.js';
import { onlyUnits, tasksInConflict, unitsInConflict } from '#src/services/scheduling/explain/conflict.js';
import { createOracle, type Oracle } from '#src/services/scheduling/explain/oracle.js';
import { withoutTasks } from '#src/services/scheduling/explain/without-tasks.js';
import { built } from '#src/services/scheduling/instance/building.js';
import type { ScheduleProblem, ScheduleProblemInput } from '#src/services/scheduling/problem.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';
import { smallProblem } from '../exact/small-problems.js';

const oracle = (): Oracle => createOracle({ seed: 1, scheduleLimit: 2000, timeLimitMs: 1, now: () => 0 });

test('E1 E2 of problems with every kind of constraint: alone they conflict, without one they do not', async () => {
  let conflicts = 0;
  let sizes = 0;
  await fc.assert(
    fc.asyncProperty(smallProblem(), async (input) => {
      const problem = readProblem(input);
      if (feasible(problem).answer !== 'no') return;
      conflicts += 1;
      const { items, isMinimal } = await unitsInConflict(problem, oracle());
      sizes += items.length;
      const core = onlyUnits(problem, items);
      expect(feasible(core).answer).toBe('no');
      // The model leaves parts of setups out, and what it finds then is not always a schedule.
      if (problem.setups.length === 0) expect(isMinimal).toBe(true);
      if (!isMinimal) return;
      for (const one of items) {
        const others = items.filter((unit) => unit !== one);
        // Of a problem that its model does not know whole, it may not tell.
        expect(feasible(onlyUnits(problem, others)).answer).not.toBe('no');
      }
      const tasks = new Set(await tasksInConflict(core, oracle()));
      expect(feasible(withoutTasks(core, (id) => !tasks.has(id))).answer).toBe('no');
    }),
    { numRuns: 100 },
  );
  expect(conflicts).toBeGreaterThan(10);
  expect(sizes).toBeGreaterThan(conflicts);
});

/** Chains on one crew that end one instant too late, with other tasks that do not matter. */
function chains(length: number): ScheduleProblem {
  const tasks: ScheduleProblemInput['tasks'] = [];
  const lags: ScheduleProblemInput['lags'] = [];
  for (const chain of ['a', 'b', 'c', 'd']) {
    for (let at = 0; at < length; at += 1) {
      const resource = chain === 'd' ? 'other' : 'crew';
      tasks.push({ id: `${chain}${at}`, modes: [{ duration: 2, uses: [{ resource }] }] });
      if (at > 0) lags.push({ from: `${chain}${at - 1}`, to: `${chain}${at}` });
    }
  }
  const resources = ['crew', 'other'].map((id) => ({ id, capacity: 1 }));
  return readProblem({ tasks, lags, resources, horizon: 6 * length - 1 });
}

test('a proof tells at once which of many constraints it rests on', async () => {
  const problem = chains(3);
  const asked = oracle();
  const { items, isMinimal } = await unitsInConflict(problem, asked);
  expect(items.map(({ path }) => path)).toEqual(['resources.crew', 'horizon']);
  expect(isMinimal).toBe(true);
  expect(asked.questions).toBeLessThan(12);
  expect(await tasksInConflict(onlyUnits(problem, items), oracle())).toHaveLength(9);
});

test('a problem that compiling shows to be impossible has no model, and its conflict is found all the same', async () => {
  const problem = readProblem({
    tasks: ['a', 'b', 'c'].map((id) => ({ id, modes: [{ duration: 2 }] })),
    lags: [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'a', min: 1 },
      { from: 'b', to: 'c' },
    ],
  });
  expect(built(constraintGroups(problem))).toBeUndefined();
  const { items, isMinimal } = await unitsInConflict(problem, oracle());
  expect(items.map(({ path }) => path)).toEqual(['lags.0', 'lags.1']);
  expect(isMinimal).toBe(true);
});
