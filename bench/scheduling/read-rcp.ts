// Reading .rcp files: Patterson's format, and the one with consumption and production of Koné, Artigues, Lopez and
// Mongeau (2013), which has a third number in its first line. Consumption happens at the start of a task, production
// at its end; what the first and the last task (the project's ends) consume and produce is not looked at.
import type { ScheduleProblem, ScheduleProblemInput } from '#src/services/scheduling/problem.js';
import { readProblem } from '#src/services/scheduling/read-problem.js';

type Task = ScheduleProblemInput['tasks'][number];
type Lags = NonNullable<ScheduleProblemInput['lags']>;

/** Reads an .rcp file. Tasks are called by their numbers, from 1. */
export function readRcp(text: string): ScheduleProblem {
  const heading = (/^[^\n]*\d[^\n]*$/m.exec(text)?.[0] ?? '').trim().split(/\s+/);
  const numbers = (text.match(/-?\d+/g) ?? []).map(Number);
  let place = 0;
  const next = (): number => {
    const number = numbers[place];
    if (number === undefined) throw new Error(`expected more than the ${numbers.length} numbers of the file`);
    place += 1;
    return number;
  };
  const several = (count: number): number[] => Array.from({ length: count }, next);
  const count = next();
  const reusable = next();
  const stocks = heading.length === 3 ? next() : 0;
  const capacities = several(reusable);
  const initial = several(stocks);
  const tasks: Task[] = [];
  const lags: Lags = [];
  for (let number = 1; number <= count; number += 1) {
    const duration = next();
    const uses = several(reusable);
    const changes = several(2 * stocks);
    const isEnd = number === 1 || number === count;
    tasks.push(taskOf(number, duration, uses, isEnd ? [] : changes));
    for (const to of several(next())) lags.push({ from: String(number), to: String(to) });
  }
  return readProblem({
    tasks,
    lags,
    resources: [
      ...capacities.map((capacity, index) => ({ id: `R${index + 1}`, kind: 'reusable' as const, capacity })),
      ...initial.map((amount, index) => ({
        id: `C${index + 1}`,
        kind: 'consumable' as const,
        initial: amount,
      })),
    ],
  } satisfies ScheduleProblemInput);
}

function taskOf(number: number, duration: number, uses: readonly number[], changes: readonly number[]): Task {
  return {
    id: String(number),
    modes: [
      {
        duration,
        uses: uses.flatMap((amount, index) => (amount > 0 ? [{ resource: `R${index + 1}`, amount }] : [])),
        changes: changes.flatMap((amount, index) => {
          if (amount === 0) return [];
          const resource = `C${Math.floor(index / 2) + 1}`;
          const isConsumed = index % 2 === 0;
          return [
            {
              resource,
              amount: isConsumed ? -amount : amount,
              when: isConsumed ? ('start' as const) : ('end' as const),
            },
          ];
        }),
      },
    ],
  };
}
