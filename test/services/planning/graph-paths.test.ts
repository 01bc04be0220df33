// Critical path, slack, parallel groups, the reduction for display, and the list schedule.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listOf, type PlanGraph } from '#src/model/graph.js';
import type { TaskInput } from '#src/model/task.js';
import { createExpressions } from '#src/services/expression/expressions.js';
import { buildGraph } from '#src/services/planning/graph.js';
import { criticalPath, parallelGroups } from '#src/services/planning/graph-paths.js';
import { reduceForDisplay } from '#src/services/planning/graph-reduction.js';
import { createHeap } from '#src/services/planning/heap.js';
import { listSchedule } from '#src/services/planning/list-schedule.js';
import { acyclicPlan, call } from './sample-plans.js';

const expressions = createExpressions();
const graphOf = (tasks: Record<string, TaskInput>): PlanGraph => buildGraph({ tasks }, expressions).graph;
const timed = (expectedMs: number, after: string[] = []): TaskInput =>
  call({}, { after, estimate: { expectedMs } });
/** a (10) before b (20) and c (5), both before d (1); e (3) stands alone. */
const diamond = graphOf({
  a: timed(10),
  b: timed(20, ['a']),
  c: timed(5, ['a']),
  d: timed(1, ['b', 'c', 'a']),
  e: timed(3),
});

/** All tasks that can be reached from each, the slow way. */
function closure(edges: readonly (readonly [number, number])[], size: number): string {
  const reached = Array.from({ length: size }, () => new Set<number>());
  for (let round = 0; round < size; round += 1) {
    for (const [from, to] of edges) {
      reached[from]?.add(to);
      for (const next of reached[to] ?? []) reached[from]?.add(next);
    }
  }
  return reached.map((set) => [...set].sort((a, b) => a - b).join()).join(';');
}

describe('critical path', () => {
  test('is the longest way, with the slack of the others', () => {
    expect(criticalPath(diamond)).toEqual({
      path: [0, 1, 3],
      lengthMs: 31,
      startMs: [0, 10, 10, 30, 0],
      slackMs: [0, 0, 15, 0, 28],
    });
    expect(parallelGroups(diamond)).toEqual([[0, 4], [1, 2], [3]]);
  });

  test('is a path whose times add up to its length', () => {
    fc.assert(
      fc.property(acyclicPlan, (plan) => {
        const { graph } = buildGraph(plan, expressions);
        const { path, lengthMs, slackMs } = criticalPath(graph);
        expect(path.reduce((sum, index) => sum + (graph.estimateMs[index] ?? 0), 0)).toBe(lengthMs);
        for (const index of path) expect(slackMs[index]).toBe(0);
        for (const slack of slackMs) expect(slack).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('of an empty graph is empty', () => {
    expect(criticalPath(graphOf({}))).toEqual({ path: [], lengthMs: 0, startMs: [], slackMs: [] });
  });
});

describe('reduction for display', () => {
  test('leaves out what follows', () => {
    expect(reduceForDisplay(diamond)).toEqual([
      [0, 1],
      [0, 2],
      [1, 3],
      [2, 3],
    ]);
  });

  test('keeps what can be reached, with no edge too many', () => {
    fc.assert(
      fc.property(acyclicPlan, (plan) => {
        const { graph } = buildGraph(plan, expressions);
        const all = graph.ids.flatMap((_, to) =>
          [
            ...listOf(graph.before, to),
            ...listOf(graph.data, to),
            ...graph.special
              .filter((one) => one.to === to && one.type !== 'preferred')
              .map((one) => one.from),
          ].map((from): [number, number] => [from, to]),
        );
        const reduced = reduceForDisplay(graph);
        const size = graph.ids.length;
        expect(closure(reduced, size)).toBe(closure(all, size));
        for (const edge of reduced.slice(0, 5)) {
          expect(
            closure(
              reduced.filter((one) => one !== edge),
              size,
            ),
          ).not.toBe(closure(all, size));
        }
      }),
    );
  });
});

describe('list schedule', () => {
  test('takes the task with the least slack first', () => {
    expect(listSchedule(diamond, diamond.estimateMs, 1)).toEqual({
      startMs: [0, 10, 30, 38, 35],
      lengthMs: 39,
      widest: 1,
    });
    expect(listSchedule(diamond, diamond.estimateMs, 2)).toEqual({
      startMs: [0, 10, 10, 30, 0],
      lengthMs: 31,
      widest: 2,
    });
  });

  test('lies between the critical path and one after the other', () => {
    fc.assert(
      fc.property(acyclicPlan, fc.integer({ min: 1, max: 8 }), (plan, width) => {
        const { graph } = buildGraph(plan, expressions);
        const { lengthMs, widest } = listSchedule(graph, graph.estimateMs, width);
        const work = graph.estimateMs.reduce((sum, one) => sum + one, 0);
        expect(lengthMs).toBeGreaterThanOrEqual(Math.max(criticalPath(graph).lengthMs, work / width));
        expect(lengthMs).toBeLessThanOrEqual(work);
        expect(widest).toBeLessThanOrEqual(width);
      }),
    );
  });

  test('the heap gives its members in order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100)), (members) => {
        const heap = createHeap((one, other) => one < other);
        for (const member of members) heap.push(member);
        const given = members.map(() => heap.pop());
        expect(given).toEqual([...members].sort((a, b) => a - b));
        expect([heap.pop(), heap.size]).toEqual([undefined, 0]);
      }),
    );
  });
});
