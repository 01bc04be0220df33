// Generation for all constraints: what it gives is valid (G1), as early as it can be (G2), and limited (G3); the rules of
// the literature are what they are said to be.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toClassic } from '#src/services/scheduling/classic/classic-instance.js';
import { SerialScheme } from '#src/services/scheduling/classic/serial-scheme.js';
import { createTimeline } from '#src/services/scheduling/classic/timeline.js';
import { GeneralScheme } from '#src/services/scheduling/generation/general-scheme.js';
import { compileGeneral } from '#src/services/scheduling/generation/general-tables.js';
import { PrecedenceLister } from '#src/services/scheduling/generation/precedence-list.js';
import {
  priorityKeys,
  type PriorityRule,
  scheduleByRule,
} from '#src/services/scheduling/generation/priority-rules.js';
import { compileProblem } from '#src/services/scheduling/instance/compile.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';
import { validateSchedule } from '#src/services/scheduling/validate.js';
import { generateProblem } from '../../../bench/scheduling/generate.js';
import { generalProblem } from './problem-arbitrary.js';

const ruleNames: readonly PriorityRule[] = ['LST', 'LFT', 'MSLK', 'MTS', 'GRPW', 'GRD', 'SPT', 'EST'];

describe('general scheme', () => {
  test('G1 a pass by any rule gives a valid schedule or none; only budgets are not its matter', () => {
    fc.assert(
      fc.property(generalProblem(), fc.constantFrom(...ruleNames), (input, rule) => {
        const problem = readProblem({ ...input, budgets: [] });
        const schedule = scheduleByRule(problem, rule);
        if (schedule !== undefined) expect(validateSchedule(problem, schedule)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('G2 of a classical problem it makes the schedule that the fast scheme makes of the same list', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const instance = compileProblem(generateProblem(60, seed));
      const classic = toClassic(instance);
      if (classic === undefined) throw new Error('not classical');
      const tables = compileGeneral(instance);
      const list = new Int32Array(instance.size);
      new PrecedenceLister(instance, tables).write(priorityKeys(instance, 'GRD'), list);
      const fast = new Int32Array(instance.size);
      new SerialScheme(classic.forward, createTimeline(classic)).generate(list, fast);
      const scheme = new GeneralScheme(instance, tables);
      const plan = {
        list,
        modes: new Int32Array(60),
        present: new Uint8Array(60).fill(1),
        wishes: new Int32Array(60),
      };
      expect(scheme.generate(plan)).toBe(true);
      expect(Array.from(scheme.starts)).toEqual(Array.from(fast, (start) => start * classic.unit));
    }
  });

  test('G2 a pass in steps is the pass at once', () => {
    const instance = compileProblem(generateProblem(80, 3));
    const tables = compileGeneral(instance);
    const list = new Int32Array(80);
    new PrecedenceLister(instance, tables).write(priorityKeys(instance, 'LST'), list);
    const plan = {
      list,
      modes: new Int32Array(80),
      present: new Uint8Array(80).fill(1),
      wishes: new Int32Array(80),
    };
    const [once, stepped] = [new GeneralScheme(instance, tables), new GeneralScheme(instance, tables)];
    once.generate(plan);
    stepped.begin(plan);
    let steps = 1;
    while (!stepped.advance(7)) steps += 1;
    expect(steps).toBeGreaterThan(8);
    expect(stepped.starts).toEqual(once.starts);
  });

  test('a maximum lag that fails at first moves its task to the right (unscheduling)', () => {
    const problem = readProblem({
      tasks: [
        { id: 'a', modes: [{ duration: 1 }] },
        { id: 'b', modes: [{ duration: 2, uses: [{ resource: 'r' }] }] },
        { id: 'c', modes: [{ duration: 5, uses: [{ resource: 'r' }] }], fixed: { start: 0 } },
      ],
      lags: [{ from: 'a', to: 'b', max: 1 }],
      resources: [{ id: 'r', capacity: 1 }],
    });
    const schedule = scheduleByRule(problem, 'LST');
    expect(schedule?.tasks.map(({ id, start }) => [id, start])).toEqual([
      ['a', 3],
      ['b', 5],
      ['c', 0],
    ]);
  });

  test('a consumer waits for the producer that comes later in the list', () => {
    const problem = readProblem({
      tasks: [
        { id: 'eat', modes: [{ duration: 9, changes: [{ resource: 'bread', amount: -2 }] }] },
        { id: 'bake', modes: [{ duration: 3, changes: [{ resource: 'bread', amount: 2, when: 'end' }] }] },
      ],
      resources: [{ id: 'bread', kind: 'producible', initial: 0, capacity: 2 }],
    });
    const schedule = scheduleByRule(problem, 'LST');
    expect(schedule?.tasks.map(({ start }) => start)).toEqual([3, 0]);
  });
});

describe('priority rules', () => {
  test('MTS counts all successors, however many', () => {
    const size = 70;
    const lags = Array.from({ length: size - 1 }, (_, index) => ({ from: `t${index}`, to: `t${index + 1}` }));
    const tasks = Array.from({ length: size }, (_, index) => ({ id: `t${index}`, modes: [{ duration: 1 }] }));
    const twice = [...lags, { from: 't0', to: 't69' }];
    const keys = priorityKeys(compileProblem(readProblem({ tasks, lags: twice })), 'MTS');
    expect(Array.from(keys)).toEqual(Array.from({ length: size }, (_, index) => index - (size - 1)));
  });

  test('LST, LFT, MSLK, GRPW of a small net', () => {
    const tasks = [2, 3, 1].map((duration, index) => ({ id: `t${index}`, modes: [{ duration }] }));
    const lags = [
      { from: 't0', to: 't1' },
      { from: 't0', to: 't2' },
    ];
    const instance = compileProblem(readProblem({ tasks, lags }));
    const of = (rule: PriorityRule): number[] => Array.from(priorityKeys(instance, rule));
    expect(of('LST')).toEqual([0, 2, 4]);
    expect(of('LFT')).toEqual([2, 5, 5]);
    expect(of('MSLK')).toEqual([0, 0, 2]);
    expect(of('GRPW')).toEqual([-6, -3, -1]);
  });
});
