// Generated problems of any size, in the manner of PSPLIB: layers of tasks with about 1.8 successors each, durations
// from 1 to 10, four resources of which a task uses up to three, and capacities that hold about a fifth of what would
// be used at once without them.
import type { ScheduleProblem, ScheduleProblemInput } from '#src/services/scheduling/problem.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';

const resourceCount = 4;

/** A generator of numbers from 0 (included) to 1 (excluded): mulberry32 (Tommy Ettinger, 2017). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Generates a problem with so many tasks; the same seed gives the same problem. */
export function generateProblem(size: number, seed: number): ScheduleProblem {
  const random = seeded(seed);
  const upTo = (most: number): number => Math.floor(random() * most);
  const width = Math.max(2, Math.round(Math.sqrt(size)));
  const tasks: ScheduleProblemInput['tasks'] = Array.from({ length: size }, (_, index) => ({
    id: `t${index}`,
    modes: [
      {
        duration: 1 + upTo(10),
        uses: Array.from({ length: resourceCount }, (__, resource) => ({
          resource: `R${resource + 1}`,
          amount: 1 + upTo(10),
        })).filter(() => random() < 0.5),
      },
    ],
  }));
  const lags: { from: string; to: string }[] = [];
  for (let to = width; to < size; to += 1) {
    // Predecessors come from the two layers before.
    const before = new Set(Array.from({ length: 1 + upTo(3) }, () => to - 1 - upTo(Math.min(to, 2 * width))));
    for (const from of before) lags.push({ from: `t${from}`, to: `t${to}` });
  }
  const resources = Array.from({ length: resourceCount }, (_, resource) => ({
    id: `R${resource + 1}`,
    kind: 'reusable' as const,
    capacity: Math.max(10, Math.round(width * 0.55)),
  }));
  return readProblem({ tasks, lags, resources });
}
