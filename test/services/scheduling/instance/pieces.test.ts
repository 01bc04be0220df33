// Work in pieces, so that nobody's event loop waits long: what a piece does is counted, and does not grow with the problem.
import { describe, expect, test } from 'vitest';
import { horizonOf } from '#src/services/scheduling/exact/horizon.js';
import { modelSteps } from '#src/services/scheduling/exact/model.js';
import type { Solver } from '#src/services/scheduling/exact/solver.js';
import { built } from '#src/services/scheduling/instance/building.js';
import { compileProblem, compileSteps } from '#src/services/scheduling/instance/compile.js';
import type { ScheduleProblem } from '#src/services/scheduling/problem.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';

/** Layers of tasks that hold two resources, each after two of the layer before. */
function layers(size: number): ScheduleProblem {
  const width = 20;
  const tasks = Array.from({ length: size }, (_, index) => ({
    id: `t${index}`,
    modes: [
      {
        duration: 1 + (index % 7),
        uses: ['a', 'b'].map((resource, at) => ({ resource, amount: 1 + ((index >> at) % 4) })),
        locks: index % 50 === 0 ? [{ name: `l${index % 3}` }] : [],
      },
    ],
    requires: index % 10 === 9 ? [`t${index - 1}`] : [],
  }));
  const lags = tasks.flatMap(({ id }, index) =>
    index < width
      ? []
      : [
          { from: `t${index - width}`, to: id },
          { from: `t${index - width + ((index * 7) % (width - 1)) + 1}`, to: id, anchor: 'start-start' },
        ],
  );
  return readProblem({ tasks, lags, resources: ['a', 'b'].map((id) => ({ id, capacity: 30 })) });
}

/** Counts how often something is read from a value, at any depth. */
function counted<T extends object>(value: T, count: () => void): T {
  return new Proxy(value, {
    get(target, key) {
      count();
      const found: unknown = Reflect.get(target, key);
      return typeof found === 'object' && found !== null ? counted(found, count) : found;
    },
  });
}

/** How much is done in each piece. */
function piecesOf<T>(building: Generator<undefined, T, undefined>, work: () => number): number[] {
  const pieces: number[] = [];
  for (let before = work(); ; before = work()) {
    const { done } = building.next();
    pieces.push(work() - before);
    if (done === true) return pieces;
  }
}

describe('compiling', () => {
  test('reads no more of a large problem in a piece than of a smaller one', () => {
    const [smaller, larger] = [1000, 8000].map((size) => {
      let reads = 0;
      const { tasks, lags, ...rest } = layers(size);
      const problem: ScheduleProblem = {
        ...rest,
        tasks: counted(tasks, () => (reads += 1)),
        lags: counted(lags, () => (reads += 1)),
      };
      const pieces = piecesOf(compileSteps(problem), () => reads);
      return { count: pieces.length, most: Math.max(...pieces) };
    }) as [Pieces, Pieces];
    expect(larger.count).toBeGreaterThan(7 * smaller.count);
    expect(larger.most).toBeLessThan(1.5 * smaller.most);
  });

  test('in pieces gives what it gives in one go', () => {
    const problem = layers(600);
    expect(built(compileSteps(problem))).toEqual(compileProblem(problem));
  });
});

interface Pieces {
  readonly count: number;
  readonly most: number;
}

describe('an exact model', () => {
  test('is prepared in pieces, and asks in the midst of propagation whether it is time', () => {
    const instance = compileProblem(layers(400));
    let solver: Solver | undefined;
    const building = modelSteps(instance, horizonOf(instance, Infinity), (made) => {
      solver = made;
    });
    let model: { brancher: Parameters<Solver['run']>[0] } | undefined;
    const pieces: number[] = [];
    for (;;) {
      const before = solver?.propagations ?? 0;
      const { done, value } = building.next();
      pieces.push((solver?.propagations ?? 0) - before);
      if (done === true) {
        model = value;
        break;
      }
    }
    expect(pieces.length).toBeGreaterThan(30);
    expect(Math.max(...pieces)).toBeLessThanOrEqual(100);
    if (solver === undefined || model === undefined) throw new Error('no model was made');
    const asked: number[] = [];
    const { propagations } = solver;
    solver.run(model.brancher, {
      conflicts: 40,
      isDue: () => {
        asked.push(solver?.propagations ?? 0);
        return asked.length > 300;
      },
    });
    const gaps = asked.map((at, index) => at - (asked[index - 1] ?? propagations));
    expect(gaps.length).toBeGreaterThan(10);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1500);
  });
});
