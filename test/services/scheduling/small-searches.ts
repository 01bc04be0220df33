// Searches for tests: one tries all schedules of a tiny problem, one tries schedules by chance. Both are judged by the
// validator, so that they are slow, and right.
import { toSchedule } from '#src/services/scheduling/incumbent.js';
import { worthOf } from '#src/services/scheduling/objective.js';
import type { SearchMaker, Share } from '#src/services/scheduling/portfolio.js';
import type { ScheduleProblem } from '#src/services/scheduling/problem.js';
import { validateSchedule } from '#src/services/scheduling/validate.js';

/** Counts through all starts up to `latest` and all modes and omissions; closes the record at the end. */
export function allSchedules(latest: number): SearchMaker {
  return (problem, incumbent) => {
    const sizes = problem.tasks.map(
      ({ modes, optional }) => modes.length * (latest + 1) + (optional ? 1 : 0),
    );
    const total = sizes.reduce((product, size) => product * size, 1);
    let next = 0;
    return {
      name: 'all',
      run(isDue) {
        while (next < total) {
          if (incumbent.isClosed || isDue()) return true;
          const { starts, modes } = decode(problem, sizes, latest, next);
          next += 1;
          const worth = judge(problem, starts, modes);
          if (worth !== undefined) incumbent.offer(starts, modes, worth, 'all');
        }
        incumbent.close();
        return false;
      },
    };
  };
}

function decode(
  problem: ScheduleProblem,
  sizes: readonly number[],
  latest: number,
  code: number,
): { starts: Int32Array; modes: Int32Array } {
  const starts = new Int32Array(problem.tasks.length);
  const modes = new Int32Array(problem.tasks.length);
  let rest = code;
  sizes.forEach((size, index) => {
    const choice = rest % size;
    rest = Math.floor(rest / size);
    const ways = problem.tasks[index]?.modes.length ?? 1;
    starts[index] = choice >= ways * (latest + 1) ? -1 : Math.floor(choice / ways);
    modes[index] = choice % ways;
  });
  return { starts, modes };
}

function judge(problem: ScheduleProblem, starts: Int32Array, modes: Int32Array): number | undefined {
  const schedule = toSchedule(problem, starts, modes);
  return validateSchedule(problem, schedule, { most: 1 }).length > 0
    ? undefined
    : worthOf(problem, schedule).objective;
}

/** Tries starts by chance, for ever; each counts one. */
export function byChance(latest: number, name = 'chance', eachPiece = (): void => {}): SearchMaker {
  return (problem, incumbent, seed) => {
    let state = seed >>> 0;
    const chance = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const modes = new Int32Array(problem.tasks.length);
    return {
      name,
      run(isDue) {
        while (!incumbent.isClosed && incumbent.schedulesLeft > 0 && !isDue()) {
          eachPiece();
          const starts = Int32Array.from(problem.tasks, () => chance(latest + 1));
          incumbent.count(1);
          const worth = judge(problem, starts, modes);
          if (worth !== undefined) incumbent.offer(starts, modes, worth, name);
        }
        return !incumbent.isClosed;
      },
    };
  };
}

export const share = (make: SearchMaker, pieces = 3): Share => ({ kind: 'heuristic', make, pieces });
